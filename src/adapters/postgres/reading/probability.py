"""The probability of YES in SQL."""

from domain.shared.money import MILLION

_BIGINT = 2**63


def probability(moment: str) -> str:
    """That of an entry's pool `before` or `after` it, as `Pool.probability` has it, in integers: those of the
    processor, or of any length where a pool is large."""
    yes, no = f"pool_yes_{moment}", f"pool_no_{moment}"
    large = f"div({no}::numeric * {MILLION}, {yes}::numeric + {no})::bigint"
    return f"CASE WHEN {no} < {_BIGINT // MILLION} THEN {no} * {MILLION} / ({yes} + {no}) ELSE {large} END"
