"""The published formulas of the Gnosis FixedProductMarketMaker contract, for any number of outcomes.

Written anew from the contract (conditional-tokens-market-makers, `contracts/FixedProductMarketMaker.sol`):
balances are the pool's, a fee is a fraction of ONE, and division is that of unsigned integers. `Underflow` stands
for the revert of its SafeMath.
"""

from collections import defaultdict
from dataclasses import dataclass, field

ONE = 10**18
BASIS_POINT = ONE // 10_000


class Underflow(ArithmeticError):
    """A subtraction below zero, at which the contract reverts."""


def minus(number: int, other: int) -> int:
    if other > number:
        raise Underflow
    return number - other


def ceildiv(number: int, divisor: int) -> int:
    return (number - 1) // divisor + 1 if number > 0 else 0


def calc_buy_amount(balances: list[int], index: int, investment: int, fee: int) -> int:
    """Outcome tokens that an investment buys, fee included."""
    invested = investment - investment * fee // ONE
    ending = balances[index] * ONE
    for position, balance in enumerate(balances):
        if position != index:
            ending = ceildiv(ending * balance, balance + invested)
    return minus(balances[index] + invested, ceildiv(ending, ONE))


def calc_sell_amount(balances: list[int], index: int, returned: int, fee: int) -> int:
    """Outcome tokens that must be sold for an amount returned, net of the fee."""
    merged = returned * ONE // (ONE - fee)
    ending = balances[index] * ONE
    for position, balance in enumerate(balances):
        if position != index:
            ending = ceildiv(ending * balance, minus(balance, merged))
    return minus(merged + ceildiv(ending, ONE), balances[index])


def buy_fee(investment: int, fee: int) -> int:
    return investment * fee // ONE


def sell_fee(returned: int, fee: int) -> int:
    return returned * fee // (ONE - fee)


def add_funding(balances: list[int], supply: int, added: int, hint: list[int]) -> tuple[list[int], int]:
    """What the pool keeps of each outcome's tokens, and the pool shares minted."""
    weights = balances if supply else hint
    heaviest = max(weights)
    return [added * weight // heaviest for weight in weights], added * supply // heaviest if supply else added


def remove_funding(balances: list[int], supply: int, burnt: int) -> list[int]:
    """What the pool pays out of each outcome's tokens."""
    return [balance * burnt // supply for balance in balances]


@dataclass(slots=True)
class FeeAccounts:
    """The contract's fee accounting, which its issue 49 reports: rounding down in each account and in the total
    separately can leave an account recorded as having withdrawn more than it may, and then nothing can be burnt."""

    weight: int = 0
    supply: int = 0
    shares: defaultdict[str, int] = field(default_factory=lambda: defaultdict(int))
    withdrawn: defaultdict[str, int] = field(default_factory=lambda: defaultdict(int))

    def collect(self, fee: int) -> None:
        self.weight += fee

    def mint(self, account: str, amount: int) -> None:
        transfer = self.weight * amount // self.supply if self.supply else amount
        self.weight += transfer
        self.withdrawn[account] += transfer
        self.supply += amount
        self.shares[account] += amount

    def burn(self, account: str, amount: int) -> int:
        """Returns the fees that are withdrawn with it."""
        fees = self.withdraw(account)
        transfer = self.weight * amount // self.supply
        self.withdrawn[account] = minus(self.withdrawn[account], transfer)
        self.weight = minus(self.weight, transfer)
        self.shares[account] = minus(self.shares[account], amount)
        self.supply -= amount
        return fees

    def withdraw(self, account: str) -> int:
        raw = self.weight * self.shares[account] // self.supply
        fees = minus(raw, self.withdrawn[account])
        self.withdrawn[account] += fees
        return fees
