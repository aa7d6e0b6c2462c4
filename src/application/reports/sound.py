"""Reports add up, or are not made."""


class DoesNotAddUp(Exception):
    """Figures of one snapshot contradict each other: the ledger or the program is at fault, and nothing is printed."""


def require_equal(what: str, one: int, other: int) -> None:
    """Refuse two figures that must be the same. Raises DoesNotAddUp."""
    if one != other:
        raise DoesNotAddUp(f"{what}: {one} is not {other}; run `presage audit`.")
