"""How a token that proves nothing is answered. The reason goes to the log, the token itself nowhere."""

import logging

from domain.shared.errors import Unauthenticated

_log = logging.getLogger(__name__)


def refused(reason: str) -> Unauthenticated:
    """The error for a token that is not one of ours, or not meant for us; `reason` is never part of the token."""
    _log.debug("token refused: %s", reason)
    return Unauthenticated("TOKEN_INVALID", "This token is not accepted; sign in again for a new one.")


def expired() -> Unauthenticated:
    """The error for a token that was good once."""
    return Unauthenticated("TOKEN_EXPIRED", "This token has expired; refresh it, or sign in again.")
