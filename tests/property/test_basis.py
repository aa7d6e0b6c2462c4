"""Cost basis: released in proportion and rounded down, and never lost on the way."""

from hypothesis import given
from hypothesis import strategies as st

from domain.trading.position import Position
from tests.property.position_checks import gives_up_basis_in_proportion
from tests.property.strategies import sizes

held = st.one_of(st.just(0), sizes(10**17))


@st.composite
def positions(draw: st.DrawFn) -> Position:
    """Shares of either side with what they cost; nothing held cost nothing."""
    yes, no = draw(held), draw(held)
    return Position(yes, no, draw(held) if yes else 0, draw(held) if no else 0, draw(st.integers(-(10**17), 10**17)))


@given(positions(), st.data(), held)
def test_giving_up_shares(position: Position, data: st.DataObject, proceeds: int) -> None:
    yes, no = data.draw(st.integers(0, position.yes)), data.draw(st.integers(0, position.no))
    gives_up_basis_in_proportion(Position.gave, position, yes, no, proceeds)


@given(positions(), held)
def test_giving_up_everything_leaves_no_basis(position: Position, proceeds: int) -> None:
    after = position.gave(position.yes, position.no, proceeds)
    assert after == Position(realised=position.realised + proceeds - position.basis)


@given(positions(), st.tuples(held, held), st.tuples(held, held))
def test_receiving_shares_adds_their_whole_basis(
    position: Position, shares: tuple[int, int], basis: tuple[int, int]
) -> None:
    after = position.received(*shares, *basis)
    assert (after.yes - position.yes, after.no - position.no) == shares
    assert (after.yes_basis - position.yes_basis, after.no_basis - position.no_basis) == basis
    assert after.realised == position.realised


@given(sizes(10**9), sizes(10**9), st.lists(st.integers(1, 10**9), max_size=5))
def test_selling_in_parts_books_the_same_profit_in_the_end(shares: int, cost: int, parts: list[int]) -> None:
    bought = Position(no=shares, no_basis=cost)
    after = bought
    for part in parts:
        after = after.gave(0, min(part, after.no), 0)
    assert after.gave(0, after.no, 0).realised == bought.gave(0, shares, 0).realised == -cost
