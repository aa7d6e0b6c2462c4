"""Orders as they wait in the queue, and back."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from pydantic import ValidationError

from application.jobs.catalogue.trading import MAX_ORDERS, PlaceOrders
from domain.shared.errors import Invalid
from domain.shared.ids import MarketId, UserId
from domain.shared.money import MAX_AMOUNT
from domain.trading.cpmm import Outcome
from domain.trading.orders import Buy, BuyShares, CloseOut, Instruction, Merge, Mint, Order, Sell, SellFor

USER, MARKET = UserId(UUID(int=1)), MarketId(UUID(int=2))
UNTIL = datetime(2030, 1, 31, 12, 0, 0, 123456, UTC)

INSTRUCTIONS: list[Instruction] = [
    Buy(Outcome.YES, MAX_AMOUNT, 1),
    Buy(Outcome.NO, 2**53 + 1),
    BuyShares(Outcome.NO, 5, 7),
    Sell(Outcome.YES, 5, 3),
    SellFor(Outcome.YES, 5, 9),
    Mint(1),
    Merge(MAX_AMOUNT),
    CloseOut(),
    CloseOut(4),
]


@pytest.mark.parametrize("instruction", INSTRUCTIONS)
def test_there_and_back(instruction: Instruction) -> None:
    for expires_at in (None, UNTIL, UNTIL.astimezone().replace(microsecond=0) + timedelta(hours=1)):
        order = Order(USER, MARKET, "a key", instruction, expires_at)
        text = PlaceOrders.of(USER, [order]).model_dump_json()
        (queued,) = PlaceOrders.model_validate_json(text).orders
        assert queued.order(USER) == order
        assert queued.order(USER).fingerprint() == order.fingerprint()


@pytest.mark.parametrize(
    "changes", [{"amount": 5.0}, {"amount": "5"}, {"kind": "AddLiquidity"}, {"key": ""}, {"note": ""}]
)
def test_what_is_no_order(changes: dict[str, object]) -> None:
    (order,) = PlaceOrders.of(USER, [Order(USER, MARKET, "key", Mint(5))]).model_dump(mode="json")["orders"]
    with pytest.raises(ValidationError):
        PlaceOrders.model_validate({"userId": str(USER), "orders": [order | changes]})


def test_what_the_domain_refuses() -> None:
    (order,) = PlaceOrders.of(USER, [Order(USER, MARKET, "key", Mint(5))]).orders
    with pytest.raises(Invalid):
        order.model_copy(update={"amount": 0}).order(USER)


def test_how_many() -> None:
    orders = [Order(USER, MARKET, "key", Mint(5))] * (MAX_ORDERS + 1)
    assert len(PlaceOrders.of(USER, orders[1:]).orders) == MAX_ORDERS
    for many in ([], orders):
        with pytest.raises(ValidationError):
            PlaceOrders.of(USER, many)
