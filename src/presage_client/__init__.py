"""A typed client of the Presage API, for programs that trade, follow markets and read portfolios."""

from presage_client.amounts import MicroPoints, MicroShares, points, shares
from presage_client.client import PresageClient
from presage_client.errors import (
    ConflictError,
    ForbiddenError,
    InvalidRequestError,
    NotFoundError,
    PresageAnswerError,
    PresageApiError,
    PresageConnectionError,
    PresageError,
    RateLimitedError,
    ServerFaultError,
    UnauthenticatedError,
    UnavailableError,
)
from presage_client.models.orders import (
    BuyForAmount,
    BuyShares,
    CloseOut,
    Merge,
    Mint,
    Order,
    SellForAmount,
    SellShares,
)
from presage_client.retries import NEVER, Retries

__all__ = [
    "NEVER",
    "BuyForAmount",
    "BuyShares",
    "CloseOut",
    "ConflictError",
    "ForbiddenError",
    "InvalidRequestError",
    "Merge",
    "MicroPoints",
    "MicroShares",
    "Mint",
    "NotFoundError",
    "Order",
    "PresageAnswerError",
    "PresageApiError",
    "PresageClient",
    "PresageConnectionError",
    "PresageError",
    "RateLimitedError",
    "Retries",
    "SellForAmount",
    "SellShares",
    "ServerFaultError",
    "UnauthenticatedError",
    "UnavailableError",
    "points",
    "shares",
]
