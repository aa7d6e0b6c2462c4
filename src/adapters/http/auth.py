"""Registering, signing in, going on and signing out."""

from dataclasses import dataclass
from hashlib import sha256

from adapters.http.cookies import PATH, RefreshCookies
from adapters.http.endpoints import Access, Call, Endpoint, NoQuery, Reply, post
from adapters.http.guard import Limits
from adapters.http.models.accounts import (
    Credentials,
    Refreshing,
    RegisteredAnswer,
    Registration,
    SignedInAnswer,
    SignedOutAnswer,
    SigningOut,
)
from adapters.http.own_identity import OwnIdentity, require_own
from application.accounts.sign_ins import SignedIn
from application.shared.ports import Clock
from domain.accounts.email import EmailAddress
from domain.shared.errors import Unauthenticated

LOGIN, LOGIN_EMAIL = "login", "login_email"
"""Classes of rate limits: attempts from an address, and attempts on an account."""


@dataclass(frozen=True, slots=True)
class Auth:
    """Accounts for those who have not proved who they are; `own` is none where they sign in elsewhere."""

    own: OwnIdentity | None
    limits: Limits
    cookies: RefreshCookies
    clock: Clock

    def endpoints(self) -> list[Endpoint]:
        """Under /api/v1/auth."""
        public = Access.PUBLIC
        return [
            post(
                f"{PATH}/register", self.register, public, RegisteredAnswer, body=Registration, status=201, limit=LOGIN
            ),
            post(f"{PATH}/login", self.login, public, SignedInAnswer, body=Credentials, limit=LOGIN, proves=True),
            post(f"{PATH}/refresh", self.refresh, public, SignedInAnswer, body=Refreshing, proves=True),
            post(f"{PATH}/logout", self.logout, public, SignedOutAnswer, body=SigningOut, proves=True),
        ]

    async def register(self, call: Call[NoQuery, Registration]) -> RegisteredAnswer:
        """Register.

        A new account begins with a bonus. The answer is the same for an address that has an account already, whose
        password stays as it is: nobody learns from it who is registered.
        """
        asked = call.body
        await require_own(self.own).register(asked.email, asked.password, asked.handle)
        return RegisteredAnswer(email=EmailAddress(asked.email).text)

    async def login(self, call: Call[NoQuery, Credentials]) -> Reply:
        """Log in.

        Attempts are counted by address and by account.
        """
        own, asked = require_own(self.own), call.body
        if asked.cookie:
            self.cookies.require_origin(call.request)
        await self.limits.check(call.request, LOGIN_EMAIL, _counted(asked.email))
        return self._signed_in(await own.log_in(asked.email, asked.password), cookie=asked.cookie)

    async def refresh(self, call: Call[NoQuery, Refreshing]) -> Reply:
        """Exchange a refresh token for the next tokens.

        Each works once. One that is used again later than a few seconds after its first use ends the session, for
        two hold it then.
        """
        own, asked = require_own(self.own), call.body
        cookie = asked.cookie or asked.refresh_token is None
        token = asked.refresh_token or self.cookies.token(call.request)
        if token is None:
            raise Unauthenticated("REFRESH_TOKEN_NEEDED", "Send refreshToken, or the cookie from logging in.")
        if cookie:
            self.cookies.require_origin(call.request)
        return self._signed_in(await own.refresh(token), cookie=cookie)

    async def logout(self, call: Call[NoQuery, SigningOut]) -> Reply:
        """Log out.

        Ends the session of a refresh token, with all that followed it. Its access tokens expire by themselves.
        """
        own, given = require_own(self.own), call.body.refresh_token
        token = given or self.cookies.token(call.request)
        if token is not None:
            await own.log_out(token)
        return Reply(SignedOutAnswer(), headers=self.cookies.cleared() if given is None else {})

    def _signed_in(self, signed_in: SignedIn, *, cookie: bool) -> Reply:
        return signed_in_reply(signed_in, self.cookies, self.clock, cookie=cookie)


def signed_in_reply(signed_in: SignedIn, cookies: RefreshCookies, clock: Clock, *, cookie: bool) -> Reply:
    """The answer to whoever has signed in, with the refresh token in it or in the cookie."""
    answer = SignedInAnswer.of(signed_in, cookie=cookie)
    if not cookie:
        return Reply(answer)
    return Reply(answer, headers=cookies.kept(signed_in.refresh_token, clock.now(), signed_in.refresh_expires_at))


def _counted(email: str) -> str:
    """What stands for an account in the counts: no store of counts need know who tried to sign in."""
    return sha256(EmailAddress(email).text.encode()).hexdigest()
