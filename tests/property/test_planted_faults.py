"""The checks can see: given a faulty market maker, position or exchange, each says what is wrong with it."""

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from hypothesis.stateful import run_state_machine_as_test

from domain.trading.position import Position
from tests.property import faulty_makers as makers
from tests.property import faulty_positions, history_checks, ledger_checks, pricing_checks, sequence_checks
from tests.property import faulty_rules as rules
from tests.property.exchange_machine import ExchangeMachine
from tests.property.position_checks import Gave, gives_up_basis_in_proportion
from tests.property.pricing_checks import Check, MarketMaker, Trade
from tests.property.sequence_checks import SplitCheck
from tests.property.strategies import Deal, deals, every_pool, large_pools, market_fees, outcomes, parts, sizes, steps
from tests.property.test_basis import positions
from tests.unit.domain.exchange import Exchange, Rules

searching = settings(
    phases=[Phase.generate],
    max_examples=5_000,
    stateful_step_count=40,
    deadline=None,
    derandomize=True,
    database=None,
    report_multiple_bugs=False,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)


def assert_seen(message: str, check: Callable[..., None], *drawn: st.SearchStrategy[Any]) -> None:
    """The strategies of the properties, tried for longer, find an example that fails the check with this message."""

    @searching
    @given(st.tuples(*drawn))
    def search(arguments: tuple[Any, ...]) -> None:
        check(*arguments)

    with pytest.raises(AssertionError, match=message):
        search()


@pytest.mark.parametrize(
    ("check", "trade", "message"),
    [
        (pricing_checks.k_never_falls, makers.buy_rounded_down, "k fell"),
        (pricing_checks.k_never_falls, makers.sell_for_rounded_down, "k fell"),
        (pricing_checks.k_never_falls, makers.sell_rounded_up, "k fell"),
        (pricing_checks.k_never_falls, makers.FLOATS.buy, "k fell"),
        (pricing_checks.a_buy_moves_what_it_says, makers.buy_with_the_fee_left_in_the_pool, "another pool"),
        (pricing_checks.a_buy_moves_what_it_says, makers.buy_without_a_fee_on_small_orders, "another fee"),
        (pricing_checks.a_sale_moves_what_it_says, makers.sell_for_without_a_fee, "another fee"),
        (pricing_checks.a_sale_moves_what_it_says, makers.sell_for_with_the_fee_on_top, "another fee"),
        (pricing_checks.buys_as_the_reference, makers.buy_rounded_down, "other shares"),
        (pricing_checks.buys_as_the_reference, makers.buy_without_a_fee_on_small_orders, "other shares"),
        (pricing_checks.sells_as_the_reference, makers.sell_for_rounded_down, "other shares"),
        (pricing_checks.sells_as_the_reference, makers.sell_for_with_the_fee_on_top, "other shares"),
    ],
)
def test_a_faulty_trade_is_seen(check: Callable[..., None], trade: Trade, message: str) -> None:
    assert_seen(message, check, st.just(trade), deals(every_pool))


@pytest.mark.parametrize(
    ("check", "maker", "message"),
    [
        (
            pricing_checks.buy_shares_costs_the_least,
            MarketMaker(buy_shares=makers.buy_shares_a_little_dearer),
            "a smaller amount would do",
        ),
        (
            pricing_checks.buy_shares_costs_the_least,
            MarketMaker(buy_shares=makers.buy_shares_before_the_fee),
            "fewer than asked",
        ),
        (pricing_checks.sell_brings_the_most, MarketMaker(sell=makers.sell_rounded_up), "greater proceeds than"),
        (pricing_checks.sell_brings_the_most, MarketMaker(sell=makers.sell_a_little_cheaper), "greater proceeds would"),
        (pricing_checks.sell_agrees_with_sell_for, MarketMaker(sell=makers.sell_a_little_cheaper), "sell disagrees"),
        (pricing_checks.a_buy_gives_the_most_shares, MarketMaker(buy=makers.buy_rounded_down), "k fell"),
    ],
)
def test_a_price_that_is_not_the_best_is_seen(check: Check, maker: MarketMaker, message: str) -> None:
    assert_seen(message, check, st.just(maker), deals(every_pool))


@pytest.mark.parametrize(
    ("check", "message"),
    [
        (pricing_checks.a_buy_gives_the_most_shares, "too few shares|k fell"),
        (pricing_checks.sell_brings_the_most, "greater proceeds"),
    ],
)
def test_floats_are_seen_at_large_reserves(check: Check, message: str) -> None:
    assert_seen(message, check, st.just(makers.FLOATS), deals(large_pools))


@pytest.mark.parametrize(
    ("check", "maker", "message"),
    [
        (
            sequence_checks.splitting_a_buy_gains_only_rounding,
            MarketMaker(buy=makers.buy_without_a_fee_on_small_orders),
            "saves more than rounding",
        ),
        (
            sequence_checks.splitting_a_buy_gains_only_rounding,
            MarketMaker(buy=makers.buy_with_a_share_on_top),
            "a split buys more",
        ),
        (
            sequence_checks.splitting_buy_shares_gains_only_rounding,
            MarketMaker(buy_shares=makers.buy_shares_without_a_fee_on_small_orders),
            "a split costs less",
        ),
        (
            sequence_checks.splitting_sell_for_gains_only_rounding,
            MarketMaker(sell_for=makers.sell_for_without_a_fee_on_small_orders),
            "saves more than rounding",
        ),
        (
            sequence_checks.splitting_a_sale_gains_only_rounding,
            MarketMaker(sell=makers.sell_rounded_up),
            "a split (brings|takes) more",
        ),
    ],
)
def test_a_gain_by_splitting_is_seen(check: SplitCheck, maker: MarketMaker, message: str) -> None:
    deal = st.builds(Deal, every_pool, outcomes, st.just(0), market_fees)
    assert_seen(message, check, st.just(maker), deal, parts)


