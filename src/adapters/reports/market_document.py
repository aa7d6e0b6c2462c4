"""A market's report, laid out."""

from collections.abc import Iterator

from adapters.reports.document import Block, Chart, Column, Document, Facts, Figure, Figures, Kind, Prose, Table
from adapters.reports.figures import basis_points, count, days, moment, percent, points
from adapters.reports.words import done, one_line, slug, status
from application.reports.market_report import MarketReport
from domain.trading.market import Status

_TRADES = (
    Column("Time (UTC)", Kind.TIME),
    Column("Entry", Kind.COUNT),
    Column("Trader", long=True),
    Column("Trade"),
    Column("Shares", Kind.SHARES),
    Column("Price", Kind.PRICE),
    Column("Fee", Kind.POINTS),
    Column("Amount", Kind.POINTS),
    Column("YES after", Kind.PERCENT),
)
_HOLDERS = Column("Holder", long=True), Column("YES shares", Kind.SHARES), Column("NO shares", Kind.SHARES)


def market_document(report: MarketReport) -> Document:
    """The report as a document."""
    market, listing = report.facts.market, report.facts.listing
    trades = _trades(report)
    title = one_line(listing.title)
    parts = [one_line(listing.category), _status(report), f"as of {moment(report.made_at)}"]
    return Document(
        "Market report",
        title,
        " · ".join(part for part in parts if part),
        [*_blocks(report), trades],
        trades,
        f"market-{slug(title, str(market.id))}-{report.made_at:%Y-%m-%d}",
        f"Market {market.id}",
        report.made_at,
    )


def _blocks(report: MarketReport) -> Iterator[Block]:
    listing = report.facts.listing
    yield Figures(list(_figures(report)))
    if report.course is not None:
        course = report.course
        caption = f"Probability of YES, {days(course.since, course.until)}; times in UTC"
        yield Chart("Price over the life of the market", caption, Kind.PERCENT, course)
    if listing.description.strip():
        yield Prose("Question", listing.description.strip())
    yield Facts("Rules", list(_rules(report)))
    if report.facts.market.status.ended:
        yield Facts("Settlement", list(_settlement(report)))
    yield _holders(report)


def _status(report: MarketReport) -> str:
    market = report.facts.market
    return status(market, closed=report.made_at >= market.closes_at)


def _figures(report: MarketReport) -> Iterator[Figure]:
    market, sums = report.facts.market, report.sums
    if market.status.ended:
        yield Figure("Outcome", market.outcome or "Cancelled", _last_price(report))
    elif report.probability is not None:
        yield Figure("Probability of YES", percent(report.probability), _opening(report))
    else:
        asked = f"proposed at {percent(report.facts.listing.probability)}" if report.course is None else "no liquidity"
        yield Figure("Probability of YES", "–", asked)
    yield Figure("Volume, points", points(sums.volume), count(sums.trades, "trade", "trades"))
    yield Figure("Traders", f"{sums.traders:,}", count(report.holders.number, "holder", "holders"))
    yield Figure("Fees, points", points(sums.fees), f"{points(sums.lp_fees)} to providers")
    yield Figure("Collateral, points", points(report.facts.book.collateral), "paid out" if _paid(report) else "")


def _paid(report: MarketReport) -> bool:
    return report.facts.market.settled


def _last_price(report: MarketReport) -> str:
    return "" if report.probability is None else f"last price {percent(report.probability)}"


def _opening(report: MarketReport) -> str:
    return "" if report.opening is None else f"opened at {percent(report.opening)}"


def _rules(report: MarketReport) -> Iterator[tuple[str, str]]:
    facts, market = report.facts, report.facts.market
    begun = f"Opened {moment(facts.first.executed_at)}" if facts.first else f"Proposed {moment(facts.created_at)}"
    yield "Trading", f"{begun}; ends {moment(market.closes_at)}"
    providers = basis_points(market.lp_fee_bps)
    yield "Fee", f"{basis_points(market.fee_bps)} of a trade, of which {providers} goes to the liquidity providers"
    yield "Result", "Each share of the outcome that comes true pays 1 point, each of the other nothing"
    yield "If cancelled", "Every holder gets back what the shares cost"


def _settlement(report: MarketReport) -> Iterator[tuple[str, str]]:
    market, sums, book = report.facts.market, report.sums, report.facts.book
    yield "Result", _status(report)
    paid = "Refunded to" if market.status is Status.CANCELLED else "Paid to"
    yield f"{paid} holders", f"{points(sums.to_holders)} points to {count(sums.holders, 'holder', 'holders')}"
    providers = count(sums.providers, "provider", "providers")
    yield f"{paid} liquidity providers", f"{points(sums.to_providers)} points to {providers}"
    yield "Fees to providers", f"{points(sums.claimed)} points over the life of the market"
    yield "Fees to the treasury", f"{points(sums.swept)} points"
    if sums.rest:
        yield "Left to nobody, to the treasury", f"{points(sums.rest)} points"
    unpaid = count(report.unpaid.number, "holder", "holders")
    waiting = f"{points(book.collateral)} points of collateral are still to be paid, to {unpaid} and the providers"
    yield "State", "Settled: everybody is paid and nothing is left" if market.settled else waiting


def _holders(report: MarketReport) -> Table:
    past = report.facts.market.status.ended and not report.unpaid.number
    cancelled = report.facts.market.status is Status.CANCELLED
    worth = Column(("Refunded" if cancelled else "Paid out") if past else "Worth, points", Kind.POINTS)
    rows = [(holder.handle, holder.yes or None, holder.no or None, holder.worth) for holder in report.holders.items]
    shown, number = len(rows), report.holders.number
    return Table(
        "Largest holders at settlement" if past else "Largest holders",
        (*_HOLDERS, worth),
        rows,
        note="" if report.holders.whole else f"The first {shown:,} of {count(number, 'holder', 'holders')}.",
        empty="Nobody held shares." if past else "Nobody holds shares.",
    )


def _trades(report: MarketReport) -> Table:
    rows = [
        (
            *(trade.at, trade.seq, trade.handle, done(trade.action, trade.outcome), trade.shares, trade.price),
            *(trade.fee, trade.amount, trade.probability),
        )
        for trade in report.trades.items
    ]
    shown, number = len(rows), report.trades.number
    return Table(
        "Trades, newest first" if report.trades.whole else "Last trades, newest first",
        _TRADES,
        rows,
        note="" if report.trades.whole else f"The last {shown:,} of {number:,} trades.",
        empty="Nobody has traded.",
    )
