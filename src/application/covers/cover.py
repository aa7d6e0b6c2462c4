"""The picture of a market, in the sizes in which it is shown."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from hashlib import sha256

from domain.accounts.user import Role, User
from domain.shared.errors import Conflict, Forbidden, Invalid
from domain.shared.ids import UserId
from domain.shared.value import value
from domain.trading.market import Status

MAX_SOURCE_BYTES = 8 * 1024 * 1024
"""Of a picture as it is uploaded."""

MAX_COVER_BYTES = 2 * 1024 * 1024
"""Of one as it is shown; the largest takes a few hundred KiB."""

MEDIA = "image/webp"


class CoverSize(StrEnum):
    """Where a cover is shown: above a page and in previews elsewhere, in a list, beside a line."""

    WIDE = "wide"
    CARD = "card"
    THUMB = "thumb"


SHAPES: Mapping[CoverSize, tuple[int, int]] = {
    CoverSize.WIDE: (1200, 630),
    CoverSize.CARD: (600, 315),
    CoverSize.THUMB: (96, 96),
}
"""Width and height in pixels; smaller, in the same proportion, where the picture that was uploaded is smaller."""


@value
class Cover:
    """A cover in one size, as WebP."""

    size: CoverSize
    width: int
    height: int
    data: bytes

    @property
    def digest(self) -> str:
        """The name of the content, in hexadecimal: other content has another."""
        return sha256(self.data).hexdigest()


@value
class Source:
    """A picture as it was uploaded, unchecked. Raises Invalid when built with nothing, or with too much."""

    data: bytes
    uploaded_by: UserId
    uploaded_at: datetime

    def __post_init__(self) -> None:
        if not 0 < len(self.data) <= MAX_SOURCE_BYTES:
            raise Invalid("COVER_BYTES", f"Send a picture of 1 to {MAX_SOURCE_BYTES} bytes.", maximum=MAX_SOURCE_BYTES)

    @property
    def digest(self) -> bytes:
        """What tells it from another picture."""
        return sha256(self.data).digest()


@value
class Standing:
    """What decides who may change a market's cover."""

    status: Status
    proposed_by: UserId

    def require_may_cover(self, user: User) -> None:
        """Refuse whoever is no administrator, and not the proposer of a draft. Raises Forbidden and Conflict."""
        if user.role is Role.ADMIN:
            return
        if user.id != self.proposed_by:
            raise Forbidden("NOT_YOUR_PROPOSAL", "Only its proposer or an administrator may give a market its cover.")
        if self.status is not Status.DRAFT:
            raise Conflict("COVER_FIXED", "It is no draft any more; ask an administrator.", status=self.status)
