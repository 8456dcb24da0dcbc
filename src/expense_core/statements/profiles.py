"""What was answered about files of one shape, remembered for the next one.

An answer is used only where its question is asked again, and where it fits: what a file says itself, and what the
caller says, go before it. It is no part of the book, and so none of its history: to forget one is to be asked again.
"""

from __future__ import annotations

import builtins
import json
from collections.abc import Callable
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Row, and_, delete, insert, select, update
from sqlmodel import Session

from expense_core.database import now
from expense_core.errors import Invalid, ProfileNotFound, StatementAmbiguous, StatementError, StatementUnreadable
from expense_core.ledgers import Access
from expense_core.statements import formats, units
from expense_core.statements.answers import answered as with_answer
from expense_core.statements.answers import open_form
from expense_core.statements.row import ReadingOptions
from expense_core.statements.row import Role as Column
from expense_core.statements.staging import lock
from expense_core.tables import Profile, ProfilePublic, Role
from expense_core.tables.columns import table_of
from expense_core.tables.text import storable

Result = TypeVar("Result")

PROFILES = table_of(Profile)

_COLUMNS, _WORDS, _INVERT = "columns", "outgoing", "invert"
_PLAIN = ("date_order", "decimal_mark", "currency", "account")
_NOTHING_SAID = ReadingOptions()

Answers = dict[str, Any]  # Any: a text, but for columns their names by role, and for words whether each is money out


@dataclass(frozen=True)
class Recalled:
    """A question that was answered before."""

    options: ReadingOptions
    """How to read the file, the answer among it."""
    profile: ProfilePublic
    """Where the answer is from."""


def answered(
    session: Session, access: Access, path: Path, options: ReadingOptions, attempt: Callable[[ReadingOptions], Result]
) -> Result:
    """What comes of reading a statement, with the answers of before to what it does not say.

    Arguments:
        options: what the caller says, which goes before.
        attempt: reads it; it may be called several times.

    Raises:
        StatementAmbiguous: something was never answered, or the answer does not fit any more.
    """
    while True:
        try:
            with session.begin_nested():  # whatever is asked takes what was written before it along
                return attempt(options)
        except StatementAmbiguous as question:
            found = recall(session, access, path, options, question)
            if found is None:
                raise
            options = found.options


def used(given: ReadingOptions, known: ReadingOptions) -> dict[str, str]:
    """Which options were answered before, beside what `Layout.summary` says; nothing where none was.

    Arguments:
        given: what the caller says.
        known: what the file was read with.
    """
    names = [one.name for one in fields(known) if getattr(known, one.name) != getattr(given, one.name)]
    return {"as answered before": ", ".join(name.replace("_", " ") for name in names)} if names else {}


def recall(
    session: Session, access: Access, path: Path, options: ReadingOptions, question: StatementAmbiguous
) -> Recalled | None:
    """The answer to a question about a file, if it was given for one of the same shape; None where none fits.

    Arguments:
        options: what the file was read with when the question came up.
    """
    if not question.lasting:
        return None
    shape = formats.shape(path, options)
    row = None if shape is None else session.execute(select(PROFILES).where(_of_shape(access, shape.key))).first()
    if row is None:
        return None
    known = _fitting(json.loads(row.answers), question, options)
    if known is None or (open_form(question) and not _is_readable(path, known)):
        return None
    return Recalled(known, _public(row))


def remember(
    session: Session, access: Access, path: Path, options: ReadingOptions, *, file: str | None = None
) -> ProfilePublic | None:
    """Keep what answers the questions that a file asks, for files of the same shape; None where nothing of it is new.

    What was said without being asked is not kept, nor what was asked about single rows.

    Arguments:
        options: all that the file was read with.
        file: what it is called; as the path has it when not given.

    Raises:
        PermissionDenied: `access` is a viewer's.
    """
    access.require(Role.EDITOR)
    given = _given(options)
    shape = formats.shape(path, options) if given else None
    if shape is None:
        return None
    lock(session, access)
    row = session.execute(select(PROFILES).where(_of_shape(access, shape.key))).first()
    before: Answers = {} if row is None else json.loads(row.answers)
    if _WORDS not in given and _together(before, given) == before:
        return None
    after = _together(before, _lasting(access, path, options))
    if after == before:
        return None
    moment = now(session)
    values = {
        "looks": storable(shape.looks),
        "answers": json.dumps(after, ensure_ascii=False),
        "file": storable(path.name if file is None else file),
        "owner_id": access.user_id,
        "updated_at": moment,
    }
    if row is None:
        new = {"ledger_id": access.ledger_id, "shape": shape.key, "created_at": moment}
        session.execute(insert(PROFILES).values(**values, **new))
    else:
        session.execute(update(PROFILES).where(_of_shape(access, shape.key)).values(**values))
    return _public(session.execute(select(PROFILES).where(_of_shape(access, shape.key))).one())


