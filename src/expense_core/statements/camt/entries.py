"""An entry of a camt statement: how much, when, with whom and what for."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from expense_core import money
from expense_core.statements.camt.records import Element
from expense_core.statements.delimited import dates
from expense_core.statements.delimited.describing import one_line
from expense_core.statements.text import Misfit, described, fitting

_AMOUNT = re.compile(r"\+?([0-9]{1,30}(?:[.,][0-9]{0,30})?|\.[0-9]{1,30})", re.ASCII)
_SIGNS = {"CRDT": 1, "DBIT": -1}
_NOT_BOOKED = {"PDNG", "INFO", "FUTR"}
"""Pending, for information only, and of a day to come (external code list: entry status)."""
_NO_REFERENCE = {"NOTPROVIDED", "NONREF", "NOTAVAILABLE"}
_YES = {"true", "1"}


@dataclass(frozen=True)
class Payment:
    """An entry, or one of several payments that the bank booked as one."""

    element: Element
    amount: Decimal
    currency: str
    payee: str
    description: str
    notes: str
    bank_id: str | None


class Entry:
    """An entry as its elements say it.

    Arguments:
        owner: whose account it is, as the statement names them; nobody is their own payee.
    """

    def __init__(self, element: Element, owner: str) -> None:
        self._element = element
        self._owner = owner
        self._details = [*element.all("NtryDtls", "TxDtls"), *element.all("TxDtls")]

    @property
    def is_pending(self) -> bool:
        """Whether it is not booked yet."""
        return (self._element.value("Sts", "Cd") or self._element.value("Sts")) in _NOT_BOOKED

    @property
    def booked_on(self) -> date | None:
        """The day of its booking, or else that from which it counts.

        Raises:
            Misfit: what stands there is no date.
        """
        return day_in(self._element, "BookgDt") or self.value_on

    @property
    def value_on(self) -> date | None:
        """The day from which it counts.

        Raises:
            Misfit: what stands there is no date.
        """
        return day_in(self._element, "ValDt")

    def payments(self) -> list[Payment]:
        """One; or those in it, where each has an amount of its own and together they come to that of the entry.

        Raises:
            Misfit: an amount cannot be read, or does not say which way the money went.
        """
        amount = signed(self._element)
        apart = self._apart(amount)
        if apart:
            return [self._payment(own, one, [one]) for one, own in zip(self._details, apart, strict=True)]
        return [self._payment(amount, self._element, self._details)]

    def _apart(self, amount: Decimal) -> list[Decimal]:
        """The amounts of the payments in it, if they are rows of their own."""
        own = [one for one in self._details if one.value("Amt")]
        if len(own) != len(self._details) or len(own) < 2:  # noqa: PLR2004 - one is the entry itself
            return []
        way = self._element.value("CdtDbtInd")
        amounts = [signed(one, way) for one in own]
        same = {_currency(one) for one in own} == {_currency(self._element)}
        return amounts if same and sum(amounts) == amount else []

    def _payment(self, amount: Decimal, element: Element, details: Sequence[Element]) -> Payment:
        currency = _currency(element)
        names = list(dict.fromkeys(self._name(one, amount) for one in details))
        payee = names[0] if len(names) == 1 else ""
        more = one_line(self._element.value("AddtlNtryInf"))
        purposes = list(dict.fromkeys(filter(None, map(_purpose, details))))
        purpose = "; ".join(purposes) if len(purposes) <= 1 or not more else more
        notes = [
            more,
            *(one_line(one.value("AddtlTxInf")) for one in details),
            *(_abroad(one, currency) for one in details),
        ]
        if len(details) > 1:
            notes += [
                one_line(f"{one.value('AmtDtls', 'TxAmt', 'Amt')} {self._line_of(one, amount)}") for one in details
            ]
        description = described(payee, purpose or more)
        return Payment(
            element=element,
            amount=amount,
            currency=currency,
            payee=payee,
            description=description,
            notes="\n".join(dict.fromkeys(note for note in notes if note and note not in description)),
            bank_id=self._reference(details),
        )

    def _line_of(self, details: Element, amount: Decimal) -> str:
        return described(self._name(details, amount), _purpose(details))

    def _name(self, details: Element, amount: Decimal) -> str:
        """Who sent what came in, and got what went out; of an entry that is taken back it is the other way round."""
        sent = (amount > 0) != (self._element.value("RvslInd") in _YES)
        sides = ("Dbtr", "Cdtr") if sent else ("Cdtr", "Dbtr")
        found = (name for side in sides for name in _names(details, side))
        return next((name for name in found if name.casefold() != self._owner.casefold()), "")

    def _reference(self, details: Sequence[Element]) -> str | None:
        """What the bank calls it, or else what it was called by whoever ordered it."""
        own = self._element.value("AcctSvcrRef")
        several = len(self._details) > 1
        if len(details) == 1:
            refs = (details[0].value("Refs", name) for name in ("AcctSvcrRef", "EndToEndId"))
            found = [*refs, own] if several else [own, *refs]
        else:
            found = [own]
        found.append(self._element.value("NtryRef"))
        return next((text for text in found if text and text not in _NO_REFERENCE), None)


def signed(element: Element, way: str = "") -> Decimal:
    """The amount in an element: negative is money out.

    CdtDbtInd says that, also of an entry that takes another back (RvslInd): a reversed credit is a debit.

    Arguments:
        way: CdtDbtInd, where the element has none.

    Raises:
        Misfit: it cannot be read.
    """
    way = element.value("CdtDbtInd") or way
    if way not in _SIGNS:
        raise Misfit(way, "is neither CRDT, which is money in, nor DBIT")
    return _SIGNS[way] * fitting(amount_of, element.value("Amt"))


def day_in(element: Element, name: str) -> date | None:
    """The day in a date, or in a date with a time, as it is written: the bank's own, in whatever time zone.

    Raises:
        Misfit: what stands there is no date.
    """
    text = element.value(name, "Dt") or element.value(name, "DtTm")
    return fitting(lambda written: dates.read(written[:10], None), text) if text else None


def amount_of(text: str) -> Decimal:
    """What the digits of an amount are worth.

    Raises:
        ValueError: they are no amount, or one that no book could hold.
    """
    found = _AMOUNT.fullmatch(text)
    if found is None:
        raise ValueError("is not an amount")
    number = Decimal(found[1].replace(",", "."))
    if number >= money.LIMIT:
        raise ValueError(f"is over the limit: an amount must be smaller than {money.LIMIT:,}")
    return number


def _currency(element: Element) -> str:
    return next((amount.attribute("Ccy") for amount in element.all("Amt")), "")


def _names(details: Element, side: str) -> Iterator[str]:
    for party in (side, f"Ultmt{side}"):
        for path in ((party, "Nm"), (party, "Pty", "Nm")):
            if name := one_line(details.value("RltdPties", *path)):
                yield name


def _purpose(details: Element) -> str:
    """What for: in words, or as a reference, or in what the bank adds."""
    words = " ".join(details.values("RmtInf", "Ustrd"))
    structured = (
        *details.values("RmtInf", "Strd", "AddtlRmtInf"),
        *details.values("RmtInf", "Strd", "CdtrRefInf", "Ref"),
    )
    return one_line(words) or one_line(" ".join(structured)) or one_line(details.value("AddtlTxInf"))


def _abroad(details: Element, currency: str) -> str:
    """What was paid in another currency."""
    for instructed in details.all("AmtDtls", "InstdAmt"):
        if (other := _currency(instructed)) != currency:
            return one_line(f"paid {instructed.value('Amt')} {other}")
    return ""
