"""An expense as a person types it, field by field or in one line, and as the core takes it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from babel.dates import format_date
from babel.numbers import format_decimal

import expense_core as core
from expense_core.errors import FieldError, Invalid
from expense_core.tables.text import fold
from expense_tui.backends.inputs import made

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

_NAMES = {"category_id": "category", "new_category": "category", "text": "description"}
"""Where what the core says of a field is shown."""


@dataclass(frozen=True)
class Typed:
    """What stands in the fields of a form."""

    amount: str = ""
    currency: str = ""
    description: str = ""
    spent_on: str = ""
    category: str = ""
    notes: str = ""


@dataclass(frozen=True)
class Entry:
    """What was understood."""

    amount: Decimal
    currency: str
    description: str
    spent_on: date
    category_id: int | None
    new_category: str | None
    """A category that is made with the expense."""
    notes: str = ""

    def new(self) -> core.ExpenseCreate:
        """What records it.

        Raises:
            Invalid: no expense can be so; `errors` names the fields.
        """
        given = {name: getattr(self, name) for name in core.ExpenseCreate.model_fields}
        return made(core.ExpenseCreate, **given)

    def changes(self, before: core.ExpensePublic) -> core.ExpenseUpdate | None:
        """What turns another expense into it; None where they are alike.

        Raises:
            Invalid: no expense can be so; `errors` names the fields.
        """
        names = ("amount", "currency", "description", "spent_on", "category_id", "notes")
        given = {name: getattr(self, name) for name in names if getattr(self, name) != getattr(before, name)}
        if self.new_category is not None:
            given.pop("category_id", None)
        elif not given:
            return None
        return made(core.ExpenseUpdate, **given, version=before.version)


class Reading:
    """How what a person types is read.

    Arguments:
        today: the day it is typed on.
        locale: whose decimal mark, words and order of day and month it is in.
        currency: that of an amount that names none.
        categories: those that the ledger has.
    """

    def __init__(self, today: date, locale: str, currency: str, categories: Iterable[core.CategoryPublic] = ()) -> None:
        self._today = today
        self._locale = locale
        self.currency = currency
        self.categories = {fold(one.name): one for one in categories}

    @property
    def typed_today(self) -> str:
        """How the day is typed that an expense is of which names none."""
        return self.as_day(self._today)

    def form(self, typed: Typed) -> Entry:
        """What the fields of a form say.

        Raises:
            Invalid: some cannot be read; `errors` names each.
        """
        wrong: list[FieldError] = []

        def field(name: str, read: Callable[[str], Any], otherwise: object = None) -> Any:  # noqa: ANN401 - as read
            text = getattr(typed, name).strip()
            if not text:
                return otherwise
            try:
                return read(text)
            except Invalid as error:
                wrong.append(FieldError(name, error.code, error.message))
                return otherwise

        currency = field("currency", lambda text: core.money.currency(text).code, self.currency)
        amount = field("amount", lambda text: core.money.check(core.money.parse(text, self._locale), currency))
        if not typed.amount.strip():
            wrong.append(FieldError("amount", "missing", "write an amount, such as 12.50"))
        day = field("spent_on", lambda text: core.dates.read(text, today=self._today, locale=self._locale), self._today)
        if wrong:
            raise Invalid(wrong[0].message, wrong)
        category_id, new_category = self._category(typed.category)
        return Entry(amount, currency, typed.description.strip(), day, category_id, new_category, typed.notes)

    def line(self, text: str) -> Entry:
        """What one line says.

        Raises:
            QuickSyntaxError: something in it was not understood; `problems` gives the places.
        """
        draft = core.quick.parse(text, today=self._today, currency=self.currency, locale=self._locale)
        category_id, new_category = self._category(draft.category or "")
        return Entry(draft.amount, draft.currency, draft.description, draft.spent_on, category_id, new_category)

    def understood(self, text: str) -> tuple[Typed, Sequence[str]]:
        """What a line says so far, for the fields of a form; and what is wrong with it."""
        reading = core.quick.understand(text, today=self._today, currency=self.currency, locale=self._locale)
        typed = Typed(
            amount="" if reading.amount is None else self.as_typed(reading.amount),
            currency=reading.currency or self.currency,
            description=reading.description,
            spent_on=self.as_day(reading.spent_on),
            category=reading.category or "",
        )
        return typed, [problem.message for problem in reading.problems]

    def typed(self, expense: core.ExpensePublic) -> Typed:
        """How the fields of a form say what an expense is."""
        return Typed(
            amount=self.as_typed(expense.amount),
            currency=expense.currency,
            description=expense.description,
            spent_on=self.as_day(expense.spent_on),
            category=expense.category or "",
            notes=expense.notes,
        )

    def knows(self, category: str) -> core.CategoryPublic | None:
        """The category of this name, in whatever letter case."""
        return self.categories.get(fold(category.strip()))

    def as_typed(self, amount: Decimal) -> str:
        """An amount as a person would type it: with their decimal mark, and no more."""
        return as_typed(amount, self._locale)

    def as_day(self, day: date) -> str:
        """A date as a person would type it, one that is read as the same day again."""
        written = str(format_date(day, "short", locale=self._locale))
        try:
            read = core.dates.read(written, today=self._today, locale=self._locale)
        except Invalid:
            read = None
        return written if read == day else day.isoformat()

    def _category(self, name: str) -> tuple[int | None, str | None]:
        name = name.strip()
        if not name:
            return None, None
        known = self.knows(name)
        return (known.id, None) if known else (None, name)


def as_typed(amount: Decimal, locale: str) -> str:
    """An amount as somebody of this locale would type it: one that is read as the same amount again."""
    return str(format_decimal(amount, format=f"0.{'0' * -int(amount.as_tuple().exponent)}", locale=locale))


def by_field(error: Invalid, form: type[DataclassInstance] = Typed) -> Mapping[str, str]:
    """What is wrong with each field of a form; "" has what is wrong with it as a whole."""
    known = {field.name for field in fields(form)}
    told: dict[str, str] = {}
    for one in error.errors:
        name = one.field if one.field in known else _NAMES.get(one.field, "")
        told.setdefault(name if name in known else "", one.message)
    return told or {"": error.message}
