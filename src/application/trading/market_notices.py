"""What people are told of markets by mail. The values are those that the templates of these names need."""

from application.jobs.catalogue.notices import SendMail
from domain.accounts.user import User
from domain.shared.ids import UserId
from domain.trading.listing import Listing
from domain.trading.market import Market


def approved(proposer: User, market: Market, listing: Listing) -> SendMail:
    """To whoever proposed a market: it is open."""
    values: dict[str, str | int] = {
        "handle": proposer.handle,
        "title": listing.title,
        "closes_at": market.closes_at.isoformat(),
        "url": "",
    }
    return SendMail(template="market_approved", to_user=proposer.id, values=values)


def closed(administrator: UserId, market: Market, listing: Listing) -> SendMail:
    """To an administrator: a market waits for its result."""
    values: dict[str, str | int] = {
        "title": f"A market waits for its result: {listing.title}",
        "details": f"Trading ended on {market.closes_at:%Y-%m-%d at %H:%M} UTC. Resolve or cancel it: {market.id}",
        "url": "",
    }
    return SendMail(template="operator_alert", to_user=administrator, values=values)
