"""API keys, as their owner makes, lists and revokes them."""

from dataclasses import dataclass

from adapters.http.acting import actor_of
from adapters.http.endpoints import Access, Call, Endpoint, NoBody, NoQuery, get, post
from adapters.http.models.accounts import ApiKeyAnswer, ApiKeysAnswer, ApiKeyWish, KeyRate, NewApiKeyAnswer
from application.accounts.create_api_key import CreateApiKey
from application.accounts.list_api_keys import ListApiKeys
from application.accounts.rate_api_key import RateApiKey
from application.accounts.revoke_api_key import RevokeApiKey
from domain.shared.ids import ApiKeyId, UserId

_KEYS = "/api/v1/me/api-keys"
_USERS_KEYS = "/api/v1/admin/users/{id}/api-keys"


@dataclass(frozen=True, slots=True)
class ApiKeys:
    """Keys for one's own programs; no key makes another. An administrator may give a key a rate of its own."""

    create_key: CreateApiKey
    list_keys: ListApiKeys
    revoke_key: RevokeApiKey
    rate_key: RateApiKey

    def endpoints(self) -> list[Endpoint]:
        """Under /api/v1/me/api-keys, and /api/v1/admin/users/{id}/api-keys."""
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
            get(_USERS_KEYS, self.of_user, Access.ADMIN, ApiKeysAnswer),
            post(f"{_USERS_KEYS}/{{key}}/rate", self.rate, Access.ADMIN, ApiKeyAnswer, body=KeyRate),
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

    async def of_user(self, call: Call[NoQuery, NoBody]) -> ApiKeysAnswer:
        """List a user's API keys, without their texts."""
        return ApiKeysAnswer.of(await self.list_keys(UserId(call.id(code="USER_NOT_FOUND"))))

    async def rate(self, call: Call[NoQuery, KeyRate]) -> ApiKeyAnswer:
        """Give an API key a number of trading requests a minute of its own, or everybody's again."""
        user_id, key_id = UserId(call.id(code="USER_NOT_FOUND")), ApiKeyId(call.id("key", "API_KEY_NOT_FOUND"))
        return ApiKeyAnswer.of(await self.rate_key(actor_of(call), user_id, key_id, call.body.per_minute))

    async def revoke(self, call: Call[NoQuery, NoBody]) -> ApiKeyAnswer:
        """Revoke an API key.

        It opens nothing from the next request on.
        """
        key_id = ApiKeyId(call.id(code="API_KEY_NOT_FOUND"))
        return ApiKeyAnswer.of(await self.revoke_key(call.user.id, key_id))
