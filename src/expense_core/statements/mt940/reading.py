"""The rows of an MT940 file whose layout is known."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from expense_core.statements.mt940 import details, entries
from expense_core.statements.mt940.messages import Movement, found
from expense_core.statements.mt940.recognition import Mt940Layout
from expense_core.statements.row import LeftOut, RawRow, Unreadable, refuse
from expense_core.statements.text import Misfit, Numbering, described


def rows(
    path: Path,
    layout: Mt940Layout,
    left_out: Counter[LeftOut],  # noqa: ARG001 - none is
    unreadable: Unreadable = refuse,
) -> Iterator[RawRow]:
    """The transactions of a file, one by one, of every statement in it.

    Raises:
        StatementUnreadable: one cannot be read; `line` says where.
    """
    numbering = Numbering()
    for one in found(path, layout.encoding):
        if isinstance(one, Movement):
            line = numbering.number(one.line)
            try:
                yield _row(one, line, layout)
            except Misfit as misfit:
                unreadable(misfit.on_line(line), one.raw)


def _row(one: Movement, line: int, layout: Mt940Layout) -> RawRow:
    """The row of a movement.

    Raises:
        Misfit: it has no date or no amount that can be read.
    """
    entry, told = entries.read(one.entry), details.read(one.details)
    description = described(told.payee, told.purpose) or entry.more or told.notes.partition("\n")[0]
    return RawRow(
        line=line,
        booked_on=entry.booked_on,
        value_on=entry.value_on,
        amount=entry.amount,
        currency=one.message.currency or layout.currency,
        description=description,
        category=None,
        bank_id=entry.reference,
        pending=entry.pending,
        notes="\n".join(filter(None, (told.notes, entry.more if entry.more != description else ""))),
        payee=told.payee,
        account=one.message.account,
        raw=tuple(one.raw),
    )
