"""An exchange on any store: its use cases, and short ways to set a scene."""

from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count
from typing import Protocol

from application.accounts.appoint_admin import AppointAdmin
from application.accounts.change_user import ChangeUser
from application.accounts.directory import Directory
from application.accounts.grant_points import GrantPoints
from application.accounts.grant_queries import GrantQueries
from application.accounts.lookups import AccountLookups
from application.accounts.ports import AccountsTransaction
from application.accounts.sign_up import SignUp
from application.covers.ports import CoversTransaction, ShownCovers
from application.jobs.ports import JobHealth, JobQueries, Runs
from application.jobs.purge_jobs import OldJobs
from application.jobs.queue_service import QueueService
from application.jobs.schedules.ports import ScheduleQueries, ScheduleTransaction
from application.jobs.webhooks.ports import WebhookQueries, WebhookTransaction
from application.notices.check_jobs import Operators
from application.notices.deliver_mail import Addresses
from application.reports.files import ReportStore
from application.reports.ports import ReportSource
from application.shared.administration import AdminRecords
from application.shared.answer_once import AnswerOnce
from application.shared.answers import AdministratorAnswers
from application.trading.approve_market import ApproveMarket
from application.trading.change_market import ChangeMarket
from application.trading.desk import Desk, DeskBounds
from application.trading.edit_market import EditMarket
from application.trading.execute_orders import Placed
from application.trading.open_market import Fees, OpenMarket
from application.trading.ports import TradingTransaction
from application.trading.proposals import Proposals
from application.trading.propose_market import ProposeMarket
from application.trading.reading.exchange import ExchangeQueries
from application.trading.settle_market import SettleMarket
from application.trading.sweep_fees import SweepFees
from application.trading.withdraw_market import WithdrawMarket
from domain.accounts.user import GrantReason, Role
from domain.shared.administration import Actor
from domain.shared.ids import MarketId, UserId
from domain.shared.money import POINT
from domain.trading.listing import Listing
from domain.trading.orders import Instruction, Order
from tests.fakes.state import Tables
from tests.fakes.world import FakeClock, FakeIds

OPEN_FOR = timedelta(days=30)


class Queries(ExchangeQueries, GrantQueries, Protocol):
    """Both contexts' reads, as one store gives them."""


class JobReads(JobQueries, JobHealth, Protocol):
    """All that is read of jobs, as one store gives it."""


class Receivers(Addresses, Operators, Protocol):
    """Who gets mail, as one store gives it."""


class Transaction(
    TradingTransaction, AccountsTransaction, CoversTransaction, ScheduleTransaction, WebhookTransaction, Protocol
):
    """Every context's transaction, as one store gives it."""


@dataclass
class World:
    """`tables` reads every row that is committed."""

    transactions: Callable[[], AbstractAsyncContextManager[Transaction]]
    queries: Queries
    lookups: AccountLookups
    tables: Callable[[], Awaitable[Tables]]
    records: AdminRecords
    directory: Directory
    proposals: Proposals
    answers: AdministratorAnswers
    covers: ShownCovers
    report_source: ReportSource
    reports: ReportStore
    runs: Runs
    job_queries: JobReads
    schedule_queries: ScheduleQueries
    old_jobs: OldJobs
    webhook_queries: WebhookQueries
    receivers: Receivers
    clock: FakeClock = field(default_factory=FakeClock)
    ids: FakeIds = field(default_factory=FakeIds)

    def __post_init__(self) -> None:
        self.queue = QueueService(self.transactions, self.job_queries, self.clock, self.ids)
        self.open_market = OpenMarket(self.transactions, self.clock, self.ids)
        self.approve = ApproveMarket(self.transactions, self.clock, self.ids, self.queue)
        self.change = ChangeMarket(self.transactions, self.clock, self.ids, self.queue)
        self.edit = EditMarket(self.transactions, self.clock, self.ids, self.queue)
        self.propose = ProposeMarket(self.transactions, self.clock, self.ids)
        self.withdraw = WithdrawMarket(self.transactions, self.clock)
        self.settle = SettleMarket(self.transactions, self.clock, self.ids)
        self.sweep = SweepFees(self.transactions, self.clock, self.ids)
        self.change_user = ChangeUser(self.transactions, self.clock, self.ids)
        self.appoint = AppointAdmin(self.transactions, self.change_user)
        self.sign_up = SignUp(self.transactions, self.clock, self.ids)
        self.grant = GrantPoints(self.transactions, self.clock, self.ids)
        self.once = AnswerOnce(self.answers, self.clock)
        self.desk = Desk(self.transactions, self.clock)
        self.queue = QueueService(self.transactions, self.job_queries, self.clock, self.ids)
        self._keys = count()

    def new_desk(self, bounds: DeskBounds | None = None) -> Desk:
        """Another desk on the same store, with its own bounds."""
        return Desk(self.transactions, self.clock, bounds)

    def settle_by(self, chunk: int) -> SettleMarket:
        """Settlement in chunks of another size."""
        return SettleMarket(self.transactions, self.clock, self.ids, chunk)

    async def treasury(self, points: int = 1_000_000) -> UserId:
        """The treasury, with points."""
        return await self.user("treasury", points, Role.TREASURY)

    async def user(self, handle: str, points: int = 1_000, role: Role = Role.USER) -> UserId:
        """A user with `points` points."""
        user = await self.sign_up(handle, role)
        if points:
            await self.grant(user.id, points * POINT, GrantReason.ADMIN_GRANT, "start")
        return user.id

    async def deactivate(self, user_id: UserId) -> None:
        """Shut a user out."""
        await self.change_user.deactivate(user_id, Actor(None, "In a test."))

    async def draft(self, proposer: UserId, fee_bps: int = 200, lp_fee_bps: int = 5_000) -> MarketId:
        """A market that waits for approval."""
        closes_at = self.clock.now() + OPEN_FOR
        listing = Listing("Will it rain?", "At noon.", "weather", 600_000)
        return (await self.open_market(listing, closes_at, proposer, Fees(fee_bps, lp_fee_bps))).id

    async def market(self, treasury: UserId, points: int = 1_000, fee_bps: int = 200) -> MarketId:
        """A market at 0.6 with `points` points of liquidity from the treasury."""
        market_id = await self.draft(treasury, fee_bps)
        await self.approve(market_id, points * POINT)
        return market_id

    def order(
        self, user_id: UserId, market_id: MarketId, instruction: Instruction, expires_at: datetime | None = None
    ) -> Order:
        """An order with a key of its own."""
        return Order(user_id, market_id, f"key {next(self._keys)}", instruction, expires_at)

    async def place(self, user_id: UserId, market_id: MarketId, instruction: Instruction) -> Placed:
        """Place a new order at the desk."""
        return await self.desk.place(self.order(user_id, market_id, instruction))
