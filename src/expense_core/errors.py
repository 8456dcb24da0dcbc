"""Everything that can go wrong, as one tree.

    ExpenseError                    code "error"
    ├── Invalid (also ValueError)   an input breaks a rule; `errors` names every field
    │   ├── InvalidAmount
    │   ├── InvalidCurrency
    │   ├── InvalidDate
    │   ├── InvalidPassword
    │   ├── InvalidText
    │   ├── BatchRefused            some lines of a batch could not be done, so none was
    │   ├── IdempotencyKeyReused    a retry's key that belongs to another request
    │   └── QuickSyntaxError        the one-line grammar; `problems` give positions in the text
    ├── NotFound
    │   ├── UserNotFound
    │   ├── LedgerNotFound
    │   ├── CategoryNotFound
    │   ├── ExpenseNotFound
    │   ├── RuleNotFound
    │   ├── ProfileNotFound
    │   ├── EntryNotFound
    │   ├── ImportNotFound
    │   ├── SignInNotFound
    │   └── AccessTokenNotFound
    ├── Conflict
    │   ├── UsernameTaken
    │   ├── EmailTaken
    │   ├── CategoryNameTaken
    │   ├── CategoryInUse
    │   ├── AlreadyMember
    │   ├── LastOwner
    │   ├── BookNotEmpty            a backup takes the place of nothing that is there
    │   ├── ImportClosed            it came in already, so that nothing of it is to be decided any more
    │   ├── RequestRunning          the same request is being carried out just now
    │   ├── AnswerErased            a retry whose answer may have held what was purged since
    │   ├── VersionConflict         an edit named a version that is no longer the current one
    │   └── HistoryConflict         an undo or redo that a later edit stands in the way of
    │       └── NothingToUndo
    ├── PermissionDenied
    ├── AuthenticationFailed
    │   ├── InvalidToken
    │   └── WrongPassword           of somebody who is signed in, asked for once more
    ├── StatementError
    │   ├── StatementUnreadable     the file is no statement we can read; says where
    │   └── StatementAmbiguous      the file can be read in more than one way; `question` asks which
    ├── BackupError                 a backup could not be restored; the book is as it was
    │   ├── BackupUnreadable        the file is no backup, damaged, or cut short
    │   ├── BackupTooNew            a newer expense-core made it
    │   └── WrongPassphrase         it is encrypted, and not with this passphrase
    ├── SettingsError
    ├── FrontEndMissing             a plugged-in front end needs a package that is not installed
    └── DatabaseError
        ├── DatabaseUnavailable     nothing answers, or the file cannot be opened
        │   └── ConnectionLost      it broke off: whether a commit was done is not known
        ├── DatabaseLocked          another program holds it; trying again may help
        ├── DatabaseDamaged         the file is not a sound SQLite database
        ├── DatabaseFull            the disk is full
        ├── NotOurDatabase          somebody else's tables are in it
        ├── TotalTooLarge           a sum that 64-bit integers cannot hold
        ├── SchemaOutdated          `expense db upgrade` mends it
        └── SchemaTooNew            a newer expense-core made it

Every class has a stable machine-readable `code`; the message is for a person and says what to do next.
Front ends decide on status and wording from the class; nothing here knows HTTP or a terminal.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

if TYPE_CHECKING:
    from pydantic import ValidationError


_IN_WORDS = {
    "bool_parsing": "write true or false",
    "bool_type": "write true or false",
    "datetime_from_date_parsing": "write a moment with its time zone, such as 2027-01-31T00:00:00Z",
    "datetime_parsing": "write a moment with its time zone, such as 2027-01-31T00:00:00Z",
    "datetime_type": "write a moment with its time zone, such as 2027-01-31T00:00:00Z",
    "enum": "write {expected}",
    "extra_forbidden": "there is no such field; take it out, or mend its name",
    "greater_than_equal": "must be {ge} or more",
    "int_from_float": "write a whole number, such as 12",
    "int_parsing": "write a whole number, such as 12",
    "int_type": "write a whole number, such as 12",
    "less_than_equal": "must be {le} or less",
    "missing": "is missing; it cannot be left out",
    "string_too_short": "write {min_length} or more characters",
    "string_too_long": "write at most {max_length:,} characters",
    "string_type": "write text",
    "tuple_type": "give a list",
    "too_long": "give at most {max_length:,} of them",
}
"""What to do about what pydantic finds in our models, by its code."""


class ExpenseError(Exception):
    """Base of every error that this package raises on purpose."""

    code: ClassVar[str] = "error"

    @property
    def message(self) -> str:
        """What is wrong and what to do about it, in a sentence or two."""
        return str(self)


@dataclass(frozen=True)
class FieldError:
    """One wrong field of an input."""

    field: str
    """Path of the field, dots between its parts; empty when it is the input as a whole."""
    code: str
    message: str


class Invalid(ExpenseError, ValueError):
    """An input breaks a rule; nothing was changed."""

    code = "invalid"

    def __init__(self, message: str, errors: Sequence[FieldError] = ()) -> None:
        super().__init__(message)
        self.errors = tuple(errors)

    @classmethod
    def from_validation(cls, error: ValidationError) -> Invalid:
        """Turn pydantic's report into ours, every wrong field named.

        An error raised by one of our own validators keeps its own code and sentence; the others keep pydantic's code.
        """
        errors = []
        for detail in error.errors(include_url=False):
            code, message = in_words(detail)
            errors.append(FieldError(".".join(str(part) for part in detail["loc"]), code, message))
        return cls("; ".join(f"{e.field}: {e.message}" if e.field else e.message for e in errors), errors)


def in_words(detail: Mapping[str, Any]) -> tuple[str, str]:  # Any: what pydantic says of an error, in a TypedDict
    """The code of one of the errors that pydantic found, and what to do about it."""
    context = detail.get("ctx", {})
    ours = context.get("error")
    if isinstance(ours, Invalid):
        return ours.code, str(ours)
    code = detail["type"]
    return code, _IN_WORDS[code].format(**context) if code in _IN_WORDS else detail["msg"]


class InvalidAmount(Invalid):
    """Not an exact amount of money that this currency can have."""

    code = "invalid_amount"


class InvalidCurrency(Invalid):
    """Not a currency code of ISO 4217."""

    code = "invalid_currency"


class InvalidDate(Invalid):
    """Not a date that an expense can have."""

    code = "invalid_date"


class InvalidPassword(Invalid):
    """A password that may not be used; the message never repeats it."""

    code = "invalid_password"


class InvalidText(Invalid):
    """Text that cannot be stored or seen, or is not what it has to be."""

    code = "invalid_text"


class BatchRefused(Invalid):
    """Some lines of a batch could not be done, so none was; `errors` names each of them."""

    code = "batch_refused"


class IdempotencyKeyReused(Invalid):
    """A key that makes a retry safe was used for another request before."""

    code = "idempotency_key_reused"


@dataclass(frozen=True)
class QuickProblem:
    """One thing in a quick line that was not understood."""

    start: int
    """Index of its first character in the text."""
    end: int
    """Index after its last character."""
    code: str
    message: str


class QuickSyntaxError(Invalid):
    """A quick line ("12.50 Lunch @Food yesterday") that was not understood."""

    code = "quick_syntax"

    def __init__(self, problems: Sequence[QuickProblem]) -> None:
        super().__init__(
            "; ".join(problem.message for problem in problems),
            [FieldError("text", problem.code, problem.message) for problem in problems],
        )
        self.problems = tuple(problems)


class NotFound(ExpenseError):
    """It is not there, or not in a ledger that the caller may see."""

    code = "not_found"


class UserNotFound(NotFound):
    """No such user."""

    code = "user_not_found"


class LedgerNotFound(NotFound):
    """No such ledger, or the user is not a member of it."""

    code = "ledger_not_found"


class CategoryNotFound(NotFound):
    """No such category in this ledger."""

    code = "category_not_found"

    def __init__(self, message: str, similar: str | None = None) -> None:
        super().__init__(message)
        self.similar = similar
        """A category that the ledger has, of nearly the name that was asked for."""


class ExpenseNotFound(NotFound):
    """No such expense in this ledger."""

    code = "expense_not_found"


class RuleNotFound(NotFound):
    """No such rule in this ledger."""

    code = "rule_not_found"


class ProfileNotFound(NotFound):
    """Nothing of this number is remembered in this ledger."""

    code = "profile_not_found"


class EntryNotFound(NotFound):
    """No such entry in this ledger's history."""

    code = "entry_not_found"


