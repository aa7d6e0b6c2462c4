"""Reading an order flow: exact quantities, the order of time, and every malformed row named by file and line."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from domain.shared.errors import Invalid
from domain.trading.cpmm import Outcome
from domain.trading.listing import Listing
from domain.trading.orders import Buy, Sell
from entrypoints.replay.flow import FlowMarket, FlowOrder, read_flow
from entrypoints.replay.names import Names, Terms
from entrypoints.replay.table import MAX_LINE_BYTES, read_table

ORDERS = "time,market,trader,action,outcome,amount,shares"
OUTCOMES = "market,title,category,outcome,resolved_at"
BUY = "2022-01-12T21:10:26Z,rain,ann,BUY,NO,55.000001,"
SELL = "2022-01-12T21:10:27Z,rain,bob,SELL,YES,,0.5"
RAIN = "rain,Will it rain?,weather,YES,2022-02-01T00:00:00Z"
TERMS = Terms(100_000_000, 10_000_000_000, 200)


def flow_in(folder: Path, orders: str, outcomes: str = f"{OUTCOMES}\n{RAIN}\n") -> Path:
    (folder / "orders.csv").write_bytes(orders.encode())
    (folder / "outcomes.csv").write_bytes(outcomes.encode())
    return folder


def refusal_of(folder: Path) -> str:
    with pytest.raises(Invalid) as refused:
        read_flow(folder)
    return refused.value.message


def test_rows_become_orders_and_markets(tmp_path: Path) -> None:
    flow = read_flow(flow_in(tmp_path, f"{ORDERS}\n{BUY}\n{SELL}\n"))
    at = datetime(2022, 1, 12, 21, 10, 26, tzinfo=UTC)
    assert flow.orders == (
        FlowOrder(2, at, "rain", "ann", Buy, Outcome.NO, 55_000_001),
        FlowOrder(3, at.replace(second=27), "rain", "bob", Sell, Outcome.YES, 500_000),
    )
    assert flow.markets == {"rain": FlowMarket("rain", Listing("Will it rain?", category="weather"), Outcome.YES)}
    assert flow.traders == ["ann", "bob"]
    assert flow.orders[0].instruction() == Buy(Outcome.NO, 55_000_001)


def test_a_cancelled_market_has_no_outcome(tmp_path: Path) -> None:
    outcomes = f'{OUTCOMES}\nrain,"Rain, or not?",,CANCELLED,2022-02-01T00:00:00Z\n'
    flow = read_flow(flow_in(tmp_path, f"{ORDERS}\n", outcomes))
    assert flow.markets == {"rain": FlowMarket("rain", Listing("Rain, or not?"), None)}


def test_line_ends_and_a_byte_order_mark_do_not_matter(tmp_path: Path) -> None:
    flow = read_flow(flow_in(tmp_path, f"\ufeff{ORDERS}\r\n{BUY}\r\n{SELL}"))
    assert [order.line for order in flow.orders] == [2, 3]


@pytest.mark.parametrize(
    ("text", "micro"),
    [
        ("1", 1_000_000),
        ("0.000001", 1),
        ("0", 0),
        ("-3.5", -3_500_000),
        ("9007199254.740993", 9_007_199_254_740_993),  # 2**53 + 1, which no float can tell from 2**53
        ("99999999999999999999.999999", 99_999_999_999_999_999_999_999_999),
    ],
)
def test_quantities_are_exact(tmp_path: Path, text: str, micro: int) -> None:
    flow = read_flow(flow_in(tmp_path, f"{ORDERS}\n{BUY.replace('55.000001', text)}\n"))
    assert flow.orders[0].quantity == micro


@pytest.mark.parametrize("quantity", ["0", "-1", "100000000000.000001"])
def test_a_quantity_out_of_bounds_is_an_order_to_be_refused(tmp_path: Path, quantity: str) -> None:
    (order,) = read_flow(flow_in(tmp_path, f"{ORDERS}\n{BUY.replace('55.000001', quantity)}\n")).orders
    with pytest.raises(Invalid) as refused:
        order.instruction()
    assert refused.value.code == "AMOUNT_OUT_OF_BOUNDS"


def test_orders_are_in_the_order_of_time_and_of_lines_within_one_moment(tmp_path: Path) -> None:
    times = ["10:00:00Z", "09:00:00Z", "10:00:00Z", "11:30:00+02:00"]
    rows = [f"2022-01-12T{time},rain,ann,BUY,YES,1," for time in times]
    flow = read_flow(flow_in(tmp_path, "\n".join([ORDERS, *rows, ""])))
    assert [order.line for order in flow.orders] == [3, 5, 2, 4]


@pytest.mark.parametrize(
    ("row", "says"),
    [
        (BUY.replace("2022-01-12T21:10:26Z", "yesterday"), "time is 'yesterday'"),
        (BUY.replace("26Z", "26"), "give a time with its zone"),
        (BUY.replace("2022-01-12T21:10:26Z", "0001-01-01T00:00:00+23:00"), "date value out of range"),
        (BUY.replace("rain", "snow"), "market 'snow' is not in outcomes.csv"),
        (BUY.replace("ann", ""), "trader is ''"),
        (BUY.replace("ann", "a\x07"), "trader is 'a\\x07'"),
        (BUY.replace("BUY", "HOLD"), "action is 'HOLD'; give BUY or SELL"),
        (BUY.replace("NO", "no"), "outcome is 'no'; give YES or NO"),
        (BUY.replace("55.000001", ""), "amount is ''; give a number"),
        (BUY.replace("55.000001", "much"), "amount is 'much'; give a number"),
        (BUY.replace("55.000001", "1e3"), "amount is '1e3'; give a number"),
        (BUY.replace("55.000001", "NaN"), "amount is 'NaN'; give a number"),
        (BUY.replace("55.000001", "٥"), "amount is '٥'; give a number"),
        (BUY.replace("55.000001", "1.0000001"), "with at most 6 decimals"),
        (BUY + "1", "shares is '1'; leave it empty for a BUY"),
        (SELL.replace(",,", ",2,"), "amount is '2'; leave it empty for a SELL"),
        (SELL.replace("0.5", ""), "shares is ''; give a number"),
        (BUY[:-1], "there are 6 columns; 7 are needed"),
        (BUY + ",", "there are 8 columns; 7 are needed"),
        ("", "there are 0 columns; 7 are needed"),
        (BUY.replace("ann", '"ann'), "unexpected end of data"),
        (BUY.replace("ann", '"ann"a'), "expected after"),
        (BUY.replace("ann", "a" * MAX_LINE_BYTES), f"longer than {MAX_LINE_BYTES} bytes"),
    ],
)
def test_a_malformed_order_is_named_by_its_line(tmp_path: Path, row: str, says: str) -> None:
    message = refusal_of(flow_in(tmp_path, f"{ORDERS}\n{BUY}\n{SELL}\n{row}\n"))
    assert message.startswith("orders.csv, line 4: ")
    assert says in message


@pytest.mark.parametrize(
    ("row", "says"),
    [
        (RAIN, "market 'rain' stands in an earlier line"),
        ("snow,,weather,YES,2022-02-01T00:00:00Z", "Give title as 1 to 300 printable characters."),
        ("snow,Snow?,weather,MAYBE,2022-02-01T00:00:00Z", "outcome is 'MAYBE'; give YES or NO or CANCELLED"),
        ("snow,Snow?,weather,YES,soon", "resolved_at is 'soon'"),
        (" ,Snow?,weather,YES,2022-02-01T00:00:00Z", "market is ' '"),
        ("snow,Snow?,weather,YES", "there are 4 columns; 5 are needed"),
    ],
)
def test_a_malformed_outcome_is_named_by_its_line(tmp_path: Path, row: str, says: str) -> None:
    message = refusal_of(flow_in(tmp_path, f"{ORDERS}\n", f"{OUTCOMES}\n{RAIN}\n{row}\n"))
    assert message.startswith("outcomes.csv, line 3: ")
    assert says in message


@pytest.mark.parametrize("header", ["", BUY, ORDERS.replace("market,trader", "trader,market"), f"{ORDERS},note"])
def test_a_wrong_header_is_refused(tmp_path: Path, header: str) -> None:
    message = refusal_of(flow_in(tmp_path, f"{header}\n{BUY}\n"))
    assert message.startswith("orders.csv, line 1: the header is")
    assert message.endswith(f"it must be '{ORDERS}'")


def test_bytes_that_are_no_text_are_named_by_their_line(tmp_path: Path) -> None:
    flow_in(tmp_path, "")
    (tmp_path / "orders.csv").write_bytes(f"{ORDERS}\n{BUY}\n".encode() + b"\xff\n")
    assert refusal_of(tmp_path) == "orders.csv, line 3: byte 1 is not UTF-8; save the file as UTF-8"


def test_a_row_over_several_lines_is_named_by_its_first(tmp_path: Path) -> None:
    row = BUY.replace("rain", '"snow\n\nfall"')
    assert refusal_of(flow_in(tmp_path, f"{ORDERS}\n{BUY}\n{row}\n{BUY}\n")).startswith("orders.csv, line 3: market")


def test_more_rows_than_the_bound_are_refused(tmp_path: Path) -> None:
    table = tmp_path / "numbers.csv"
    table.write_text("number\n1\n2\n3\n")
    assert read_table(table, ("number",), lambda _, row: row["number"], limit=3)[0] == ["1", "2", "3"]
    with pytest.raises(Invalid, match=r"^numbers\.csv, line 4: there are more than 2 rows"):
        read_table(table, ("number",), lambda _, row: row["number"], limit=2)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "outcomes.csv").write_text(f"{OUTCOMES}\n{RAIN}\n")
    assert refusal_of(tmp_path) == f"{tmp_path / 'orders.csv'} cannot be read: No such file or directory."


def test_a_flow_without_markets_is_refused(tmp_path: Path) -> None:
    assert refusal_of(flow_in(tmp_path, f"{ORDERS}\n", f"{OUTCOMES}\n")).startswith("outcomes.csv names no market")


def test_names_stand_for_the_content_of_the_flow_and_the_terms(tmp_path: Path) -> None:
    digest = read_flow(flow_in(tmp_path, f"{ORDERS}\n{BUY}\n")).digest
    other = read_flow(flow_in(tmp_path, f"{ORDERS}\n{BUY}\n{SELL}\n")).digest
    spaces = [Names(digest, TERMS), Names(other, TERMS), Names(digest, Terms(100_000_000, 10_000_000_000, 201))]
    assert Names(digest, TERMS).market_id("rain") == spaces[0].market_id("rain")
    assert len({names.market_id("rain") for names in spaces}) == 3
    assert len({names.user_id("ann") for names in spaces}) == 3
    assert len({names.handle("ann") for names in spaces}) == 3
    assert len({names.reference for names in spaces}) == 3


def test_long_names_stay_apart(tmp_path: Path) -> None:
    names = Names(bytes(32), TERMS)
    handles = {names.handle("x" * 100 + end) for end in "ab"}
    assert len(handles) == 2
    assert {len(handle) for handle in handles} == {64}
