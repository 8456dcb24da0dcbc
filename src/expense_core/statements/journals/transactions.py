"""The transactions of a journal: what postings move, where that is left out too, and the rows that come of it."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from expense_core.errors import StatementUnreadable
from expense_core.statements import units
from expense_core.statements.journals import accounts
from expense_core.statements.journals.accounts import Kind
from expense_core.statements.journals.directives import LONGEST_NAME
from expense_core.statements.journals.quantities import Amount, Quantity, worth
from expense_core.statements.row import LeftOut, RawRow, Unreadable

_HALF_A_CENT = Decimal("0.005")
_Worth = tuple[Decimal, str]
"""So much of a commodity."""


@dataclass(slots=True)
class Posting:
    """What is moved on one account."""

    line: int
    account: str
    amount: Amount | None
    """None where it is what balances the others."""
    pending: bool = False
    notes: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        if len(self.account) > LONGEST_NAME:
            raise StatementUnreadable(f"line {self.line}: the name of its account is far too long", self.line)


@dataclass(slots=True)
class Transaction:
    """What happened on one day."""

    line: int
    booked_on: date
    value_on: date | None = None
    pending: bool = False
    code: str | None = None
    payee: str = ""
    purpose: str = ""
    notes: list[str] = field(default_factory=list)
    postings: list[Posting] = field(default_factory=list)
    raw: list[str] = field(default_factory=list)
    """Its lines."""


@dataclass(frozen=True)
class View:
    """Which postings of a journal are its rows, and how their amounts are read."""

    marks: Mapping[str, str]
    """See `Marks.settled`."""
    kinds: Mapping[str, Kind]
    """The accounts whose kind the journal declares."""
    account: str | None
    """None for all of expenses and income."""
    inverted: bool
    currency: str | None
    """Of amounts that name none, and of a sign such as "$"."""

    def has(self, posting: Posting) -> bool:
        """Whether this posting is a row."""
        if self.account is not None:
            return accounts.is_under(posting.account, self.account)
        return self._kind(posting) is not Kind.OTHER

    def rows(self, moved: Transaction, left_out: Counter[LeftOut], unreadable: Unreadable) -> Iterator[RawRow]:
        """The rows of a transaction; those of what is no money are counted in `left_out`."""
        chosen = [posting for posting in moved.postings if self.has(posting)]
        if not chosen:
            return
        try:
            worths = self._worths(moved, chosen)
        except StatementUnreadable as error:
            unreadable(error, moved.raw)
            return
        description = " - ".join(filter(None, (moved.payee, moved.purpose)))
        sides = {self._kind(posting) is Kind.OTHER for posting in chosen}
        others = {is_own: self._only(moved, is_own=not is_own) for is_own in sides}
        for posting in chosen:
            amount, commodity = worths[posting.line]
            currency = units.currency_of(commodity, self.currency) if commodity else self.currency
            if commodity and currency is None:
                left_out[LeftOut.NEITHER] += 1
                continue
            is_own = self._kind(posting) is Kind.OTHER
            named = others[is_own] if is_own else posting.account
            yield RawRow(
                line=posting.line,
                booked_on=moved.booked_on,
                value_on=moved.value_on,
                amount=amount if is_own is not self.inverted else -amount,
                currency=currency,
                description=description,
                category=accounts.category(named) if named else None,
                bank_id=moved.code,
                pending=moved.pending or posting.pending,
                notes="\n".join((*moved.notes, *posting.notes)),
                payee=moved.payee,
                account=posting.account if is_own else others[is_own],
                raw=moved.raw,
            )

    def _kind(self, posting: Posting) -> Kind:
        return accounts.kind(posting.account, self.kinds)

    def _only(self, moved: Transaction, *, is_own: bool) -> str | None:
        """The only one of its accounts that are owned, as what it was paid from; or else of expenses and income."""
        found = {one.account for one in moved.postings if (self._kind(one) is Kind.OTHER) is is_own}
        return found.pop() if len(found) == 1 else None

    def _worths(self, moved: Transaction, chosen: Sequence[Posting]) -> dict[int, _Worth]:
        """What each posting moves by its line; of those that say nothing, what balances the others.

        Raises:
            StatementUnreadable: an amount is none, or that of a chosen one cannot be told.
        """
        found: dict[int, _Worth] = {}
        sums: defaultdict[str, Decimal] = defaultdict(Decimal)
        is_plain = True
        for posting in moved.postings:
            if posting.amount is not None:
                own, weight = self._worth(posting, posting.amount)
                found[posting.line] = own
                sums[weight[1]] += weight[0]
                is_plain = is_plain and posting.amount.price is None and not posting.amount.is_open
        missing = [posting for posting in moved.postings if posting.amount is None]
        if len(moved.postings) == 1 and not is_plain:
            raise StatementUnreadable(
                f"line {moved.line}: the transaction has a single posting; is it all there?", moved.line
            )
        unbalanced = [(total, commodity) for commodity, total in sums.items() if total]
        if not missing and is_plain and len(unbalanced) == 1 and abs(unbalanced[0][0]) > _HALF_A_CENT:
            total, commodity = unbalanced[0]
            raise StatementUnreadable(
                f"line {moved.line}: the postings do not add up to zero, but to {total} {commodity}".rstrip(),
                moved.line,
            )
        if any(posting.amount is None for posting in chosen):
            is_open = any(posting.amount is not None and posting.amount.is_open for posting in moved.postings)
            if len(missing) > 1 or len(unbalanced) > 1 or is_open:
                line = missing[0].line
                raise StatementUnreadable(
                    f"line {line}: the other postings do not tell the amount that is left out here; write it out", line
                )
            total, commodity = unbalanced[0] if unbalanced else (Decimal(0), next(iter(sums), ""))
            found[missing[0].line] = (-total, commodity)
        return found

    def _worth(self, posting: Posting, amount: Amount) -> tuple[_Worth, _Worth]:
        """What a posting moves, in money where its price says so, and what it weighs against the others.

        Raises:
            StatementUnreadable: it is no amount that can be read.
        """
        own = self._number(posting, amount.quantity), amount.quantity.commodity
        shown = (_rounded(*own), own[1]) if amount.is_computed else own
        if amount.price is None:
            return shown, own
        price = self._number(posting, amount.price)
        total = price.copy_sign(own[0]) if amount.is_total else own[0] * price
        weight = _rounded(total, amount.price.commodity), amount.price.commodity
        return (shown if units.is_unit(own[1]) else weight), weight

    def _number(self, posting: Posting, written: Quantity) -> Decimal:
        try:
            return worth(written, self.marks)
        except ValueError as error:
            raise StatementUnreadable(f"line {posting.line}: {written.digits!r} {error}", posting.line) from error


def _rounded(total: Decimal, commodity: str) -> Decimal:
    """What a price comes to, in the decimals of its currency."""
    code = units.currency_of(commodity)
    return total if code is None else total.quantize(Decimal(1).scaleb(-units.decimals(code)))
