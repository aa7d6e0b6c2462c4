"""Edits of a market: everything of a draft, text and closing time once its pool is open, nothing once it has ended."""

from dataclasses import asdict, replace
from datetime import datetime
from typing import Any

from domain.shared.errors import Conflict, Invalid
from domain.shared.value import value
from domain.trading.listing import Listing
from domain.trading.market import Market, Status

_TEXT = ("title", "description", "category", "probability")
_TERMS = ("closes_at", "fee_bps", "lp_fee_bps")
_FIXED_BY_OPENING = ("probability", "fee_bps", "lp_fee_bps")


@value
class Edit:
    """What is to be changed; what is None stays. Fields as in Listing and Market."""

    title: str | None = None
    description: str | None = None
    category: str | None = None
    probability: int | None = None
    closes_at: datetime | None = None
    fee_bps: int | None = None
    lp_fee_bps: int | None = None

    def __post_init__(self) -> None:
        if all(given is None for given in asdict(self).values()):
            raise Invalid("EDIT_EMPTY", "Give at least one field to change.")

    def of(self, market: Market, listing: Listing, now: datetime) -> tuple[Market, Listing]:
        """The market and its listing, edited. Raises Invalid, and Conflict where it is too late for that."""
        market.require_editable()
        edited = replace(market, **self._given(_TERMS)), replace(listing, **self._given(_TEXT))
        if market.status is not Status.DRAFT:
            self._require_open_terms(market, listing)
        if self.closes_at is not None and self.closes_at != market.closes_at and self.closes_at <= now:
            raise Invalid(
                "CLOSES_IN_THE_PAST", "Give a closing time in the future.", closes_at=self.closes_at.isoformat()
            )
        return edited

    def _given(self, names: tuple[str, ...]) -> dict[str, Any]:
        return {name: getattr(self, name) for name in names if getattr(self, name) is not None}

    def _require_open_terms(self, market: Market, listing: Listing) -> None:
        for name in _FIXED_BY_OPENING:
            given = getattr(self, name)
            if given is not None and given != getattr(market if name in _TERMS else listing, name):
                raise Conflict("TERMS_FIXED", f"Leave out {name}; it is fixed since trading began.", field=name)
