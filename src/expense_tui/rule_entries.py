"""A rule as a person types it, field by field, and as the core takes it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass, fields
from decimal import Decimal
from typing import Any

from babel.numbers import format_decimal

import expense_core as core
from expense_core.errors import FieldError, Invalid
from expense_core.tables.text import fold
from expense_tui.backends.inputs import made

AMOUNTS = ("min_amount", "max_amount")
CONDITIONS = ("payee", "text", *AMOUNTS, "account")


@dataclass(frozen=True)
class TypedRule:
    """What stands in the fields of a form."""

    payee: str = ""
    text: str = ""
    min_amount: str = ""
    max_amount: str = ""
    account: str = ""
    category: str = ""
    description: str = ""
    notes: str = ""
    skip: bool = False

    @classmethod
    def like(cls, description: str, category: str) -> TypedRule:
        """A rule that puts whatever comes of the same payee into a category."""
        return cls(payee=core.rules.payee_of(description), category=category)


class RuleReading:
    """How what a person types is read.

    Arguments:
        locale: whose decimal mark an amount has.
        categories: those that the ledger has.
    """

    def __init__(self, locale: str, categories: Iterable[core.CategoryPublic] = ()) -> None:
        self._locale = locale
        self._categories = {fold(one.name): one for one in categories}

    @property
    def names(self) -> list[str]:
        """What the categories are called."""
        return [one.name for one in self._categories.values()]

    def conditions(self, typed: TypedRule) -> core.RuleCreate | None:
        """What it asks for, as a rule that can be tried; None where that is nothing yet.

        Raises:
            Invalid: some of it can be in no rule; `errors` names the fields.
        """
        given = self._read(typed, CONDITIONS)
        return made(core.RuleCreate, **given, skip=True) if any(given.values()) else None

    def given(self, typed: TypedRule) -> dict[str, Any]:  # Any: as the core checks it
        """All of it; a category of which there is none yet is made with it.

        Raises:
            Invalid: an amount cannot be read; `errors` names the fields.
        """
        name = typed.category.strip()
        known = self._categories.get(fold(name))
        names = [one.name for one in fields(TypedRule) if one.name != "category"]
        category = {"category_id": None if known is None else known.id}
        return self._read(typed, names) | category | ({"new_category": name} if name and known is None else {})

    def typed(self, rule: core.RulePublic) -> TypedRule:
        """How the fields of a form say what a rule is."""
        said = {one.name: getattr(rule, one.name) for one in fields(TypedRule)}
        amounts = {name: "" if said[name] is None else self.as_typed(said[name]) for name in AMOUNTS}
        return TypedRule(**said | amounts | {"category": rule.category or ""})

    def as_typed(self, amount: Decimal) -> str:
        """An amount as a person would type it: with their decimal mark, and no more."""
        return str(format_decimal(amount, format="0.####", locale=self._locale))

    def _read(self, typed: TypedRule, names: Iterable[str]) -> dict[str, Any]:  # Any: as the core checks it
        said, wrong = asdict(typed), []
        given = {name: said[name] for name in names}
        for name in AMOUNTS:
            try:
                given[name] = core.money.parse(given[name], self._locale) if given[name].strip() else None
            except Invalid as error:
                wrong.append(FieldError(name, error.code, error.message))
        if wrong:
            raise Invalid(wrong[0].message, wrong)
        return given