def list(session: Session, access: Access) -> builtins.list[ProfilePublic]:  # noqa: A001 - `profiles.list` reads so
    """What is remembered in a ledger, the latest answer first."""
    mine = select(PROFILES).where(PROFILES.c.ledger_id == access.ledger_id)
    return [_public(row) for row in session.execute(mine.order_by(PROFILES.c.updated_at.desc(), PROFILES.c.id.desc()))]


def forget(session: Session, access: Access, profile_id: int) -> ProfilePublic:
    """Forget the answers for one shape of files; what they were.

    Raises:
        PermissionDenied: `access` is a viewer's.
        ProfileNotFound: nothing of this number is remembered in this ledger.
    """
    access.require(Role.EDITOR)
    this = and_(PROFILES.c.ledger_id == access.ledger_id, PROFILES.c.id == profile_id)
    row = session.execute(select(PROFILES).where(this)).first()
    if row is None:
        raise ProfileNotFound(f"nothing is remembered as {profile_id} in this ledger")
    session.execute(delete(PROFILES).where(this))
    return _public(row)


def _of_shape(access: Access, key: str) -> ColumnElement[bool]:
    return and_(PROFILES.c.ledger_id == access.ledger_id, PROFILES.c.shape == key)


def _given(options: ReadingOptions) -> Answers:
    """What the options say of all that may be asked."""
    given: Answers = {name: str(said) for name in _PLAIN if (said := getattr(options, name)) is not None}
    if options.invert is not None:
        given[_INVERT] = "yes" if options.invert else "no"
    if options.columns:
        given[_COLUMNS] = {role.value: [*named] for role, named in options.columns.items()}
    if options.outgoing:
        given[_WORDS] = dict.fromkeys(options.outgoing, True)
    return given


def _lasting(access: Access, path: Path, options: ReadingOptions) -> Answers:
    """Those of the answers in these options that a file asks for, and that hold for others of its shape.

    The file is read as if nobody had said anything, until it asks nothing more.
    """
    given, found = _given(options), Answers()
    known = replace(_NOTHING_SAID, encoding=options.encoding, delimiter=options.delimiter)
    known = replace(known, header_line=options.header_line)
    while True:
        try:
            layout = formats.recognise(path, known)
            if options.currency is not None:  # what a sign stands for is asked only once a row has it
                for row in formats.rows(path, layout, unreadable=lambda *_: None):
                    units.at_home(row.currency or access.currency, access.currency)
        except StatementUnreadable:
            return found
        except StatementAmbiguous as question:
            name = question.option
            if getattr(known, name) == getattr(options, name):
                return found
            known = replace(known, **{name: getattr(options, name)})
            if question.lasting:
                others = dict.fromkeys(question.choices, False) if name == _WORDS else {}
                found[name] = others | given[name] if name == _WORDS else given[name]
        else:
            return found


def _together(before: Answers, after: Answers) -> Answers:
    """All the answers, the later ones before the earlier."""
    apart = {name: {**before[name], **after[name]} for name in (_COLUMNS, _WORDS) if name in before and name in after}
    return before | after | apart


def _fitting(answers: Answers, question: StatementAmbiguous, options: ReadingOptions) -> ReadingOptions | None:
    """The options with the answer to a question, if it is one to this question."""
    name = question.option
    if name not in answers:
        return None
    if name == _COLUMNS:
        known = {Column(role): tuple(named) for role, named in answers[name].items()}
        columns = {**known, **options.columns}
        return None if columns == {**options.columns} else replace(options, columns=columns)
    if getattr(options, name) != getattr(_NOTHING_SAID, name):
        return None
    if name == _WORDS:
        words: dict[str, bool] = answers[name]
        is_known = words.keys() >= set(question.choices)
        return replace(options, outgoing=[word for word, is_out in words.items() if is_out]) if is_known else None
    try:
        return with_answer(options, question, answers[name])
    except Invalid:
        return None


def _is_readable(path: Path, options: ReadingOptions) -> bool:
    """Whether a file can be read so, or at most asks for more."""
    try:
        formats.recognise(path, options)
    except StatementError as error:
        return isinstance(error, StatementAmbiguous)
    return True


def _public(row: Row[*tuple[Any, ...]]) -> ProfilePublic:  # Any: what the columns hold
    answers: Answers = json.loads(row.answers)
    told = {name: answers[name] for name in answers if name not in {_COLUMNS, _WORDS}}
    if _COLUMNS in answers:
        columns = ((role, named or [""]) for role, named in answers[_COLUMNS].items())
        told[_COLUMNS] = ",".join(f"{role}={name}" for role, named in columns for name in named)
    if _WORDS in answers:
        told[_WORDS] = ",".join(word for word, is_out in answers[_WORDS].items() if is_out)
    return ProfilePublic(row.id, row.looks, told, row.file, row.updated_at)
