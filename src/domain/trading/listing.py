"""What people read of a market: its question, and what its proposer suggests to open it with."""

from domain.shared.errors import Invalid
from domain.shared.value import value
from domain.trading.liquidity import MAX_PROBABILITY, MIN_PROBABILITY

MAX_TITLE_LENGTH = 300
MAX_DESCRIPTION_LENGTH = 10_000
MAX_CATEGORY_LENGTH = 64


@value
class Listing:
    """A question with a YES or NO answer. `probability` of YES, in millionths, is where its pool opens.

    Raises Invalid when built with text or a probability out of bounds.
    """

    title: str
    description: str = ""
    category: str = ""
    probability: int = 500_000

    def __post_init__(self) -> None:
        _require_length("title", self.title, 1, MAX_TITLE_LENGTH)
        _require_length("description", self.description, 0, MAX_DESCRIPTION_LENGTH)
        _require_length("category", self.category, 0, MAX_CATEGORY_LENGTH)
        if type(self.probability) is not int or not MIN_PROBABILITY <= self.probability <= MAX_PROBABILITY:
            raise Invalid(
                "PROBABILITY_OUT_OF_BOUNDS",
                f"Give the opening probability from {MIN_PROBABILITY} to {MAX_PROBABILITY} millionths.",
                given=str(self.probability)[:40],
            )


def _require_length(name: str, text: str, least: int, most: int) -> None:
    printable = all(word.isprintable() for word in text.split())
    if not least <= len(text.strip()) or len(text) > most or not printable:
        raise Invalid(
            "TEXT_LENGTH", f"Give {name} as {least} to {most} printable characters.", field=name, length=len(text)
        )
