"""What must hold of an exchange at every moment, as checks that take one and raise AssertionError."""

from collections import Counter

from domain.shared.ids import UserId
from domain.trading.invariants import backing, round_trips
from domain.trading.liquidity import SCALE
from domain.trading.market import Status
from tests.unit.domain.exchange import Exchange


def points_are_conserved(exchange: Exchange) -> None:
    books = exchange.books.values()
    held = sum(book.collateral + book.vault_fees + book.lp_fees.accrued for book in books)
    granted = sum(grant.amount for grant in exchange.grants)
    assert sum(exchange.balances.values()) + held == granted, "points were made or lost"


def nothing_is_negative(exchange: Exchange) -> None:
    for book in exchange.books.values():
        fees = book.lp_fees
        figures = (book.collateral, book.vault_fees, book.lp_supply, fees.accrued, fees.remainder)
        assert min(figures) >= 0, "a book is below zero"
    assert min(exchange.balances.values()) >= 0, "a balance is below zero"
    assert all(min(stake.shares, stake.basis, stake.owed) >= 0 for stake in exchange.stakes.values()), (
        "a stake is below zero"
    )


def shares_are_backed(exchange: Exchange) -> None:
    """Pool and positions hold as many shares of each outcome as there are points behind them.

    Once resolved this is still so of the winning side, until the last payment; a refund no longer looks at shares.
    """
    for market in exchange.markets.values():
        book = exchange.books[market.id]
        held = [position for (where, _), position in exchange.positions.items() if where == market.id]
        yes = (book.pool.yes if book.pool else 0) + sum(position.yes for position in held)
        no = (book.pool.no if book.pool else 0) + sum(position.no for position in held)
        backed = {"YES": {yes}, "NO": {no}, None: {yes, no}}[market.outcome]
        assert market.status is Status.CANCELLED or backed == {book.collateral}, "shares without points behind them"


def the_pool_belongs_to_its_providers(exchange: Exchange) -> None:
    for market_id, book in exchange.books.items():
        shares = sum(stake.shares for (where, _), stake in exchange.stakes.items() if where == market_id)
        assert shares == book.lp_supply, "LP shares without a holder"
        assert (book.pool is None) == (shares == 0), "a pool without a provider, or the reverse"


def lp_fees_are_exact(exchange: Exchange) -> None:
    for market_id, book in exchange.books.items():
        stakes = [stake for (where, _), stake in exchange.stakes.items() if where == market_id]
        owed = sum(map(book.lp_fees.owed_to, stakes))
        assert book.lp_fees.accrued * SCALE == book.lp_fees.remainder + owed, "providers' fees do not add up"


def profit_explains_every_balance(exchange: Exchange) -> None:
    """balance = grants + realised profit - what the open positions and stakes cost."""
    expected: Counter[UserId] = Counter()
    for grant in exchange.grants:
        expected[grant.user_id] += grant.amount
    for (_, user), position in exchange.positions.items():
        expected[user] += position.realised - position.basis
    for (_, user), stake in exchange.stakes.items():
        expected[user] -= stake.basis
    assert all(expected[user] == balance for user, balance in exchange.balances.items()), "a profit nobody made"


def settled_markets_are_empty(exchange: Exchange) -> None:
    for market in exchange.markets.values():
        if market.settled:
            book, fees = exchange.books[market.id], exchange.books[market.id].lp_fees
            left = (book.collateral, book.vault_fees, book.lp_supply, fees.accrued, fees.remainder)
            assert book.pool is None, "a pool outlived its market"
            assert not any(left), "something is left in a settled market"
            assert not exchange.holders(market.id), "a holder was forgotten"


def the_audit_finds_nothing(exchange: Exchange) -> None:
    """The runtime's own checks agree with the ones above."""
    for market in exchange.markets.values():
        book = exchange.books[market.id]
        held = [position for (where, _), position in exchange.positions.items() if where == market.id]
        yes, no = sum(position.yes for position in held), sum(position.no for position in held)
        found = [*backing(market, book, yes, no), *round_trips(market, book)]
        assert not found, f"the audit finds {found[0]}"


STATE_CHECKS = (
    points_are_conserved,
    nothing_is_negative,
    shares_are_backed,
    the_pool_belongs_to_its_providers,
    lp_fees_are_exact,
    profit_explains_every_balance,
    settled_markets_are_empty,
    the_audit_finds_nothing,
)
