"""A user's own data, to be kept: CSV files, read and sent page by page."""

from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from aiohttp import web

from adapters.http.endpoints import Access, Call, Endpoint, NoBody, NoQuery, get
from adapters.http.streaming import streamed
from application.accounts.grant_queries import GrantQueries
from application.shared.csv_text import Cell, csv_text
from application.shared.pages import MAX_PAGE, every_page
from application.trading.reading.exchange import ExchangeQueries
from application.trading.reading.portfolios import PortfolioLine
from domain.accounts.user import PointGrant
from domain.trading.ledger import LedgerEntry

MEDIA = "text/csv"
_FILE = ("Content-Disposition",)

T = TypeVar("T")

_TRADE_COLUMNS = (
    *("executedAt", "marketId", "seq", "action", "outcome", "paid", "received", "fee", "price"),
    *("yesChange", "noChange", "lpChange", "yesAfter", "noAfter", "lpAfter", "idempotencyKey"),
)
_GRANT_COLUMNS = ("grantedAt", "id", "amount", "reason", "reference")
_POSITION_COLUMNS = (
    *("marketId", "title", "category", "status", "outcome", "yes", "no", "yesCost", "noCost", "worth"),
    *("realisedProfit", "lpShares", "lpCost", "lpWorth", "claimableFees"),
)


@dataclass(frozen=True, slots=True)
class Exports:
    """Files of who asks. Amounts are micro-units, as everywhere."""

    queries: ExchangeQueries
    grants: GrantQueries

    def endpoints(self) -> list[Endpoint]:
        """Under /api/v1/me/export."""
        return [
            get("/api/v1/me/export/trades.csv", self.trades, Access.READ, None, media=(MEDIA,), headers=_FILE),
            get("/api/v1/me/export/grants.csv", self.granted, Access.READ, None, media=(MEDIA,), headers=_FILE),
            get("/api/v1/me/export/positions.csv", self.positions, Access.READ, None, media=(MEDIA,), headers=_FILE),
        ]

    async def trades(self, call: Call[NoQuery, NoBody]) -> web.StreamResponse:
        """Download all one's ledger entries, newest first."""
        pages = every_page(lambda before: self.queries.trades_of(call.user.id, MAX_PAGE, before))
        return await _file(call, "trades.csv", _TRADE_COLUMNS, pages, _trade)

    async def granted(self, call: Call[NoQuery, NoBody]) -> web.StreamResponse:
        """Download all one's grants, newest first."""
        pages = every_page(lambda before: self.grants.grants(call.user.id, MAX_PAGE, before))
        return await _file(call, "grants.csv", _GRANT_COLUMNS, pages, _grant)

    async def positions(self, call: Call[NoQuery, NoBody]) -> web.StreamResponse:
        """Download what one holds, or ever held, in each market."""
        pages = every_page(lambda after: self.queries.lines(call.user.id, MAX_PAGE, after))
        return await _file(call, "positions.csv", _POSITION_COLUMNS, pages, _position)


async def _file(
    call: Call[NoQuery, NoBody],
    name: str,
    columns: Sequence[str],
    pages: AsyncIterator[Sequence[T]],
    row: Callable[[T], Sequence[Cell]],
) -> web.StreamResponse:
    async def texts() -> AsyncIterator[str]:
        header = csv_text([columns])
        async for page in pages:
            yield header + csv_text(map(row, page))
            header = ""

    return await streamed(call.request, texts(), MEDIA, name)


def _trade(entry: LedgerEntry) -> Sequence[Cell]:
    return (
        *(entry.executed_at, str(entry.market_id), entry.seq, entry.action, entry.outcome),
        *(entry.amount_in, entry.amount_out, entry.fee, entry.price if entry.outcome else None),
        *(entry.yes_after - entry.yes_before, entry.no_after - entry.no_before, entry.lp_after - entry.lp_before),
        *(entry.yes_after, entry.no_after, entry.lp_after, entry.key),
    )


def _grant(grant: PointGrant) -> Sequence[Cell]:
    return grant.granted_at, str(grant.id), grant.amount, grant.reason, grant.reference


def _position(line: PortfolioLine) -> Sequence[Cell]:
    market, listing, position = line.view.market, line.view.listing, line.position
    return (
        *(str(market.id), listing.title, listing.category, market.status, market.outcome),
        *(position.yes, position.no, position.yes_basis, position.no_basis, line.worth, position.realised),
        *(line.stake.shares, line.stake.basis, line.stake_worth, line.claimable),
    )
