"""The demo, founded again on an exchange that has gone on."""

from entrypoints.container import Container


async def test_a_demo_market_that_closed_stops_no_later_start(exchange: Container) -> None:
    markets = await exchange.seed().demo()
    closed = await exchange.change_market().close(markets[0])
    assert await exchange.seed().demo() == markets
    assert (await exchange.queries().market(markets[0])).market == closed
