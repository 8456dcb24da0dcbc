"""Statements that a server looks through: it keeps each until it comes in or is left."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from threading import Lock
from typing import Any

from expense_core.errors import ExpenseError, ImportClosed, ImportNotFound, StatementUnreadable
from expense_core.imports import Import
from expense_core.pages import Page
from expense_core.statements import ReadingOptions
from expense_core.statements.matching import KnownExpense
from expense_tui.backends import Progress, answers
from expense_tui.backends.connection import Connection
from expense_tui.backends.inputs import as_new_category
from expense_tui.backends.remote_sign_in import RemoteSignIn
from expense_tui.backends.statements import Choice, Imported, Origin, StatementPreview, StatementRow, Verdict

_AT_ONCE = 1_000
"""Rows, as many as the server gives and takes."""
_IS_TAKEN = {Verdict.NEW: True, Verdict.UNCLEAR: True, Verdict.MONEY_IN: False, Verdict.PERHAPS: False}
"""What becomes of a row of which nobody says anything; of any other, nobody can."""


_NOTHING_SAID = ReadingOptions()


@dataclass(frozen=True, slots=True)
class _Row:
    """A row as the server has it; see `StatementRow`."""

    line: int
    spent_on: date | None
    amount: Decimal | None
    currency: str
    description: str
    category: str | None
    category_from: Origin | None
    verdict: Verdict
    why: str
    known: KnownExpense | None


@dataclass(slots=True)
class _Kept:
    """A statement that the server keeps."""

    ledger_id: int
    path: Path
    options: ReadingOptions
    number: int
    """Its number among the imports there."""
    preview: StatementPreview | None = None
    """What the server makes of it; None as long as not all of that is read."""
    told: Choice | None = None
    """What was decided, where the server was told of that, or of some of it."""
    is_told: bool = False
    """Whether it was told of all of that: it is not told again, as it may have come in since."""

    def is_of(self, ledger_id: int, path: Path, options: ReadingOptions, choice: Choice) -> bool:
        """Whether it is this file, to be read like this, of which nothing else was decided."""
        is_it = (self.ledger_id, self.path, self.options) == (ledger_id, path, options)
        return is_it and self.preview is not None and self.told in (None, choice)


class RemoteStatements:
    """The way of statements to a server. Several threads may use it at once.

    The server keeps one for us at a time: the next one takes its place.
    """

    def __init__(self, connection: Connection, sign_in: RemoteSignIn) -> None:
        self._connection = connection
        self._sign_in = sign_in
        self._kept: _Kept | None = None
        self._lock = Lock()

    def preview(self, ledger_id: int, path: Path, options: ReadingOptions, progress: Progress) -> StatementPreview:
        """What an import of a file would do; it goes there, and the server keeps it."""
        return self._sent(ledger_id, path, options, progress)[1]

    def import_(
        self, ledger_id: int, path: Path, options: ReadingOptions, choice: Choice, progress: Progress
    ) -> Imported | None:
        """Import a file, as it was when it was looked through; what came in, or None where nothing did."""
        for line, name in choice.categories.items():
            as_new_category(name or None, f"categories.{line}")
        kept = self._kept
        preview = kept.preview if kept is not None and kept.is_of(ledger_id, path, options, choice) else None
        if kept is None or preview is None:
            kept, preview = self._sent(ledger_id, path, options, progress)
        _require_clear(choice, preview.rows)
        try:
            found = self._brought_in(kept, choice, list(_decided(choice, preview.rows)), progress)
        except (ImportNotFound, ImportClosed):  # the next try is with the file anew
            self._replace(None, of=kept)
            raise
        self._replace(None, of=kept)
        return None if found.entry_id is None else Imported(found.id, found.coming.count, found.entry_id)

    def leave(self) -> None:
        """Have the server forget what it keeps for us."""
        self._replace(None)

    def _sent(
        self, ledger_id: int, path: Path, options: ReadingOptions, progress: Progress
    ) -> tuple[_Kept, StatementPreview]:
        """A file as the server keeps it, and what it makes of it."""
        given = {name: value for name, value in asdict(options).items() if value != getattr(_NOTHING_SAID, name)}
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
        kept = _Kept(ledger_id, path, options, found.id)
        self._replace(kept)
        try:
            rows = list(self._rows(kept, found.rows or 0, progress))
        except BaseException:
            self._replace(None)
            raise
        kept.preview = StatementPreview(found.understood, rows, found.left_out, found.differences)
        return kept, kept.preview

    def _brought_in(
        self, kept: _Kept, choice: Choice, decided: Sequence[Mapping[str, object]], progress: Progress
    ) -> Import:
        """What came in, once the server was told what is to."""
        kept.told = choice
        for start in range(0, 0 if kept.is_told else len(decided), _AT_ONCE):
            progress(start, len(decided))
            self._tell("PATCH", kept, "/rows", {"rows": decided[start : start + _AT_ONCE]})
        kept.is_told = True
        progress(len(decided), len(decided))
        return answers.read(Import, self._tell("POST", kept, "/commit", {"leave_unclear": False}))

    def _replace(self, kept: _Kept | None, *, of: _Kept | None = None) -> None:
        """Keep another one, or none; the one before it is taken away there, unless it is `of`, which came in."""
        with self._lock:
            before, self._kept = self._kept, kept
        if before is not None and before is not of:
            with suppress(ExpenseError):  # it goes by itself in a few days
                self._tell("DELETE", before)

    def _rows(self, kept: _Kept, total: int, progress: Progress) -> Iterator[StatementRow]:
        """All rows, page by page."""
        asked: dict[str, object] = {"ledger_id": kept.ledger_id, "limit": _AT_ONCE}
        done = 0
        while True:
            answer = self._sign_in.calling(
                lambda token: self._connection.ask(f"/imports/{kept.number}/rows", token=token, params=asked)
            )
            page = answers.read(Page[_Row], answer)
            yield from (StatementRow(**_fields(row)) for row in page.items)
            done += len(page.items)
            progress(done, max(done, total))
            if page.next_cursor is None:
                return
            asked["cursor"] = page.next_cursor

    def _tell(self, method: str, kept: _Kept, path: str = "", content: Mapping[str, object] | None = None) -> Any:  # noqa: ANN401 - JSON
        return self._sign_in.calling(
            lambda token: self._connection.tell(
                method,
                f"/imports/{kept.number}{path}",
                token=token,
                params={"ledger_id": kept.ledger_id},
                content=content,
                lasts=True,
                is_long=True,
            )
        )


def _fields(row: _Row) -> dict[str, Any]:  # Any: as `StatementRow` has them
    return {name: getattr(row, name) for name in _Row.__dataclass_fields__}


def _require_clear(choice: Choice, rows: Sequence[StatementRow]) -> None:
    """Go on only if every row that cannot come in is left.

    Raises:
        StatementUnreadable: one is not.
    """
    for row in rows:
        if row.verdict is Verdict.UNCLEAR and row.line not in choice.leave:
            raise StatementUnreadable(row.why, row.line)


def _decided(choice: Choice, rows: Sequence[StatementRow]) -> Iterator[dict[str, object]]:
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
