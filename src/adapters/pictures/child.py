"""The process that reads one picture: data in, covers out, and bounds that the system keeps.

A few kilobytes of JPEG can keep a decoder busy for hours, and no thread can be stopped. Nor do decoders of foreign
formats belong in a process that knows secrets.
"""

import json
import os
import resource
import sys
from contextlib import suppress
from typing import Any

from adapters.pictures.cutting import cut
from application.covers.cover import Cover
from domain.shared.errors import Invalid

CPU_SECONDS = 8
MEMORY_BYTES = 1024 * 1024 * 1024
NICENESS = 10

_LIMITS = {
    resource.RLIMIT_CPU: CPU_SECONDS,
    resource.RLIMIT_AS: MEMORY_BYTES,
    resource.RLIMIT_FSIZE: 0,
    resource.RLIMIT_CORE: 0,
}


def main() -> None:
    """Answer with one line of JSON, and after it the data of the covers that it lists."""
    _bound()
    told, covers = _answer(sys.stdin.buffer.read())
    sys.stdout.buffer.write(b"".join([json.dumps(told).encode(), b"\n", *(cover.data for cover in covers)]))


def _answer(data: bytes) -> tuple[dict[str, Any], list[Cover]]:
    try:
        covers = cut(data)
    except Invalid as error:
        return _refused(error), []
    except MemoryError:
        return _refused(Invalid("COVER_TOO_COSTLY", "Send another picture; this one takes too much to read.")), []
    except Exception:  # noqa: BLE001 - decoders raise anything, and no picture is worth the difference
        return _refused(Invalid("COVER_BROKEN", "Send the whole picture; this one is damaged.")), []
    return {"covers": [[cover.size, cover.width, cover.height, len(cover.data)] for cover in covers]}, covers


def _refused(error: Invalid) -> dict[str, Any]:
    return {"refused": [error.code, error.message, error.details]}


def _bound() -> None:
    os.nice(NICENESS)
    for limit, most in _LIMITS.items():
        with suppress(ValueError, OSError):  # not every system has every limit
            resource.setrlimit(limit, (most, most + 1))


if __name__ == "__main__":
    main()
