"""Where the book is: on this machine or behind a server. What a person does is the same for both.

Screens and widgets know nothing but `Backend`. Its methods take as long as they take, so they are called in a thread
(`expense_tui.asking`), and each of them may raise:

    AuthenticationFailed    the caller is not signed in, or no longer
    LedgerNotFound          they are no longer a member of the ledger that is open
    PermissionDenied        they may look at the ledger, and no more
    DatabaseError           the database, or the server, cannot do it just now; a server that is asked for the same
                            again does it once, and the sentence of a database says if it may be done already

Several threads may call a backend at once. What is wrong with an input is an `Invalid`, whose `errors` name each field
as the core's own models do, and a new category's name "new_category".
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import Enum, auto
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:  # none of it is needed before the first screen is drawn
    from decimal import Decimal

    from expense_core import (
        Action,
        By,
        CategoryPublic,
        CategorySummary,
        ExpenseCreate,
        ExpenseFilter,
        ExpensePublic,
        ExpenseQuery,
        ExpenseUpdate,
        HistoryEntryPublic,
        LedgerPublic,
        Page,
        RuleCreate,
        RulePublic,
        RuleUpdate,
        SpendingReport,
        UserCreate,
        UserPublic,
    )
    from expense_core.at_once import CommonUpdate
    from expense_core.batches import Line, Outcome
    from expense_core.exports import Form
    from expense_core.imports import Import
    from expense_core.rules import Trial
    from expense_core.statements import ReadingOptions
    from expense_core.tables import ProfilePublic
    from expense_tui.backends.statements import Choice, Imported, StatementPreview


class Entrance(Enum):
    """What a person has to do before they can see their book."""

    OPEN = auto()
    """Nothing."""
    MAKE_BOOK = auto()
    """Give a name and a currency: there is no book in this file yet."""
    CHOOSE_USER = auto()
    """Say who they are: several people keep their books in this file, which has no passwords."""
    SIGN_IN = auto()
    """Sign in, or register."""


@dataclass(frozen=True, slots=True)
class OpenBook:
    """Whose ledger is open."""

    user: UserPublic
    ledger: LedgerPublic


@dataclass(frozen=True, slots=True)
class Suggestion:
    """What was recorded before under a like description."""

    description: str
    category: str | None
    """The last one."""
    amount: Decimal
    """The last one."""
    currency: str


Progress = Callable[[int, int], None]
"""Told how many are done, and of how many, which is 0 where that is not known.

