"""What is done to the exchange, and everything that is checked afterwards."""

import asyncio
import random
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from adapters.embedded.postgres import EmbeddedPostgres
from domain.shared.money import POINT
from tests.faults.bank import Bank
from tests.faults.killer import Killer
from tests.faults.load import Load
from tests.faults.nursery import Nursery
from tests.faults.plants import buy_rounded_for_the_trader
from tests.faults.report import Report, report
from tests.faults.unlogged import forgetful
from tests.faults.victims import Postgres, desks
from tests.faults.world import world

REPEATS = 200
LANES = 16
SLOW_COMMITS: dict[str, Any] = {"commit_delay": "10000", "commit_siblings": "0"}
PROGRESS_S = 2.0


@dataclass(frozen=True, slots=True)
class Ground:
    """Where scenarios take place: a server, where desks come from, the seed of every choice, and who is told how it
    goes."""

    postgres: EmbeddedPostgres
    nursery: Nursery
    seed: int
    tell: Callable[[str], None] = lambda _: None


async def killed(ground: Ground, kills: int) -> Report:
    """SIGKILL of PostgreSQL, one of its processes, or either of two desks, in random order under load.

    Commits are slow, so that many a kill strikes between a commit and its acknowledgement.
    """
    chance = random.Random(ground.seed)
    async with world(ground.postgres, **SLOW_COMMITS) as place, desks(ground.nursery, place, {}, {}) as running:
        load, bank = Load(place, [desk.options.socket for desk in running], ground.seed), Bank(place)
        killer = Killer([Postgres(ground.postgres, place.database, chance), *running], load.log, chance)
        told = _told(ground, lambda: f"{killer.killed.total()} of {kills} kills, {_trades(load)}")
        async with _beside(bank.run(), told), _trading(load):
            await killer.run(kills)
        await load.ask_again(REPEATS)
        return await report({f"kills of {name}": n for name, n in sorted(killer.killed.items())}, place, load, bank)


async def dropped(ground: Ground, orders: int, *, fresh_keys: bool = False) -> Report:
    """One acknowledgement in twenty thrown away after the commit; the client sends the same order again."""
    async with world(ground.postgres) as place:
        async with desks(ground.nursery, place, {"drop": 0.05, "seed": ground.seed}) as (desk,):
            load = Load(place, [desk.options.socket], ground.seed, fresh_keys=fresh_keys)
            bank = Bank(place)
            async with _beside(bank.run(), _told(ground, lambda: _trades(load))):
                await load.run(orders)
        return await report({}, place, load, bank)


async def contended(ground: Ground, orders: int, *, unordered: bool = False) -> Report:
    """Sixteen transactions at a time that all want the same few users, from 64 clients."""
    async with world(ground.postgres, markets=LANES, traders=8, deadlock_timeout="100ms") as place:
        async with desks(ground.nursery, place, {"lanes": LANES, "unordered": unordered}) as (desk,):
            load, bank = Load(place, [desk.options.socket], ground.seed, clients=64), Bank(place)
            async with _beside(bank.run(), _told(ground, lambda: _trades(load))):
                await load.run(orders)
        deadlocks = await place.deadlocks()
        found = await report({"deadlocks": deadlocks}, place, load, bank)
        found.findings.extend([f"{deadlocks} deadlocks"] if deadlocks else [])
        return found


async def unlogged(ground: Ground, kills: int) -> Report:
    """PostgreSQL acknowledges commits that are not on disk, nobody asked whether it does, and it is killed."""
    chance = random.Random(ground.seed)
    async with world(ground.postgres) as place:
        async with forgetful(place), desks(ground.nursery, place, {"unchecked": True}) as (desk,):
            load, bank = Load(place, [desk.options.socket], ground.seed), Bank(place)
            killer = Killer([Postgres(ground.postgres, place.database, chance)], load.log, chance)
            async with _beside(bank.run()), _trading(load):
                await killer.run(kills)
        return await report({"kills": killer.killed.total()}, place, load, bank)


async def misrounded(ground: Ground, trades: int) -> Report:
    """Purchases whose division was rounded for the trader, past the guard that refuses them."""
    async with world(ground.postgres, markets=1, traders=1) as place:
        async with place.exchange() as exchange:
            for number in range(trades):
                await buy_rounded_for_the_trader(
                    exchange.transactions(), place.markets[0], place.traders[0], POINT + number, datetime.now(UTC)
                )
        load, bank = Load(place, [], ground.seed), Bank(place)
        await bank.read_once()
        return await report({"trades": trades}, place, load, bank)


@asynccontextmanager
async def _trading(load: Load) -> AsyncIterator[None]:
    """Clients trade until the end; then each waits for its last answer."""
    async with asyncio.TaskGroup() as group:
        group.create_task(load.run())
        yield
        load.stop()


@asynccontextmanager
async def _beside(*works: Coroutine[Any, Any, None]) -> AsyncIterator[None]:
    """Work without end beside the body, which fails with it, and with which it ends."""
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(work) for work in works]
        yield
        for task in tasks:
            task.cancel()


async def _told(ground: Ground, news: Callable[[], str]) -> None:
    while True:
        await asyncio.sleep(PROGRESS_S)
        ground.tell(news())


def _trades(load: Load) -> str:
    return f"{load.log.filled:,} trades acknowledged"
