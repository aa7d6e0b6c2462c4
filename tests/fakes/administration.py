"""What administrators and proposers read, of what is committed in memory."""

from application.accounts.directory import Account, UsersWith
from application.shared.administration import LoggedAction, RecordsOf
from application.trading.proposals import Proposal
from domain.accounts.user import User
from domain.shared.administration import AdminAction, AdminRecord
from domain.shared.errors import NotFound
from domain.shared.ids import MarketId, RecordId, UserId
from domain.trading.market import Status
from tests.fakes.state import State
from tests.fakes.store import MemoryStore


class MemoryAdminRecords:
    """Implements the AdminRecords port."""

    def __init__(self, store: MemoryStore) -> None:
        self._store = store

    async def records(self, wanted: RecordsOf, limit: int, before: RecordId | None = None) -> list[LoggedAction]:
        state = self._store.committed
        newest = sorted(state.admin_actions.values(), key=lambda record: record.id, reverse=True)
        found = [each for each in newest if (before is None or each.id < before) and _is_wanted(each, wanted)]
        return [_logged(state, record) for record in found[:limit]]


def _is_wanted(record: AdminRecord, wanted: RecordsOf) -> bool:
    return (
        wanted.admin_id in (None, record.actor.admin_id)
        and wanted.action in (None, record.action)
        and wanted.subject_id in (None, record.subject_id)
    )


def _logged(state: State, record: AdminRecord) -> LoggedAction:
    admin_id = record.actor.admin_id
    return LoggedAction(record, state.users[admin_id].handle if admin_id in state.users else None)


class MemoryDirectory:
    """Implements the Directory port."""

    def __init__(self, store: MemoryStore) -> None:
        self._store = store

    async def account(self, user_id: UserId) -> Account:
        state = self._store.committed
        if user_id not in state.users:
            raise NotFound("USER_NOT_FOUND", "List the users and choose one of them.", user_id=str(user_id))
        return Account(state.users[user_id], state.signed_up[user_id])

    async def accounts(self, wanted: UsersWith, limit: int, after: UserId | None = None) -> list[Account]:
        state = self._store.committed
        found = [
            Account(user, state.signed_up[user_id])
            for user_id, user in sorted(state.users.items())
            if (after is None or user_id > after) and _fits(user, wanted)
        ]
        return found[:limit]


def _fits(user: User, wanted: UsersWith) -> bool:
    return (
        wanted.role in (None, user.role)
        and wanted.active in (None, user.active)
        and (wanted.text or "").lower() in user.handle.lower()
    )


class MemoryProposals:
    """Implements the Proposals port."""

    def __init__(self, store: MemoryStore) -> None:
        self._store = store

    async def proposal(self, market_id: MarketId) -> Proposal:
        state = self._store.committed
        if market_id not in state.markets:
            raise NotFound("MARKET_NOT_FOUND", "List the markets and choose one of them.", market_id=str(market_id))
        return _proposal(state, market_id)

    async def proposals(
        self, limit: int, before: MarketId | None = None, proposer: UserId | None = None, status: Status | None = None
    ) -> list[Proposal]:
        state = self._store.committed
        newest = [_proposal(state, market_id) for market_id in sorted(state.markets, reverse=True)]
        found = [
            each
            for each in newest
            if (before is None or each.market.id < before)
            and proposer in (None, each.proposed_by)
            and status in (None, each.market.status)
        ]
        return found[:limit]


def _proposal(state: State, market_id: MarketId) -> Proposal:
    proposed, market = state.proposals[market_id], state.markets[market_id]
    by = proposed.proposed_by
    handle = state.users[by].handle if by in state.users else None
    cancelled = (each for each in state.admin_actions.values() if each.action is AdminAction.MARKET_CANCELLED)
    refusal = next((each.actor.reason for each in cancelled if each.subject_id == market_id), None)
    return Proposal(market, proposed.listing, by, handle, proposed.created_at, refusal, state.covered(market_id))
