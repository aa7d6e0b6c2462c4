"""What the log of administration says of a market."""

from domain.shared.administration import Facts
from domain.trading.listing import Listing
from domain.trading.market import Market


def facts_of(market: Market) -> Facts:
    """Where a market stands."""
    return {
        "status": market.status,
        "closes_at": market.closes_at.isoformat(),
        "outcome": market.outcome,
        "settled": market.settled,
    }


def changes_between(before: tuple[Market, Listing], after: tuple[Market, Listing]) -> tuple[Facts, Facts]:
    """What an edit changed: as it was, and as it is."""
    old, new = _terms(*before), _terms(*after)
    changed = [name for name in old if old[name] != new[name]]
    return {name: old[name] for name in changed}, {name: new[name] for name in changed}


def _terms(market: Market, listing: Listing) -> Facts:
    return {
        "title": listing.title,
        "description": listing.description,
        "category": listing.category,
        "probability": listing.probability,
        "closes_at": market.closes_at.isoformat(),
        "fee_bps": market.fee_bps,
        "lp_fee_bps": market.lp_fee_bps,
    }
