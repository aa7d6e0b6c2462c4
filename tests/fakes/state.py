"""Everything that the store in memory keeps, and the same as rows of the tables of the schema."""

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field, fields
from datetime import datetime
from operator import itemgetter
from typing import Any

from application.covers.cover import Cover, CoverSize, Source
from application.jobs.ports import JobEvent
from application.reports.files import ReportFile
from application.shared.answers import Claim, PlainAnswer
from application.trading.ports import FirstAnswer, HolderKey, OrderKey, Refusal
from domain.accounts.api_key import ApiKey
from domain.accounts.credential import Credential
from domain.accounts.session import RefreshToken, Session
from domain.accounts.user import PointGrant, User
from domain.jobs.execution import Execution
from domain.jobs.schedule import Schedule
from domain.jobs.webhook import Delivery, Webhook
from domain.shared.administration import AdminRecord
from domain.shared.ids import ApiKeyId, JobId, MarketId, RecordId, ReportId, ScheduleId, SessionId, UserId, WebhookId
from domain.trading.book import Book
from domain.trading.ledger import LedgerEntry
from domain.trading.liquidity import Stake
from domain.trading.listing import Listing
from domain.trading.market import Market
from domain.trading.position import Position

Row = dict[str, Any]
Tables = dict[str, list[Row]]
"""The rows of every table, in the order of their keys."""

KEYS = {
    "users": ("id",),
    "point_grants": ("id",),
    "markets": ("id",),
    "liquidity_pools": ("market_id",),
    "portfolios": ("market_id", "user_id"),
    "lp_positions": ("market_id", "user_id"),
    "trade_ledger": ("market_id", "seq"),
    "refused_orders": ("user_id", "key"),
    "admin_actions": ("id",),
    "administrator_answers": ("admin_id", "key"),
    "credentials": ("user_id",),
    "identities": ("issuer", "subject"),
    "sessions": ("id",),
    "refresh_tokens": ("hash",),
    "api_keys": ("id",),
    "job_executions": ("id",),
    "job_events": ("job_id", "seq"),
    "cover_sources": ("market_id",),
    "market_covers": ("market_id", "size"),
    "reports": ("id",),
    "job_schedules": ("id",),
    "webhooks": ("id",),
    "webhook_deliveries": ("job_id", "attempt"),
}
"""Every table of the schema, with its primary key."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """A market as it was proposed, and when it last changed."""

    listing: Listing
    proposed_by: UserId
    created_at: datetime
    changed_at: datetime


@dataclass(slots=True)
class State:
    """The tables. Every value in them is immutable, so that a copy of the dictionaries is a copy of everything."""

    users: dict[UserId, User] = field(default_factory=dict)
    signed_up: dict[UserId, datetime] = field(default_factory=dict)
    grants: dict[tuple[UserId, str], PointGrant] = field(default_factory=dict)
    markets: dict[MarketId, Market] = field(default_factory=dict)
    proposals: dict[MarketId, Proposal] = field(default_factory=dict)
    books: dict[MarketId, Book] = field(default_factory=dict)
    positions: dict[HolderKey, Position] = field(default_factory=dict)
    stakes: dict[HolderKey, Stake] = field(default_factory=dict)
    entries: dict[tuple[MarketId, int], LedgerEntry] = field(default_factory=dict)
    refusals: dict[OrderKey, tuple[Refusal, datetime]] = field(default_factory=dict)
    admin_actions: dict[RecordId, AdminRecord] = field(default_factory=dict)
    answers_given: dict[tuple[UserId, str], tuple[Claim, PlainAnswer | None]] = field(default_factory=dict)
    credentials: dict[UserId, Credential] = field(default_factory=dict)
    identities: dict[tuple[str, str], tuple[UserId, datetime]] = field(default_factory=dict)
    sessions: dict[SessionId, Session] = field(default_factory=dict)
    tokens: dict[bytes, RefreshToken] = field(default_factory=dict)
    api_keys: dict[ApiKeyId, tuple[ApiKey, bytes]] = field(default_factory=dict)
    jobs: dict[JobId, Execution] = field(default_factory=dict)
    job_workers: dict[JobId, str] = field(default_factory=dict)
    job_events: dict[tuple[JobId, int], JobEvent] = field(default_factory=dict)
    cover_sources: dict[MarketId, Source] = field(default_factory=dict)
    market_covers: dict[tuple[MarketId, CoverSize], tuple[Cover, Source]] = field(default_factory=dict)
    reports: dict[ReportId, tuple[ReportFile, bytes]] = field(default_factory=dict)
    schedules: dict[ScheduleId, Schedule] = field(default_factory=dict)
    webhooks: dict[WebhookId, Webhook] = field(default_factory=dict)
    deliveries: dict[tuple[JobId, int], Delivery] = field(default_factory=dict)

    def copy(self) -> "State":
        return State(**{each.name: dict(getattr(self, each.name)) for each in fields(self)})

    def answers(self) -> dict[OrderKey, FirstAnswer]:
        """The first answer to every idempotency key; of entries made together the last is the order's own."""
        placed = {(entry.user_id, entry.key): entry for entry in self.entries.values() if entry.key is not None}
        return {key: refusal for key, (refusal, _) in self.refusals.items()} | placed

    def covered(self, market_id: MarketId) -> bool:
        return any((market_id, size) in self.market_covers for size in CoverSize)

    def tables(self) -> Tables:
        rows: dict[str, Iterable[Row]] = {
            "users": (asdict(user) | {"created_at": self.signed_up[user.id]} for user in self.users.values()),
            "point_grants": map(asdict, self.grants.values()),
            "markets": (_market_row(market, self.proposals[market.id]) for market in self.markets.values()),
            "liquidity_pools": map(book_row, self.books.values()),
            "portfolios": (position_row(*item) for item in self.positions.items()),
            "lp_positions": (stake_row(*item) for item in self.stakes.items()),
            "trade_ledger": map(asdict, self.entries.values()),
            "admin_actions": map(_record_row, self.admin_actions.values()),
            "administrator_answers": (_answer_row(*each) for each in self.answers_given.values()),
            "refused_orders": (_refusal_row(key, *refused) for key, refused in self.refusals.items()),
            "credentials": (asdict(each) | {"email": each.email.text} for each in self.credentials.values()),
            "identities": (_identity_row(*item) for item in self.identities.items()),
            "sessions": map(asdict, self.sessions.values()),
            "refresh_tokens": map(asdict, self.tokens.values()),
            "api_keys": (_api_key_row(*item) for item in self.api_keys.values()),
            "job_executions": (_job_row(job, self.job_workers.get(job.id)) for job in self.jobs.values()),
            "job_events": (event._asdict() for event in self.job_events.values()),
            "cover_sources": (_source_row(*item) for item in self.cover_sources.items()),
            "market_covers": (_cover_row(*item) for item in self.market_covers.items()),
            "reports": (_report_row(*item) for item in self.reports.values()),
            "job_schedules": map(_schedule_row, self.schedules.values()),
            "webhooks": (asdict(webhook) | {"events": sorted(webhook.events)} for webhook in self.webhooks.values()),
            "webhook_deliveries": map(asdict, self.deliveries.values()),
        }
        return {table: sorted(rows[table], key=itemgetter(*key)) for table, key in KEYS.items()}


