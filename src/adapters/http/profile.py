"""One's own account."""

from dataclasses import dataclass, replace

from adapters.http.auth import LOGIN, signed_in_reply
from adapters.http.cookies import RefreshCookies
from adapters.http.endpoints import Access, Call, Endpoint, NoBody, NoQuery, Reply, get, post
from adapters.http.models.accounts import PasswordChange, ProfileAnswer, ProfileChange, SignedInAnswer
from adapters.http.own_identity import OwnIdentity, require_own
from application.accounts.change_handle import ChangeHandle
from application.accounts.read_profile import ReadProfile
from application.shared.ports import Clock


@dataclass(frozen=True, slots=True)
class Me:
    """Whoever asks; `own` is none where he signs in elsewhere."""

    read_profile: ReadProfile
    change_handle: ChangeHandle
    own: OwnIdentity | None
    cookies: RefreshCookies
    clock: Clock

    def endpoints(self) -> list[Endpoint]:
        """Under /api/v1/me."""
        return [
            get("/api/v1/me", self.profile, Access.READ, ProfileAnswer),
            Endpoint(
                method="PATCH",
                path="/api/v1/me",
                handler=self.rename,
                access=Access.SIGNED_IN,
                answer=ProfileAnswer,
                body=ProfileChange,
            ),
            post(
                "/api/v1/me/password",
                self.password,
                Access.SIGNED_IN,
                SignedInAnswer,
                body=PasswordChange,
                limit=LOGIN,
            ),
        ]

    async def profile(self, call: Call[NoQuery, NoBody]) -> ProfileAnswer:
        """Read one's own account, with its balance."""
        return ProfileAnswer.of(call.user, await self.read_profile(call.user.id))

    async def rename(self, call: Call[NoQuery, ProfileChange]) -> ProfileAnswer:
        """Choose another handle."""
        renamed = await self.change_handle(call.user.id, call.body.handle)
        return ProfileAnswer.of(replace(renamed, role=call.user.role), await self.read_profile(renamed.id))

    async def password(self, call: Call[NoQuery, PasswordChange]) -> Reply:
        """Choose another password.

        Every session ends; the answer begins a new one.
        """
        own, asked = require_own(self.own), call.body
        if asked.cookie:
            self.cookies.require_origin(call.request)
        signed_in = await own.change_password(call.user.id, asked.old_password, asked.new_password)
        return signed_in_reply(signed_in, self.cookies, self.clock, cookie=asked.cookie)
