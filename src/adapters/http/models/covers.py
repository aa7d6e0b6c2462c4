"""Covers, as they are uploaded and shown."""

from typing import Annotated, Self
from uuid import UUID

from pydantic import BeforeValidator, Field

from adapters.http.models.base import Answer, Request
from adapters.http.models.fields import named
from application.covers.cover import CoverSize
from domain.shared.administration import MAX_REASON_LENGTH


class Upload(Request):
    """Why, where an administrator does it, for the log of administration."""

    reason: Annotated[str, Field(max_length=MAX_REASON_LENGTH)] = ""


class ShowCover(Request):
    """In which size."""

    size: Annotated[CoverSize, BeforeValidator(named(CoverSize, "SIZE_UNKNOWN"))] = CoverSize.WIDE


class CoverLinks(Answer):
    """Where the cover is shown, in each size."""

    wide: str
    card: str
    thumb: str

    @classmethod
    def at(cls, path: str) -> Self:
        """Those of a cover that is shown under a path."""
        return cls(**{size: f"{path}?size={size}" for size in CoverSize})


class UploadedAnswer(Answer):
    """The job that makes the covers."""

    job_id: UUID
