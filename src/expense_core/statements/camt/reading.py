"""The rows of a camt file whose layout is known."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

from expense_core.statements.camt.entries import Entry
from expense_core.statements.camt.recognition import CamtLayout, Statement
from expense_core.statements.camt.records import ENTRY, STATEMENTS, Element, records
from expense_core.statements.row import LeftOut, RawRow, Unreadable, refuse
from expense_core.statements.text import Misfit, Numbering


def rows(
    path: Path, layout: CamtLayout, left_out: Counter[LeftOut], unreadable: Unreadable = refuse
) -> Iterator[RawRow]:
    """The entries of a file, one by one, of every statement in it; one of several payments may be several rows.

    Raises:
        StatementUnreadable: one cannot be read; `line` says where.
    """
    numbering, statement = Numbering(), Statement()
    for record in records(path, layout.encoding):
        if record.name in STATEMENTS:
            statement = Statement()
        elif record.name != ENTRY:
            statement.take(record)
        else:
            try:
                found = _rows(Entry(record, statement.owner), statement, layout)
            except Misfit as misfit:
                unreadable(misfit.on_line(numbering.number(record.line)), _lines(record))
                continue
            if not found:
                left_out[LeftOut.UNDATED] += 1
            for row in found:
                yield row._replace(line=numbering.number(row.line))


def _rows(entry: Entry, statement: Statement, layout: CamtLayout) -> list[RawRow]:
    """The rows of an entry; none where it is reserved and has no date yet.

    Raises:
        Misfit: it has no date or no amount that can be read.
    """
    booked_on = entry.booked_on
    if booked_on is None and not entry.is_pending:
        booked_on = statement.day
        if booked_on is None:
            raise Misfit("", "is not a date: the entry has neither a booking nor a value date")
    return [
        RawRow(
            line=payment.element.line,
            booked_on=booked_on,
            value_on=entry.value_on,
            amount=payment.amount,
            currency=payment.currency or statement.currency or layout.currency,
            description=payment.description,
            category=None,
            bank_id=payment.bank_id,
            pending=entry.is_pending,
            notes=payment.notes,
            payee=payment.payee,
            account=statement.account,
            raw=_lines(payment.element),
        )
        for payment in entry.payments()
        if booked_on is not None
    ]


def _lines(element: Element) -> Sequence[str]:
    return tuple(line.strip() for line in element.raw.decode().splitlines())
