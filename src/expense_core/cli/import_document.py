"""What `expense import --format json` prints: one document, as docs/command.md describes it."""

from __future__ import annotations

import json
import sys
from collections import Counter, defaultdict
from collections.abc import Container, Iterable, Iterator, Mapping
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

import expense_core as core
from expense_core.cli import show
from expense_core.cli.book import Book
from expense_core.statements.row import LeftOut
from expense_core.tables.text import fold

if TYPE_CHECKING:
    from expense_core.statements import Layout
    from expense_core.statements.balancing import Difference
    from expense_core.statements.importing import ImportReport
    from expense_core.statements.previewing import PreviewedRow
    from expense_core.statements.verdicts import Verdict

Document = dict[str, Any]  # Any: what JSON can have

_LEFT = "left"
_PURGED = "purged"


def write(pieces: Iterable[str]) -> None:
    """Write a document to standard output."""
    show.pour(pieces, sys.stdout)


def of_report(file: Path, layout: Layout, report: ImportReport, left_out: Counter[LeftOut]) -> Iterator[str]:
    """The document of an import that was made."""
    from expense_core.statements.verdicts import Verdict

    counts = {
        Verdict.NEW: report.new,
        Verdict.DUPLICATE: report.duplicates,
        Verdict.PERHAPS: report.perhaps,
        Verdict.MONEY_IN: report.money_in,
        Verdict.PENDING: report.pending,
        Verdict.OTHER_CURRENCY: report.other_currency,
        Verdict.ZERO: report.zero,
        Verdict.UNCLEAR: 0,  # with one, nothing would have come in
        Verdict.RULED_OUT: report.ruled_out,
        _PURGED: report.purged,
        _LEFT: report.left,
    }
    origins = {"rule": report.by_rule, "before": report.as_before, "none": report.uncategorised}
    rest = _document(
        file,
        layout,
        counts=counts,
        totals=report.totals,
        categories=origins,
        new_categories=report.new_categories,
        left_out=left_out,
        differences=report.differences,
        import_id=report.import_id,
        entry_id=report.entry_id,
    )
    yield _encoded(rest) + "\n"


def of_preview(
    book: Book,
    file: Path,
    layout: Layout,
    left: frozenset[int],
    *,
    credits: bool,
    pending: bool,
    only_currency: str | None,
    perhaps: bool,
    purged: bool,
    categorise: bool,
    clean_payees: bool,
) -> Iterator[str]:
    """The document of an import that would be made, with each row; only one of them is in memory at a time."""
    from expense_core.statements.previewing import preview
    from expense_core.statements.verdicts import Verdict

    left_out: Counter[LeftOut] = Counter()
    differences: list[Difference] = []
    found = preview(
        book.session,
        book.access,
        file,
        layout,
        left_out,
        differences=differences,
        credits=credits,
        pending=pending,
        only_currency=only_currency,
        purged=purged,
        categorise=categorise,
        clean_payees=clean_payees,
    )
    comes_in = {Verdict.NEW, Verdict.PERHAPS} if perhaps else {Verdict.NEW}
    counts: Counter[str] = Counter(dict.fromkeys((*Verdict, _PURGED, _LEFT), 0))
    totals: defaultdict[str, Decimal] = defaultdict(Decimal)
    categories: Counter[str] = Counter({"rule": 0, "before": 0, "none": 0})
    named: dict[str, None] = {}
    before = '{"lines": [\n'
    for row in found:
        is_in = row.verdict in comes_in and row.line not in left
        if is_in:
            assert row.amount is not None  # noqa: S101 - only an unclear row has none, for the type checker
            totals[row.currency] += row.amount
            counts[Verdict.NEW] += 1
            categories[row.category_from or "none"] += 1
            named.update({row.category: None} if row.category else {})
        else:
            counts[_why_not(row, left, comes_in | {Verdict.UNCLEAR})] += 1
        yield before + _encoded(_line(row, is_in=is_in))
        before = ",\n"
    known = {fold(name) for name in core.categories.names(book.session, book.access).values()}
    rest = _document(
        file,
        layout,
        counts=counts,
        totals=dict(sorted(totals.items())),
        categories={name: categories[name] for name in ("rule", "before", "none")},
        new_categories=[name for name in named if fold(name) not in known],
        left_out=left_out,
        differences=differences,
        import_id=None,
        entry_id=None,
    )
    yield ("\n], " if before == ",\n" else '{"lines": [], ') + _encoded(rest)[1:] + "\n"


def _document(
    file: Path,
    layout: Layout,
    *,
    counts: Mapping[str, int],
    totals: Mapping[str, Decimal],
    categories: Mapping[str, int],
    new_categories: list[str],
    left_out: Counter[LeftOut],
    differences: list[Difference],
    import_id: int | None,
    entry_id: int | None,
) -> Document:
    return {
        "file": file.name,
        "understood": layout.summary(),
        "rows": sum(counts.values()),
        "counts": counts,
        "totals": [{"currency": code, "total": str(total)} for code, total in totals.items()],
        "categories": categories,
        "new_categories": new_categories,
        "left_out": {why.value: count for why, count in left_out.items()},
        "differences": [_difference(one) for one in differences],
        "import_id": import_id,
        "entry_id": entry_id,
    }


def _line(row: PreviewedRow, *, is_in: bool) -> Document:
    """A row, with the names that the HTTP API has for what it says."""
    known = row.known
    return {
        "line": row.line,
        "spent_on": None if row.spent_on is None else row.spent_on.isoformat(),
        "amount": None if row.amount is None else str(row.amount),
        "currency": row.currency,
        "description": row.description,
        "category": row.category,
        "category_from": row.category_from,
        "verdict": row.verdict,
        "why": row.why,
        "comes_in": is_in,
        "known": None
        if known is None
        else {
            "id": known.id,
            "spent_on": known.spent_on.isoformat(),
            "amount": str(known.amount),
            "currency": known.currency,
            "description": known.description,
            "in_trash": known.in_trash,
        },
    }


def _why_not(row: PreviewedRow, left: frozenset[int], wanted: Container[Verdict]) -> str:
    """What a row that does not come in is counted as; one whose verdict is wanted is left by its line."""
    if row.line in left and row.verdict in wanted:
        return _LEFT
    return _PURGED if row.verdict == "duplicate" and row.known is None else row.verdict


def _difference(one: Difference) -> Document:
    return {
        "account": one.account,
        "currency": one.currency,
        "figure": one.figure,
        "stated": one.stated if isinstance(one.stated, int) else str(one.stated),
        "found": one.found if isinstance(one.found, int) else str(one.found),
        "line": one.line,
    }


def _encoded(document: Document) -> str:
    return json.dumps(document, ensure_ascii=not show.is_unicode(sys.stdout))
