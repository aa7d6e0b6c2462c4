"""The words of the API, as they are written in it."""

from typing import Literal, TypeAlias

Outcome: TypeAlias = Literal["YES", "NO"]
Status: TypeAlias = Literal["DRAFT", "ACTIVE", "PAUSED", "RESOLVED", "CANCELLED"]
Sort: TypeAlias = Literal["oldest", "newest", "closing", "activity", "liquidity", "probability"]
Interval: TypeAlias = Literal["1m", "5m", "1h", "1d"]
Held: TypeAlias = Literal["ever", "now", "liquidity"]
CoverSize: TypeAlias = Literal["wide", "card", "thumb"]
PictureMedia: TypeAlias = Literal["image/png", "image/jpeg", "image/webp", "image/gif"]
Role: TypeAlias = Literal["user", "admin", "treasury"]
Scope: TypeAlias = Literal["read", "trade"]
PricedAction: TypeAlias = Literal["BUY", "SELL"]
Action: TypeAlias = Literal[
    "BUY",
    "SELL",
    "MINT",
    "MERGE",
    "NET_SELL",
    "ADD_LIQUIDITY",
    "REMOVE_LIQUIDITY",
    "FEE_CLAIM",
    "PAYOUT",
    "REFUND",
    "VAULT_SWEEP",
]
GrantReason: TypeAlias = Literal["REGISTRATION_BONUS", "ADMIN_GRANT", "TREASURY_ISSUE", "REPLAY"]
ReportKind: TypeAlias = Literal["market", "statement"]
ReportFormat: TypeAlias = Literal["html", "pdf", "csv"]
Subject: TypeAlias = Literal["market", "user", "schedule", "job"]
WebhookEvent: TypeAlias = Literal["job.completed", "job.failed", "job.dead"]
DeliveredEvent: TypeAlias = Literal["job.completed", "job.failed", "job.dead", "webhook.test"]
JobState: TypeAlias = Literal["pending", "active", "retrying", "completed", "failed", "dead_letter", "cancelled"]
JobEventKind: TypeAlias = Literal[
    "enqueued",
    "active",
    "progress",
    "retrying",
    "released",
    "completed",
    "failed",
    "dead",
    "cancelled",
    "requeued",
]
Queue: TypeAlias = Literal["trades", "market-ops", "notifications", "reports", "maintenance"]
AdminAction: TypeAlias = Literal[
    "MARKET_APPROVED",
    "MARKET_EDITED",
    "MARKET_PAUSED",
    "MARKET_RESUMED",
    "MARKET_CLOSED",
    "MARKET_RESOLVED",
    "MARKET_CANCELLED",
    "MARKET_SETTLED",
    "MARKET_SWEPT",
    "MARKET_COVER_UPLOADED",
    "USER_GRANTED",
    "USER_ACTIVATED",
    "USER_DEACTIVATED",
    "USER_ROLE_CHANGED",
    "USER_KEY_RATED",
    "SCHEDULE_ADDED",
    "SCHEDULE_PAUSED",
    "SCHEDULE_RESUMED",
    "SCHEDULE_REMOVED",
    "SCHEDULE_RUN",
    "JOB_REQUEUED",
    "JOB_CANCELLED",
    "JOB_PURGED",
]
Missed: TypeAlias = Literal["once", "skip"]
KeptBy: TypeAlias = Literal["settings", "api"]
