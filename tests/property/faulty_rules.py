"""Rules of an exchange with one fault each, written as somebody might by mistake."""

from dataclasses import replace
from datetime import datetime

from domain.shared.errors import PresageError
from domain.trading import book as books
from domain.trading import execution, settlement
from domain.trading.book import Book, Holding
from domain.trading.ledger import GENESIS, TRADES, Action, LedgerEntry
from domain.trading.liquidity import LpFees
from domain.trading.market import Market
from domain.trading.orders import Order
from domain.trading.scene import Executed, Scene

Posted = tuple[Book, Holding]


def forgets_the_vault_fee(book: Book, holding: Holding, entry: LedgerEntry) -> Posted:
    after, holding = books.post(book, holding, entry)
    return replace(after, vault_fees=after.vault_fees - entry.vault_fee), holding


def forgets_the_lp_fee(book: Book, holding: Holding, entry: LedgerEntry) -> Posted:
    after, holding = books.post(book, holding, entry)
    return replace(after, lp_fees=book.lp_fees if entry.lp_fee else after.lp_fees), holding


def drops_the_remainder(book: Book, holding: Holding, entry: LedgerEntry) -> Posted:
    after, holding = books.post(book, holding, entry)
    return replace(after, lp_fees=replace(after.lp_fees, remainder=0)), holding


def forgets_the_pool(book: Book, holding: Holding, entry: LedgerEntry) -> Posted:
    after, holding = books.post(book, holding, entry)
    return replace(after, pool=book.pool if entry.action is Action.SELL else after.pool), holding


def pays_twice(book: Book, holding: Holding, entry: LedgerEntry) -> Posted:
    book, after = books.post(book, holding, entry)
    return book, replace(after, balance=after.balance + (entry.amount_out if entry.action is Action.MERGE else 0))


def charges_no_fee(book: Book, holding: Holding, entry: LedgerEntry) -> Posted:
    """What the user keeps, the market also counts as its own."""
    book, after = books.post(book, holding, entry)
    return book, replace(after, balance=after.balance + entry.fee)


def takes_too_few_shares(book: Book, holding: Holding, entry: LedgerEntry) -> Posted:
    book, after = books.post(book, holding, entry)
    kept = 1 if entry.action is Action.SELL else 0
    return book, replace(after, position=replace(after.position, yes=after.position.yes + kept))


def releases_too_much_basis(book: Book, holding: Holding, entry: LedgerEntry) -> Posted:
    """All of it, at the first sale, and books it as a loss: so that the profit still adds up."""
    book, after = books.post(book, holding, entry)
    held = after.position
    if entry.action is Action.SELL:
        held = replace(held, yes_basis=0, no_basis=0, realised=held.realised - held.basis)
    return book, replace(after, position=held)


def forgets_the_loss(book: Book, holding: Holding, entry: LedgerEntry) -> Posted:
    book, after = books.post(book, holding, entry)
    realised = max(after.position.realised, holding.position.realised)
    return book, replace(after, position=replace(after.position, realised=realised))


def mints_lp_shares_for_nobody(book: Book, holding: Holding, entry: LedgerEntry) -> Posted:
    after, holding = books.post(book, holding, entry)
    return replace(after, lp_supply=after.lp_supply + (1 if entry.action is Action.ADD_LIQUIDITY else 0)), holding


def _altered(executed: Executed, **changes: object) -> Executed:
    entry = replace(executed.entry, **changes)  # type: ignore[arg-type]  # each fault names its own field
    return replace(executed, entries=(*executed.entries[:-1], entry))


def breaks_the_chain(market: Market, book: Book, holding: Holding, order: Order, now: datetime) -> Executed:
    return _altered(execution.execute(market, book, holding, order, now), prev_hash=GENESIS, hash=b"")


def skips_a_number(market: Market, book: Book, holding: Holding, order: Order, now: datetime) -> Executed:
    return _altered(execution.execute(market, book, holding, order, now), seq=book.seq + 2, hash=b"")


def changes_an_entry(market: Market, book: Book, holding: Holding, order: Order, now: datetime) -> Executed:
    """After it was sealed."""
    executed = execution.execute(market, book, holding, order, now)
    return _altered(executed, price=executed.entry.price + 1)


def names_another_price(market: Market, book: Book, holding: Holding, order: Order, now: datetime) -> Executed:
    """And seals it, so that the chain holds."""
    executed = execution.execute(market, book, holding, order, now)
    return _altered(executed, price=executed.entry.price + 1, hash=b"")


def tears_the_fee(market: Market, book: Book, holding: Holding, order: Order, now: datetime) -> Executed:
    executed = execution.execute(market, book, holding, order, now)
    return _altered(executed, vault_fee=executed.entry.vault_fee + (1 if executed.entry.fee else 0), hash=b"")


def gives_a_share_of_the_pool_away(
    market: Market, book: Book, holding: Holding, order: Order, now: datetime
) -> Executed:
    executed = execution.execute(market, book, holding, order, now)
    entry = executed.entry
    if entry.action not in TRADES:
        return executed
    return _altered(executed, pool_yes_after=max(1, entry.pool_yes_before - 1), pool_no_after=1, hash=b"")


def marks_a_refusal(market: Market, book: Book, holding: Holding, order: Order, now: datetime) -> Executed:
    try:
        return execution.execute(market, book, holding, order, now)
    except PresageError:
        object.__setattr__(book, "vault_fees", book.vault_fees + 1)
        raise


def pays_holders_too_much(scene: Scene, basis_left: int) -> Executed:
    executed = settlement.pay_holder(scene, basis_left)
    more = min(1, scene.book.collateral - executed.entry.amount_out)
    return _posted_again(scene, _altered(executed, amount_out=executed.entry.amount_out + more, hash=b""))


def pays_holders_twice(scene: Scene, basis_left: int) -> Executed:
    executed = settlement.pay_holder(scene, basis_left)
    return _posted_again(scene, _altered(executed, amount_out=2 * executed.entry.amount_out, hash=b""))


def leaves_holders_their_shares(scene: Scene, basis_left: int) -> Executed:
    position = scene.holding.position
    executed = settlement.pay_holder(scene, basis_left)
    return replace(executed, entries=(replace(executed.entry, yes_after=position.yes, no_after=position.no, hash=b""),))


def keeps_the_providers_fees(scene: Scene) -> Executed:
    return settlement.pay_provider(replace(scene, book=replace(scene.book, lp_fees=LpFees())))


def pays_providers_half(scene: Scene) -> Executed:
    executed = settlement.pay_provider(scene)
    return _posted_again(scene, _altered(executed, amount_out=executed.entry.amount_out // 2, hash=b""))


def _posted_again(scene: Scene, executed: Executed) -> Executed:
    collateral = scene.book.collateral + executed.entry.collateral_change
    return _altered(executed, collateral_after=collateral, hash=b"")
