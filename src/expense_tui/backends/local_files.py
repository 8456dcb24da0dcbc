"""Files and the book on this machine: writing expenses out, and looking into and importing a statement."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from sqlmodel import Session

from expense_core import exports, reports, statements
from expense_core.errors import TotalTooLarge
from expense_core.exports import Form, from_book
from expense_core.ledgers import Access
from expense_core.queries import ExpenseFilter
from expense_core.statements import LeftOut, ReadingOptions, previewing, profiles
from expense_core.statements.balancing import Difference
from expense_core.statements.importing import ImportReport, import_rows
from expense_core.statements.staging import Choices
from expense_core.written_files import written
from expense_tui.backends import Progress
from expense_tui.backends.inputs import as_new_category
from expense_tui.backends.statements import Choice, Imported, StatementPreview


def export(
    session: Session, access: Access, wanted: ExpenseFilter, form: Form, path: Path, *, progress: Progress
) -> int:
    """Write expenses to a file, whole or not at all; how many."""
    total = _how_many(session, access, wanted)
    done = 0

    def counted() -> Iterator[list[exports.Line]]:
        nonlocal done
        for page in from_book.pages(session, access, wanted):
            done += len(page)
            progress(done, total)
            yield page

    with written(path) as file:
        file.writelines(exports.pieces(counted(), form))
        progress(done, total)
    return done


def preview(
    session: Session, access: Access, path: Path, options: ReadingOptions, progress: Progress, *, clean_payees: bool
) -> StatementPreview:
    """What an import of a file would do."""

    def look(known: ReadingOptions) -> StatementPreview:
        layout = statements.recognise(path, known)
        left_out: Counter[LeftOut] = Counter()
        differences: list[Difference] = []
        found = previewing.preview(
            session,
            access,
            path,
            layout,
            left_out,
            differences=differences,
            clean_payees=clean_payees,
            progress=lambda done: progress(done, max(done, layout.rows)),
        )
        rows = [*found]
        progress(len(rows), len(rows))
        why_left = {why.value: count for why, count in left_out.items()}
        return StatementPreview(layout.summary() | profiles.used(options, known), rows, why_left, differences)

    return profiles.answered(session, access, path, options, look)


def import_(
    session: Session, access: Access, path: Path, options: ReadingOptions, choice: Choice, *, progress: Progress
) -> Imported | None:
    """Import a file; what came in, or None where nothing did. What was answered about it is remembered."""
    for line, name in choice.categories.items():
        as_new_category(name or None, f"categories.{line}")
    choices = Choices(choice.leave, choice.take, choice.categories)

    def bring_in(known: ReadingOptions) -> ImportReport:
        layout = statements.recognise(path, known)
        return import_rows(
            session,
            access,
            statements.rows(path, layout, unreadable=choices.pass_over),
            choices=choices,
            clean_payees=choice.clean_payees,
            note=path.name,
            kind=statements.kind(layout),
            stated=layout.stated,
            progress=lambda done: progress(done, max(done, layout.rows)),
        )

    report = profiles.answered(session, access, path, options, bring_in)
    profiles.remember(session, access, path, options)
    progress(report.rows, report.rows)
    if report.import_id is None or report.entry_id is None:
        return None
    return Imported(report.import_id, report.new, report.entry_id)


def _how_many(session: Session, access: Access, wanted: ExpenseFilter) -> int:
    """How many expenses there are to write; 0 where the database cannot add them up."""
    try:
        return sum(total.count for total in reports.spending(session, access, (), wanted).totals)
    except TotalTooLarge:
        return 0
