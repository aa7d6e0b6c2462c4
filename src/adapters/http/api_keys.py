"""API keys, as their owner makes, lists and revokes them."""

from dataclasses import dataclass

from adapters.http.endpoints import Access, Call, Endpoint, NoBody, NoQuery, get, post
from adapters.http.models.accounts import ApiKeyAnswer, ApiKeysAnswer, ApiKeyWish, NewApiKeyAnswer
from application.accounts.create_api_key import CreateApiKey
from application.accounts.list_api_keys import ListApiKeys
from application.accounts.revoke_api_key import RevokeApiKey
from domain.shared.ids import ApiKeyId

_KEYS = "/api/v1/me/api-keys"


@dataclass(frozen=True, slots=True)
class ApiKeys:
    """Keys for one's own programs; no key makes another."""

    create_key: CreateApiKey
    list_keys: ListApiKeys
    revoke_key: RevokeApiKey

    def endpoints(self) -> list[Endpoint]:
        """Under /api/v1/me/api-keys."""
        return [
            get(_KEYS, self.all, Access.SIGNED_IN, ApiKeysAnswer),
            post(_KEYS, self.create, Access.SIGNED_IN, NewApiKeyAnswer, body=ApiKeyWish, status=201),
            Endpoint(
                method="DELETE",
                path=f"{_KEYS}/{{id}}",
                handler=self.revoke,
                access=Access.SIGNED_IN,
                answer=ApiKeyAnswer,
            ),
        ]

    async def all(self, call: Call[NoQuery, NoBody]) -> ApiKeysAnswer:
        """List one's own API keys."""
        return ApiKeysAnswer.of(await self.list_keys(call.user.id))

    async def create(self, call: Call[NoQuery, ApiKeyWish]) -> NewApiKeyAnswer:
        """Make an API key.

        Its text is in this answer and nowhere else. Send it as `Authorization: Bearer`.
        """
        wish = call.body
        return NewApiKeyAnswer.made(await self.create_key(call.user.id, wish.name, wish.scopes, wish.expires_at))

    async def revoke(self, call: Call[NoQuery, NoBody]) -> ApiKeyAnswer:
        """Revoke an API key.

        It opens nothing from the next request on.
        """
        key_id = ApiKeyId(call.id(code="API_KEY_NOT_FOUND"))
        return ApiKeyAnswer.of(await self.revoke_key(call.user.id, key_id))
