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
    from expense_core import access_tokens as access_tokens
    from expense_core import at_once as at_once
    from expense_core import backups as backups
    from expense_core import batches as batches
    from expense_core import callers as callers
    from expense_core import categories as categories
    from expense_core import dates as dates
    from expense_core import demo as demo
    from expense_core import errors as errors
    from expense_core import expenses as expenses
    from expense_core import exports as exports
    from expense_core import history as history
    from expense_core import idempotency as idempotency
    from expense_core import imports as imports
    from expense_core import ledgers as ledgers
    from expense_core import money as money
    from expense_core import open_imports as open_imports
    from expense_core import open_rows as open_rows
    from expense_core import passwords as passwords
    from expense_core import payees as payees
    from expense_core import quick as quick
    from expense_core import reports as reports
    from expense_core import rules as rules
    from expense_core import sign_ins as sign_ins
    from expense_core import statements as statements
    from expense_core import suggestions as suggestions
    from expense_core import tokens as tokens
    from expense_core import users as users
    from expense_core.callers import Bearer as Bearer
    from expense_core.callers import Caller as Caller
    from expense_core.database import Database as Database
    from expense_core.errors import ExpenseError as ExpenseError
    from expense_core.history_view import FieldChange as FieldChange
    from expense_core.history_view import HistoryEntryPublic as HistoryEntryPublic
    from expense_core.history_view import RowChange as RowChange
    from expense_core.ledgers import Access as Access
    from expense_core.pages import Page as Page
    from expense_core.queries import ExpenseFilter as ExpenseFilter
    from expense_core.queries import ExpenseQuery as ExpenseQuery
    from expense_core.queries import Sort as Sort
    from expense_core.reports import By as By
    from expense_core.reports import Spending as Spending
    from expense_core.reports import SpendingReport as SpendingReport
    from expense_core.settings import Settings as Settings
    from expense_core.sign_ins import Issuing as Issuing
    from expense_core.sign_ins import TokenPair as TokenPair
    from expense_core.tables import AccessTokenCreate as AccessTokenCreate
    from expense_core.tables import AccessTokenPublic as AccessTokenPublic
    from expense_core.tables import Action as Action
    from expense_core.tables import CategoryCreate as CategoryCreate
    from expense_core.tables import CategoryPublic as CategoryPublic
    from expense_core.tables import CategorySummary as CategorySummary
    from expense_core.tables import CategoryUpdate as CategoryUpdate
    from expense_core.tables import ExpenseCreate as ExpenseCreate
    from expense_core.tables import ExpensePublic as ExpensePublic
    from expense_core.tables import ExpenseUpdate as ExpenseUpdate
    from expense_core.tables import LedgerCreate as LedgerCreate
    from expense_core.tables import LedgerPublic as LedgerPublic
    from expense_core.tables import LocalUserCreate as LocalUserCreate
    from expense_core.tables import Role as Role
    from expense_core.tables import RuleCreate as RuleCreate
    from expense_core.tables import RulePublic as RulePublic
    from expense_core.tables import RuleUpdate as RuleUpdate
    from expense_core.tables import Scope as Scope
    from expense_core.tables import SignInPublic as SignInPublic
    from expense_core.tables import UserCreate as UserCreate
    from expense_core.tables import UserPublic as UserPublic
    from expense_core.tables import UserUpdate as UserUpdate
else:
    # The same names by the module that has them; the first ones are modules themselves.
    _NAMES = {
        "": (
            "access_tokens at_once backups batches callers categories dates demo errors expenses exports history "
            "idempotency imports ledgers money open_imports open_rows passwords payees quick reports rules sign_ins "
            "statements suggestions tokens users"
        ),
        "callers": "Bearer Caller",
        "database": "Database",
        "errors": "ExpenseError",
        "history_view": "FieldChange HistoryEntryPublic RowChange",
        "ledgers": "Access",
        "pages": "Page",
        "queries": "ExpenseFilter ExpenseQuery Sort",
        "reports": "By Spending SpendingReport",
        "settings": "Settings",
        "sign_ins": "Issuing TokenPair",
        "tables": (
            "AccessTokenCreate AccessTokenPublic Action CategoryCreate CategoryPublic CategorySummary CategoryUpdate "
            "ExpenseCreate ExpensePublic ExpenseUpdate LedgerCreate LedgerPublic LocalUserCreate Role "
            "RuleCreate RulePublic RuleUpdate Scope SignInPublic UserCreate UserPublic UserUpdate"
        ),
    }
    _HOME = {name: module for module, names in _NAMES.items() for name in names.split()}
    __all__ = list(_HOME)

    def __getattr__(name: str) -> object:
        """Load what is asked for (PEP 562)."""
        if name not in _HOME:
            raise AttributeError(f"module 'expense_core' has no attribute {name!r}")
        module = import_module(f"expense_core.{_HOME[name] or name}")
        return getattr(module, name) if _HOME[name] else module

    def __dir__() -> list[str]:
        return __all__
