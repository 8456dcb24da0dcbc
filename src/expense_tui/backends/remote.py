"""The book behind a server: what `expense api` serves, over HTTP."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from time import monotonic
from typing import Any

from expense_core import suggestions
from expense_core.at_once import CommonUpdate
from expense_core.batches import MOST_LINES, BatchCreate, BatchEdit, Line, Outcome
from expense_core.errors import (
    AuthenticationFailed,
    BatchRefused,
    LedgerNotFound,
    TotalTooLarge,
)
from expense_core.exports import Form
from expense_core.history_view import HistoryEntryPublic
from expense_core.imports import Import
from expense_core.pages import Page
from expense_core.queries import ExpenseFilter, ExpenseQuery
from expense_core.reports import By, SpendingReport
from expense_core.rules import Trial
from expense_core.statements import ReadingOptions
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
    ProfilePublic,
    Role,
    RuleCreate,
    RulePublic,
    RuleUpdate,
    UserCreate,
    UserPublic,
)
from expense_tui.backends import Entrance, OpenBook, Progress, Suggestion, answers, unheard
from expense_tui.backends.connection import Connection
from expense_tui.backends.inputs import as_new_category, made
from expense_tui.backends.kept import KeptSignIn
from expense_tui.backends.pages_read import write_pages
from expense_tui.backends.refusals import KINDS
from expense_tui.backends.remote_sign_in import RemoteSignIn
from expense_tui.backends.remote_statements import RemoteStatements
from expense_tui.backends.statements import Choice, Imported, StatementPreview, came_in

_NOBODY = "nobody is signed in; sign in first"
_NO_FILE = "there are no users to choose from on a server; sign in, or register"


class RemoteBackend:
    """A book behind a server. Several threads may call it at once.

    Arguments:
        connection: the server.
        kept: where a sign-in is kept for the next start.
        clock: gives seconds, for how long a token is good.
    """

    def __init__(
        self, connection: Connection, *, kept: KeptSignIn | None = None, clock: Callable[[], float] = monotonic
    ) -> None:
        self._connection = connection
        self._sign_in = RemoteSignIn(connection, kept or KeptSignIn(connection.name), clock)
        self._statements = RemoteStatements(connection, self._sign_in)
        self._opened: OpenBook | None = None

    @property
    def place(self) -> str:
        """The server's address."""
        return self._connection.name

    @property
    def can_stay_signed_in(self) -> bool:
        """Always."""
        return True

    def close(self) -> None:
        """Let go of every connection."""
        self._connection.close()

    # --- Coming in ---

    def enter(self) -> Entrance:
        """Come in with the sign-in that was kept."""
        self._opened = None
        if not self._sign_in.resume():
            self._connection.check()
            return Entrance.SIGN_IN
        self._open()
        return Entrance.OPEN

    def users(self) -> Sequence[str]:
        """Nobody: a server shows its users to no one."""
        raise AuthenticationFailed(_NO_FILE)

    def choose_user(self, username: str) -> None:  # noqa: ARG002 - as the protocol has it
        """Nobody comes in without a password."""
        raise AuthenticationFailed(_NO_FILE)

    def make_book(self, username: str, currency: str) -> None:  # noqa: ARG002 - as the protocol has it
        """Registering makes a book."""
        raise AuthenticationFailed(_NO_FILE)

    def sign_in(self, login: str, password: str, *, stay: bool) -> None:
        """Come in; with `stay`, the next start needs no password."""
        self._sign_in.start(login, password, stay=stay)
        self._open()

    def register(self, new: UserCreate, *, stay: bool) -> None:
        """Make an account, and come in."""
        password = new.password.get_secret_value()
        content = {"username": new.username, "email": new.email, "password": password, "currency": new.currency}
        self._connection.post("/auth/register", content=content)
        self.sign_in(new.username, password, stay=stay)

    def sign_out(self) -> None:
        """End the sign-in, and forget what was kept of it, even where the server cannot be told."""
        self._opened = None
        self._sign_in.end()

    def book(self) -> OpenBook:
        """The ledger that is open."""
        if self._opened is None:
            raise AuthenticationFailed(_NOBODY)
        return self._opened

    def ledgers(self) -> Sequence[LedgerPublic]:
        """Every ledger that the user is a member of."""
        return answers.read(list[LedgerPublic], self._ask("/ledgers")["items"])

    def open_ledger(self, ledger_id: int) -> OpenBook:
        """Go on in another ledger."""
        ledger = answers.read(LedgerPublic, self._ask(f"/ledgers/{ledger_id}"))
        self._opened = OpenBook(self.book().user, ledger)
        return self._opened

    # --- Expenses ---

    def find(self, query: ExpenseQuery) -> Page[ExpensePublic]:
        """A page of the expenses that meet a query."""
        return answers.page(self._ask("/expenses", answers.parameters(query), in_ledger=True))

    def get(self, expense_id: int) -> ExpensePublic:
        """One expense that is not in the trash."""
        return answers.expense(self._ask(f"/expenses/{expense_id}", in_ledger=True))

    def record(self, new: ExpenseCreate, *, new_category: str | None = None) -> ExpensePublic:
        """Add an expense."""
        return answers.expense(self._tell("POST", "/expenses", answers.content(new, new_category), lasts=True))

    def edit(self, expense_id: int, changes: ExpenseUpdate, *, new_category: str | None = None) -> ExpensePublic:
        """Change an expense."""
        return answers.expense(
            self._tell("PATCH", f"/expenses/{expense_id}", answers.content(changes, new_category), lasts=True)
        )

    def apply(self, lines: Sequence[Line], *, new_category: str | None = None) -> Sequence[Outcome]:
        """Many changes, all of them or none."""
        if not lines:
            return []
        lasts = all(isinstance(line, BatchCreate | BatchEdit) for line in lines)
        content: dict[str, object] = {"lines": [answers.as_json(line) for line in lines]}
        if (category := as_new_category(new_category)) is not None:
            content["new_category"] = category.name
        done = self._tell("POST", "/expenses/batch", content, lasts=lasts)
        return [
            Outcome(one["do"], one["id"], None if one["expense"] is None else answers.expense(one["expense"]))
            for one in done["lines"]
        ]

    def edit_all(
        self, wanted: ExpenseFilter, changes: CommonUpdate, *, expected: int, new_category: str | None = None
    ) -> int:
        """Change all that meet a filter, however many."""
        these = {**answers.parameters(wanted), "expected": expected}
        return int(self._tell("PATCH", "/expenses", answers.content(changes, new_category), params=these)["changed"])

    def delete_all(self, wanted: ExpenseFilter, *, expected: int) -> int:
        """Move all that meet a filter to the trash, however many."""
        these = {**answers.parameters(wanted), "expected": expected}
        return int(self._tell("DELETE", "/expenses", params=these)["changed"])

    def trash(self, cursor: str | None = None) -> Page[ExpensePublic]:
        """A page of the trash."""
        return answers.page(self._ask("/expenses/trash", {} if cursor is None else {"cursor": cursor}, in_ledger=True))

    def restore(self, *expense_ids: int) -> int:
        """Take expenses out of the trash; how many."""
        ids = sorted(set(expense_ids))
        if len(ids) == 1:
            self._tell("POST", f"/expenses/{ids[0]}/restore")
        elif ids:
            try:
                self._tell("POST", "/expenses/batch", {"lines": [{"do": "restore", "id": one} for one in ids]})
            except BatchRefused as error:
                codes = {one.code for one in error.errors}
                if len(codes) != 1:
                    raise
                raise KINDS[codes.pop()]("; ".join(one.message for one in error.errors)) from error
        return len(ids)

    def purge(self, *expense_ids: int) -> int:
        """Delete expenses of the trash for good, or all of it; how many."""
        if not expense_ids:
            return int(self._tell("DELETE", "/expenses/trash")["purged"])
        ids = sorted(set(expense_ids))
        parts = (ids[start : start + MOST_LINES] for start in range(0, len(ids), MOST_LINES))
        return sum(int(self._tell("DELETE", "/expenses/trash", params={"id": part})["purged"]) for part in parts)

    def suggest(self, text: str) -> Sequence[Suggestion]:
        """Descriptions that begin with a text, or have a word that does."""
        if len(text) > suggestions.LONGEST:
            return []
        found = self._ask("/expenses/suggestions", {"q": text}, in_ledger=True)
        return [
            Suggestion(one.description, one.category, one.amount, one.currency)
            for one in answers.read(list[suggestions.Suggestion], found["items"])
        ]

    # --- Categories ---

    def categories(self) -> Sequence[CategorySummary]:
        """Every category by its name."""
        return answers.read(list[CategorySummary], self._ask("/categories", in_ledger=True)["items"])

    def create_category(self, name: str) -> CategoryPublic:
        """Add a category."""
        new = made(CategoryCreate, name=name)
        return answers.read(CategoryPublic, self._tell("POST", "/categories", answers.as_json(new), lasts=True))

    def rename_category(self, category: CategoryPublic, name: str) -> CategoryPublic:
        """Give a category another name."""
        changes = made(CategoryUpdate, version=category.version, name=name)
        return answers.read(
            CategoryPublic, self._tell("PATCH", f"/categories/{category.id}", answers.as_json(changes), lasts=True)
        )

    def merge_category(self, category_id: int, into_id: int) -> None:
        """Move every expense of a category to another one, and take it away."""
        self._tell("POST", f"/categories/{category_id}/merge", {"into_id": into_id})

    def delete_category(self, category_id: int, *, move_to: int | None = None, uncategorise: bool = False) -> None:
        """Take a category away."""
        where: dict[str, object] = {} if move_to is None else {"move_to": move_to}
        if uncategorise:
            where["uncategorise"] = True
        self._tell("DELETE", f"/categories/{category_id}", params=where)

    # --- Rules ---

    def rules(self) -> Sequence[RulePublic]:
        """Every rule, in the order in which they are tried."""
        return answers.read(list[RulePublic], self._ask("/rules", in_ledger=True)["items"])

    def try_rule(self, rule: RuleCreate) -> Trial:
        """Which expenses of the book a rule would match."""
        found = self._ask("/rules/try", in_ledger=True, content=answers.as_json(rule))
        return Trial(found["count"], [answers.expense(one) for one in found["first"]])

    def create_rule(self, new: RuleCreate) -> RulePublic:
        """Add a rule, behind all others."""
        return answers.read(RulePublic, self._tell("POST", "/rules", answers.as_json(new), lasts=True))

    def edit_rule(self, rule_id: int, changes: RuleUpdate) -> RulePublic:
        """Change a rule."""
        return answers.read(RulePublic, self._tell("PATCH", f"/rules/{rule_id}", answers.as_json(changes), lasts=True))

    def move_rule(self, rule: RulePublic, place: int) -> None:
        """Let a rule be tried at another place, counted from 1."""
        self._tell("PATCH", f"/rules/{rule.id}", {"version": rule.version, "place": place})

    def delete_rule(self, rule_id: int) -> None:
        """Delete a rule."""
        self._tell("DELETE", f"/rules/{rule_id}")

    # --- Looking back ---

    def spending(self, by: Sequence[By], wanted: ExpenseFilter) -> SpendingReport:
        """What was spent, added up."""
        asked = {"by": ",".join(by), **answers.parameters(wanted)}
        return answers.read(SpendingReport, self._ask("/reports/spending", asked, in_ledger=True))

    def history(self, cursor: str | None = None, *, action: Action | None = None) -> Page[HistoryEntryPublic]:
        """What was done to the ledger."""
        asked = {"cursor": cursor, "action": action}
        found = self._ask("/history", {name: one for name, one in asked.items() if one is not None}, in_ledger=True)
        return answers.read(Page[HistoryEntryPublic], found)

    def undo(self, entry_id: int | None = None) -> HistoryEntryPublic:
        """Take back an entry of the history, or the caller's last one."""
        return answers.read(HistoryEntryPublic, self._tell("POST", "/history/undo", {"entry_id": entry_id}))

    def redo(self, entry_id: int | None = None) -> HistoryEntryPublic:
        """Do it again."""
        return answers.read(HistoryEntryPublic, self._tell("POST", "/history/redo", {"entry_id": entry_id}))

    # --- Files ---

    def export(self, wanted: ExpenseFilter, form: Form, path: Path, progress: Progress) -> int:
        """Write expenses to a file, whole or not at all; how many."""
        try:
            total = sum(one.count for one in self.spending((), wanted).totals)
        except TotalTooLarge:
            total = 0
        asked = {"format": Form.NDJSON.value, **answers.parameters(wanted), **self._in_ledger()}

        def call(token: str) -> int:
            with self._connection.download("/expenses/export", token=token, params=asked) as objects:
                return write_pages(objects, form, path, lambda done: progress(done, total))

        return self._sign_in.calling(call)

    def preview_statement(
        self, path: Path, options: ReadingOptions, progress: Progress = unheard, *, clean_payees: bool = False
    ) -> StatementPreview:
        """What an import of a file would do."""
        return self._statements.preview(self.book().ledger.id, path, options, progress, clean_payees=clean_payees)

    def import_statement(
        self, path: Path, options: ReadingOptions, choice: Choice, progress: Progress
    ) -> Imported | None:
        """Import a file, all of it or nothing; what came in, or None where nothing did."""
        return self._statements.import_(self.book().ledger.id, path, options, choice, progress)

    def leave_statement(self) -> None:
        """Have the server forget the statement that was looked at last."""
        self._statements.leave()

    def imports(self, cursor: str | None = None) -> Page[Import]:
        """What was imported, the latest first."""
        asked = {} if cursor is None else {"cursor": cursor}
        return came_in(answers.read(Page[Import], self._ask("/imports", asked, in_ledger=True)))

    def revert_import(self, import_id: int, *, edited: bool = False) -> None:
        """Take an import back whole."""
        self._tell("POST", f"/imports/{import_id}/revert", {"edited": edited})

    def profiles(self) -> Sequence[ProfilePublic]:
        """What was answered about statements and is not asked again."""
        return answers.read(list[ProfilePublic], self._ask("/profiles", in_ledger=True)["items"])

    def forget_profile(self, profile_id: int) -> None:
        """Forget an answer, for good."""
        self._tell("DELETE", f"/profiles/{profile_id}")

    # --- How ---

    def _ask(
        self,
        path: str,
        params: Mapping[str, object] | None = None,
        *,
        in_ledger: bool = False,
        content: Mapping[str, object] | None = None,
    ) -> Any:  # noqa: ANN401 - JSON
        asked = {**(params or {}), **(self._in_ledger() if in_ledger else {})}
        return self._sign_in.calling(
            lambda token: self._connection.ask(path, token=token, params=asked, content=content)
        )

    def _tell(
        self,
        method: str,
        path: str,
        content: Mapping[str, object] | None = None,
        *,
        params: Mapping[str, object] | None = None,
        lasts: bool = False,
    ) -> Any:  # noqa: ANN401 - whatever JSON holds
        asked = {**(params or {}), **self._in_ledger()}
        return self._sign_in.calling(
            lambda token: self._connection.tell(method, path, token=token, params=asked, content=content, lasts=lasts)
        )

    def _in_ledger(self) -> dict[str, int]:
        return {"ledger_id": self.book().ledger.id}

    def _open(self) -> None:
        """Open the ledger that was open before, where the same user signs in again; else their own."""
        user = answers.read(UserPublic, {"disabled_at": None} | self._ask("/users/me"))
        before, mine = self._opened, self.ledgers()
        ledger = next((one for one in mine if one.role is Role.OWNER), None)
        if before is not None and before.user.id == user.id:
            ledger = next((one for one in mine if one.id == before.ledger.id), ledger)
        if ledger is None:
            raise LedgerNotFound(f"{user.username} owns no ledger")
        self._opened = OpenBook(user, ledger)
