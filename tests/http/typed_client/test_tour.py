"""All that the client can do, on a served exchange, as those who use it do it."""

from collections.abc import AsyncIterator
from csv import DictReader
from datetime import UTC, datetime, timedelta
from io import StringIO
from uuid import UUID

import pytest

from domain.accounts.user import Role
from domain.shared.ids import JobId, MarketId
from entrypoints.container import Container
from presage_client import (
    BuyShares,
    ConflictError,
    ForbiddenError,
    Merge,
    Mint,
    NotFoundError,
    Order,
    PresageClient,
    SellForAmount,
    UnauthenticatedError,
    points,
    shares,
)
from tests.covers.pictures import opened, quarters, saved
from tests.http.working import work_done

PASSWORD = "correct horse battery"
WHY = "As decided on Monday."


async def signed_in(client: PresageClient, name: str) -> UUID:
    await client.auth.register(f"{name}@example.org", PASSWORD, name)
    return (await client.auth.login(f"{name}@example.org", PASSWORD)).user_id


@pytest.fixture
async def ada(url: str) -> AsyncIterator[PresageClient]:
    async with PresageClient(url) as client:
        await signed_in(client, "ada")
        yield client


@pytest.fixture
async def root(url: str, exchange: Container) -> AsyncIterator[PresageClient]:
    """An administrator."""
    async with PresageClient(url) as client:
        await signed_in(client, "root")
        await exchange.appoint_admin()("root", Role.ADMIN, WHY)
        yield client


async def test_trading(ada: PresageClient, markets: list[MarketId]) -> None:
    market = await ada.markets.one(markets[0])
    quote = await ada.markets.quote(market.id, "BUY", "NO", shares=shares(4))
    bought = await ada.trades.place(
        BuyShares(market_id=market.id, outcome="NO", shares=shares(4), max_cost=quote.amount, idempotency_key="a/1 ?")
    )
    assert (bought.amount, bought.shares, bought.seq) == (quote.amount, quote.shares, market.seq + 1)
    assert await ada.trades.by_key("a/1 ?") == bought
    sold = await ada.trades.sell(market.id, "NO", shares(1))
    assert sold.position.no == bought.position.no - 1_000_000
    with pytest.raises(ConflictError):
        await ada.trades.place(
            SellForAmount(market_id=market.id, outcome="NO", amount=points(1), max_shares=shares("0.000001"))
        )
    assert (await ada.trades.close_out(market.id)).position.no == 0
    with pytest.raises(NotFoundError):
        await ada.trades.by_key("unknown")


async def test_a_batch_is_answered_one_by_one(ada: PresageClient, markets: list[MarketId]) -> None:
    orders: list[Order] = [Mint(market_id=markets[0], amount=points(1)) for _ in range(60)]
    batch = await ada.trades.batch([*orders, Merge(market_id=markets[0], amount=points(61))])
    assert [item.trade.seq for item in batch.items if item.trade] == list(range(2, 62))
    assert batch.items[60].error
    assert (batch.items[60].status, batch.items[60].error.code) == (409, "INSUFFICIENT_SHARES")
    assert [entry.seq async for entry in ada.markets.trades(markets[0])] == list(range(61, 0, -1))
    assert [entry.seq async for entry in ada.markets.trades(markets[0], after_seq=3)] == list(range(4, 62))
    assert [trade.seq async for trade in ada.me.trades()] == list(range(61, 1, -1))


async def test_liquidity(ada: PresageClient, markets: list[MarketId]) -> None:
    added = await ada.liquidity.add(markets[1], points(50), idempotency_key="once")
    assert await ada.liquidity.add(markets[1], points(50), idempotency_key="once") == added
    stakes = [(provision.market.id, provision.liquidity.lp_shares) async for provision in ada.me.liquidity()]
    assert stakes == [(markets[1], added.lp_shares)]
    assert "ada" in [provider.handle async for provider in ada.markets.providers(markets[1])]
    await ada.trades.buy(markets[1], "YES", points(5))
    assert (await ada.liquidity.claim_fees(markets[1])).lp_shares == added.lp_shares
    assert (await ada.liquidity.remove(markets[1], added.lp_shares)).lp_shares == 0


