"""Statements that a server looks through: it keeps each until it comes in or is left."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from threading import Lock
from typing import Any

from expense_core.errors import ExpenseError, ImportClosed, ImportNotFound, StatementUnreadable
from expense_core.imports import Import
from expense_core.pages import Page
from expense_core.statements import ReadingOptions
from expense_core.statements.previewing import PreviewedRow
from expense_core.statements.verdicts import Verdict
from expense_tui.backends import Progress, answers
from expense_tui.backends.connection import Connection
from expense_tui.backends.inputs import as_new_category
from expense_tui.backends.remote_sign_in import RemoteSignIn
from expense_tui.backends.statements import Choice, Imported, StatementPreview

_AT_ONCE = 1_000
"""Rows, as many as the server gives and takes."""
_IS_TAKEN = {
    Verdict.NEW: True,
    Verdict.UNCLEAR: True,
    Verdict.MONEY_IN: False,
    Verdict.PENDING: False,
    Verdict.OTHER_CURRENCY: False,
    Verdict.PERHAPS: False,
}
"""What becomes of a row of which nobody says anything; of any other, nobody can."""


_NOTHING_SAID = ReadingOptions()


@dataclass(slots=True)
class _Kept:
    """A statement that the server keeps."""

    ledger_id: int
    path: Path
    options: ReadingOptions
    number: int
    """Its number among the imports there."""
    preview: StatementPreview
    """What the server makes of it."""
    clean_payees: bool
    """Whether it calls expenses by their payees alone."""
    told: Choice | None = None
    """What was decided, where the server was told of that, or of some of it."""
    is_told: bool = False
    """Whether it was told of all of that: it is not told again, as it may have come in since."""

    def is_of(self, ledger_id: int, path: Path, options: ReadingOptions, choice: Choice) -> bool:
        """Whether it is this file, to be read like this, of which nothing else was decided."""
        kept = self.ledger_id, self.path, self.options, self.clean_payees
        return kept == (ledger_id, path, options, choice.clean_payees) and self.told in (None, choice)


class RemoteStatements:
    """The way of statements to a server. Several threads may use it at once.

    The server keeps one for us at a time: the next one takes its place.
    """

    def __init__(self, connection: Connection, sign_in: RemoteSignIn) -> None:
        self._connection = connection
        self._sign_in = sign_in
        self._kept: _Kept | None = None
        self._lock = Lock()

    def preview(
        self, ledger_id: int, path: Path, options: ReadingOptions, progress: Progress, *, clean_payees: bool
    ) -> StatementPreview:
        """What an import of a file would do; it goes there, and the server keeps it."""
        return self._sent(ledger_id, path, options, progress, clean_payees=clean_payees).preview

    def import_(
        self, ledger_id: int, path: Path, options: ReadingOptions, choice: Choice, progress: Progress
    ) -> Imported | None:
        """Import a file, as it was when it was looked through; what came in, or None where nothing did."""
        for line, name in choice.categories.items():
            as_new_category(name or None, f"categories.{line}")
        kept = self._kept
        if kept is None or not kept.is_of(ledger_id, path, options, choice):
            kept = self._sent(ledger_id, path, options, progress, clean_payees=choice.clean_payees)
        _require_clear(choice, kept.preview.rows)
        try:
            found = self._brought_in(kept, choice, list(_decided(choice, kept.preview.rows)), progress)
        except (ImportNotFound, ImportClosed):  # the next try is with the file anew
            self._replace(None, of=kept)
            raise
        self._replace(None, of=kept)
        return None if found.entry_id is None else Imported(found.id, found.coming.count, found.entry_id)

    def leave(self) -> None:
        """Have the server forget what it keeps for us."""
        self._replace(None)

    def _sent(
        self, ledger_id: int, path: Path, options: ReadingOptions, progress: Progress, *, clean_payees: bool
    ) -> _Kept:
        """A file as the server keeps it; it takes the place of another one only once all that it makes of it is read.

        One that is stopped goes alone: the next one may be there already.
        """
        given = {name: value for name, value in asdict(options).items() if value != getattr(_NOTHING_SAID, name)}
        given |= {"clean_payees": True} if clean_payees else {}
        answer = self._sign_in.calling(
            lambda token: self._connection.upload(
                "/imports",
                path,
                token=token,
                params={"ledger_id": ledger_id},
                fields={"options": json.dumps(given)},
                progress=progress,
            )
        )
        found = answers.read(Import, answer)
        kept = None
        try:
            rows = list(self._rows(ledger_id, found, progress))
            preview = StatementPreview(found.understood, rows, found.left_out, found.differences)
            kept = _Kept(ledger_id, path, options, found.id, preview, clean_payees)
        finally:
            if kept is None:
                self._drop(ledger_id, found.id)
        self._replace(kept)
        return kept

    def _brought_in(
        self, kept: _Kept, choice: Choice, decided: Sequence[Mapping[str, object]], progress: Progress
    ) -> Import:
        """What came in, once the server was told what is to."""
        kept.told = choice
        for start in range(0, 0 if kept.is_told else len(decided), _AT_ONCE):
            progress(start, len(decided))
            rows = {"rows": decided[start : start + _AT_ONCE]}
            self._tell("PATCH", kept.ledger_id, f"{kept.number}/rows", rows)
        kept.is_told = True
        progress(len(decided), len(decided))
        done = self._tell("POST", kept.ledger_id, f"{kept.number}/commit", {"leave_unclear": False})
        return answers.read(Import, done)

    def _replace(self, kept: _Kept | None, *, of: _Kept | None = None) -> None:
        """Keep another one, or none; the one before it is taken away there, unless it is `of`, which came in."""
        with self._lock:
            before, self._kept = self._kept, kept
        if before is not None and before is not of:
            self._drop(before.ledger_id, before.number)

    def _drop(self, ledger_id: int, number: int) -> None:
        """Take one away there."""
        with suppress(ExpenseError):  # it goes by itself in a few days
            self._tell("DELETE", ledger_id, str(number))

    def _rows(self, ledger_id: int, of: Import, progress: Progress) -> Iterator[PreviewedRow]:
        """All rows, page by page."""
        asked: dict[str, object] = {"ledger_id": ledger_id, "limit": _AT_ONCE}
        done, total = 0, of.rows or 0
        while True:
            answer = self._sign_in.calling(
                lambda token: self._connection.ask(f"/imports/{of.id}/rows", token=token, params=asked)
            )
            page = answers.read(Page[PreviewedRow], answer)
            yield from page.items
            done += len(page.items)
            progress(done, max(done, total))
            if page.next_cursor is None:
                return
            asked["cursor"] = page.next_cursor

    def _tell(self, method: str, ledger_id: int, path: str, content: Mapping[str, object] | None = None) -> Any:  # noqa: ANN401 - JSON
        return self._sign_in.calling(
            lambda token: self._connection.tell(
                method,
                f"/imports/{path}",
                token=token,
                params={"ledger_id": ledger_id},
                content=content,
                lasts=True,
                is_long=True,
            )
        )


def _require_clear(choice: Choice, rows: Sequence[PreviewedRow]) -> None:
    """Go on only if every row that cannot come in is left.

    Raises:
        StatementUnreadable: one is not.
    """
    for row in rows:
        if row.verdict is Verdict.UNCLEAR and row.line not in choice.leave:
            raise StatementUnreadable(row.why, row.line)


def _decided(choice: Choice, rows: Sequence[PreviewedRow]) -> Iterator[dict[str, object]]:
    """What a person decided of each line, where the server would do something else."""
    for row in rows:
        is_taken = _IS_TAKEN.get(row.verdict)
        if is_taken is None:
            continue
        told: dict[str, object] = {}
        if row.line in (choice.leave if is_taken else choice.take):
            told["take"] = not is_taken
        if row.line in choice.categories:
            told["category"] = choice.categories[row.line]
        if told:
            yield {"line": row.line, **told}
