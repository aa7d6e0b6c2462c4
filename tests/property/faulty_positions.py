"""Positions that give up shares with one fault each, written as somebody might by mistake."""

from dataclasses import replace

from domain.trading.position import Position


def gives_basis_rounded_up(position: Position, yes: int, no: int, proceeds: int) -> Position:
    yes_released = -(-position.yes_basis * yes // position.yes) if yes else 0
    no_released = -(-position.no_basis * no // position.no) if no else 0
    return Position(
        position.yes - yes,
        position.no - no,
        position.yes_basis - yes_released,
        position.no_basis - no_released,
        position.realised + proceeds - yes_released - no_released,
    )


def gives_all_the_basis(position: Position, yes: int, no: int, proceeds: int) -> Position:
    after = position.gave(yes, no, proceeds)
    return replace(after, yes_basis=0, realised=after.realised - after.yes_basis)


def gives_no_basis(position: Position, yes: int, no: int, proceeds: int) -> Position:
    after = position.gave(yes, no, 0)
    return replace(
        after, yes_basis=position.yes_basis, no_basis=position.no_basis, realised=position.realised + proceeds
    )


def forgets_the_profit(position: Position, yes: int, no: int, proceeds: int) -> Position:
    return replace(position.gave(yes, no, proceeds), realised=position.realised)
