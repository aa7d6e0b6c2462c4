"""What things are called in a report."""

import re
from unicodedata import normalize

from domain.accounts.user import GrantReason
from domain.trading.cpmm import Outcome
from domain.trading.ledger import Action
from domain.trading.market import Market, Status

_DONE = {
    Action.BUY: "Bought",
    Action.SELL: "Sold",
    Action.MINT: "Minted pairs",
    Action.MERGE: "Merged pairs",
    Action.NET_SELL: "Closed out",
    Action.ADD_LIQUIDITY: "Added liquidity",
    Action.REMOVE_LIQUIDITY: "Removed liquidity",
    Action.FEE_CLAIM: "Fees claimed",
    Action.PAYOUT: "Payout",
    Action.REFUND: "Refund",
    Action.VAULT_SWEEP: "Fees swept",
}
_GRANTED = {
    GrantReason.REGISTRATION_BONUS: "Grant: registration bonus",
    GrantReason.ADMIN_GRANT: "Grant by an administrator",
    GrantReason.TREASURY_ISSUE: "Grant: treasury issue",
    GrantReason.REPLAY: "Grant: replay",
}
_WITH_OUTCOME = frozenset({Action.BUY, Action.SELL, Action.NET_SELL})

_STATUS = {
    Status.DRAFT: "Waiting for approval",
    Status.ACTIVE: "Open for trading",
    Status.PAUSED: "Trading paused",
    Status.CANCELLED: "Cancelled",
}

_SLUG_LENGTH = 40


def done(what: Action | GrantReason, outcome: Outcome | None) -> str:
    """What a movement was."""
    if isinstance(what, GrantReason):
        return _GRANTED[what]
    return f"{_DONE[what]} {outcome}" if outcome and what in _WITH_OUTCOME else _DONE[what]


def status(market: Market, *, closed: bool) -> str:
    """Where a market stands; `closed` once its closing time has passed."""
    if market.outcome is not None:
        return f"Resolved {market.outcome}"
    if market.status is Status.ACTIVE and closed:
        return "Closed, waiting for its result"
    return _STATUS[market.status]


def one_line(text: str) -> str:
    """What somebody wrote, without the ends of lines that a title may have."""
    return " ".join(text.split())


def slug(text: str, otherwise: str) -> str:
    """A text as a part of a file's name, in small ASCII letters; `otherwise` where nothing is left of it."""
    plain = normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    words = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")
    if len(words) > _SLUG_LENGTH:
        words = words[:_SLUG_LENGTH].rpartition("-")[0] or words[:_SLUG_LENGTH]
    return words or otherwise