def _market_row(market: Market, proposal: Proposal) -> Row:
    row = asdict(market) | asdict(proposal)
    listing: Row = row.pop("listing")
    return row | listing


def _record_row(record: AdminRecord) -> Row:
    row = asdict(record)
    actor: Row = row.pop("actor")
    return row | actor | {"subject": record.action.subject}


def _answer_row(claim: Claim, answer: PlainAnswer | None) -> Row:
    row = asdict(claim)
    return {**row, "claimed_at": row.pop("at"), "answer": answer}


def book_row(book: Book) -> Row:
    pool, fees = book.pool, book.lp_fees
    return {
        "market_id": book.market_id,
        "yes": pool.yes if pool else 0,
        "no": pool.no if pool else 0,
        "lp_supply": book.lp_supply,
        "collateral": book.collateral,
        "vault_fees": book.vault_fees,
        "lp_fees": fees.accrued,
        "lp_fee_per_share": fees.per_share,
        "lp_fee_remainder": fees.remainder,
        "seq": book.seq,
        "head": book.head,
    }


def position_row(key: HolderKey, position: Position) -> Row:
    return dict(zip(KEYS["portfolios"], key, strict=True)) | asdict(position)


def stake_row(key: HolderKey, stake: Stake) -> Row:
    row: Row = dict(zip(KEYS["lp_positions"], key, strict=True))
    fees = {"fee_checkpoint": stake.checkpoint, "fee_owed": stake.owed}
    return row | {"shares": stake.shares, "basis": stake.basis} | fees


def _refusal_row(key: OrderKey, refusal: Refusal, refused_at: datetime) -> Row:
    row: Row = dict(zip(KEYS["refused_orders"], key, strict=True))
    error = refusal.error
    told = {"kind": error.kind, "code": error.code, "message": error.message, "details": error.details}
    return row | {"fingerprint": refusal.fingerprint, "refusal": told, "refused_at": refused_at}


def _identity_row(named: tuple[str, str], known: tuple[UserId, datetime]) -> Row:
    row: Row = dict(zip(KEYS["identities"], named, strict=True))
    user_id, created_at = known
    return row | {"user_id": user_id, "created_at": created_at}


def _api_key_row(key: ApiKey, key_hash: bytes) -> Row:
    return asdict(key) | {"scopes": " ".join(sorted(key.scopes)), "hash": key_hash}


def _job_row(job: Execution, worker: str | None) -> Row:
    row = asdict(job) | {"worker": worker}
    return row | {name: row[name] and json.loads(row[name]) for name in ("payload", "result")}


def _source_row(market_id: MarketId, source: Source) -> Row:
    return {"market_id": market_id, "digest": source.digest} | asdict(source)


def _cover_row(key: tuple[MarketId, CoverSize], shown: tuple[Cover, Source]) -> Row:
    cover, source = shown
    uploaded = {"uploaded_by": source.uploaded_by, "uploaded_at": source.uploaded_at}
    return {"market_id": key[0]} | asdict(cover) | uploaded


def _report_row(file: ReportFile, content: bytes) -> Row:
    row = asdict(file)
    del row["size"]
    return row | {"content": content}


def _schedule_row(schedule: Schedule) -> Row:
    row = asdict(schedule)
    plan: Row = row.pop("plan")
    return row | plan | {"payload": json.loads(plan["payload"])}
