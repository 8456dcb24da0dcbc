"""The database: an engine, transactions that commit once or not at all, and the schema's version.

Nothing here is global: a program makes a `Database` and hands its sessions to the use cases.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from sqlalchemy import URL, Connection, create_engine, event, inspect, make_url, text
from sqlalchemy.exc import ArgumentError
from sqlalchemy.pool import StaticPool
from sqlmodel import Session

from expense_core import postgresql_connection, sqlite_connection
from expense_core.database_errors import FAILED_BEFORE, leave_out_values, translated
from expense_core.errors import (
    DatabaseDamaged,
    DatabaseError,
    Invalid,
    NotOurDatabase,
    SchemaOutdated,
    SchemaTooNew,
    SettingsError,
)

if TYPE_CHECKING:
    from alembic.config import Config

SCHEMA_REVISION = "0007"
"""The newest migration. Kept here so that a check takes one query and no Alembic; a test holds it to the files."""

Clock = Callable[[], datetime]

_UPGRADE_LOCK = 0x657870656E7365
"""Key of the advisory lock under which a PostgreSQL schema is changed: "expense" in ASCII."""

_OUR_TABLES = {"ledgers", "memberships", "expenses"}

_DRIVERS = {"sqlite", "sqlite+pysqlite", "postgresql", "postgresql+psycopg2"}

IN_MEMORY = {None, "", ":memory:"}
"""What stands for a file's name in the URL of a SQLite database in memory."""


def system_clock() -> datetime:
    """The current moment, in UTC."""
    return datetime.now(UTC)


def now(session: Session) -> datetime:
    """The moment to write down in this session: that of its database's clock."""
    clock: Clock = session.info.get("clock", system_clock)
    return clock()


def connection_of(session: Session) -> Connection:
    """The connection that a session works on.

    A session of a `Database` is bound to it, in a transaction that has begun. To ask such a session would take longer
    than many a statement; only a savepoint is not there before it has been asked.
    """
    if isinstance(session.bind, Connection) and not session.in_nested_transaction():
        return session.bind
    return session.connection()


def location(url: str) -> URL:
    """Where a database is.

    Raises:
        SettingsError: the URL is of no database that is supported; the message never repeats it, for its password.
    """
    try:
        place = make_url(url)
    except (ArgumentError, ValueError) as error:
        raise SettingsError("write sqlite:///FILE or postgresql+psycopg2://USER:PASSWORD@HOST/NAME") from error
    if place.drivername not in _DRIVERS:
        message = (
            "only SQLite (sqlite:///FILE) and PostgreSQL (postgresql+psycopg2://USER:PASSWORD@HOST/NAME) are supported"
        )
        raise SettingsError(message)
    if place.get_backend_name() == "postgresql":
        return place.set(drivername="postgresql+psycopg2")  # SQLAlchemy's own choice is another one
    if place.host:
        raise SettingsError("write three slashes before the name of a SQLite file: sqlite:///FILE")
    if place.database in IN_MEMORY:
        return place
    return place.set(database=str(Path(str(place.database)).expanduser()))