async def test_reading(ada: PresageClient, markets: list[MarketId]) -> None:
    trade = await ada.trades.buy(markets[0], "YES", points(5))
    page = await ada.markets.page(
        status=["ACTIVE", "PAUSED"], text="RELEASE", category="work", sort="activity", limit=1
    )
    assert [market.id for market in page.items] == [markets[0]]
    assert {market.id async for market in ada.markets.all()} == set(markets)
    candles = await ada.markets.candles(markets[0], "1m", since=datetime.now(UTC) - timedelta(minutes=5))
    assert sum(candle.trades for candle in candles.items) == 1
    assert sum(candle.volume for candle in candles.items) == trade.amount
    assert [holder.handle async for holder in ada.markets.holders(markets[0], outcome="YES")][-1] == "ada"
    assert "ada" in [rank.handle async for rank in ada.markets.leaderboard()]
    portfolio = await ada.me.portfolio(held="ever")
    assert (portfolio.items[0].market.id, portfolio.items[0].shares.yes) == (markets[0], trade.shares.yes)
    assert portfolio.equity == portfolio.balance + portfolio.worth
    assert [(grant.reason, grant.amount) async for grant in ada.me.grants()] == [("REGISTRATION_BONUS", points(1000))]
    (exported,) = DictReader(StringIO(await ada.me.export_trades()))
    assert (exported["seq"], exported["idempotencyKey"]) == ("2", trade.idempotency_key)
    assert len(list(DictReader(StringIO(await ada.me.export_grants())))) == 1
    assert len(list(DictReader(StringIO(await ada.me.export_positions())))) == 1
    assert (await ada.me.rename("lovelace")).handle == "lovelace"


async def test_the_life_of_a_market(ada: PresageClient, root: PresageClient) -> None:
    closes_at = datetime.now(UTC) + timedelta(days=2)
    withdrawn = await ada.proposals.propose("Will it be withdrawn?", closes_at)
    await ada.proposals.withdraw(withdrawn.id)
    proposal = await ada.proposals.propose("Will it rain?", closes_at, category="weather", probability=300_000)
    assert [each.status async for each in ada.proposals.all()] == ["DRAFT", "CANCELLED"]
    assert [each.id async for each in root.admin.markets.proposals(status="DRAFT")] == [proposal.id]
    market = await root.admin.markets.approve(proposal.id, WHY, liquidity=points(100))
    assert (market.status, market.probability, market.collateral) == ("ACTIVE", 0.3, points(100))
    assert (await root.admin.markets.edit(market.id, WHY, title="Will it rain at all?")).category == "weather"
    assert (await root.admin.markets.pause(market.id, WHY)).status == "PAUSED"
    assert (await root.admin.markets.resume(market.id, WHY)).status == "ACTIVE"
    trade = await ada.trades.buy(market.id, "YES", points(10))
    assert (await root.admin.markets.sweep_fees(market.id, WHY)).swept > 0
    await root.admin.markets.close(market.id, WHY)
    resolved = await root.admin.markets.resolve(market.id, "YES", WHY)
    assert (resolved.status, resolved.outcome, resolved.settled) == ("RESOLVED", "YES", True)
    assert (await ada.me.profile()).balance == points(990) + trade.shares.yes
    assert [action.action async for action in root.admin.users.actions(subject_id=market.id)][-1] == "MARKET_APPROVED"


async def test_a_cover(ada: PresageClient, root: PresageClient, exchange: Container) -> None:
    proposal = await ada.proposals.propose("Will it rain?", datetime.now(UTC) + timedelta(days=2))
    uploaded = await ada.markets.upload_cover(proposal.id, saved(quarters()), "image/png")
    await work_done(exchange, JobId(uploaded.job_id))
    with pytest.raises(NotFoundError):
        await ada.markets.cover(proposal.id)
    assert opened(await ada.proposals.cover(proposal.id)).format == "WEBP"
    await root.admin.markets.approve(proposal.id, WHY)
    market = await ada.markets.one(proposal.id)
    assert market.cover is not None
    assert market.cover.thumb == f"/api/v1/markets/{market.id}/cover?size=thumb"
    for size in (None, "thumb"):
        assert opened(await ada.markets.cover(proposal.id, size)).format == "WEBP"
    with pytest.raises(ConflictError):
        await ada.markets.upload_cover(proposal.id, b"another", "image/gif")
    await root.markets.upload_cover(proposal.id, b"another", "image/gif", reason=WHY)
    assert (await anext(root.admin.users.actions())).action == "MARKET_COVER_UPLOADED"


