"""What `expense import` prints of an import: what came in, or would, and why the rest did not."""

from __future__ import annotations

from collections import Counter
from functools import partial
from typing import TYPE_CHECKING

import expense_core as core
from expense_core.cli import show
from expense_core.statements.row import LeftOut

if TYPE_CHECKING:
    from expense_core.statements import Layout
    from expense_core.statements.importing import ImportReport


def print_first(report: ImportReport, layout: Layout, locale: str) -> None:
    """How the file was understood, and the first of what would come in."""
    for what, understood in layout.summary().items():
        show.say(f"{what}: {understood}")
    if report.first:
        table = show.table("line", "date", "amount", "description", "category", right=("line", "date"))
        amounts = show.aligned([(one.amount, one.currency) for one in report.first], locale)
        for one, amount in zip(report.first, amounts, strict=True):
            table.add_row(str(one.line), one.spent_on.isoformat(), amount, one.description, one.category or "")
        show.say("")
        show.Output().print(table)
        show.say("" if report.new == len(report.first) else f"... and {report.new - len(report.first):,} more\n")


def print_report(report: ImportReport, left_out: Counter[LeftOut], locale: str, *, dry_run: bool) -> None:
    """What came in, and why the rest did not."""
    _print_count(report, locale, "Would import" if dry_run else "Imported")
    reasons = {
        "imported before": report.duplicates,
        "imported before and deleted for good; --purged takes them again": report.purged,
        "that may be in the book already; --perhaps take takes them": report.perhaps,
        "of money in; --credits takes them as refunds": report.money_in,
        "still pending; without --no-pending they come in": report.pending,
        "of another currency; without --only-currency they come in": report.other_currency,
        "of zero": report.zero,
        "by a rule": report.ruled_out,
        "by line number": report.left,
        **{why.value: left_out[why] for why in LeftOut},
    }
    for why, count in reasons.items():
        if count:
            show.say(f"Left out {show.counted(count, 'row')} {why}")
    if report.new and report.unbooked > report.pending:
        are = "is" if report.unbooked == 1 else "are"
        show.say(
            f"{show.counted(report.unbooked, 'row')} of the file {are} still pending; --no-pending leaves them out"
        )
    print_alike(report, locale)
    for difference in report.differences:
        show.say(difference.told(partial(core.money.write, locale=locale)))
    proposed = {"by a rule": report.by_rule, "as chosen before": report.as_before}
    told = [f"{count:,} {how}" for how, count in proposed.items() if count]
    if told:
        left = [f"{report.uncategorised:,} without"] if report.uncategorised else []
        show.say(f"Categories: {', '.join([*told, *left])}")
    _print_rest(report)


def print_done(report: ImportReport, locale: str) -> None:
    """What came in, to somebody who has seen before what would."""
    _print_count(report, locale, "Imported")
    _print_rest(report)


def question(report: ImportReport, locale: str) -> str:
    """What is asked before it comes in."""
    return f"Import {show.counted(report.new, 'expense')}, {_totals(report, locale)}?"


def _print_count(report: ImportReport, locale: str, done: str) -> None:
    totals = _totals(report, locale)
    show.say(f"{done} {report.new:,} of {show.counted(report.rows, 'row')}{f', {totals}' if totals else ''}")


def _print_rest(report: ImportReport) -> None:
    if report.new_categories:
        show.say(f"New categories: {', '.join(report.new_categories)}")
    if report.entry_id is not None:
        show.say(f"`expense undo {report.entry_id}` takes it all back")


def _totals(report: ImportReport, locale: str) -> str:
    return ", ".join(core.money.write(total, code, locale) for code, total in report.totals.items())


def print_alike(report: ImportReport, locale: str) -> None:
    """The first of the rows that may be in the book already, each beside the expense that it may be."""
    pairs = [(one, one.known) for one in report.alike if one.known is not None]
    if not pairs:
        return
    table = show.table(
        "line", "date", "amount", "description", "expense", "of", "called", right=("line", "date", "expense", "of")
    )
    amounts = show.aligned([(one.amount, one.currency) for one, _ in pairs], locale)
    for (one, known), amount in zip(pairs, amounts, strict=True):
        table.add_row(
            str(one.line),
            one.spent_on.isoformat(),
            amount,
            one.description,
            str(known.id),
            known.spent_on.isoformat(),
            known.description,
        )
    show.say("")
    show.Output().print(table)
    show.say(f"... and {report.perhaps - len(pairs):,} more\n" if report.perhaps > len(pairs) else "")