What it raises stops the work, and nothing of it is done.
"""


def unheard(done: int, total: int) -> None:
    """Nobody wants to know."""


class Backend(Protocol):
    """A book, and everything a person does with it."""

    @property
    def place(self) -> str:
        """Where the book is: the name of its file, or the server's address."""

    @property
    def can_stay_signed_in(self) -> bool:
        """Whether a sign-in can be kept for the next start."""

    def close(self) -> None:
        """Let go of every connection. A sign-in that is kept stays so."""

    # --- Coming in ---

    def enter(self) -> Entrance:
        """Come in as far as that goes without asking: with the sign-in that was kept, or into a book of one's own."""

    def users(self) -> Sequence[str]:
        """Who keeps a book in this file, for `CHOOSE_USER`."""

    def choose_user(self, username: str) -> None:
        """Come in as one of them."""

    def make_book(self, username: str, currency: str) -> None:
        """Make the first book in a file, and come in.

        Raises:
            Conflict: another program has made it meanwhile; `enter` anew.
        """

    def sign_in(self, login: str, password: str, *, stay: bool) -> None:
        """Come in; with `stay`, the next start needs no password.

        Raises:
            AuthenticationFailed: the name or the password is wrong.
            SettingsError: the sign-in cannot be kept; the same without `stay` is possible.
        """

    def register(self, new: UserCreate, *, stay: bool) -> None:
        """Make an account, and come in.

        Raises:
            InvalidPassword: the password will not do.
            Conflict: the username or the email address has an account already, perhaps since a try whose answer was
                lost: then signing in is what is left to do.
        """

    def sign_out(self) -> None:
        """End the sign-in, and forget what was kept of it, even where the server cannot be told."""

    def book(self) -> OpenBook:
        """The ledger that is open, as it was when it was opened: nothing is waited for."""

    def ledgers(self) -> Sequence[LedgerPublic]:
        """Every ledger that the user is a member of."""

    def open_ledger(self, ledger_id: int) -> OpenBook:
        """Go on in another ledger."""

    # --- Expenses ---

    def find(self, query: ExpenseQuery) -> Page[ExpensePublic]:
        """A page of the expenses that meet a query."""

    def get(self, expense_id: int) -> ExpensePublic:
        """One expense that is not in the trash."""

    def record(self, new: ExpenseCreate, *, new_category: str | None = None) -> ExpensePublic:
        """Add an expense; with `new_category`, in a category that is made with it, and undone with it."""

    def edit(self, expense_id: int, changes: ExpenseUpdate, *, new_category: str | None = None) -> ExpensePublic:
        """Change an expense.

        Raises:
            VersionConflict: somebody changed it since; nothing is done.
        """

    def apply(self, lines: Sequence[Line], *, new_category: str | None = None) -> Sequence[Outcome]:
        """Many changes, all of them or none; one undo takes them back. At most `batches.MOST_LINES`.

        With `new_category`, every line is an edit, and puts its expense into a category that is made with them.
        """

    def edit_all(
        self, wanted: ExpenseFilter, changes: CommonUpdate, *, expected: int, new_category: str | None = None
    ) -> int:
        """Change all that meet a filter, however many; how many became others. One undo takes them back.

        With `new_category`, they go into a category that is made with them.

        Raises:
            Conflict: it is not `expected` many that meet it by now; nothing is done.
        """

    def delete_all(self, wanted: ExpenseFilter, *, expected: int) -> int:
        """Move all that meet a filter to the trash, however many; how many they were. One undo takes them back.

        Raises:
            Conflict: it is not `expected` many that meet it by now; nothing is done.
        """

    def trash(self, cursor: str | None = None) -> Page[ExpensePublic]:
        """A page of the trash, the last deleted first."""

    def restore(self, *expense_ids: int) -> int:
        """Take expenses out of the trash; how many. One undo puts them back. At most `batches.MOST_LINES` at once.

        Raises:
            ExpenseNotFound: one of them is not in the trash; then none is restored.
        """

    def purge(self, *expense_ids: int) -> int:
        """Delete expenses of the trash for good, or all of it when none is named; how many."""

    def suggest(self, text: str) -> Sequence[Suggestion]:
        """Descriptions that begin with a text, or have a word that does; the latest first."""

    # --- Categories ---

    def categories(self) -> Sequence[CategorySummary]:
        """Every category by its name, with counts and totals."""

    def create_category(self, name: str) -> CategoryPublic:
        """Add a category."""

    def rename_category(self, category: CategoryPublic, name: str) -> CategoryPublic:
        """Give a category another name.

        Raises:
            VersionConflict: somebody changed it since it was shown as it is given here.
        """

    def merge_category(self, category_id: int, into_id: int) -> None:
        """Move every expense of a category to another one, and take it away."""

    def delete_category(self, category_id: int, *, move_to: int | None = None, uncategorise: bool = False) -> None:
        """Take a category away; its expenses go to another one, or with `uncategorise` stay without any.

        Raises:
            CategoryInUse: it has expenses, and nobody said where they go.
        """

    # --- Rules ---

    def rules(self) -> Sequence[RulePublic]:
        """Every rule, in the order in which they are tried."""

    def try_rule(self, rule: RuleCreate) -> Trial:
        """Which expenses of the book a rule would match."""

    def create_rule(self, new: RuleCreate) -> RulePublic:
        """Add a rule, behind all others."""

    def edit_rule(self, rule_id: int, changes: RuleUpdate) -> RulePublic:
        """Change a rule.

        Raises:
            VersionConflict: somebody changed it since.
        """

    def move_rule(self, rule: RulePublic, place: int) -> None:
        """Let a rule be tried at another place, counted from 1.

        Raises:
            VersionConflict: somebody changed it since.
        """

    def delete_rule(self, rule_id: int) -> None:
        """Delete a rule; what it has done stays."""

    # --- Looking back ---

    def spending(self, by: Sequence[By], wanted: ExpenseFilter) -> SpendingReport:
        """What was spent, added up."""

    def history(self, cursor: str | None = None, *, action: Action | None = None) -> Page[HistoryEntryPublic]:
        """What was done to the ledger, or all of a kind that was, the latest first."""

    def undo(self, entry_id: int | None = None) -> HistoryEntryPublic:
        """Take back an entry of the history, or the caller's last one."""

    def redo(self, entry_id: int | None = None) -> HistoryEntryPublic:
        """Do it again."""

    # --- Files ---

    def export(self, wanted: ExpenseFilter, form: Form, path: Path, progress: Progress) -> int:
        """Write expenses to a file, whole or not at all; how many. A file that is there is not replaced.

        Raises:
            Invalid: there is a file of this name, or it cannot be written; `errors` names "path".
        """

    def preview_statement(
        self, path: Path, options: ReadingOptions, progress: Progress = unheard, *, clean_payees: bool = False
    ) -> StatementPreview:
        """What an import of a file would do.

        Arguments:
            clean_payees: as in `Choice`.

        Raises:
            StatementUnreadable: it is no statement, or damaged; the message says where.
            StatementAmbiguous: it can be read in more than one way; `option` names what answers the question.
        """

    def import_statement(
        self, path: Path, options: ReadingOptions, choice: Choice, progress: Progress
    ) -> Imported | None:
        """Import a file, all of it or nothing; what came in, or None where nothing did.

        Raises:
            Invalid: a category can have no such name; `errors` names "categories." and the line.
            StatementUnreadable: a row is unclear that is not left; the message says which and why.
        """

    def leave_statement(self) -> None:
        """Forget the statement that was looked at last, which does not come in."""

    def imports(self, cursor: str | None = None) -> Page[Import]:
        """What was imported, the latest first."""

    def revert_import(self, import_id: int, *, edited: bool = False) -> None:
        """Take an import back whole.

        Arguments:
            edited: also where some of it was edited since: then what is left of it goes to the trash.

        Raises:
            HistoryConflict: it was edited since; the message tells what was.
        """

    def profiles(self) -> Sequence[ProfilePublic]:
        """What was answered about statements and is not asked again, the latest answer first."""

    def forget_profile(self, profile_id: int) -> None:
        """Forget an answer, for good: the next such file is asked about again.

        Raises:
            ProfileNotFound: it is forgotten already.
        """
