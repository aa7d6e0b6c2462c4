"""Shares of both outcomes."""

from typing import Self

from adapters.http.models.base import Answer
from adapters.http.models.fields import Digits
from domain.trading.cpmm import Outcome


class Shares(Answer):
    """Micro-shares of each outcome, held, moved or in a pool."""

    yes: Digits
    no: Digits

    @classmethod
    def one_sided(cls, outcome: Outcome, shares: int) -> Self:
        """Shares of one outcome alone."""
        return cls(yes=shares, no=0) if outcome is Outcome.YES else cls(yes=0, no=shares)