class ImportNotFound(NotFound):
    """No such import in this ledger, or it was open and nobody decided on it in time."""

    code = "import_not_found"


class SignInNotFound(NotFound):
    """The user is not signed in there."""

    code = "session_not_found"


class AccessTokenNotFound(NotFound):
    """The user has no such personal access token."""

    code = "access_token_not_found"


class Conflict(ExpenseError):
    """The input is fine, but what the book holds now stands in the way."""

    code = "conflict"


class UsernameTaken(Conflict):
    """Another user has this username, perhaps in other letter case."""

    code = "username_taken"


class EmailTaken(Conflict):
    """Another user has this email address, perhaps in other letter case."""

    code = "email_taken"


class CategoryNameTaken(Conflict):
    """The ledger has a category of this name, perhaps in other letter case."""

    code = "category_name_taken"


class CategoryInUse(Conflict):
    """The category still has expenses, and nobody said where they go."""

    code = "category_in_use"


class AlreadyMember(Conflict):
    """The user is a member of this ledger already."""

    code = "already_member"


class LastOwner(Conflict):
    """The ledger would be left with members but without an owner."""

    code = "last_owner"


class BookNotEmpty(Conflict):
    """There is something in the book, in whose place a backup would have to be restored."""

    code = "book_not_empty"


