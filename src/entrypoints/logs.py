"""Logging to standard error."""

import logging
import time

from aiohttp.http_exceptions import HttpProcessingError
from aiohttp.web import RequestPayloadError

FORMAT = "%(asctime)s %(levelname)s %(name)s: %(message)s"
TIME_FORMAT = "%Y-%m-%dT%H:%M:%SZ"


def log_to_stderr(level: str) -> None:
    """Log what is at least as severe as `level`, with times in UTC."""
    formatter = logging.Formatter(FORMAT, TIME_FORMAT)
    formatter.converter = time.gmtime
    handler = logging.StreamHandler()
    handler.setFormatter(formatter)
    handler.addFilter(_is_ours)
    logging.basicConfig(level=level, handlers=[handler])
    logging.getLogger("alembic").setLevel(logging.WARNING)


def _is_ours(record: logging.LogRecord) -> bool:
    """Not what aiohttp says of callers who do not speak HTTP: they must not be able to fill the log."""
    return not (record.exc_info and isinstance(record.exc_info[1], HttpProcessingError | RequestPayloadError))
