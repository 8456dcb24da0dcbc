"""The tables, one file each, with the shapes in which their rows go in and out.

Importing this package registers them all in `SQLModel.metadata`, which is what the migrations are compared with.
"""

from expense_core.tables.access_token import AccessToken, AccessTokenCreate, AccessTokenPublic, Scope
from expense_core.tables.category import (
    Category,
    CategoryCreate,
    CategoryPublic,
    CategorySummary,
    CategoryTotal,
    CategoryUpdate,
)
from expense_core.tables.expense import Expense, ExpenseCreate, ExpensePublic, ExpenseUpdate
from expense_core.tables.history_change import HistoryChange, Kind
from expense_core.tables.history_entry import Action, HistoryEntry
from expense_core.tables.idempotency_key import IdempotencyKey
from expense_core.tables.import_piece import ImportPiece
from expense_core.tables.import_row import ImportRow
from expense_core.tables.ledger import Ledger, LedgerCreate, LedgerPublic
from expense_core.tables.membership import Membership, Role
from expense_core.tables.profile import Profile, ProfilePublic
from expense_core.tables.purged_row import PurgedRow
from expense_core.tables.rule import Rule, RuleCreate, RulePublic, RuleUpdate
from expense_core.tables.sign_in import SignIn, SignInPublic
from expense_core.tables.statement_import import StatementImport
from expense_core.tables.user import LocalUserCreate, User, UserCreate, UserPublic, UserUpdate

__all__ = [
    "AccessToken",
    "AccessTokenCreate",
    "AccessTokenPublic",
    "Action",
    "Category",
    "CategoryCreate",
    "CategoryPublic",
    "CategorySummary",
    "CategoryTotal",
    "CategoryUpdate",
    "Expense",
    "ExpenseCreate",
    "ExpensePublic",
    "ExpenseUpdate",
    "HistoryChange",
    "HistoryEntry",
    "IdempotencyKey",
    "ImportPiece",
    "ImportRow",
    "Kind",
    "Ledger",
    "LedgerCreate",
    "LedgerPublic",
    "LocalUserCreate",
    "Membership",
    "Profile",
    "ProfilePublic",
    "PurgedRow",
    "Role",
    "Rule",
    "RuleCreate",
    "RulePublic",
    "RuleUpdate",
    "Scope",
    "SignIn",
    "SignInPublic",
    "StatementImport",
    "User",
    "UserCreate",
    "UserPublic",
    "UserUpdate",
]