async def test_a_market_called_off(ada: PresageClient, root: PresageClient, markets: list[MarketId]) -> None:
    await ada.trades.buy(markets[0], "YES", points(10))
    assert (await root.admin.markets.cancel(markets[0], WHY)).status == "CANCELLED"
    assert (await root.admin.markets.settle(markets[0], WHY)).settled
    with pytest.raises(ForbiddenError):
        await ada.admin.markets.cancel(markets[1], WHY)


async def test_jobs_that_start_by_themselves(root: PresageClient) -> None:
    schedules = root.admin.schedules
    added = await schedules.add("daily", "system.ping", "0 9 * * *", WHY, payload={"echo": "x"}, zone="Europe/London")
    assert (added.missed, added.source, added.paused) == ("once", "api", False)
    assert [schedule async for schedule in schedules.all()] == [added]
    assert (await schedules.pause(added.id, WHY)).next_at is None
    assert (await schedules.resume(added.id, WHY)).next_at == added.next_at
    assert (await schedules.run(added.id, WHY)).last_job_id is not None
    with pytest.raises(ConflictError):
        await schedules.run(added.id, WHY)
    await schedules.remove(added.id, WHY)
    assert (await schedules.page()).items == []


async def test_webhooks(ada: PresageClient) -> None:
    made = await ada.webhooks.create("https://hooks.example.org", events=["job.dead"])
    assert (made.events, made.all_jobs, made.active) == (["job.dead"], False, True)
    assert (await ada.webhooks.rotate_secret(made.id)).secret != made.secret
    assert not (await ada.webhooks.deactivate(made.id)).active
    assert (await ada.webhooks.activate(made.id)).active
    assert (await ada.jobs.one((await ada.webhooks.test(made.id)).job_id)).name == "webhook.deliver"
    assert (await ada.webhooks.one(made.id)).deliveries == []
    assert [webhook.id for webhook in (await ada.webhooks.all()).items] == [made.id]
    assert (await ada.webhooks.delete(made.id)).id == made.id


async def test_administering_users(ada: PresageClient, root: PresageClient) -> None:
    (user,) = [user async for user in root.admin.users.all(text="ADA", role="user", active=True)]
    granted = await root.admin.users.grant(user.id, points(5), WHY, idempotency_key="gift")
    assert await root.admin.users.grant(user.id, points(5), WHY, idempotency_key="gift") == granted
    assert (await root.admin.users.one(user.id)).balance.points == 1005
    assert (await root.admin.users.change_role(user.id, "admin", WHY)).role == "admin"
    assert (await root.admin.users.change_role(user.id, "user", WHY)).role == "user"
    key = await ada.me.create_api_key("bot", ["trade"])
    assert (await root.admin.users.rate_api_key(user.id, key.id, WHY, per_minute=90)).per_minute == 90
    assert [made.per_minute for made in (await root.admin.users.api_keys(user.id)).items] == [90]
    assert (await root.admin.users.rate_api_key(user.id, key.id, WHY, per_minute=None)).per_minute is None
    assert not (await root.admin.users.deactivate(user.id, WHY)).active
    with pytest.raises((ForbiddenError, UnauthenticatedError)):
        await ada.me.profile()
    assert (await root.admin.users.activate(user.id, WHY)).active
    assert (await ada.me.profile()).balance == granted.amount + points(1000)
    actions = await root.admin.users.actions_page(subject_id=user.id, limit=2)
    assert ([action.action for action in actions.items], actions.items[0].reason) == (
        ["USER_ACTIVATED", "USER_DEACTIVATED"],
        WHY,
    )
