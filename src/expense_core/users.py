"""Users: registering, signing in, and leaving."""

from __future__ import annotations

import builtins
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, fields

from sqlalchemy import ColumnElement, RowMapping, and_, func, insert, select
from sqlalchemy import delete as delete_rows
from sqlalchemy import update as update_rows
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, SQLModel

from expense_core import journal, ledgers, passwords, sign_ins
from expense_core.database import now
from expense_core.errors import AuthenticationFailed, EmailTaken, LastOwner, UsernameTaken, UserNotFound, WrongPassword
from expense_core.ledgers import LEDGERS, MEMBERSHIPS, USERS
from expense_core.tables import (
    AccessToken,
    IdempotencyKey,
    LedgerCreate,
    LocalUserCreate,
    SignIn,
    UserCreate,
    UserPublic,
    UserUpdate,
)
from expense_core.tables.columns import table_of
from expense_core.tables.text import fold, sought

_FIELDS = [field.name for field in fields(UserPublic)]
_PUBLIC = [USERS.c[name] for name in _FIELDS]
_OF_A_LEDGER = [table for table in reversed(SQLModel.metadata.sorted_tables) if "ledger_id" in table.c]
_WRONG = "wrong username, email or password"
_OF_A_USER = [table_of(model) for model in (SignIn, AccessToken, IdempotencyKey)]


def register(
    session: Session, new: UserCreate, *, rounds: int = passwords.ROUNDS, hashed: str | None = None
) -> UserPublic:
    """Make a user who signs in with a password, and their personal ledger.

    Arguments:
        hashed: what `hash_password` made of the password, for a server, where a transaction must not wait for it.

    Raises:
        UsernameTaken: somebody has this username, perhaps in other letter case.
        EmailTaken: somebody has this email address, perhaps in other letter case.
        InvalidPassword: the password is too short, too long, common, or the name or address itself.
    """
    if hashed is None:
        hashed = hash_password(new.password.get_secret_value(), new, rounds=rounds)
    return _create(session, new.username, new.email, hashed, new.currency)


def hash_password(password: str, user: UserCreate | UserPublic, *, rounds: int = passwords.ROUNDS) -> str:
    """What to keep of a new password of a user's. It takes long, on purpose.

    Raises:
        InvalidPassword: the password is too short, too long, common, or the name or address itself.
    """
    passwords.check(password, username=user.username, email=user.email)
    return passwords.hash(password, rounds=rounds)


def register_local(session: Session, new: LocalUserCreate) -> UserPublic:
    """Make the owner of an embedded book, and their ledger; nobody can sign in as them until a password is set.

    Raises:
        UsernameTaken: somebody has this username, perhaps in other letter case.
    """
    return _create(session, new.username, None, None, new.currency)


def authenticate(session: Session, login: str, password: str, *, rounds: int = passwords.ROUNDS) -> UserPublic:
    """The user with this username or email address and password.

    It takes the same time whether or not there is such a user. A hash of an older kind is replaced by a new one. A
    server does the same in three steps, so that no transaction waits for the second: `credentials`, their `prove`,
    `proven`.

    Raises:
        AuthenticationFailed: no such user, another password, no password set, or the user is disabled.
    """
    found = credentials(session, login)
    return proven(session, found, found.prove(password, rounds=rounds))


@dataclass(frozen=True, slots=True)
class Credentials:
    """What a password is compared with."""

    user: UserPublic | None
    hashed: str | None = field(repr=False)

    def prove(self, password: str, *, rounds: int = passwords.ROUNDS) -> passwords.Verified:
        """Compare the password, which takes long, and as long where there is no such user.

        Raises:
            AuthenticationFailed: it is another one, or nobody can sign in with it.
        """
        verified = passwords.verify(password, self.hashed, rounds=rounds)
        if not verified or self.user is None or self.user.disabled_at is not None:
            raise AuthenticationFailed(_WRONG)
        return verified

    def confirm(self, password: str, *, rounds: int = passwords.ROUNDS) -> None:
        """Let somebody who is signed in show once more that it is them.

        Raises:
            WrongPassword: it is another one.
        """
        if not passwords.verify(password, self.hashed, rounds=rounds):
            raise WrongPassword("the current password is another one")


