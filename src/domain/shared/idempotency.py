"""What refuses a request because of its idempotency key."""

from domain.shared.errors import Conflict

RETRY_AFTER_SECONDS = 1
"""When to come back while the first request is still being answered."""


def in_progress() -> Conflict:
    """The key is in use."""
    return Conflict(
        "IDEMPOTENCY_IN_PROGRESS",
        "The first request with this idempotency key is still being answered; send it again shortly.",
        retry_after_seconds=RETRY_AFTER_SECONDS,
    )


def used_for_another() -> Conflict:
    """The key stands for another request."""
    return Conflict("IDEMPOTENCY_CONFLICT", "This idempotency key was used for another request; use a new key.")
