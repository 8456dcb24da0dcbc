"""Amounts as journals write them: before or behind their commodity, with any marks, at a price or a cost."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import NamedTuple

from expense_core.errors import ByOption, StatementAmbiguous
from expense_core.statements.delimited import amounts
from expense_core.statements.delimited.amounts import AmountReader

_LONGEST = 200
_COMMODITY = r""""[^"]*"|[^\s\d.,;:+\-()*/@={}\[\]"'!?<>&|^%#~\\]+"""
_NUMBER = r"[0-9](?:[0-9.,'’]|[ \u00a0\u202f](?=[0-9]))*|[.,][0-9]+"  # noqa: RUF001 - the apostrophe of Switzerland
_QUANTITY = re.compile(
    rf"(?P<first>[+-])? ?(?P<before>{_COMMODITY})? ?(?P<second>[+-])? ?(?P<digits>{_NUMBER}) ?(?P<after>{_COMMODITY})?"
)
_LOTS = re.compile(r"\[[^\]]*\]|\([^)]*\)")
"""When a lot was bought, and what it is called."""
_COST = re.compile(r"\{(?P<each>\{)?=?(?P<cost>[^{}]*)\}{1,2}")
_READERS = {mark: AmountReader(mark) for mark in ".,"}


class Quantity(NamedTuple):
    """So much of a commodity, as it is written."""

    sign: int
    digits: str
    commodity: str
    """Empty where there is none."""


class Amount(NamedTuple):
    """What a posting moves, and what that is worth in something else."""

    quantity: Quantity
    price: Quantity | None = None
    is_total: bool = False
    """The price is that of all of it."""
    is_open: bool = False
    """It has a cost that is not written."""
    is_computed: bool = False
    """It is the result of a sum, and has more decimals than money."""


@dataclass
class Marks:
    """The decimal mark of each commodity, as its amounts and the directives of the file prove it."""

    proven: dict[str, str] = field(default_factory=dict)
    unclear: dict[str, str] = field(default_factory=dict)
    """Of the other commodities, an amount that can be read in two ways."""
    declared: str | None = None
    """What the file says, or whoever knows it, of all commodities."""

    def add(self, quantity: Quantity) -> None:
        """Take in how an amount is written."""
        mark = amounts.decimal_mark(quantity.digits)
        if mark:
            self.proven.setdefault(quantity.commodity, mark)
        elif mark is None:
            self.unclear.setdefault(quantity.commodity, quantity.digits)

    def settled(self) -> dict[str, str]:
        """The mark of each commodity that needs one; under the empty name that of all the others.

        Raises:
            StatementAmbiguous: "1,234" may be thousands or three decimals, and nothing tells which.
        """
        others = set(self.proven.values())
        default = self.declared or (others.pop() if len(others) == 1 else None)
        for commodity, digits in self.unclear.items():
            if default is None and commodity not in self.proven:
                raise StatementAmbiguous(
                    (
                        f"Is {digits!r} thousands, or three decimals? Say which mark stands before the decimals",
                        ByOption(' with --decimal-mark "." or ","'),
                    ),
                    "decimal_mark",
                    (".", ","),
                )
        return {"": default or "."} | ({} if self.declared else self.proven)


def parse(text: str, *, at_cost: bool = False) -> Amount:
    """An amount with what is behind it: a price, a cost, the balance that it leads to.

    Arguments:
        at_cost: where both stand there, the cost is what it weighs and not the price, as Beancount has it.

    Raises:
        ValueError: it is none.
    """
    if len(text) > _LONGEST:
        raise ValueError("is too long for an amount")
    moved, _, _ = text.partition("=") if "{=" not in text else (text, "", "")
    moved, at, priced = moved.replace("(@", "@").replace("@)", "@").partition("@")
    cost = _COST.search(moved)
    moved = _LOTS.sub(" ", moved[: cost.start()] if cost else moved)
    price, is_total = priced.removeprefix("@").strip(), priced.startswith("@")
    paid = re.split("[,#]", cost["cost"])[0].strip() if cost else ""
    if paid and (at_cost or not at):
        price, is_total = paid, cost is not None and cost["each"] is not None
    is_open = not price and bool(cost or at)
    return Amount(quantity(moved), quantity(price) if price else None, is_total, is_open)


def quantity(text: str) -> Quantity:
    """A number with its commodity.

    Raises:
        ValueError: it is none.
    """
    found = _QUANTITY.fullmatch(" ".join(text.split()))
    if found is None or (found["first"] and found["second"]) or (found["before"] and found["after"]):
        raise ValueError("is not an amount")
    sign = -1 if "-" in (found["first"], found["second"]) else 1
    return Quantity(sign, found["digits"], (found["before"] or found["after"] or "").strip('"'))


def worth(written: Quantity, marks: Mapping[str, str]) -> Decimal:
    """The number.

    Raises:
        ValueError: it is none, or one that no book could hold.
    """
    mark = amounts.decimal_mark(written.digits) or marks.get(written.commodity, marks[""])
    return written.sign * _READERS[mark].read(written.digits)
