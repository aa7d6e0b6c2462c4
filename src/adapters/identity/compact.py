"""Signed tokens as they travel (RFC 7515, compact form; RFC 8725 for what to mistrust in them)."""

import json
import re
from base64 import urlsafe_b64decode
from collections.abc import Iterable
from contextlib import suppress
from typing import Any, NoReturn

from jwt import PyJWK, PyJWS
from jwt.exceptions import PyJWTError

from adapters.identity.refusals import refused

MAX_TOKEN = 8 * 1024
"""Characters of a token that is looked at."""

_COMPACT = re.compile(r"[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+")

_signatures = PyJWS(options={"enforce_minimum_key_length": True})


def header_of(token: str) -> dict[str, Any]:
    """What a token says of itself, which anybody may have written. Raises Unauthenticated."""
    if len(token) > MAX_TOKEN or not _COMPACT.fullmatch(token):
        raise refused("its form")
    encoded = token.partition(".")[0]
    try:
        return _object(urlsafe_b64decode(encoded + "=" * (-len(encoded) % 4)))
    except ValueError as error:
        raise refused("its header's encoding") from error


def verified(token: str, keys: Iterable[PyJWK]) -> dict[str, Any]:
    """The claims of a token that one of the keys has signed, with the key's own algorithm. Raises Unauthenticated."""
    for key in keys:
        with suppress(PyJWTError):
            return _object(_signatures.decode_complete(token, key)["payload"])
    raise refused("its signature")


def _object(text: bytes) -> dict[str, Any]:
    """A JSON object that every reader understands alike."""
    try:
        found = json.loads(text.decode(), object_pairs_hook=_once_each, parse_constant=_not_a_number)
    except (ValueError, RecursionError) as error:
        raise refused("its JSON") from error
    if not isinstance(found, dict):
        raise refused("its JSON is no object")
    return found


def _once_each(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name is given twice")
    return found


def _not_a_number(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is not JSON")
