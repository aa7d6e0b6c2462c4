"""Covers of markets."""

from uuid import UUID

from presage_client.models.base import Answer, Request
from presage_client.models.words import CoverSize, PictureMedia


class Picture(Request):
    """A picture as a body of its own, which is no JSON."""

    data: bytes
    media: PictureMedia


class Upload(Request):
    """Why, where an administrator does it."""

    reason: str | None = None


class ShowCover(Request):
    """In which size."""

    size: CoverSize | None = None


class CoverLinks(Answer):
    """Paths of the cover in each size."""

    wide: str
    card: str
    thumb: str


class Uploaded(Answer):
    """The job that makes the covers."""

    job_id: UUID
