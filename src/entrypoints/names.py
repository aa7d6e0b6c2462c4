"""Settings that are several names in one text."""

from typing import Annotated, TypeAlias

from pydantic import BeforeValidator
from pydantic_settings import NoDecode


def _split(given: object) -> object:
    return tuple(name.strip() for name in given.split(",") if name.strip()) if isinstance(given, str) else given


Names: TypeAlias = Annotated[tuple[str, ...], NoDecode, BeforeValidator(_split)]
"""Separated by commas."""
