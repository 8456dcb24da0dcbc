"""The book on this machine, or in a database that this machine can reach: the core's own use cases."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeVar

from sqlmodel import Session

from expense_core import (
    at_once,
    batches,
    categories,
    expenses,
    history,
    imports,
    ledgers,
    opening,
    reports,
    rules,
    suggestions,
    users,
)
from expense_core.at_once import CommonUpdate
from expense_core.batches import Line, Outcome
from expense_core.database import Clock, Database, system_clock
from expense_core.errors import AuthenticationFailed
from expense_core.exports import Form
from expense_core.history_view import HistoryEntryPublic
from expense_core.imports import Import
from expense_core.ledgers import Access
from expense_core.pages import Page
from expense_core.queries import ExpenseFilter, ExpenseQuery
from expense_core.reports import By, SpendingReport
from expense_core.rules import Trial
from expense_core.settings import Settings
from expense_core.sign_ins import Issuing
from expense_core.statements import ReadingOptions, profiles
from expense_core.tables import (
    Action,
    CategoryCreate,
    CategoryPublic,
    CategorySummary,
    CategoryUpdate,
    ExpenseCreate,
    ExpensePublic,
    ExpenseUpdate,
    LedgerPublic,
    LocalUserCreate,
    ProfilePublic,
    RuleCreate,
    RulePublic,
    RuleUpdate,
    UserCreate,
    UserPublic,
)
from expense_tui.backends import Entrance, OpenBook, Progress, Suggestion, local_files, unheard
from expense_tui.backends.inputs import as_new_category, made
from expense_tui.backends.kept import KeptSignIn
from expense_tui.backends.local_opened import Opened, keepers, server_of, unasked
from expense_tui.backends.local_sign_in import LocalSignIn
from expense_tui.backends.statements import Choice, Imported, StatementPreview, came_in

Result = TypeVar("Result")

_NOBODY = "nobody is signed in; sign in first"


class LocalBackend:
    """A book in a SQLite file, or on PostgreSQL. Several threads may call it at once.

    In a file nobody is asked for a password: whoever can read the file can read the book. On PostgreSQL whoever comes
    in signs in, as on a server.

    Arguments:
        settings: where the book is, and whose it is where that is said.
        kept: where a sign-in is kept for the next start.
        patience: seconds to wait for another program that holds the book, or for a server that has fallen silent.
    """

    def __init__(
        self, settings: Settings, *, clock: Clock = system_clock, kept: KeptSignIn | None = None, patience: float = 10.0
    ) -> None:
        self._settings = settings
        self._file = settings.embedded_file
        self._database = Database(settings.database_url, clock=clock, busy_timeout=patience)
        self._staying: LocalSignIn | None = None
        self._kept = kept or KeptSignIn(self.place, settings.user or "")
        if self._file is None and settings.secret_key is not None:
            self._staying = LocalSignIn(self._database, Issuing.from_settings(settings), self._kept)
        self._opened: Opened | None = None

    @property
    def place(self) -> str:
        """The name of the file; on PostgreSQL, the server and the name of the database."""
        return str(self._file) if self._file is not None else server_of(self._settings.database_url)

    @property
    def can_stay_signed_in(self) -> bool:
        """Where there are passwords, and a secret to sign with."""
        return self._staying is not None

    def close(self) -> None:
        """Let go of every connection."""
        self._database.close()

    # --- Coming in ---

    def enter(self) -> Entrance:
        """Come in as far as that goes without asking."""
        self._opened = None
        if self._file is None:
            opening.make_ready(self._database, self._settings)
            self._opened = None if self._staying is None else self._staying.resume()
            return Entrance.SIGN_IN if self._opened is None else Entrance.OPEN
        if not self._file.exists():
            opening.make_place_for(self._file)
            return Entrance.MAKE_BOOK
        opening.make_ready(self._database, self._settings)
        with self._database.reading() as session:
            found = unasked(session, self._settings.user)
            if isinstance(found, Entrance):
                return found
            self._opened = Opened.by(session, found)
        return Entrance.OPEN

    def users(self) -> Sequence[str]:
        """Who keeps a book in this file."""
        self._require_file()
        with self._database.reading() as session:
            return [user.username for user in keepers(session)]

    def choose_user(self, username: str) -> None:
        """Come in as one of them."""
        self._require_file()
        with self._database.reading() as session:
            self._opened = Opened.by(session, users.named(session, username))

    def make_book(self, username: str, currency: str) -> None:
        """Make the first book in a file, and come in."""
        file = self._require_file()
        new = made(LocalUserCreate, username=username, currency=currency)
        opening.make_place_for(file)
        opening.make_ready(self._database, self._settings)
        with self._database.transaction() as session:
            opened = Opened.first(session, new)
        self._opened = opened

    def sign_in(self, login: str, password: str, *, stay: bool) -> None:
        """Come in; with `stay`, the next start needs no password."""
        with self._database.reading() as session:
            found = users.credentials(session, login)
        verified = found.prove(password, rounds=self._settings.bcrypt_rounds)
        self._come_in(lambda session: users.proven(session, found, verified), stay=stay)

    def register(self, new: UserCreate, *, stay: bool) -> None:
        """Make an account, and come in."""
        hashed = users.hash_password(new.password.get_secret_value(), new, rounds=self._settings.bcrypt_rounds)
        self._come_in(lambda session: users.register(session, new, hashed=hashed), stay=stay)

    def sign_out(self) -> None:
        """End the sign-in, and forget what was kept of it."""
        opened, self._opened = self._opened, None
        if self._staying is not None:
            self._kept.forget()
            if opened is not None and opened.bearer is not None:
                self._staying.end(opened.bearer, opened.user)

    def book(self) -> OpenBook:
        """The ledger that is open."""
        return self._require_opened().book

    def ledgers(self) -> Sequence[LedgerPublic]:
        """Every ledger that the user is a member of."""
        return self._read(lambda session, _: ledgers.list(session, self._require_opened().user))

    def open_ledger(self, ledger_id: int) -> OpenBook:
        """Go on in another ledger."""
        opened = self._require_opened()
        ledger = self._read(lambda session, _: ledgers.get(session, opened.user, ledger_id))
        self._opened = Opened(opened.user, ledger, opened.bearer)
        return self._opened.book

    # --- Expenses ---

    def find(self, query: ExpenseQuery) -> Page[ExpensePublic]:
        """A page of the expenses that meet a query."""
        return self._read(lambda session, access: expenses.find(session, access, query))

    def get(self, expense_id: int) -> ExpensePublic:
        """One expense that is not in the trash."""
        return self._read(lambda session, access: expenses.get(session, access, expense_id))

    def record(self, new: ExpenseCreate, *, new_category: str | None = None) -> ExpensePublic:
        """Add an expense."""
        made_with_it = as_new_category(new_category)
        return self._write(lambda session, access: expenses.record(session, access, new, new_category=made_with_it))

    def edit(self, expense_id: int, changes: ExpenseUpdate, *, new_category: str | None = None) -> ExpensePublic:
        """Change an expense."""
        made_with_it = as_new_category(new_category)
        return self._write(
            lambda session, access: expenses.edit(session, access, expense_id, changes, new_category=made_with_it)
        )

    def apply(self, lines: Sequence[Line], *, new_category: str | None = None) -> Sequence[Outcome]:
        """Many changes, all of them or none."""
        made_with_it = as_new_category(new_category)
        return self._write(lambda session, access: batches.apply(session, access, lines, new_category=made_with_it))

    def edit_all(
        self, wanted: ExpenseFilter, changes: CommonUpdate, *, expected: int, new_category: str | None = None
    ) -> int:
        """Change all that meet a filter, however many."""
        category = as_new_category(new_category)
        return self._write(
            lambda session, access: at_once.edit(
                session, access, wanted, changes, new_category=category, expected=expected
            )
        )

    def delete_all(self, wanted: ExpenseFilter, *, expected: int) -> int:
        """Move all that meet a filter to the trash, however many."""
        return self._write(lambda session, access: at_once.delete(session, access, wanted, expected=expected))

    def trash(self, cursor: str | None = None) -> Page[ExpensePublic]:
        """A page of the trash."""
        return self._read(lambda session, access: expenses.trash(session, access, cursor=cursor))

    def restore(self, *expense_ids: int) -> int:
        """Take expenses out of the trash; how many."""
        return self._write(lambda session, access: expenses.restore(session, access, *expense_ids))

    def purge(self, *expense_ids: int) -> int:
        """Delete expenses of the trash for good, or all of it; how many."""
        return self._write(
            lambda session, access: (
                expenses.purge(session, access, *expense_ids) if expense_ids else expenses.empty_trash(session, access)
            )
        )

    def suggest(self, text: str) -> Sequence[Suggestion]:
        """Descriptions that begin with a text, or have a word that does."""
        found = self._read(lambda session, access: suggestions.like(session, access, text))
        return [Suggestion(one.description, one.category, one.amount, one.currency) for one in found]

    # --- Categories ---

    def categories(self) -> Sequence[CategorySummary]:
        """Every category by its name."""
        return self._read(categories.list)

    def create_category(self, name: str) -> CategoryPublic:
        """Add a category."""
        new = made(CategoryCreate, name=name)
        return self._write(lambda session, access: categories.create(session, access, new))

    def rename_category(self, category: CategoryPublic, name: str) -> CategoryPublic:
        """Give a category another name."""
        changes = made(CategoryUpdate, version=category.version, name=name)
        return self._write(lambda session, access: categories.rename(session, access, category.id, changes))

    def merge_category(self, category_id: int, into_id: int) -> None:
        """Move every expense of a category to another one, and take it away."""
        self._write(lambda session, access: categories.merge(session, access, category_id, into_id))

    def delete_category(self, category_id: int, *, move_to: int | None = None, uncategorise: bool = False) -> None:
        """Take a category away."""
        self._write(
            lambda session, access: categories.delete(
                session, access, category_id, move_to=move_to, uncategorise=uncategorise
            )
        )

    # --- Rules ---

    def rules(self) -> Sequence[RulePublic]:
        """Every rule, in the order in which they are tried."""
        return self._read(rules.list)

    def try_rule(self, rule: RuleCreate) -> Trial:
        """Which expenses of the book a rule would match."""
        return self._read(lambda session, access: rules.try_on(session, access, rule))

    def create_rule(self, new: RuleCreate) -> RulePublic:
        """Add a rule, behind all others."""
        return self._write(lambda session, access: rules.create(session, access, new))

    def edit_rule(self, rule_id: int, changes: RuleUpdate) -> RulePublic:
        """Change a rule."""
        return self._write(lambda session, access: rules.edit(session, access, rule_id, changes))

    def move_rule(self, rule: RulePublic, place: int) -> None:
        """Let a rule be tried at another place, counted from 1."""
        seen = RuleUpdate(version=rule.version)
        self._write(lambda session, access: rules.edit(session, access, rule.id, seen, place=place))

    def delete_rule(self, rule_id: int) -> None:
        """Delete a rule."""
        self._write(lambda session, access: rules.delete(session, access, rule_id))

    # --- Looking back ---

    def spending(self, by: Sequence[By], wanted: ExpenseFilter) -> SpendingReport:
        """What was spent, added up."""
        return self._read(lambda session, access: reports.spending(session, access, by, wanted))

    def history(self, cursor: str | None = None, *, action: Action | None = None) -> Page[HistoryEntryPublic]:
        """What was done to the ledger."""
        return self._read(lambda session, access: history.list(session, access, action=action, cursor=cursor))

    def undo(self, entry_id: int | None = None) -> HistoryEntryPublic:
        """Take back an entry of the history, or the caller's last one."""
        return self._write(lambda session, access: history.undo(session, access, entry_id))

    def redo(self, entry_id: int | None = None) -> HistoryEntryPublic:
        """Do it again."""
        return self._write(lambda session, access: history.redo(session, access, entry_id))

    # --- Files ---

    def export(self, wanted: ExpenseFilter, form: Form, path: Path, progress: Progress) -> int:
        """Write expenses to a file, whole or not at all; how many."""
        return self._read(
            lambda session, access: local_files.export(session, access, wanted, form, path, progress=progress)
        )

    def preview_statement(
        self, path: Path, options: ReadingOptions, progress: Progress = unheard, *, clean_payees: bool = False
    ) -> StatementPreview:
        """What an import of a file would do."""
        return self._read(
            lambda session, access: local_files.preview(
                session, access, path, options, progress, clean_payees=clean_payees
            )
        )

    def import_statement(
        self, path: Path, options: ReadingOptions, choice: Choice, progress: Progress
    ) -> Imported | None:
        """Import a file, all of it or nothing; what came in, or None where nothing did."""
        return self._write(
            lambda session, access: local_files.import_(session, access, path, options, choice, progress=progress)
        )

    def leave_statement(self) -> None:
        """There is nothing to forget: a file is looked through anew when it comes in."""

    def imports(self, cursor: str | None = None) -> Page[Import]:
        """What was imported, the latest first."""
        return came_in(self._read(lambda session, access: imports.list(session, access, cursor=cursor)))

    def revert_import(self, import_id: int, *, edited: bool = False) -> None:
        """Take an import back whole."""
        self._write(lambda session, access: imports.revert(session, access, import_id, edited=edited))

    def profiles(self) -> Sequence[ProfilePublic]:
        """What was answered about statements and is not asked again."""
        return self._read(profiles.list)

    def forget_profile(self, profile_id: int) -> None:
        """Forget an answer, for good."""
        self._write(lambda session, access: profiles.forget(session, access, profile_id))

    # --- How ---

    def _read(self, work: Callable[[Session, Access], Result]) -> Result:
        opened = self._require_opened()
        with self._database.reading() as session:
            return work(session, opened.access(session, is_in_file=self._file is not None))

    def _write(self, work: Callable[[Session, Access], Result]) -> Result:
        opened = self._require_opened()
        with self._database.transaction() as session:
            return work(session, opened.access(session, is_in_file=self._file is not None))

    def _come_in(self, prove: Callable[[Session], UserPublic], *, stay: bool) -> None:
        """Open the ledger of somebody who has shown who they are; nothing of it is done if it cannot be kept."""
        with self._database.transaction() as session:
            user = prove(session)
            bearer = None
            if stay and self._staying is not None:
                bearer, token = self._staying.start(session, user)
                self._kept.write(token)
            opened = Opened.by(session, user, bearer, before=self._opened)
        self._opened = opened

    def _require_opened(self) -> Opened:
        if self._opened is None:
            raise AuthenticationFailed(_NOBODY)
        return self._opened

    def _require_file(self) -> Path:
        if self._file is None:
            raise AuthenticationFailed(_NOBODY)
        return self._file
