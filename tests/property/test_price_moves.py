"""The bounded window of probabilities against one that keeps every point; and that a faulty rule is found."""

from collections import Counter
from datetime import timedelta

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from domain.breakers.price_move import PriceMoveRule
from domain.breakers.slots import SLOT
from domain.breakers.trip import Decision, Mode
from domain.shared.money import MILLION
from tests.property import faulty_price_moves as faulty
from tests.property.price_model import Judge, Try, agrees_with_every_point, judged

MOMENT = timedelta(microseconds=1)
MINUTE = timedelta(minutes=1)
SHORT = timedelta(seconds=45)
"""A window in which a few trades see slots come and go."""

waits = st.one_of(
    st.sampled_from([timedelta(0), MOMENT, SLOT - MOMENT, SLOT, SLOT + MOMENT, MINUTE]),
    st.timedeltas(-SLOT, 2 * SLOT),
)
beyond = st.one_of(
    st.integers(-2, 2), st.integers(1, 100), st.integers(-300_000, 300_000), st.integers(-MILLION, MILLION)
)
rules = st.builds(
    PriceMoveRule,
    mode=st.sampled_from([Mode.ENFORCE, Mode.ENFORCE, Mode.SHADOW]),
    response=st.sampled_from([Decision.ALERT, Decision.REJECT, Decision.HALT]),
    threshold=st.sampled_from([300_000, 300_000, 10_000]),
    window=st.sampled_from([SHORT, timedelta(minutes=5)]),
)
tries = st.lists(st.builds(Try, waits, st.none() | st.integers(0, 20), st.booleans(), beyond), min_size=1, max_size=30)
starts = st.integers(0, MILLION)


def test_no_move_is_missed() -> None:
    seen: Counter[str] = Counter()

    @settings(max_examples=400)
    @given(rules, starts, tries)
    def check(rule: PriceMoveRule, start: int, trades: list[Try]) -> None:
        seen.update(agrees_with_every_point(judged, rule, start, trades))

    check()
    assert {*Decision, "told", "only in the slot", "not told again"} - set(+seen) == set()


@pytest.mark.parametrize(
    ("fault", "message"),
    [
        (faulty.trips_at_the_threshold, "decided"),
        (faulty.trips_a_millionth_late, "missed|decided|other evidence"),
        (faulty.looks_at_the_last_trade, "missed|decided|other evidence"),
        (faulty.forgets_where_it_stood, "missed|decided|other evidence"),
        (faulty.forgets_a_slot_too_early, "missed|decided|other evidence"),
        (faulty.keeps_a_slot_too_long, "decided|other evidence|too many bytes"),
        (faulty.forgets_the_past, "missed|decided|other evidence"),
        (faulty.forgets_the_lows, "missed|decided|other evidence"),
        (faulty.goes_by_relation, "missed|decided|other evidence"),
        (faulty.goes_on_after_a_halt, "decided|other evidence"),
        (faulty.notes_what_it_rejects, "decided"),
        (faulty.forgets_what_it_lets_through, "missed|decided|other evidence"),
        (faulty.tells_everything, "told otherwise"),
        (faulty.is_quiet_for_ever, "told otherwise"),
        (faulty.pauses_too_short, "another pause"),
    ],
)
def test_a_faulty_rule_is_found(fault: Judge, message: str) -> None:
    @settings(phases=[Phase.generate], max_examples=3_000, deadline=None, derandomize=True, database=None)
    @given(rules, starts, tries)
    def search(rule: PriceMoveRule, start: int, trades: list[Try]) -> None:
        agrees_with_every_point(fault, rule, start, trades)

    with pytest.raises(AssertionError, match=message):
        search()
