"""Registering, logging in and out; the client keeps the tokens and renews them by itself."""

from presage_client.credentials import Credentials, Tokens
from presage_client.models.accounts import LogIn, LogOut, Refresh, Register, Registered, SignedIn, SignedOut
from presage_client.operations import Asked, Operation, Part, Sends, calls

_REGISTER = Operation("POST", "/api/v1/auth/register", Registered, body=Register, signed=False)
_LOGIN = Operation("POST", "/api/v1/auth/login", SignedIn, body=LogIn, signed=False)
_REFRESH = Operation("POST", "/api/v1/auth/refresh", SignedIn, body=Refresh, signed=False)
_LOGOUT = Operation("POST", "/api/v1/auth/logout", SignedOut, body=LogOut, signed=False)


class Auth(Part):
    """Under /api/v1/auth. None of these is sent again by itself."""

    def __init__(self, api: Sends, credentials: Credentials) -> None:
        super().__init__(api)
        self._credentials = credentials
        credentials.renew_with(self._renew)

    @calls(_REGISTER)
    def register(self, email: str, password: str, handle: str) -> Asked:
        """Open an account; then log in. The answer is the same for an address that has one already."""
        return Asked(body=Register(email=email, password=password, handle=handle))

    async def login(self, email: str, password: str) -> SignedIn:
        """Log in: every later call of this client is the user's. Raises PresageError."""
        signed_in = await self._login(email, password)
        self._credentials.keep(tokens_of(signed_in))
        return signed_in

    async def refresh(self) -> SignedIn:
        """Renew the tokens now. Raises PresageError, and ValueError where there is no refresh token."""
        if self._credentials.refresh is None:
            raise ValueError("Log in first: there is no refresh token.")
        signed_in = await self._refresh(self._credentials.refresh)
        self._credentials.keep(tokens_of(signed_in))
        return signed_in

    async def logout(self) -> None:
        """End the session, if there is one, and forget the credential. Raises PresageError."""
        refresh = self._credentials.refresh
        self._credentials.forget()
        if refresh is not None:
            await self._logout(refresh)

    @calls(_LOGIN)
    def _login(self, email: str, password: str) -> Asked:
        return Asked(body=LogIn(email=email, password=password))

    @calls(_REFRESH)
    def _refresh(self, refresh_token: str) -> Asked:
        return Asked(body=Refresh(refresh_token=refresh_token))

    @calls(_LOGOUT)
    def _logout(self, refresh_token: str) -> Asked:
        return Asked(body=LogOut(refresh_token=refresh_token))

    async def _renew(self, refresh_token: str) -> Tokens:
        return tokens_of(await self._refresh(refresh_token))


def tokens_of(signed_in: SignedIn) -> Tokens:
    """What to keep of the answer."""
    return Tokens(signed_in.access_token, signed_in.refresh_token)
