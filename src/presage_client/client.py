"""The client: a session, a credential, and the parts of the API."""

from types import TracebackType
from typing import Self

from aiohttp import ClientSession, ClientTimeout, DummyCookieJar

from presage_client.credentials import Credentials, Tokens
from presage_client.parts.admin_jobs import AdminJobs
from presage_client.parts.admin_markets import AdminMarkets
from presage_client.parts.admin_schedules import AdminSchedules
from presage_client.parts.admin_users import AdminUsers
from presage_client.parts.auth import Auth
from presage_client.parts.jobs import Jobs
from presage_client.parts.liquidity import Liquidity
from presage_client.parts.markets import Markets
from presage_client.parts.me import Me
from presage_client.parts.proposals import Proposals
from presage_client.parts.reports import Reports
from presage_client.parts.trades import Trades
from presage_client.parts.webhooks import OwnWebhooks
from presage_client.retries import Retries
from presage_client.transport import Transport
from presage_client.wire import Wire, address

SECONDS = 45.0
"""For one attempt: a little longer than the server takes before it gives up."""

CONNECT_SECONDS = 10.0


class Admin:
    """What administrators may do."""

    def __init__(self, api: Transport) -> None:
        self.markets = AdminMarkets(api)
        self.users = AdminUsers(api)
        self.schedules = AdminSchedules(api)
        self.jobs = AdminJobs(api)


class PresageClient:
    """A typed client of the Presage API, to be used with `async with`.

    `api_key` or `token` is its credential, unless it logs in. An attempt takes at most `seconds`, and `retries` says
    how often and when a request is sent again: on a lost connection, 429, 503, and while the first attempt is still
    being answered, always with the same idempotency key, and never where sending it twice could act twice.
    """

    def __init__(
        self,
        url: str,
        *,
        api_key: str | None = None,
        token: str | None = None,
        refresh_token: str | None = None,
        seconds: float = SECONDS,
        retries: Retries | None = None,
    ) -> None:
        if api_key is not None and token is not None:
            raise ValueError("Give an API key or a token, not both.")
        access = api_key or token
        timeout = ClientTimeout(total=seconds, sock_connect=min(seconds, CONNECT_SECONDS))
        self._url, self._timeout = address(url), timeout
        self._retries = retries or Retries()
        self._credentials = Credentials(Tokens(access, refresh_token) if access else None)
        self._session: ClientSession | None = None

    async def __aenter__(self) -> Self:
        self._session = ClientSession(timeout=self._timeout, cookie_jar=DummyCookieJar())
        api = Transport(Wire(self._url, self._session), self._credentials, self._retries)
        self.auth = Auth(api, self._credentials)
        self.markets = Markets(api)
        self.trades = Trades(api)
        self.liquidity = Liquidity(api)
        self.me = Me(api, self._credentials)
        self.proposals = Proposals(api)
        self.reports = Reports(api)
        self.jobs = Jobs(api)
        self.webhooks = OwnWebhooks(api)
        self.admin = Admin(api)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._session is not None:
            await self._session.close()
