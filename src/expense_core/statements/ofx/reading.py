"""The rows of an OFX file whose layout is known."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from functools import partial
from pathlib import Path

from expense_core.statements import figures
from expense_core.statements.delimited import dates
from expense_core.statements.delimited.describing import one_line
from expense_core.statements.ofx.recognition import OfxLayout, currency_of
from expense_core.statements.ofx.signs import Signs
from expense_core.statements.ofx.transactions import Security, Transaction, found
from expense_core.statements.row import LeftOut, RawRow, Unreadable, refuse
from expense_core.statements.text import Misfit, Numbering, fitting

_DAYS = ("DTPOSTED", "DTTRAN", "DTUSER")
"""Booked, asked for where it is not booked yet (OFX 2.2, 11.4.4.2), and when the person did it."""


def rows(
    path: Path, layout: OfxLayout, left_out: Counter[LeftOut], unreadable: Unreadable = refuse
) -> Iterator[RawRow]:
    """The transactions of a file, one by one, of every account in it.

    Raises:
        StatementUnreadable: one cannot be read; `line` says where.
    """
    numbering = Numbering()
    for one in found(path, layout.encoding):
        if isinstance(one, Security):
            left_out[LeftOut.SECURITIES] += 1
        if not isinstance(one, Transaction):
            continue
        if one.is_balance:
            left_out[LeftOut.BALANCE] += 1
            continue
        line = numbering.number(one.line)
        try:
            yield _row(one, line, layout)
        except Misfit as misfit:
            unreadable(misfit.on_line(line), one.raw)


def _row(one: Transaction, line: int, layout: OfxLayout) -> RawRow:
    """The row of a transaction.

    Raises:
        Misfit: it has no date or no amount that can be read.
    """
    fields = one.fields
    amount = fitting(partial(figures.read, mark=layout.decimal_mark), one.amount)
    signs = layout.signs.get(one.account.statement, Signs.AS_WRITTEN)
    available = fields.get("DTAVAIL")
    return RawRow(
        line=line,
        booked_on=fitting(_day, _first(fields, _DAYS)),
        value_on=fitting(_day, available) if available else None,
        amount=signs.signed(amount, one.kind),
        currency=currency_of(fields.get("CURRENCY.CURSYM") or one.account.currency, layout.currency),
        description=one.description or one_line(f"{one.kind} {fields.get('CHECKNUM', '')}"),
        category=fields.get("CATEGORY"),
        bank_id=fields.get("FITID"),
        pending=one.pending,
        notes=_notes(fields),
        payee=one.payee,
        account=one.account.number,
        raw=tuple(one.raw),
    )


def _first(fields: Mapping[str, str], tags: Sequence[str]) -> str:
    return next((fields[tag] for tag in tags if tag in fields), "")


def _day(text: str) -> date:
    """The day of "20131215120000.000[-3:GMT]" as it is written: the bank's own, in whatever time zone."""
    return dates.read(text[:8] if text[:8].isdecimal() else text.partition("[")[0], None)


def _notes(fields: Mapping[str, str]) -> str:
    """The number of a check, and what was paid in another currency."""
    number, abroad = fields.get("CHECKNUM", "").strip("0"), fields.get("ORIGCURRENCY.CURSYM")
    told = [f"check {fields['CHECKNUM']}"] if number else []
    if abroad:
        told.append(f"paid in {abroad}, at a rate of {fields.get('ORIGCURRENCY.CURRATE', '?')}")
    return "\n".join(told)
