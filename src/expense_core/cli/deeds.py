"""An entry of the history in one line: what was done to which expense or category."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

import expense_core as core
from expense_core.cli.show import counted

_VERBS = {
    "expense.record": "recorded",
    "expense.edit": "changed",
    "expense.delete": "deleted",
    "expense.restore": "restored",
    "expense.purge": "purged",
    "expense.batch": "changed",
}


def told(entry: core.HistoryEntryPublic, locale: str) -> str:
    """What an entry did, such as "changed Lunch: amount 12.50 → 13.20"."""
    of = {"category": _done_to_category, "rule": _done_to_rule}.get(entry.action.partition(".")[0])
    if of is not None:
        return of(entry)
    if entry.action is core.Action.IMPORT:
        return f"imported {entry.note}"
    verb = _VERBS[entry.action]
    expenses = [row for row in entry.rows if row.kind == "expense"]
    if entry.action is core.Action.RECORD and len(expenses) == 1:
        return f"{verb} {_recorded(expenses[0].fields, locale)}"
    if entry.action is core.Action.EDIT and expenses:
        return f"{verb} {_called(expenses[0])}: {changes(expenses[0].fields, locale)}"
    made = len(entry.rows) - len(expenses)  # a category comes with its first expense
    count = entry.recorded + entry.changed - made
    if count == 1 and expenses:  # what is purged is gone from the history too
        return f"{verb} {_called(expenses[0])}"
    return f"{verb} {counted(count, 'expense')}" + (f" ({entry.note})" if entry.note else "")


def _called(expense: core.RowChange) -> str:
    return expense.label or f"expense {expense.id}"


def _recorded(fields: Sequence[core.FieldChange], locale: str) -> str:
    values = {change.name: change.after for change in fields}
    amount = core.money.write(Decimal(str(values["amount"])), str(values["currency"]), locale)
    category = values.get("category")
    parts = [amount, values.get("description"), category and f"@{category}", values["spent_on"]]
    return " ".join(str(part) for part in parts if part)


def changes(fields: Sequence[core.FieldChange], locale: str) -> str:
    """The fields of an expense, before and after, such as "amount 12.50 → 13.20, notes"."""
    from babel.numbers import get_decimal_symbol

    written = []
    for change in fields:
        match change.name:
            case "category_id":  # it is there by its name too
                continue
            case "notes":
                written.append("notes")
            case "amount":
                mark = get_decimal_symbol(locale)
                written.append(f"amount {change.before} → {change.after}".replace(".", mark))
            case name:
                called = "date" if name == "spent_on" else name
                written.append(f"{called} {change.before or 'none'} → {change.after or 'none'}")
    return ", ".join(written)


def _done_to_rule(entry: core.HistoryEntryPublic) -> str:
    """What became of a rule, by its payee where it asks for one."""
    if entry.action is core.Action.MOVE_RULE:
        return "put the rules into another order"
    verb = {"rule.create": "added", "rule.edit": "changed", "rule.delete": "deleted"}[entry.action]
    rule = next(row for row in entry.rows if row.kind == "rule")  # its category, which was made with it, may be first
    return f"{verb} rule {rule.id}" + (f" for {rule.label}" if rule.label else "")


def _done_to_category(entry: core.HistoryEntryPublic) -> str:
    """What became of a category, and of its expenses."""
    names = [row.label for row in entry.rows if row.kind == "category"]
    changes = [change for row in entry.rows for change in row.fields if change.name in {"name", "category"}]
    moved = [change for change in changes if change.name == "category"]
    name = names[0] if names else moved[0].before  # the history of one expense shows no other row
    match entry.action:
        case core.Action.CREATE_CATEGORY:
            return f"added category {name}"
        case core.Action.RENAME_CATEGORY:
            return f"renamed category {changes[0].before} to {changes[0].after}"
    verb = "merged" if entry.action is core.Action.MERGE_CATEGORY else "deleted"
    if not moved:
        return f"{verb} category {name}"
    where = f"into category {moved[0].after}" if moved[0].after else "out of any category"
    return f"{verb} category {name}: {counted(entry.changed - 1, 'expense')} {where}"
