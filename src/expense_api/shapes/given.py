"""What goes in over HTTP, and is read by these: expenses, categories, rules, lines of text and batches."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from pydantic import AfterValidator, Field

from expense_api.shapes.kinds import FileIn, Shape
from expense_core.at_once import CommonUpdate
from expense_core.batches import MOST_LINES, BatchCreate, BatchDelete, BatchEdit, BatchRestore
from expense_core.errors import Invalid
from expense_core.tables import CategoryUpdate, ExpenseCreate, ExpenseUpdate, RuleUpdate
from expense_core.tables.text import CategoryName


def _locale(name: str) -> str:
    from babel import Locale, UnknownLocaleError

    try:
        return str(Locale.parse(name.replace("-", "_")))
    except (UnknownLocaleError, ValueError) as error:
        raise Invalid("there is no such locale; write it like de_DE") from error


class ExpenseIn(ExpenseCreate):
    """What recording an expense asks for."""

    new_category: Annotated[CategoryName | None, Field(examples=["Food"])] = None
    """The name of a category that is made with it, and undone with it; in the place of `category_id`."""


class ExpensePatch(ExpenseUpdate):
    """What to change of an expense; what is left out stays, and `category_id: null` takes it out of its category."""

    version: int | None = None  # type: ignore[assignment] # over HTTP the version is mostly in If-Match
    """The version that you saw, if you send no If-Match; without either the change is made whatever came between."""
    new_category: Annotated[CategoryName | None, Field(examples=["Food"])] = None
    """The name of a category that is made with the change, and undone with it; in the place of `category_id`."""


class ExpensesPatch(CommonUpdate):
    """What to change of many expenses; what is left out stays, and `category_id: null` takes them out of theirs."""

    new_category: Annotated[CategoryName | None, Field(examples=["Food"])] = None
    """The name of a category that is made for them, and undone with the change; in the place of `category_id`."""


class CategoryPatch(CategoryUpdate):
    """What to change of a category."""

    version: int | None = None  # type: ignore[assignment] # over HTTP the version is mostly in If-Match
    """The version that you saw, if you send no If-Match."""


class Merge(Shape):
    """Where the expenses of a category go."""

    into_id: Annotated[int, Field(examples=[2])]
    """The category that takes them."""


class RulePatch(RuleUpdate):
    """What to change of a rule; what is left out stays, and `""` or null takes a condition away, or what it gives."""

    version: int | None = None  # type: ignore[assignment] # over HTTP the version is mostly in If-Match
    """The version that you saw, if you send no If-Match."""
    place: Annotated[int | None, Field(ge=1, examples=[1])] = None
    """Where it is tried among the rules, counted from 1: the first that a row meets counts."""


class QuickIn(Shape):
    """An expense in one line, as a person writes it."""

    text: Annotated[str, Field(max_length=2_000, examples=["12.50 Lunch @Food yesterday"])]
    """An amount, a description, `@Category` and a date, in any order that can be understood."""
    dry_run: Annotated[bool, Field(examples=[False])] = False
    """Only say what was understood; record nothing."""
    today: Annotated[date | None, Field(examples=["2026-11-05"])] = None
    """The date where you are, which "yesterday" is the day before; the date in UTC when not given."""
    make_category: Annotated[bool, Field(examples=[False])] = False
    """Make the category with the expense where there is none of its name, nor of one that is nearly the same."""
    locale: Annotated[str, Field(max_length=20, examples=["en_GB"]), AfterValidator(_locale)] = "en"
    """How amounts and dates are written."""


BatchLine = Annotated[BatchCreate | BatchEdit | BatchDelete | BatchRestore, Field(discriminator="do")]

_BATCH = [
    {"do": "create", "amount": "12.50", "currency": "EUR", "description": "Lunch with Sam"},
    {"do": "edit", "id": 1, "version": 1, "amount": "13.50"},
    {"do": "delete", "id": 2},
    {"do": "restore", "id": 3},
]


class BatchIn(Shape):
    """Up to 1,000 changes, all of them or none; each expense is named once at most."""

    lines: Annotated[list[BatchLine], Field(min_length=1, max_length=MOST_LINES, examples=[_BATCH])]
    """What to do, in order."""
    new_category: Annotated[CategoryName | None, Field(examples=[None])] = None
    """The name of a category that is made for the expenses, and undone with the batch; every line is an edit then."""
    dry_run: Annotated[bool, Field(examples=[False])] = False
    """Do it all and take it back: the answer is what it would have been."""


class BackupForm(Shape):
    """A backup of a ledger."""

    file: Annotated[FileIn, Field(examples=["..."])]
    """The file."""


class Reverse(Shape):
    """Which write to take back, or to do again."""

    entry_id: Annotated[int | None, Field(ge=1, examples=[None])] = None
    """The entry; your own last one when not given."""
