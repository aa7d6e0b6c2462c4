"""What a market's listing may say."""

import pytest

from domain.shared.errors import Invalid
from domain.trading.listing import Listing


@pytest.mark.parametrize(
    ("title", "description", "category"),
    [
        ("", "", ""),
        ("   ", "", ""),
        ("t" * 301, "", ""),
        ("Will it rain?", "d" * 10_001, ""),
        ("Will it rain?", "", "c" * 65),
        ("zero\0", "", ""),
        ("Will it rain?", "zero\0", ""),
        ("Will it rain?", "", "zero\0"),
        ("half a character \ud800", "", ""),
    ],
)
def test_text_out_of_bounds(title: str, description: str, category: str) -> None:
    with pytest.raises(Invalid) as refused:
        Listing(title, description, category)
    assert refused.value.code == "TEXT_LENGTH"


@pytest.mark.parametrize("probability", [9_999, 990_001, 0, -1, 0.5, 500_000.0, True])
def test_a_probability_out_of_bounds(probability: int) -> None:
    with pytest.raises(Invalid) as refused:
        Listing("Will it rain?", probability=probability)
    assert refused.value.code == "PROBABILITY_OUT_OF_BOUNDS"


def test_text_and_probability_at_their_bounds() -> None:
    assert Listing("t" * 300, "d" * 10_000, "c" * 64, 10_000).probability == 10_000
    assert Listing("t", probability=990_000).description == ""
