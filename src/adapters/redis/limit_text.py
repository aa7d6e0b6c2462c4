"""Rate limits as people write them."""

from limits import parse_many

from application.shared.limits import RateLimit
from domain.shared.errors import Invalid


def rate_limit(name: str, text: str) -> RateLimit:
    """A limit in the notation of the library `limits`: "100/minute", "10 per 15 minutes". Raises ValueError."""
    try:
        (item,) = parse_many(text)
        return RateLimit(name, item.amount, item.get_expiry())
    except (ValueError, Invalid) as error:
        advice = f" {error.message}" if isinstance(error, Invalid) else ""
        raise ValueError(f'give one limit such as "100/minute" or "10 per 15 minutes".{advice}') from None