def credentials(session: Session, login: str) -> Credentials:
    """What the password of whoever has this username or email address is compared with; whether there is anybody."""
    key = sought(login)
    query = select(*_PUBLIC, USERS.c.hashed_password).where((USERS.c.username_key == key) | (USERS.c.email_key == key))
    found = session.execute(query).mappings().first()
    return Credentials(_public(found), found["hashed_password"]) if found else Credentials(None, None)


def proven(session: Session, found: Credentials, verified: passwords.Verified) -> UserPublic:
    """The user whose password was proven to be right; its new hash is kept, where there is one.

    Raises:
        AuthenticationFailed: their password was changed meanwhile, or they were disabled.
    """
    same = and_(
        USERS.c.id == (found.user.id if found.user else None),
        USERS.c.hashed_password == found.hashed,
        USERS.c.disabled_at.is_(None),
    )
    row = session.execute(select(*_PUBLIC).where(same)).mappings().first()
    if row is None:
        raise AuthenticationFailed(_WRONG)
    if verified.new_hash is not None:
        _set(session, row["id"], hashed_password=verified.new_hash)
    return _public(row)


def can_anybody_sign_in(session: Session) -> bool:
    """Whether any user has a password, and is not disabled."""
    can = select(USERS.c.id).where(USERS.c.hashed_password.is_not(None), USERS.c.disabled_at.is_(None))
    return session.scalar(can.limit(1)) is not None


def get(session: Session, user_id: int) -> UserPublic:
    """The user with this id.

    Raises:
        UserNotFound: there is none.
    """
    return _one(session, USERS.c.id == user_id, f"there is no user {user_id}")


def lock(session: Session, user: UserPublic) -> UserPublic:
    """The user as they are now, once nobody else can change them before this transaction ends.

    Raises:
        UserNotFound: they are gone.
    """
    session.execute(select(USERS.c.id).where(USERS.c.id == user.id).with_for_update())
    return get(session, user.id)


def named(session: Session, username: str) -> UserPublic:
    """The user with this username, in any letter case.

    Raises:
        UserNotFound: there is none.
    """
    return _one(session, USERS.c.username_key == sought(username), f"there is no user called {username!r}")


def list(  # noqa: A001 - `users.list` reads as it should
    session: Session, *, limit: int | None = None
) -> builtins.list[UserPublic]:
    """Every user, or only the first so many, the oldest first."""
    return [_public(row) for row in session.execute(select(*_PUBLIC).order_by(USERS.c.id).limit(limit)).mappings()]


def update(session: Session, user: UserPublic, changes: UserUpdate) -> UserPublic:
    """Change a profile.

    Raises:
        UsernameTaken: somebody else has this username, perhaps in other letter case.
        EmailTaken: somebody else has this email address, perhaps in other letter case.
    """
    given = {name: value for name, value in changes.model_dump(exclude_unset=True).items() if value is not None}
    if given:
        keys = {f"{name}_key": fold(value) for name, value in given.items()}
        with _names_are_free(session, given.get("username"), but=user.id):
            _set(session, user.id, **given, **keys)
    return get(session, user.id)


def change_password(
    session: Session,
    user: UserPublic,
    current: str,
    new: str,
    *,
    rounds: int = passwords.ROUNDS,
    but: int | None = None,
) -> None:
    """Change a password; the current one has to be known. The user is signed out everywhere.

    Arguments:
        but: the one place where they stay signed in.

    Raises:
        WrongPassword: `current` is not the password.
        InvalidPassword: the new one will not do.
    """
    credentials(session, user.username).confirm(current, rounds=rounds)
    set_password(session, user, new, rounds=rounds, but=but)


def set_password(
    session: Session,
    user: UserPublic,
    new: str,
    *,
    rounds: int = passwords.ROUNDS,
    hashed: str | None = None,
    but: int | None = None,
) -> None:
    """Give a user a password without asking for the one before: for whoever runs the book.

    They are signed out everywhere: whoever knew the old one is out.

    Arguments:
        hashed: what `hash_password` made of it, for a server, where a transaction must not wait for it.
        but: the one place where they stay signed in, as where they changed it themselves.

    Raises:
        InvalidPassword: it will not do.
    """
    _set(session, user.id, hashed_password=hashed or hash_password(new, user, rounds=rounds))
    sign_ins.end_all(session, user, but=but)


