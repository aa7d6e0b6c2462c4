"""Rebuilding from the ledger alone, with the functions that wrote it.

Along a market's chain every entry is made again from its order, in its place, and must come out the same in every
field, its hash included.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace

from domain.shared.errors import Conflict, Invalid
from domain.shared.money import MAX_AMOUNT, MILLION, ceil_div
from domain.trading import provision, settlement, trades
from domain.trading.book import Book, Holding, post
from domain.trading.cpmm import Outcome
from domain.trading.difference import Difference, differences
from domain.trading.ledger import Action, LedgerEntry, content_hash
from domain.trading.liquidity import MAX_PROBABILITY, MIN_PROBABILITY
from domain.trading.market import Market
from domain.trading.orders import AddLiquidity, Buy, ClaimFees, CloseOut, Merge, Mint, RemoveLiquidity, Sell, SellFor
from domain.trading.scene import Executed, Scene

Found = tuple[Difference, ...]


def rebuild(
    market: Market, book: Book, holding: Holding, basis: int, entry: LedgerEntry
) -> tuple[Book, Holding, Found]:
    """The book and the user's holding after the next entry, and where it is not the entry that the rules make.

    `basis` is the cost basis in µP of all positions in the market; the holding's balance is of no account. An entry
    at fault is posted as it was written, so that those after it are judged for themselves.
    """
    try:
        made = make_again(market, book, holding, basis, entry)
    except Exception as error:  # noqa: BLE001 - a forged entry may make the rules fail in any way
        refused = Difference(_name(entry), "entry", "written", f"refused ({error})")
        return *_post_as_written(book, holding, entry), (*_broken_seal(entry), refused)
    if made.entries == (entry,):
        return made.book, made.holding, ()
    expected = replace(made.entries[0], hash=entry.hash)
    found = *_broken_seal(entry), *differences(_name(entry), entry, expected)
    return *_post_as_written(book, holding, entry), found


def make_again(market: Market, book: Book, holding: Holding, basis: int, entry: LedgerEntry) -> Executed:
    """What the rules make of the order that an entry records. Raises whatever refuses it.

    The entry's word is taken for what the market alone cannot tell: that the user had the points.
    """
    able = Holding(entry.amount_in, holding.position, holding.stake)
    scene = Scene(market, book, entry.user_id, able, entry.executed_at, entry.key, entry.fingerprint)
    made = _pay(scene, basis, entry) if entry.action in _PAYMENTS else _ORDERS[entry.action](scene, entry)
    if made is None:
        raise Conflict("NOTHING_DUE", "There was nothing to pay.")
    return made


def _sell(scene: Scene, entry: LedgerEntry) -> Executed:
    """By shares or, where that brings another amount, by proceeds: the entry does not say which was ordered."""
    outcome, amount = _outcome(entry), entry.amount_out
    shares = entry.yes_before - entry.yes_after + entry.no_before - entry.no_after
    if shares <= MAX_AMOUNT:
        sold = trades.sell(scene, Sell(outcome, shares))
        if sold.entry.amount_out == amount:
            return sold
    return trades.sell_for(scene, SellFor(outcome, amount))


def _add_liquidity(scene: Scene, entry: LedgerEntry) -> Executed:
    probability = _opening_probability(entry) if scene.book.pool is None else None
    return provision.add_liquidity(scene, AddLiquidity(entry.amount_in, probability))


def _opening_probability(entry: LedgerEntry) -> int:
    """A probability that opens the entry's pool, in millionths."""
    yes, no = entry.pool_yes_after, entry.pool_no_after
    probability = ceil_div(no * MILLION, yes + no) if no < yes else no * MILLION // (yes + no)
    return min(max(probability, MIN_PROBABILITY), MAX_PROBABILITY)


def _pay(scene: Scene, basis: int, entry: LedgerEntry) -> Executed | None:
    if entry.action is Action.VAULT_SWEEP:
        return settlement.sweep(scene)
    if entry.lp_after < entry.lp_before:
        return settlement.pay_provider(scene)
    if entry.yes_before or entry.no_before:
        return settlement.pay_holder(scene, basis)
    return settlement.pay_rest(scene)


_PAYMENTS = frozenset({Action.PAYOUT, Action.REFUND, Action.VAULT_SWEEP})

_ORDERS: dict[Action, Callable[[Scene, LedgerEntry], Executed]] = {
    Action.BUY: lambda scene, entry: trades.buy(scene, Buy(_outcome(entry), entry.amount_in)),
    Action.SELL: _sell,
    Action.MINT: lambda scene, entry: trades.mint(scene, Mint(entry.amount_in)),
    Action.MERGE: lambda scene, entry: trades.merge(scene, Merge(entry.amount_out)),
    Action.NET_SELL: lambda scene, _: trades.close_out(scene, CloseOut()),
    Action.ADD_LIQUIDITY: _add_liquidity,
    Action.REMOVE_LIQUIDITY: lambda scene, entry: provision.remove_liquidity(
        scene, RemoveLiquidity(entry.lp_before - entry.lp_after)
    ),
    Action.FEE_CLAIM: lambda scene, _: provision.claim(scene, ClaimFees()),
}


def _post_as_written(book: Book, holding: Holding, entry: LedgerEntry) -> tuple[Book, Holding]:
    """The entry posted; what it says of the user's shares and of the collateral is believed."""
    try:
        position = replace(holding.position, yes=entry.yes_before, no=entry.no_before)
        book, holding = post(book, Holding(0, position, holding.stake), entry)
    except Exception:  # noqa: BLE001 - a forged entry may make the rules fail in any way
        book = replace(book, seq=entry.seq, head=entry.hash)
    return replace(book, collateral=entry.collateral_after), holding


def _broken_seal(entry: LedgerEntry) -> Iterator[Difference]:
    return differences(_name(entry), entry.hash, content_hash(entry), "hash")


def _outcome(entry: LedgerEntry) -> Outcome:
    if entry.outcome is None:
        raise Invalid("OUTCOME_MISSING", "It names no outcome.")
    return entry.outcome


def _name(entry: LedgerEntry) -> str:
    return f"entry {entry.seq} of market {entry.market_id}"
