"""Pages and searches, apart from any store."""

import re
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from application.shared.pages import MAX_PAGE, Page, every_page, one_more, page_of, require_limit
from application.trading.reading.search import pattern_of
from domain.shared.errors import Invalid


@given(st.lists(st.integers(), unique=True), st.integers(1, 7))
async def test_pages_of_a_list_are_the_list(items: list[int], limit: int) -> None:
    items.sort()

    async def read(after: int | None) -> Page[int, int]:
        found = [item for item in items if after is None or item > after]
        return page_of(found[: one_more(limit)], limit, lambda item: item)

    pages = [page async for page in every_page(read)]
    assert [item for page in pages for item in page] == items
    assert len(pages) == max(1, -(-len(items) // limit))


def test_a_limit_is_bounded() -> None:
    assert (require_limit(1), require_limit(MAX_PAGE)) == (1, MAX_PAGE)
    for limit in (0, -1, MAX_PAGE + 1):
        with pytest.raises(Invalid) as refused:
            one_more(limit)
        assert refused.value.code == "PAGE_LIMIT"


printable = st.text(st.characters(exclude_categories=["C", "Z"]), min_size=1)


@given(printable, printable, printable, st.sampled_from([str.lower, str.upper, str.casefold]))
def test_a_pattern_finds_its_text_in_any_case(before: str, text: str, after: str, fold: Callable[[str], str]) -> None:
    written = "".join(fold(letter) if len(fold(letter)) == 1 else letter for letter in text)
    assert re.search(pattern_of(text), before + written + after)


@given(st.text("ab.*[\\%_(", min_size=1), st.text("ab.*[\\%_(", min_size=1))
def test_a_pattern_finds_nothing_but_its_text(text: str, searched: str) -> None:
    assert bool(re.search(pattern_of(text), searched)) == (text in searched)
