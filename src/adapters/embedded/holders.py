"""Holdings of any number of users in little memory: past a bound they go to a temporary SQLite file."""

import sqlite3
from collections.abc import Iterator
from dataclasses import fields
from operator import attrgetter
from typing import Self
from uuid import UUID

from domain.shared.ids import UserId
from domain.trading.book import Holding
from domain.trading.liquidity import Stake
from domain.trading.position import Position

MOST_IN_MEMORY = 100_000
"""Users kept in memory, at 700 bytes each."""

_TEMPORARY_FILE = ""  # which SQLite makes where temporary files go, and removes when it is closed

_SPLIT = len(fields(Position))
_numbers = attrgetter(
    *(f"position.{field.name}" for field in fields(Position)), *(f"stake.{field.name}" for field in fields(Stake))
)

_OPEN = """
    PRAGMA journal_mode = OFF;
    PRAGMA synchronous = OFF;
    CREATE TABLE holders (user_id BLOB PRIMARY KEY, holding TEXT) WITHOUT ROWID;
    BEGIN;
"""
_FIND = "SELECT holding FROM holders WHERE user_id = ?"


class SpillingHolders:
    """Implements the Holders port."""

    def __init__(self, most_in_memory: int = MOST_IN_MEMORY) -> None:
        self._most_in_memory = most_in_memory
        self._recent: dict[UserId, Holding] = {}
        self._spilled: sqlite3.Connection | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.clear()

    def get(self, user_id: UserId) -> Holding | None:
        """What a user holds, if he was put in."""
        held = self._recent.get(user_id)
        if held is not None or self._spilled is None:
            return held
        [held] = self._spilled.execute(_FIND, (user_id.bytes,)).fetchone() or [None]
        return _holding(held) if held else None

    def put(self, user_id: UserId, holding: Holding) -> None:
        """Keep what a user holds now."""
        self._recent[user_id] = holding
        if len(self._recent) > self._most_in_memory:
            self._spill()

    def in_order(self) -> Iterator[tuple[UserId, Holding]]:
        """Everybody, in the order of ids."""
        if self._spilled is None:
            for user_id in sorted(self._recent):
                yield user_id, self._recent[user_id]
            return
        for key, holding in self._spill().execute("SELECT user_id, holding FROM holders ORDER BY user_id"):
            yield UserId(UUID(bytes=key)), _holding(holding)

    def clear(self) -> None:
        """Forget everybody."""
        self._recent.clear()
        if self._spilled is not None:
            self._spilled.close()
            self._spilled = None

    def _spill(self) -> sqlite3.Connection:
        """Move everybody to the file."""
        if self._spilled is None:
            self._spilled = sqlite3.connect(_TEMPORARY_FILE, isolation_level=None)
            self._spilled.executescript(_OPEN)
        rows = ((user_id.bytes, _text(held)) for user_id, held in sorted(self._recent.items()))
        self._spilled.executemany("INSERT OR REPLACE INTO holders VALUES (?, ?)", rows)
        self._recent.clear()
        return self._spilled


def _text(held: Holding) -> str:
    """As text, for some numbers have more than 64 bits."""
    return " ".join(map(str, _numbers(held)))


def _holding(text: str) -> Holding:
    numbers = [int(number) for number in text.split()]
    return Holding(0, Position(*numbers[:_SPLIT]), Stake(*numbers[_SPLIT:]))