class Database:
    """A book's database: SQLite in a file, or PostgreSQL.

    Arguments:
        url: `sqlite:///FILE` or `postgresql+psycopg2://USER:PASSWORD@HOST/NAME`; `sqlite://` is a book in memory.
        clock: gives the current moment, aware and in UTC.
        busy_timeout: seconds to wait for a free connection, for a server that has fallen silent, and on SQLite for
            another program's write.
        pool_size: connections kept open; as many again are opened at need.
        read_only: let nothing be written. On PostgreSQL a session of such a database takes no transaction, which saves
            two round trips: each of its statements sees what is committed at that moment.
        leave_open: keep one session and its connection from one `with` block to the next, which a block of a few
            statements takes half as long for. Only for a single thread, that has one block open at a time.

    Raises:
        SettingsError: the URL is of no database that is supported.
    """

    def __init__(
        self,
        url: str,
        *,
        clock: Clock = system_clock,
        busy_timeout: float = 10.0,
        pool_size: int = 5,
        read_only: bool = False,
        leave_open: bool = False,
    ) -> None:
        place = location(url)
        self.clock = clock
        self._leave_open = leave_open
        self._left_open: tuple[Connection, Session] | None = None
        self.is_sqlite = place.get_backend_name() == "sqlite"
        in_memory = self.is_sqlite and place.database in IN_MEMORY
        if in_memory:
            pool: dict[str, Any] = {"poolclass": StaticPool}  # Any: what create_engine takes
        else:
            pool = {"pool_size": pool_size, "max_overflow": pool_size, "pool_timeout": busy_timeout}
        if self.is_sqlite:
            arguments: dict[str, Any] = {"timeout": busy_timeout, "check_same_thread": False}  # Any: as above
            self.engine = create_engine(place, connect_args=arguments, hide_parameters=True, **pool)
            event.listen(self.engine, "connect", partial(sqlite_connection.prepare, busy_timeout=busy_timeout))
            if not in_memory:  # where nothing would be left of it
                event.listen(self.engine, "handle_error", sqlite_connection.abandon)
        else:
            if read_only:
                pool["isolation_level"] = "AUTOCOMMIT"
            arguments = postgresql_connection.patience(place, busy_timeout)
            self.engine = create_engine(place, connect_args=arguments, hide_parameters=True, **pool)
            postgresql_connection.watch(self.engine)
        event.listen(self.engine, "handle_error", leave_out_values)
        if read_only:
            refuse = "PRAGMA query_only = ON" if self.is_sqlite else "SET default_transaction_read_only = on"
            event.listen(self.engine, "connect", lambda connection, _: connection.cursor().execute(refuse))

    def __enter__(self) -> Self:
        """The database itself; it is closed at the end of the `with` block."""
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close every connection."""
        if self._left_open is not None:
            for opened in reversed(self._left_open):
                opened.close()
            self._left_open = None
        self.engine.dispose()

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        """A session whose writes are committed together at the end of the `with` block, or all rolled back by an error.

        On SQLite it holds the one write lock from its start, so that what it read is still so when it writes.

        Raises:
            DatabaseError: the database failed; see its subclasses.
        """
        yield from self._session(writes=True)

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A session that only reads: it waits for no writer, and whatever is written in it is rolled back.

        Raises:
            DatabaseError: the database failed; see its subclasses.
        """
        yield from self._session(writes=False)

    def _session(self, *, writes: bool) -> Iterator[Session]:
        with translated(), self._opened() as (connection, session), connection.begin() as transaction:
            if self.is_sqlite:
                sqlite_connection.begin(connection, to_write=writes)
            yield session
            session.flush()
            if session.in_transaction():  # it has joined that of the connection
                session.close()
            if not writes:
                transaction.rollback()
            elif not self.is_sqlite:
                _refuse_failed(connection)

    @contextmanager
    def _opened(self) -> Iterator[tuple[Connection, Session]]:
        """A session and its connection: the ones that were left open, or new ones."""
        if self._left_open is None:
            connection = self.engine.connect()
            session = Session(connection, expire_on_commit=False, autoflush=False, info={"clock": self.clock})
        else:
            (connection, session), self._left_open = self._left_open, None
        try:
            yield connection, session
            if self._leave_open:
                self._left_open = connection, session
        finally:
            if self._left_open is None:
                session.close()
                connection.close()

    def check(self) -> None:
        """Make sure that the schema is the one this version of the package works with.

        Raises:
            SchemaOutdated: it is older, or the database is empty.
            SchemaTooNew: a newer expense-core made it.
            NotOurDatabase: it holds something else.
        """
        with translated(), self.engine.connect() as connection:
            self._check(connection)

    def _check(self, connection: Connection) -> None:
        found = self._revision(connection)
        if found == SCHEMA_REVISION:
            return
        if found is None:
            raise SchemaOutdated("the database is empty; run `expense db upgrade` to make a book in it")
        if found < SCHEMA_REVISION:
            raise SchemaOutdated(
                f"the database is at revision {found} and this program needs {SCHEMA_REVISION}; "
                "run `expense db upgrade`"
            )
        raise _too_new(found)

    def check_integrity(self) -> None:
        """Make sure that the file is sound: SQLite reads all of it. PostgreSQL looks after that itself.

        Raises:
            DatabaseDamaged: it is not; the message says what was found first.
        """
        if not self.is_sqlite:
            return
        with translated(), self.engine.connect() as connection:
            found = connection.exec_driver_sql("PRAGMA integrity_check(1)").scalar_one()
            if found != "ok":
                what = found.splitlines()[-1]
                raise DatabaseDamaged(f"the database file is damaged ({what}); restore it from a backup")

    def revision(self) -> str | None:
        """The schema's revision, or None where the database is still empty.

        Raises:
            NotOurDatabase: it holds something else.
        """
        with translated(), self.engine.connect() as connection:
            return self._revision(connection)

    def _revision(self, connection: Connection) -> str | None:
        tables = set(inspect(connection).get_table_names())
        if "alembic_version" in tables:
            found = connection.scalar(text("SELECT version_num FROM alembic_version"))
            if found is None and not tables - {"alembic_version"}:
                return None
            if found is not None and tables >= _OUR_TABLES:
                return str(found)
        if tables:
            raise NotOurDatabase(
                f"{self.engine.url.render_as_string()} holds other tables ({', '.join(sorted(tables)[:3])}, ...) "
                "and not a book of expenses; name another database"
            )
        return None

    def upgrade(self, revision: str = "head") -> None:
        """Bring the schema up to a revision; a book that is there keeps every row.

        Two processes may do it at once: one waits for the other and then finds nothing left to do. It happens in one
        transaction: it is done, or it never was.

        Raises:
            Invalid: there is no such revision.
            NotOurDatabase: the database holds something else, which is left alone.
            SchemaTooNew: a newer expense-core made it.
        """
        from alembic import command

        with self.changing_schema() as connection:
            found = self._revision(connection)
            if found is not None and found > SCHEMA_REVISION:
                raise _too_new(found)
            with _alembic(connection) as config:
                command.upgrade(config, revision)

    def downgrade(self, revision: str) -> None:
        """Take the schema back to an older revision; "base" removes every table, and with them the book.

        Raises:
            Invalid: there is no such revision.
            NotOurDatabase: the database holds something else, which is left alone.
            SchemaTooNew: a newer expense-core made it.
        """
        from alembic import command

        with self.changing_schema() as connection:
            found = self._revision(connection)
            if found is None:
                return
            if found > SCHEMA_REVISION:
                raise _too_new(found)
            with _alembic(connection) as config:
                command.downgrade(config, revision)

    @contextmanager
    def changing_schema(self) -> Iterator[Connection]:
        """A connection on which migrations run: nobody else's run meanwhile, and they are all done or none is."""
        with translated(), self.engine.connect() as connection:
            try:
                if self.is_sqlite:
                    # SQLite changes a table by making it anew, which foreign keys forbid; they are checked at the end.
                    connection.exec_driver_sql("PRAGMA foreign_keys = OFF")
                    connection.exec_driver_sql("BEGIN EXCLUSIVE")
                else:
                    connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _UPGRADE_LOCK})
                yield connection
                if self.is_sqlite and connection.exec_driver_sql("PRAGMA foreign_key_check").first() is not None:
                    raise DatabaseDamaged("rows point at rows that are not there; restore the database from a backup")
                connection.commit()
            finally:
                connection.rollback()
                if self.is_sqlite:
                    connection.exec_driver_sql("PRAGMA foreign_keys = ON")


