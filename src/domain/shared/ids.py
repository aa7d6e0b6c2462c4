"""Names of things. Values are UUIDs made by the application, in order of time (RFC 9562, version 7)."""

from typing import NewType
from uuid import UUID

MarketId = NewType("MarketId", UUID)
UserId = NewType("UserId", UUID)
GrantId = NewType("GrantId", UUID)
RecordId = NewType("RecordId", UUID)
SessionId = NewType("SessionId", UUID)
ApiKeyId = NewType("ApiKeyId", UUID)
JobId = NewType("JobId", UUID)
ScheduleId = NewType("ScheduleId", UUID)
WebhookId = NewType("WebhookId", UUID)
ReportId = NewType("ReportId", UUID)