@pytest.mark.parametrize(
    "maker",
    [
        MarketMaker(buy=makers.buy_rounded_down),
        MarketMaker(buy=makers.buy_with_a_share_on_top),
        MarketMaker(sell=makers.sell_rounded_up),
        MarketMaker(sell_for=makers.sell_for_at_the_price_before),
        makers.FLOATS,
    ],
)
def test_a_profitable_round_trip_is_seen(maker: MarketMaker) -> None:
    check = sequence_checks.round_trip_never_profits
    assert_seen("a round trip profits", check, st.just(maker), every_pool, market_fees, steps)


@pytest.mark.parametrize(
    ("gave", "message"),
    [
        (faulty_positions.gives_basis_rounded_up, "too much basis released"),
        (faulty_positions.gives_all_the_basis, "too much basis released"),
        (faulty_positions.gives_no_basis, "too little basis released"),
        (faulty_positions.forgets_the_profit, "another profit"),
    ],
)
def test_a_faulty_release_of_basis_is_seen(gave: Gave, message: str) -> None:
    def check(position: Position, thousandth: int, proceeds: int) -> None:
        gives_up_basis_in_proportion(gave, position, position.yes * thousandth // 1_000, 0, proceeds)

    assert_seen(message, check, positions(), st.integers(0, 1_000), sizes(10**9))


@pytest.mark.parametrize(
    ("faulty", "check", "message"),
    [
        (Rules(post=rules.forgets_the_vault_fee), ledger_checks.points_are_conserved, "made or lost"),
        (Rules(post=rules.forgets_the_lp_fee), ledger_checks.points_are_conserved, "made or lost"),
        (Rules(post=rules.pays_twice), ledger_checks.points_are_conserved, "made or lost"),
        (Rules(post=rules.charges_no_fee), ledger_checks.points_are_conserved, "made or lost"),
        (Rules(post=rules.drops_the_remainder), ledger_checks.lp_fees_are_exact, "do not add up"),
        (Rules(post=rules.forgets_the_lp_fee), history_checks.double_entry_gives_the_same, "other LP fees"),
        (Rules(post=rules.forgets_the_pool), ledger_checks.shares_are_backed, "without points"),
        (Rules(post=rules.takes_too_few_shares), ledger_checks.shares_are_backed, "without points"),
        (Rules(pay_holder=rules.pays_holders_too_much), ledger_checks.shares_are_backed, "without points"),
        (Rules(pay_holder=rules.pays_holders_twice), ledger_checks.nothing_is_negative, "below zero"),
        (
            Rules(pay_provider=rules.keeps_the_providers_fees),
            ledger_checks.settled_markets_are_empty,
            "something is left",
        ),
        (Rules(pay_provider=rules.pays_providers_half), ledger_checks.shares_are_backed, "without points"),
        (Rules(post=rules.mints_lp_shares_for_nobody), ledger_checks.the_pool_belongs_to_its_providers, "LP shares"),
        (Rules(post=rules.pays_twice), ledger_checks.profit_explains_every_balance, "nobody made"),
        (Rules(post=rules.forgets_the_loss), ledger_checks.profit_explains_every_balance, "nobody made"),
        (Rules(post=rules.releases_too_much_basis), history_checks.the_ledger_rebuilds_everything, "another position"),
        (Rules(post=rules.forgets_the_pool), history_checks.the_ledger_rebuilds_everything, "another book"),
        (Rules(post=rules.pays_twice), history_checks.the_ledger_rebuilds_everything, "another balance"),
        (Rules(post=rules.pays_twice), history_checks.double_entry_gives_the_same, "other points"),
        (Rules(execute=rules.breaks_the_chain), history_checks.chains_are_linked, "a broken chain"),
        (Rules(execute=rules.skips_a_number), history_checks.chains_are_linked, "a gap"),
        (Rules(execute=rules.changes_an_entry), history_checks.chains_are_linked, "a changed entry"),
        (Rules(execute=rules.tears_the_fee), history_checks.entries_are_sound, "a torn fee"),
        (Rules(execute=rules.tears_the_fee), history_checks.double_entry_gives_the_same, "do not balance"),
        (Rules(execute=rules.gives_a_share_of_the_pool_away), history_checks.entries_are_sound, "k fell"),
        (Rules(execute=rules.tears_the_fee), history_checks.every_entry_can_be_made_again, "written otherwise"),
        (Rules(execute=rules.names_another_price), history_checks.every_entry_can_be_made_again, "written otherwise"),
        (Rules(pay_holder=rules.pays_holders_too_much), history_checks.every_entry_can_be_made_again, "otherwise"),
        (Rules(post=rules.forgets_the_pool), ledger_checks.the_audit_finds_nothing, "YES|NO shares in pool"),
        (Rules(execute=rules.marks_a_refusal), ledger_checks.nothing_is_negative, "left something behind"),
        (Rules(pay_holder=rules.leaves_holders_their_shares), ledger_checks.points_are_conserved, "without end"),
    ],
)
def test_a_faulty_exchange_is_seen(faulty: Rules, check: Callable[[Exchange], None], message: str) -> None:
    """By the machine itself, with this one check alone."""

    class FaultyMachine(ExchangeMachine):
        under_test = faulty
        checks = (check,)
        final_checks = (check,)

    with pytest.raises(AssertionError, match=message):
        run_state_machine_as_test(FaultyMachine, settings=searching)
