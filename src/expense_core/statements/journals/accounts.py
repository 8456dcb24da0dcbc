"""Which accounts of a journal are expenses, and which are income: by what they are called, or what the journal says."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum


class Kind(Enum):
    """What an account is for."""

    EXPENSES = "expenses"
    INCOME = "income"
    OTHER = "other"
    """What is owned and owed, and equity."""


_NAMES = {
    Kind.EXPENSES: """
        expense expenses spending ausgabe ausgaben aufwand aufwendungen kosten depense depenses dépense dépenses charges
        gasto gastos egresos spesa spese uscite uitgave uitgaven utgifter kostnader udgifter menot kulut wydatki koszty
        výdaje vydaje náklady naklady despesa despesas kiadás kiadások cheltuieli gider giderler έξοδα расходы витрати
        費用 支出 费用 지출 비용
    """,
    Kind.INCOME: """
        income incomes revenue revenues einkommen einkünfte einnahmen ertrag erträge revenu revenus produits ingreso
        ingresos entrate ricavi inkomsten inkomster intäkter inntekter indtægter indkomst tulot przychody dochody příjmy
        prijmy výnosy vynosy receita receitas rendimentos bevétel bevételek venituri gelir gelirler έσοδα доходы доходи
        収入 收入 收益 수입 수익
    """,
}
_KINDS = {name: kind for kind, names in _NAMES.items() for name in names.split()}
_LETTERS = {"x": Kind.EXPENSES, "expense": Kind.EXPENSES} | dict.fromkeys(("r", "revenue", "g", "gain"), Kind.INCOME)
"""What hledger calls them in the tag `type` of an account."""


def declared(letter: str) -> Kind:
    """What an account is for by its tag `type`."""
    return _LETTERS.get(letter.casefold(), Kind.OTHER)


def kind(account: str, known: Mapping[str, Kind]) -> Kind:
    """What an account is for: as it is declared, or the one above it, or else as its first name says."""
    name = account
    while name:
        if name in known:
            return known[name]
        name = name.rpartition(":")[0]
    return _KINDS.get(root(account).casefold(), Kind.OTHER)


def root(account: str) -> str:
    """The first name of an account."""
    return account.partition(":")[0]


def category(account: str) -> str | None:
    """The account without a first name that only says what kind it is; None where there is no other."""
    return account if root(account).casefold() not in _KINDS else account.partition(":")[2] or None


def is_under(account: str, name: str) -> bool:
    """Whether this account is the one of that name, or beneath it, in any letter case."""
    return f"{account}:".casefold().startswith(f"{name}:".casefold())
