"""The books in memory."""

import asyncio
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from application.trading.ports import Changes, FirstAnswer, HolderKey, Known
from domain.accounts.user import User
from domain.shared.ids import MarketId, UserId
from domain.trading.book import NO_POSITION, NO_STAKE, Book
from domain.trading.liquidity import Stake
from domain.trading.market import Market
from domain.trading.orders import Order
from domain.trading.position import Position
from tests.fakes.constraints import (
    check_book,
    check_entry,
    check_position,
    check_stake,
    check_user,
    require,
    require_text,
)
from tests.fakes.session import MemorySession
from tests.fakes.state import State


class MemoryBooks:
    """Implements the Books port."""

    def __init__(self, session: MemorySession) -> None:
        self._session = session

    async def lock_markets(self, ids: Collection[MarketId]) -> Mapping[MarketId, tuple[Market, Book]]:
        self._session.lock_markets(ids)
        await self._session.take_turn()
        with self._session.statement() as state:
            found = sorted(set(ids) & state.markets.keys())
            return {market_id: (state.markets[market_id], state.books[market_id]) for market_id in found}

    async def lock_users(self, ids: Collection[UserId]) -> Mapping[UserId, User]:
        self._session.lock_users(ids)
        await self._session.take_turn()
        with self._session.statement() as state:
            return {user_id: state.users[user_id] for user_id in sorted(set(ids) & state.users.keys())}

    async def holdings(self, keys: Collection[HolderKey]) -> Mapping[HolderKey, tuple[Position, Stake]]:
        self._session.require_locked({market for market, _ in keys}, {user for _, user in keys})
        with self._session.statement() as state:
            known = set(keys) & (state.positions.keys() | state.stakes.keys())
            return {key: (state.positions.get(key, NO_POSITION), state.stakes.get(key, NO_STAKE)) for key in known}

    async def known(self, orders: Sequence[Order]) -> Sequence[Known]:
        with self._session.statement() as state:
            self._session.require_locked(
                {order.market_id for order in orders} & state.markets.keys(),
                {order.user_id for order in orders} & state.users.keys(),
            )
            require_text(*(order.key for order in orders))
            answers = state.answers()
            return [_known(state, order, answers.get((order.user_id, order.key))) for order in orders]

    async def write(self, changes: Changes, now: datetime) -> None:
        await asyncio.sleep(0)
        self._require_locked(changes)
        with self._session.statement() as state:
            _write_values(state, changes)
            _write_history(state, changes, now)

    def _require_locked(self, changes: Changes) -> None:
        held = changes.positions.keys() | changes.stakes.keys()
        markets = changes.books.keys() | {market for market, _ in held} | {entry.market_id for entry in changes.entries}
        users = changes.balances.keys() | {user for _, user in held} | {user for user, _ in changes.refusals}
        self._session.require_locked(markets, users)


def _write_values(state: State, changes: Changes) -> None:
    for market_id, book in changes.books.items():
        check_book(book)
        state.books[market_id] = book
    for user_id, balance in changes.balances.items():
        state.users[user_id] = replace(state.users[user_id], balance=balance)
        check_user(state.users[user_id])
    for holder, position in changes.positions.items():
        check_position(position)
        state.positions[holder] = position
    for holder, stake in changes.stakes.items():
        check_stake(stake)
        state.stakes[holder] = stake


def _write_history(state: State, changes: Changes, now: datetime) -> None:
    for entry in changes.entries:
        check_entry(entry)
        require((entry.market_id, entry.seq) not in state.entries, "pk_trade_ledger")
        state.entries[entry.market_id, entry.seq] = entry
    for key, refusal in changes.refusals.items():
        require(key not in state.refusals, "pk_refused_orders")
        require_text(key[1])
        state.refusals[key] = refusal, now


def _known(state: State, order: Order, answer: FirstAnswer | None) -> Known:
    holder = order.market_id, order.user_id
    return Known(state.positions.get(holder, NO_POSITION), state.stakes.get(holder, NO_STAKE), answer)
