"""The served exchange with its demo, where people sign in for themselves."""

from collections.abc import AsyncIterator

import pytest

from adapters.http.server import bind
from domain.shared.ids import MarketId
from entrypoints.api import serving
from entrypoints.container import Container


@pytest.fixture
async def url(exchange: Container, markets: list[MarketId]) -> AsyncIterator[str]:
    """Its address."""
    with bind("127.0.0.1", 0) as bound:
        async with serving(exchange, bound) as served:
            yield served