def disable(session: Session, user: UserPublic) -> UserPublic:
    """Sign a user out everywhere and keep them from signing in again; their books stay."""
    _set(session, user.id, disabled_at=now(session))
    sign_ins.end_all(session, user)
    return get(session, user.id)


def enable(session: Session, user: UserPublic) -> UserPublic:
    """Let a disabled user sign in again."""
    _set(session, user.id, disabled_at=None)
    return get(session, user.id)


def delete(session: Session, user: UserPublic) -> None:
    """Delete a user for good, with every ledger that only they are a member of.

    What they recorded in ledgers of others stays there, under a name that tells nothing of them.

    Raises:
        UserNotFound: they are gone already.
        LastOwner: others would be left in a ledger that nobody owns.
    """
    user = get(session, user.id)
    locked = select(LEDGERS.c.id).join(MEMBERSHIPS, MEMBERSHIPS.c.ledger_id == LEDGERS.c.id).with_for_update(of=LEDGERS)
    mine = session.scalars(locked.where(MEMBERSHIPS.c.user_id == user.id).order_by(LEDGERS.c.id)).all()
    members = select(func.count()).select_from(MEMBERSHIPS)
    alone = [
        ledger_id for ledger_id in mine if session.scalar(members.where(MEMBERSHIPS.c.ledger_id == ledger_id)) == 1
    ]
    try:
        with session.begin_nested():
            for ledger_id in set(mine) - set(alone):
                ledgers.dismiss(session, ledgers.open(session, user, ledger_id), user.username)
    except LastOwner as error:
        raise LastOwner(f"{user.username} is the only owner of a ledger that others use; name another") from error
    for table in _OF_A_USER:
        session.execute(delete_rows(table).where(table.c.user_id == user.id))
    for ledger_id in alone:
        for table in _OF_A_LEDGER:
            session.execute(delete_rows(table).where(table.c.ledger_id == ledger_id))
        session.execute(delete_rows(LEDGERS).where(LEDGERS.c.id == ledger_id))
    nameless = f"deleted@{user.id}"  # nobody can register a name with an @ in it
    _set(
        session,
        user.id,
        username=nameless,
        username_key=nameless,
        email=None,
        email_key=None,
        hashed_password=None,
        disabled_at=now(session),
    )
    try:
        with session.begin_nested():
            session.execute(delete_rows(USERS).where(USERS.c.id == user.id))
    except IntegrityError:
        return  # rows of theirs are left in others' ledgers: the nameless user stays, as their recorder


def _create(session: Session, username: str, email: str | None, hashed: str | None, currency: str) -> UserPublic:
    moment = now(session)
    values = {
        "username": username,
        "username_key": fold(username),
        "email": email,
        "email_key": fold(email) if email else None,
        "hashed_password": hashed,
        "created_at": moment,
        "updated_at": moment,
    }
    with _names_are_free(session, username):
        row = session.execute(insert(USERS).values(values).returning(*_PUBLIC)).mappings().one()
    user = _public(row)
    ledgers.create(session, user, LedgerCreate(name=username, currency=currency))
    return user


def _set(session: Session, user_id: int, **values: object) -> None:
    statement = update_rows(USERS).where(USERS.c.id == user_id).values(updated_at=now(session), **values)
    if not journal.row_count(session, statement):
        raise UserNotFound(f"there is no user {user_id}")


@contextmanager
def _names_are_free(session: Session, username: str | None, but: int | None = None) -> Iterator[None]:
    """Say which name is somebody else's when the database refuses it; it alone knows of who registers meanwhile."""
    try:
        with session.begin_nested():
            yield
    except IntegrityError as error:
        theirs = select(USERS.c.id).where(USERS.c.username_key == fold(username or ""), USERS.c.id != but)
        if session.scalar(theirs) is not None:
            raise UsernameTaken(f"the username {username!r} is taken; choose another") from error
        raise EmailTaken("this email address has an account already; sign in, or use another address") from error


def _one(session: Session, condition: ColumnElement[bool], missing: str) -> UserPublic:
    row = session.execute(select(*_PUBLIC).where(condition)).mappings().first()
    if row is None:
        raise UserNotFound(missing)
    return _public(row)


def _public(row: RowMapping) -> UserPublic:
    return UserPublic(**{name: row[name] for name in _FIELDS})
