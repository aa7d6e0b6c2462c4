"""The Prefer header (RFC 7240): what a caller would like, which may be left undone."""

import re
from dataclasses import dataclass

from aiohttp import web

PREFER, APPLIED = "Prefer", "Preference-Applied"

_PREFERENCE = re.compile(r'\s*([!#$%&\'*+.^_`|~0-9A-Za-z-]+)\s*(?:=\s*(?:"([^"]*)"|([^\s;,"]*)))?[^,]*')
_SECONDS = re.compile(r"[0-9]{1,6}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Preference:
    """To be answered with a job, unless the answer is there within `wait` seconds."""

    respond_async: bool
    wait: int = 0


def preference_of(request: web.Request) -> Preference:
    """What is preferred; of what comes twice the first counts, and what is not understood is ignored."""
    found: dict[str, str] = {}
    for part in ",".join(request.headers.getall(PREFER, [])).split(","):
        if match := _PREFERENCE.fullmatch(part):
            found.setdefault(match[1].lower(), match[2] or match[3] or "")
    wait = found.get("wait", "")
    return Preference("respond-async" in found, int(wait) if _SECONDS.fullmatch(wait) else 0)
