"""What was understood of a journal, so that it can be shown to a person and read."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from expense_core import money
from expense_core.errors import ByOption, StatementAmbiguous, StatementUnreadable
from expense_core.statements.delimited.source import encoding_of
from expense_core.statements.journals import accounts
from expense_core.statements.journals.directives import Directives
from expense_core.statements.journals.transactions import Transaction, View
from expense_core.statements.row import ReadingOptions, Shape, Stated, Unreadable

Transactions = Callable[[Path, str, Directives, Unreadable], Iterator[Transaction]]
_MOST_ROOTS = 20


@dataclass(frozen=True)
class JournalLayout:
    """A journal, and which of its postings are rows."""

    format: str
    program: str
    encoding: str
    rows: int
    view: View
    included: tuple[str, ...] = ()
    """Files that it includes, and that are not read."""
    stated: tuple[Stated, ...] = ()

    def summary(self) -> dict[str, str]:
        """What was understood, for a person."""
        said = {
            "format": self.program,
            "encoding": self.encoding,
            "postings": f"on {self.view.account or 'expenses and income'}",
        }
        return said | ({"included files, which are not read": ", ".join(self.included)} if self.included else {})


def understood(name: str, program: str, path: Path, options: ReadingOptions, read: Transactions) -> JournalLayout:
    """How to read a journal; all of it has been looked at.

    Raises:
        StatementUnreadable: it is no text, or nothing in it is a row.
        StatementAmbiguous: its decimal mark cannot be told, or which of its accounts are those of expenses.
        InvalidCurrency: the options name a currency that does not exist.
    """
    currency = money.currency(options.currency).code if options.currency else None
    encoding = encoding_of(path, options.encoding)
    known = Directives()
    known.marks.declared = options.decimal_mark
    view = View({"": "."}, known.kinds, options.account, inverted=bool(options.invert), currency=currency)
    roots: dict[str, None] = {}
    rows = 0
    passed_over: list[StatementUnreadable] = []

    def pass_over(error: StatementUnreadable, _: Sequence[str]) -> None:
        if not passed_over:  # the others are told when the rows are
            passed_over.append(error)

    for moved in read(path, encoding, known, pass_over):
        for posting in moved.postings:
            if len(roots) < _MOST_ROOTS:
                roots.setdefault(accounts.root(posting.account))
            rows += view.has(posting)
            for written in (posting.amount.quantity, posting.amount.price) if posting.amount else ():
                if written is not None:
                    known.marks.add(written)
    if not roots and passed_over:
        raise passed_over[0]
    if not rows:
        raise _nothing(path, options, known, list(roots))
    view = replace(view, marks=known.marks.settled())
    return JournalLayout(name, program, encoding, rows, view, tuple(known.included))


def shaped(name: str, path: Path, options: ReadingOptions, read: Transactions) -> Shape:
    """What a journal has in common with the next one of the same book: the first names of its accounts."""
    moved = read(path, encoding_of(path, options.encoding), Directives(), _pass_over)
    roots = {accounts.root(posting.account) for one in moved for posting in one.postings}
    named = sorted(roots)[:_MOST_ROOTS]
    return Shape(name, f"a journal on {', '.join(named)}", named)


def _nothing(
    path: Path, options: ReadingOptions, known: Directives, roots: Sequence[str]
) -> StatementUnreadable | StatementAmbiguous:
    """Why none of a journal's postings is a row."""
    if not roots:
        others = (
            f"; it includes {', '.join(known.included)}, which can be imported one by one" if known.included else ""
        )
        return StatementUnreadable(f"{path.name} has no transactions{others}")
    shown = ", ".join(roots)
    if options.account is not None:
        return StatementUnreadable(f"{path.name} has no posting on an account {options.account!r}; it has {shown}")
    return StatementAmbiguous(
        (
            f"No account of the journal is called expenses or income. Which one are its rows on, such as {shown}?",
            ByOption(" Name it with --account, and turn the signs with --invert where money out is positive on it"),
        ),
        "account",
        roots,
    )


def _pass_over(error: StatementUnreadable, cells: Sequence[str]) -> None:
    """What cannot be read is told when the rows are."""
