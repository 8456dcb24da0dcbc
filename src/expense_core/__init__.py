"""One exact book of expenses: import it, serve it, live in it.

    from expense_core import Database, ExpenseCreate, LocalUserCreate, expenses, ledgers, users

    db = Database("sqlite:///expenses.db")
    db.upgrade()
    with db.transaction() as session:
        alice = users.register_local(session, LocalUserCreate(username="alice"))
        book = ledgers.open(session, alice)
        expenses.record(session, book, ExpenseCreate(amount="12.50", description="Lunch"))

Everything is loaded when it is first asked for, so that importing this costs next to nothing.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from expense_core import (
        categories,
        dates,
        demo,
        errors,
        expenses,
        history,
        ledgers,
        money,
        passwords,
        quick,
        reports,
        statements,
        tokens,
        users,
    )
    from expense_core.database import Database
    from expense_core.errors import ExpenseError
    from expense_core.history_view import FieldChange, HistoryEntryPublic, RowChange
    from expense_core.ledgers import Access
    from expense_core.pages import Page
    from expense_core.queries import ExpenseFilter, ExpenseQuery, Sort
    from expense_core.reports import By, Spending, SpendingReport
    from expense_core.settings import Settings
    from expense_core.tables import (
        Action,
        CategoryCreate,
        CategoryPublic,
        CategorySummary,
        CategoryUpdate,
        ExpenseCreate,
        ExpensePublic,
        ExpenseUpdate,
        LedgerCreate,
        LedgerPublic,
        LocalUserCreate,
        Role,
        UserCreate,
        UserPublic,
        UserUpdate,
    )

_HOME = {
    "Database": "database",
    "ExpenseError": "errors",
    "FieldChange": "history_view",
    "HistoryEntryPublic": "history_view",
    "RowChange": "history_view",
    "Access": "ledgers",
    "Page": "pages",
    "ExpenseFilter": "queries",
    "ExpenseQuery": "queries",
    "Sort": "queries",
    "By": "reports",
    "Spending": "reports",
    "SpendingReport": "reports",
    "Settings": "settings",
    "Action": "tables",
    "CategoryCreate": "tables",
    "CategoryPublic": "tables",
    "CategorySummary": "tables",
    "CategoryUpdate": "tables",
    "ExpenseCreate": "tables",
    "ExpensePublic": "tables",
    "ExpenseUpdate": "tables",
    "LedgerCreate": "tables",
    "LedgerPublic": "tables",
    "LocalUserCreate": "tables",
    "Role": "tables",
    "UserCreate": "tables",
    "UserPublic": "tables",
    "UserUpdate": "tables",
}
_MODULES = (
    "categories",
    "dates",
    "demo",
    "errors",
    "expenses",
    "history",
    "ledgers",
    "money",
    "passwords",
    "quick",
    "reports",
    "statements",
    "tokens",
    "users",
)

__all__ = [
    "Access",
    "Action",
    "By",
    "CategoryCreate",
    "CategoryPublic",
    "CategorySummary",
    "CategoryUpdate",
    "Database",
    "ExpenseCreate",
    "ExpenseError",
    "ExpenseFilter",
    "ExpensePublic",
    "ExpenseQuery",
    "ExpenseUpdate",
    "FieldChange",
    "HistoryEntryPublic",
    "LedgerCreate",
    "LedgerPublic",
    "LocalUserCreate",
    "Page",
    "Role",
    "RowChange",
    "Settings",
    "Sort",
    "Spending",
    "SpendingReport",
    "UserCreate",
    "UserPublic",
    "UserUpdate",
    "categories",
    "dates",
    "demo",
    "errors",
    "expenses",
    "history",
    "ledgers",
    "money",
    "passwords",
    "quick",
    "reports",
    "statements",
    "tokens",
    "users",
]


def __getattr__(name: str) -> object:
    """Load what is asked for: a module of use cases, or a class from its module (PEP 562)."""
    if name in _MODULES:
        return import_module(f"expense_core.{name}")
    if name in _HOME:
        return getattr(import_module(f"expense_core.{_HOME[name]}"), name)
    raise AttributeError(f"module 'expense_core' has no attribute {name!r}")


def __dir__() -> list[str]:
    return __all__
