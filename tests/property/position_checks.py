"""What must hold when a position gives up shares, as a check that takes the rule under test."""

from collections.abc import Callable

from domain.trading.position import Position

Gave = Callable[[Position, int, int, int], Position]


def gives_up_basis_in_proportion(gave: Gave, position: Position, yes: int, no: int, proceeds: int) -> None:
    """released / basis ≤ given / held < (released + 1) / basis for either side, and the rest is profit."""
    after = gave(position, yes, no, proceeds)
    assert (after.yes, after.no) == (position.yes - yes, position.no - no), "other shares than given"
    for given, held, before, left in (
        (yes, position.yes, position.yes_basis, after.yes_basis),
        (no, position.no, position.no_basis, after.no_basis),
    ):
        released = before - left
        assert released * held <= before * given, "too much basis released"
        assert (released + 1) * held > before * given or not held, "too little basis released"
    assert after.realised - position.realised == proceeds - (position.basis - after.basis), "another profit"
