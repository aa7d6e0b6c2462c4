"""One's own account, holdings and history."""

from collections.abc import AsyncIterator, Sequence
from datetime import datetime
from uuid import UUID

from presage_client.credentials import Credentials
from presage_client.models.accounts import (
    ApiKey,
    ApiKeys,
    ChangePassword,
    ChangeProfile,
    CreateApiKey,
    NewApiKey,
    Profile,
    SignedIn,
)
from presage_client.models.holdings import Grant, GrantsPage, ListHoldings, Portfolio, Provision, ProvisionsPage
from presage_client.models.pages import Paged
from presage_client.models.trades import Trade, TradesPage
from presage_client.models.words import Held, Scope
from presage_client.operations import Asked, Operation, Part, Sends, calls
from presage_client.paging import every
from presage_client.parts.auth import tokens_of

_ME = "/api/v1/me"
_PROFILE = Operation("GET", _ME, Profile)
_RENAME = Operation("PATCH", _ME, Profile, body=ChangeProfile)
_PASSWORD = Operation("POST", f"{_ME}/password", SignedIn, body=ChangePassword)
_PORTFOLIO = Operation("GET", f"{_ME}/portfolio", Portfolio, query=ListHoldings)
_TRADES = Operation("GET", f"{_ME}/trades", TradesPage, query=Paged)
_LIQUIDITY = Operation("GET", f"{_ME}/liquidity", ProvisionsPage, query=Paged)
_GRANTS = Operation("GET", f"{_ME}/grants", GrantsPage, query=Paged)
_KEYS = Operation("GET", f"{_ME}/api-keys", ApiKeys)
_CREATE_KEY = Operation("POST", f"{_ME}/api-keys", NewApiKey, body=CreateApiKey)
_REVOKE_KEY = Operation("DELETE", f"{_ME}/api-keys/{{id}}", ApiKey)
_TRADES_CSV = Operation("GET", f"{_ME}/export/trades.csv", str)
_GRANTS_CSV = Operation("GET", f"{_ME}/export/grants.csv", str)
_POSITIONS_CSV = Operation("GET", f"{_ME}/export/positions.csv", str)


class Me(Part):
    """Under /api/v1/me."""

    def __init__(self, api: Sends, credentials: Credentials) -> None:
        super().__init__(api)
        self._credentials = credentials

    @calls(_PROFILE)
    def profile(self) -> Asked:
        """One's account, with its balance."""
        return Asked()

    @calls(_RENAME)
    def rename(self, handle: str) -> Asked:
        """Choose another handle."""
        return Asked(body=ChangeProfile(handle=handle))

    async def change_password(self, old_password: str, new_password: str) -> SignedIn:
        """Choose another password: every session ends but this client's, which begins anew. Raises PresageError."""
        signed_in = await self._change_password(old_password, new_password)
        self._credentials.keep(tokens_of(signed_in))
        return signed_in

    @calls(_PASSWORD)
    def _change_password(self, old_password: str, new_password: str) -> Asked:
        return Asked(body=ChangePassword(old_password=old_password, new_password=new_password))

    @calls(_PORTFOLIO)
    def portfolio(self, *, held: Held | None = None, limit: int | None = None, cursor: str | None = None) -> Asked:
        """Points and holdings: totals over all markets, and the lines of a page of them."""
        return Asked(query=ListHoldings(held=held, limit=limit, cursor=cursor))

    @calls(_TRADES)
    def trades_page(self, *, limit: int | None = None, cursor: str | None = None) -> Asked:
        """One page of one's ledger entries, newest first."""
        return Asked(query=Paged(limit=limit, cursor=cursor))

    def trades(self) -> AsyncIterator[Trade]:
        """One's ledger entries, newest first."""
        return every(lambda cursor: self.trades_page(cursor=cursor))

    @calls(_LIQUIDITY)
    def liquidity_page(self, *, limit: int | None = None, cursor: str | None = None) -> Asked:
        """One page of the markets that one provides with liquidity."""
        return Asked(query=Paged(limit=limit, cursor=cursor))

    def liquidity(self) -> AsyncIterator[Provision]:
        """The markets that one provides with liquidity."""
        return every(lambda cursor: self.liquidity_page(cursor=cursor))

    @calls(_GRANTS)
    def grants_page(self, *, limit: int | None = None, cursor: str | None = None) -> Asked:
        """One page of the points that one was granted, newest first."""
        return Asked(query=Paged(limit=limit, cursor=cursor))

    def grants(self) -> AsyncIterator[Grant]:
        """The points that one was granted, newest first."""
        return every(lambda cursor: self.grants_page(cursor=cursor))

    @calls(_KEYS)
    def api_keys(self) -> Asked:
        """One's API keys."""
        return Asked()

    @calls(_CREATE_KEY)
    def create_api_key(self, name: str, scopes: Sequence[Scope], *, expires_at: datetime | None = None) -> Asked:
        """Make an API key; its text is in this answer and nowhere else."""
        return Asked(body=CreateApiKey(name=name, scopes=list(scopes), expires_at=expires_at))

    @calls(_REVOKE_KEY)
    def revoke_api_key(self, key_id: UUID | str) -> Asked:
        """Revoke an API key."""
        return Asked({"id": key_id})

    @calls(_TRADES_CSV)
    def export_trades(self) -> Asked:
        """All one's ledger entries as CSV, newest first."""
        return Asked()

    @calls(_GRANTS_CSV)
    def export_grants(self) -> Asked:
        """All one's grants as CSV, newest first."""
        return Asked()

    @calls(_POSITIONS_CSV)
    def export_positions(self) -> Asked:
        """What one holds or ever held in each market, as CSV."""
        return Asked()