def migrations() -> list[tuple[str, str]]:
    """Every migration's revision and what it does, the newest first."""
    from alembic.script import ScriptDirectory

    scripts = ScriptDirectory.from_config(_configuration())
    return [(script.revision, script.doc) for script in scripts.walk_revisions()]


def migrations_folder() -> Path:
    """Where the migrations are: inside the installed package, or at the top of a checkout."""
    package = Path(__file__).parent
    installed = package / "_migrations"
    return installed if installed.is_dir() else package.parents[1] / "migrations"


def _configuration() -> Config:
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(migrations_folder()).replace("%", "%%"))  # % begins a placeholder
    return config


@contextmanager
def _alembic(connection: Connection) -> Iterator[Config]:
    """What Alembic's commands are told, and what they say in our own words."""
    from alembic.util import CommandError

    config = _configuration()
    config.attributes["connection"] = connection
    try:
        yield config
    except CommandError as error:
        raise Invalid(f"{error}; `expense db history` lists the revisions") from error


def _too_new(found: str) -> SchemaTooNew:
    return SchemaTooNew(
        f"the database is at revision {found}, made by a newer expense-core than this one, which knows "
        f"{SCHEMA_REVISION}; upgrade the program"
    )


def _refuse_failed(connection: Connection) -> None:
    """Never report as saved what PostgreSQL rolls back, as COMMIT does in a transaction in which a statement failed."""
    from psycopg2.extensions import TRANSACTION_STATUS_INERROR

    driver: Any = connection.connection.dbapi_connection  # Any: psycopg2 has no types
    if driver.info.transaction_status == TRANSACTION_STATUS_INERROR:
        raise DatabaseError(FAILED_BEFORE)