class ImportClosed(Conflict):
    """The import came in already, so that nothing of it is to be decided any more."""

    code = "import_closed"


class RequestRunning(Conflict):
    """A request under the same idempotency key is being carried out; its answer can be asked for in a moment."""

    code = "request_running"


class AnswerErased(Conflict):
    """A request was carried out, but its answer was erased when something was purged, which it may have told of."""

    code = "answer_erased"


class VersionConflict(Conflict):
    """Somebody changed it after the caller had seen it; `current_version` is what it has now."""

    code = "version_conflict"

    def __init__(self, message: str, current_version: int) -> None:
        super().__init__(message)
        self.current_version = current_version


class HistoryConflict(Conflict):
    """An undo or redo that cannot be done: a later edit stands in the way, or the rows are gone."""

    code = "history_conflict"


class NothingToUndo(HistoryConflict):
    """There is no entry of the caller's left to undo, or to redo."""

    code = "nothing_to_undo"


class PermissionDenied(ExpenseError):
    """The caller's role in this ledger does not allow it."""

    code = "permission_denied"


class AuthenticationFailed(ExpenseError):
    """Who the caller is could not be established; the message never says which part was wrong."""

    code = "authentication_failed"


class InvalidToken(AuthenticationFailed):
    """A token that is malformed, forged, expired, or made for something else."""

    code = "invalid_token"


class WrongPassword(AuthenticationFailed):
    """Somebody who is signed in did not know their password when it was asked for again."""

    code = "wrong_password"


class StatementError(ExpenseError):
    """A bank statement could not be imported; the book is as it was."""

    code = "statement_error"


class StatementUnreadable(StatementError):
    """The file is no statement that we can read; `line` says where, counted from 1."""

    code = "statement_unreadable"

    def __init__(self, message: str, line: int | None = None) -> None:
        super().__init__(message)
        self.line = line


class ByOption(str):
    """What of a question says how the options of `expense import` answer it, which only that has."""

    __slots__ = ()


class StatementAmbiguous(StatementError):
    """The file can be read in more than one way, and guessing with money is not on."""

    code = "statement_ambiguous"

    def __init__(
        self, question: Sequence[str], option: str, choices: Sequence[str] = (), *, lasting: bool = True
    ) -> None:
        """A question; where some of it is `ByOption`, its parts."""
        super().__init__("".join(question))
        self.question = "".join(part for part in question if not isinstance(part, ByOption))
        """Without what only the command has; the message is all of it."""
        self.option = option
        """The reading option that answers it, such as "columns" or "date_order"."""
        self.choices = tuple(choices)
        self.lasting = lasting
        """Whether the answer holds for every file of the same shape; not where it is about this one's rows alone."""


class BackupError(ExpenseError):
    """A backup could not be restored; the book is as it was."""

    code = "backup_error"


class BackupUnreadable(BackupError):
    """The file is no backup, or is damaged, or was cut short."""

    code = "backup_unreadable"


class BackupTooNew(BackupError):
    """A newer expense-core than this one made the backup."""

    code = "backup_too_new"


class WrongPassphrase(BackupError):
    """The backup is encrypted, and not with the passphrase that was given, if any."""

    code = "wrong_passphrase"


class SettingsError(ExpenseError):
    """A setting is missing or cannot be used."""

    code = "settings_error"


class FrontEndMissing(ExpenseError):
    """A front end cannot start, since a package that it needs is not installed."""

    code = "front_end_missing"


class DatabaseError(ExpenseError):
    """The database failed us; the transaction is rolled back."""

    code = "database_error"


class DatabaseUnavailable(DatabaseError):
    """Nothing answers at the database's address, or its file cannot be opened."""

    code = "database_unavailable"


class ConnectionLost(DatabaseUnavailable):
    """The database server broke off the connection; if it was just committing, nobody knows whether it was done."""

    code = "connection_lost"


class DatabaseLocked(DatabaseError):
    """Another program has held the database for too long; trying again may help."""

    code = "database_locked"


class DatabaseDamaged(DatabaseError):
    """The file is not a sound SQLite database."""

    code = "database_damaged"


class DatabaseFull(DatabaseError):
    """There is no room left to write to."""

    code = "database_full"


class NotOurDatabase(DatabaseError):
    """The database holds tables, but they are not a book of expenses."""

    code = "not_our_database"


class TotalTooLarge(DatabaseError):
    """A sum over more money than the database can add up."""

    code = "total_too_large"


class SchemaOutdated(DatabaseError):
    """The database was made by an older expense-core and needs upgrading, or is still empty."""

    code = "schema_outdated"


class SchemaTooNew(DatabaseError):
    """The database was upgraded by a newer expense-core than this one."""

    code = "schema_too_new"
