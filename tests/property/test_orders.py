"""The fingerprint of an order stands for its content: the same for the same, another for any other."""

from datetime import timedelta
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from domain.shared.ids import MarketId
from domain.trading.orders import (
    AddLiquidity,
    Buy,
    BuyShares,
    ClaimFees,
    CloseOut,
    Merge,
    Mint,
    Order,
    RemoveLiquidity,
    Sell,
    SellFor,
)
from tests.property.strategies import outcomes, sizes
from tests.unit.domain.exchange import ALICE, BOB, OPENED

few = st.one_of(st.integers(1, 3), sizes(10**17))
bounds = st.one_of(st.none(), few)
instructions = st.one_of(
    *(st.builds(kind, outcomes, few, bounds) for kind in (Buy, BuyShares, Sell, SellFor)),
    *(st.builds(kind, few) for kind in (Mint, Merge, RemoveLiquidity)),
    st.builds(AddLiquidity, few, st.one_of(st.none(), st.integers(1, 3))),
    st.builds(CloseOut, bounds),
    st.just(ClaimFees()),
)
orders = st.builds(
    Order,
    st.sampled_from([ALICE, BOB]),
    st.integers(1, 2).map(lambda number: MarketId(UUID(int=number))),
    st.text(st.characters().filter(str.isprintable), min_size=1, max_size=5),
    instructions,
    st.one_of(st.none(), st.integers(1, 2).map(lambda seconds: OPENED + timedelta(seconds=seconds))),
)


def content(order: Order) -> tuple[object, ...]:
    return order.market_id, order.instruction, order.expires_at


@given(orders, orders)
def test_fingerprints_agree_just_when_contents_do(one: Order, other: Order) -> None:
    assert (one.fingerprint() == other.fingerprint()) == (content(one) == content(other))


@given(st.lists(orders, min_size=2, max_size=20))
def test_each_content_has_one_fingerprint_of_its_own(several: list[Order]) -> None:
    assert len({order.fingerprint() for order in several}) == len({content(order) for order in several})
