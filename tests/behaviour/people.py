"""Accounts on any store: their use cases, and short ways to let people in."""

from dataclasses import dataclass, field

from application.accounts.authenticate import Authenticate
from application.accounts.change_handle import ChangeHandle
from application.accounts.change_password import ChangePassword
from application.accounts.create_api_key import CreateApiKey
from application.accounts.first_sight import FirstSight
from application.accounts.identity import Claims
from application.accounts.list_api_keys import ListApiKeys
from application.accounts.log_in import LogIn
from application.accounts.log_out import LogOut
from application.accounts.rate_api_key import RateApiKey
from application.accounts.read_profile import ReadProfile
from application.accounts.refresh import Refresh
from application.accounts.register import Register
from application.accounts.revoke_api_key import RevokeApiKey
from application.accounts.sign_ins import SignedIn, SignIns
from application.accounts.welcome import Welcome
from domain.accounts.caller import Caller, Scope
from domain.accounts.user import User
from domain.shared.administration import Actor
from domain.shared.money import POINT
from tests.behaviour.world import World
from tests.fakes.identity import LOCAL_ISSUER, FakeIdentity, FakePasswords
from tests.fakes.world import FakeEntropy

BONUS = 1_000 * POINT
PASSWORD = "correct horse"
ELSEWHERE = "https://id.example.org"


@dataclass
class People:
    """`identity` and `passwords` are fakes on every store."""

    world: World
    bonus: int = BONUS
    identity: FakeIdentity = field(default_factory=FakeIdentity)
    passwords: FakePasswords = field(default_factory=FakePasswords)
    entropy: FakeEntropy = field(default_factory=FakeEntropy)

    def __post_init__(self) -> None:
        transactions, lookups, clock, ids = (
            self.world.transactions,
            self.world.lookups,
            self.world.clock,
            self.world.ids,
        )
        sign_ins = SignIns(self.identity, ids, self.entropy)
        welcome = Welcome(clock, ids, self.bonus)
        self.first_sight = FirstSight(transactions, lookups, welcome, clock, self.entropy)
        self.register = Register(transactions, self.passwords, welcome, clock)
        self.log_in = LogIn(transactions, lookups, self.passwords, sign_ins, clock)
        self.refresh = Refresh(transactions, sign_ins, clock)
        self.log_out = LogOut(transactions, clock)
        self.change_password = ChangePassword(transactions, lookups, self.passwords, sign_ins, clock)
        self.authenticate = Authenticate(self.identity, lookups, self.first_sight, clock, LOCAL_ISSUER)
        self.create_key = CreateApiKey(transactions, clock, ids, self.entropy)
        self.list_keys = ListApiKeys(lookups, clock)
        self.revoke_key = RevokeApiKey(transactions, clock)
        self.rate_key = RateApiKey(transactions, clock, ids)
        self.profile = ReadProfile(lookups)
        self.change_handle = ChangeHandle(transactions)

    async def user(self, name: str) -> User:
        """A registered user, `name@example.org`."""
        await self.register(f"{name}@example.org", PASSWORD, name)
        return (await self.signed_in(name)).user

    async def signed_in(self, name: str, password: str = PASSWORD) -> SignedIn:
        """One more session of a registered user."""
        return await self.log_in(f"{name}@example.org", password)

    async def key(self, user: User, *scopes: Scope) -> str:
        """The text of a new API key."""
        return (await self.create_key(user.id, "bot", scopes or tuple(Scope))).text

    async def vouched(self, subject: str, *, admin: bool = False, issuer: str = ELSEWHERE) -> Caller:
        """Who asks with a token of an issuer elsewhere."""
        token = f"token of {subject}{' as admin' if admin else ''} from {issuer}"
        self.identity.believed[token] = Claims(issuer, subject, f"{subject}@example.org", admin)
        return await self.authenticate(token)

    async def deactivate(self, user: User) -> None:
        """Shut a user out."""
        await self.world.change_user.deactivate(user.id, Actor(None, "for the test"))
