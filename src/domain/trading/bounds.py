"""The bounds that an order sets to what it gets and gives."""

from domain.shared.errors import Conflict


def require_at_least(name: str, got: int, bound: int | None) -> None:
    if bound is not None and got < bound:
        raise Conflict(
            "SLIPPAGE", f"The {name} would be below your bound; ask for a new quote.", got=str(got), bound=str(bound)
        )


def require_at_most(name: str, got: int, bound: int | None) -> None:
    if bound is not None and got > bound:
        raise Conflict(
            "SLIPPAGE", f"The {name} would be above your bound; ask for a new quote.", got=str(got), bound=str(bound)
        )
