"""How `expense import` goes about it: what a file leaves open is settled, what it holds is shown, then it comes in."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from expense_core.cli import import_document, import_report, lines, questions, show
from expense_core.cli.book import Book, reading, writing
from expense_core.cli.imports import Perhaps
from expense_core.errors import StatementUnreadable
from expense_core.statements.row import LeftOut, ReadingOptions

if TYPE_CHECKING:
    from expense_core.statements import Layout
    from expense_core.statements.importing import ImportReport


@dataclass(frozen=True)
class BringingIn:
    """What was asked for of one file."""

    context: typer.Context
    file: Path
    credits: bool
    pending: bool
    only_currency: str | None
    perhaps: Perhaps | None
    purged: bool
    only: lines.Lines | None
    leave: lines.Lines
    categorise: bool
    clean_payees: bool
    is_quiet: bool
    """Nobody is asked anything."""
    as_json: bool

    def look(self, known: ReadingOptions) -> None:
        """Show what would come in, and write nothing."""
        self._settled(known, self._shown)

    def import_(self, known: ReadingOptions) -> None:
        """Bring it in; at a terminal, once it was looked at."""
        self._settled(known, self._brought)

    def _settled(self, known: ReadingOptions, attempt: Callable[[ReadingOptions], None]) -> None:
        ask = questions.can_ask() and not self.is_quiet
        questions.answered(self.context, self.file, known, attempt, ask=ask)

    def _shown(self, known: ReadingOptions) -> None:
        from expense_core import statements

        layout = statements.recognise(self.file, known)
        left = lines.left(self.file, layout, self.only, self.leave)
        take = self.perhaps is Perhaps.TAKE
        with reading(self.context) as book:
            if self.as_json:
                document = import_document.of_preview(
                    book,
                    self.file,
                    layout,
                    left,
                    credits=self.credits,
                    pending=self.pending,
                    only_currency=self.only_currency,
                    perhaps=take,
                    purged=self.purged,
                    categorise=self.categorise,
                    clean_payees=self.clean_payees,
                )
                import_document.write(document)
                return
            report, left_out = self._rows(book, layout, left, perhaps=take, dry_run=True)
        import_report.print_first(report, layout, book.locale)
        import_report.print_report(report, left_out, book.locale, dry_run=True)

    def _brought(self, known: ReadingOptions) -> None:
        from expense_core import statements
        from expense_core.statements import profiles

        layout = statements.recognise(self.file, known)
        left = lines.left(self.file, layout, self.only, self.leave)
        is_asked = questions.can_ask() and not self.is_quiet and not self.as_json
        perhaps = self._confirmed(layout, left) if is_asked else None
        take = self.perhaps is Perhaps.TAKE if perhaps is None else perhaps
        with writing(self.context) as book:
            report, left_out = self._rows(book, layout, left, perhaps=take, dry_run=False)
            remembered = profiles.remember(book.session, book.access, self.file, known)
        if self.as_json:
            import_document.write(import_document.of_report(self.file, layout, report, left_out))
        elif perhaps is None:
            import_report.print_report(report, left_out, book.locale, dry_run=False)
        else:
            import_report.print_done(report, book.locale)
        questions.tell_remembered(remembered)

    def _confirmed(self, layout: Layout, left: frozenset[int]) -> bool | None:
        """Whether what may be in the book already comes in; None where nothing would, and there was nothing to ask."""
        take = self.perhaps is Perhaps.TAKE
        with reading(self.context) as book:
            report, left_out = self._rows(book, layout, left, perhaps=take, dry_run=True)
        if not report.new and not report.perhaps:
            return None
        import_report.print_first(report, layout, book.locale)
        import_report.print_report(report, left_out, book.locale, dry_run=True)
        if report.perhaps and self.perhaps is None:
            rows = "this row" if report.perhaps == 1 else f"these {report.perhaps:,} rows"
            take = typer.confirm(f"Perhaps they are in the book already. Take {rows} too?", default=False, err=True)
            if take:
                with reading(self.context) as book:
                    report, _ = self._rows(book, layout, left, perhaps=True, dry_run=True)
        if report.new:
            typer.confirm(import_report.question(report, book.locale), default=True, abort=True, err=True)
        return take

    def _rows(
        self, book: Book, layout: Layout, left: frozenset[int], *, perhaps: bool, dry_run: bool
    ) -> tuple[ImportReport, Counter[LeftOut]]:
        """What comes in, or would, and how many lines were no transactions."""
        from expense_core import statements
        from expense_core.statements.importing import import_rows
        from expense_core.statements.staging import Choices

        left_out: Counter[LeftOut] = Counter()
        choices = Choices(leave=left)
        passed_over = 0

        def unreadable(error: StatementUnreadable, cells: Sequence[str]) -> None:
            nonlocal passed_over
            choices.pass_over(error, cells)
            passed_over += 1

        with _progress(layout.rows, "Reading" if dry_run else "Importing") as advance:
            report = import_rows(
                book.session,
                book.access,
                statements.rows(self.file, layout, left_out, unreadable=unreadable),
                credits=self.credits,
                pending=self.pending,
                only_currency=self.only_currency,
                perhaps=perhaps,
                purged=self.purged,
                dry_run=dry_run,
                choices=choices,
                categorise=self.categorise,
                clean_payees=self.clean_payees,
                note=self.file.name,
                kind=statements.kind(layout),
                stated=layout.stated,
                progress=advance,
            )
        report.rows += passed_over
        report.left += passed_over
        return report, left_out


@contextmanager
def _progress(total: int, doing: str) -> Iterator[Callable[[int], None] | None]:
    """A progress bar on standard error, where that is a terminal."""
    if not sys.stderr.isatty():
        yield None
        return
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn(doing), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=show.Output(stderr=True), transient=True) as bar:
        task = bar.add_task("", total=total)
        yield lambda done: bar.update(task, completed=done)
