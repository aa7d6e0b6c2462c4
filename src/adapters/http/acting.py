"""Who acts as an administrator in a request, and why."""

from typing import Any

from adapters.http.endpoints import Call
from adapters.http.envelope import REQUEST_ID
from adapters.http.models.administration import Because
from domain.shared.administration import Actor


def actor_of(call: Call[Any, Because]) -> Actor:
    """The caller, with the reason that the body gives. Raises Invalid."""
    return actor_because(call, call.body.reason)


def actor_because(call: Call[Any, Any], reason: str) -> Actor:
    """The caller, with a reason given elsewhere. Raises Invalid."""
    assert call.caller is not None, "the guard let nobody in"
    return Actor(call.user.id, reason, call.request[REQUEST_ID], call.caller.vouched)
