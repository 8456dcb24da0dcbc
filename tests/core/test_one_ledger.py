"""Backups of one ledger: it comes back as another ledger with all that it had, or no ledger is made."""

from __future__ import annotations

import gzip
import io
import json
from base64 import encodebytes
from datetime import date
from decimal import Decimal
from hashlib import sha256

import pytest
from sqlalchemy import insert, select
from writes import create, edit, everything, record, rename

from expense_core import Database, backups, categories, expenses, history, imports, ledgers, rules, users
from expense_core.backups import one_ledger
from expense_core.database import now
from expense_core.errors import BackupTooNew, BackupUnreadable, HistoryConflict, PermissionDenied, WrongPassphrase
from expense_core.imports_view import IMPORTS, Reading, write_down
from expense_core.journal import CHANGES, ENTRIES, PURGED, TABLES
from expense_core.ledgers import LEDGERS, USERS
from expense_core.statements import RawRow
from expense_core.statements.balancing import Difference, Figure
from expense_core.statements.importing import import_rows
from expense_core.statements.profiles import PROFILES
from expense_core.tables import Action, LedgerCreate, LocalUserCreate, Role, RuleCreate, RuleUpdate, UserCreate

PASSPHRASE = "four blue hats"
STATEMENT = [
    RawRow(line, date(2026, 11, line), None, Decimal(amount), currency, text, category, None, pending=False)
    for line, (amount, currency, text, category) in enumerate(
        [
            ("-5", "EUR", "Tea", "Food"),
            ("-5", "EUR", "Tea", "Food"),
            ("-700", "JPY", "Ramen 日本", "Trips"),
            ("-9.50", "EUR", "Deli", None),
        ],
        start=2,
    )
]
"""The second row is the first one's twin but for its day."""
REFERENCES = {
    "category_id": "categories",
    "entry_id": "history_entries",
    "undone_after": "history_entries",
    "taken_by": "history_entries",
    "owner_id": "users",
    "actor_id": "users",
    "undone_by": "users",
}
KINDS = {"expense": "expenses", "category": "categories", "rule": "rules"}
READING = Reading(
    understood={"description column": "Pay\u2028ee", "date order": "dmy"},
    rows=3,
    counts={"new": 2, "zero": 1},
    left_out={"of balances or totals": 1},
    differences=[
        Difference(None, None, Figure.ROWS, 4, 3),
        Difference("Gi\x85ro", "EUR", Figure.BALANCE, Decimal("95.00"), Decimal(-96), 5),
    ],
    new_categories=["Trips"],
)
"""What a look at a file may have found."""
ANSWERS = {
    "columns": {"date": ["Day\u2028"], "amount": [3], "fee": []},
    "outgoing": {"Soll": True, "Haben": False},
    "invert": "yes",
    "date_order": "dmy",
    "decimal_mark": ",",
    "currency": "EUR",
    "account": "Giro",
}


def person(session, name):
    """A user, who is made where there is none of this name."""
    found = [one for one in users.list(session) if one.username == name]
    return found[0] if found else users.register_local(session, LocalUserCreate(username=name))


def fill(session):
    """Alice's ledger, with something of everything, beside one of Bob's with rows between hers."""
    alice, bob, carol = (person(session, name) for name in ("alice", "bob", "carol"))
    book, others = ledgers.open(session, alice), ledgers.open(session, bob)
    ledgers.admit(session, book, "bob", Role.EDITOR)
    ledgers.admit(session, book, "carol", Role.EDITOR)
    bobs, carols = (ledgers.open(session, one, book.ledger_id) for one in (bob, carol))
    record(session, others, "zebra", category_id=create(session, others, "zebra").id)
    food, eating, gone = (create(session, book, name) for name in ("Food", "Eating out", 'Odd "日本" \\'))
    rules.create(session, others, RuleCreate(payee="zebra", skip=True))
    rules.create(session, book, RuleCreate(payee="deli", category_id=food.id, max_amount="20.50", notes="by rule"))
    lost = rules.create(session, bobs, RuleCreate(text="x", category_id=gone.id, description="X"))
    old = rules.create(session, book, RuleCreate(text="own account", skip=True))
    rules.edit(session, book, old.id, RuleUpdate(version=1, min_amount="5"), place=1)
    rules.delete(session, book, rules.create(session, book, RuleCreate(text="y", skip=True)).id)
    import_rows(session, bobs, STATEMENT, note="a.csv")
    lunch = record(session, book, category_id=food.id, notes="one\n\n\ttwo", amount="0.001", currency="KWD")
    record(session, others, "zebra")
    odd = record(session, carols, "Odd", category_id=gone.id, amount="-12", currency="CHF")
    edit(session, book, lunch, category_id=eating.id, description="Dinner 🍕", spent_on=date(1900, 1, 1))
    rename(session, book, food, "Foods")
    thrown, purged = record(session, bobs, "Thrown"), record(session, book, "Purged")
    expenses.delete(session, book, thrown.id, purged.id)
    expenses.purge(session, book, purged.id)
    categories.merge(session, bobs, eating.id, food.id)
    categories.delete(session, book, gone.id, uncategorise=True)
    assert rules.get(session, book, lost.id).category is None
    edit(session, carols, odd, notes="undone")
    history.undo(session, carols)
    record(session, bobs, "undone")
    history.undo(session, bobs)
    record(session, others, "zebra")
    known = {"ledger_id": book.ledger_id, "import_key": b"key"}
    session.execute(
        insert(PURGED), [known | {"taken_by": one} for one in (None, history.list(session, book).items[0].id)]
    )
    moment = now(session)
    write_down(session, bobs, READING, file="b.csv", kind="csv")
    said = json.dumps(ANSWERS, ensure_ascii=False)
    answer = {"shape": "csv", "looks": "Date", "answers": said, "file": "a.csv", "owner_id": bobs.user_id}
    session.execute(insert(PROFILES).values(**answer, ledger_id=book.ledger_id, created_at=moment, updated_at=moment))
    return book


def saved(database, access, **how):
    """The file."""
    file = io.BytesIO()
    with database.reading() as session:
        one_ledger.write(session, access, file, **how)
    return file.getvalue()


def brought(database, content, name="alice", **how):
    """The authority over the new ledger, of a user who is made where there is none."""
    with one_ledger.opened(io.BytesIO(content), **how) as whole, database.transaction() as session:
        user = person(session, name)
        return ledgers.open(session, user, one_ledger.restore(session, user, whole).id)


def seen(session, access):
    """All that a ledger has in every table, with the names of people, and of a row's number how many come before."""
    tables = {table.name: table for table in [*TABLES.values(), CHANGES, ENTRIES, IMPORTS, PROFILES, PURGED]}
    rows = {
        name: session.execute(select(table).where(table.c.ledger_id == access.ledger_id).order_by(*table.primary_key))
        .mappings()
        .all()
        for name, table in tables.items()
    }
    ranks = {
        name: {row["id"]: f"{name} {rank}" for rank, row in enumerate(found)}
        for name, found in rows.items()
        if name != CHANGES.name
    }
    ranks["users"] = dict(session.execute(select(USERS.c.id, USERS.c.username)).all())

    def plain(table, row):
        shown = {name: value for name, value in row.items() if name not in {"ledger_id", "fields"}}
        shown |= {name: ranks[to].get(row[name]) for name, to in REFERENCES.items() if name in row}
        if "id" in row:
            return shown | {"id": ranks[table][row["id"]]}
        fields = json.loads(row["fields"])
        if "category_id" in fields:
            fields["category_id"] = [ranks["categories"].get(one) for one in fields["category_id"]]
        return shown | {"object_id": ranks[KINDS[row["kind"]]][row["object_id"]], "fields": fields}

    named = session.execute(select(LEDGERS.c.name, LEDGERS.c.currency).where(LEDGERS.c.id == access.ledger_id)).one()
    return [tuple(named)] + [plain(table, row) for table, found in rows.items() for row in found]


def shown(database, access):
    """The same, in a transaction of its own."""
    with database.reading() as session:
        return seen(session, access)


@pytest.fixture
def sqlite(sqlite_url, clock):
    """A database in a file, with Alice's ledger."""
    with Database(sqlite_url, clock=clock) as database:
        yield database


@pytest.fixture
def book(sqlite):
    """Alice's authority in her ledger."""
    with sqlite.transaction() as session:
        return fill(session)


@pytest.fixture
def content(sqlite, book):
    """Its backup."""
    return saved(sqlite, book)


@pytest.fixture
def empty(new_sqlite_url, clock):
    """Another database, with nothing in it."""
    with Database(new_sqlite_url, clock=clock) as database:
        database.upgrade()
        yield database


def said(content):
    """What a backup says, line by line."""
    return [json.loads(line) for line in gzip.decompress(content).splitlines()]


def made_of(lines):
    """A backup that says so, with the right counts and sum."""
    counts: dict[str, int] = {}
    for one in lines[1:-1]:
        if isinstance(one, dict):
            counts[one["table"]] = 0
        else:
            counts[next(reversed(counts), "")] = counts.get(next(reversed(counts), ""), 0) + 1
    body = b"".join(json.dumps(one).encode() + b"\n" for one in lines[:-1])
    last = {"rows": counts, "sha256": sha256(body).hexdigest()}
    return gzip.compress(body + json.dumps(last).encode() + b"\n")


def undone(database, access):
    """What becomes of undoing every write, the last one first, and what is there then."""
    outcomes = []
    with database.reading() as session:
        mine = select(ENTRIES.c.id).where(ENTRIES.c.ledger_id == access.ledger_id)
        for entry_id in session.scalars(mine.order_by(ENTRIES.c.id.desc())).all():
            try:
                outcomes.append(history.undo(session, access, entry_id).action)
            except HistoryConflict as error:
                outcomes.append(type(error))
        return outcomes, seen(session, access)


def test_a_ledger_comes_back_with_all_that_it_had_from_one_kind_of_database_to_the_other(
    sqlite, book, content, postgresql_url, empty, clock
):
    """SQLite, PostgreSQL beside ledgers of others, SQLite; undoing every write does the same there as here."""
    with Database(postgresql_url, clock=clock) as postgresql:
        with postgresql.transaction() as session:
            fill(session)
        second = brought(postgresql, content)
        third = brought(empty, saved(postgresql, second))

        assert shown(postgresql, second) == shown(sqlite, book)
        assert undone(postgresql, second) == undone(sqlite, book)
    directly = brought(empty, content)
    assert shown(empty, third) == shown(empty, directly)
    assert undone(empty, third) == undone(empty, directly)
    assert set(undone(sqlite, book)[0]) >= {Action.MERGE_CATEGORY, Action.RECORD, Action.EDIT_RULE, HistoryConflict}


def test_a_statement_that_was_imported_brings_nothing_after_the_restore(database, content):
    """Each of its rows is known, twins and all; what was not in it comes in."""
    access = brought(database, content)
    more = STATEMENT[0]._replace(line=9, description="Cake")

    with database.transaction() as session:
        report = import_rows(session, access, [*STATEMENT, more], note="a.csv")

    assert (report.duplicates, [one.description for one in report.first]) == (len(STATEMENT), ["Cake"])


def test_rows_get_numbers_that_nobody_had_and_new_ones_go_on_behind_them(database, content):
    """Two of one backup have nothing in common but what they say."""
    one, two = brought(database, content), brought(database, content)

    with database.transaction() as session:
        before = everything(session)
        new = record(session, one)

    numbers = {
        access.ledger_id: {
            (name, row.id)
            for name in ("expenses", "categories", "rules", "history_entries", "imports")
            for row in before[name]
            if row.ledger_id == access.ledger_id
        }
        for access in (one, two)
    }
    assert not numbers[one.ledger_id] & numbers[two.ledger_id]
    assert new.id > max(row.id for row in before["expenses"])


def test_the_new_ledger_is_its_restorers_alone(sqlite, book, content, empty):
    """Who shares a ledger with them stays who they are; of anybody else there is only a name, and they are that too."""
    with empty.transaction() as session:
        alice, bob, _ = (person(session, name) for name in ("alice", "Bob", "carol"))
        shared = ledgers.create(session, alice, LedgerCreate(name="Flat"))
        ledgers.admit(session, ledgers.open(session, alice, shared.id), "bob", Role.VIEWER)

    access = brought(empty, content)

    with empty.reading() as session:
        assert ledgers.members(session, access) == {"alice": Role.OWNER}
        assert {one.owner_id for one in expenses.each(session, access)} == {alice.id, bob.id}
        assert {entry.actor for entry in history.list(session, access, limit=500).items} == {"alice", "Bob"}
    with sqlite.reading() as session:
        assert {entry.actor for entry in history.list(session, book, limit=500).items} == {"alice", "bob", "carol"}


def test_a_backup_has_nothing_of_other_ledgers_and_of_people_only_their_names(sqlite, content):
    """Whoever gets hold of it learns no address, no hash, and not who else may see the ledger."""
    with sqlite.transaction() as session:
        dora = users.register(
            session, UserCreate(username="dora", email="dora@example.org", password="correct horse battery"), rounds=4
        )
        book = ledgers.open(session, dora)
        record(session, book)
        ledgers.admit(session, book, "carol", Role.EDITOR)

    text = gzip.decompress(saved(sqlite, book)).decode()

    assert '"dora"' in text
    assert not any(word in text for word in ("dora@", "carol", "alice"))
    assert "zebra" not in gzip.decompress(content).decode()
    sections = [one for one in said(content) if isinstance(one, dict) and "table" in one]
    assert {one["table"]: one["columns"] for one in sections[:2]} == {
        "ledgers": ["id", "name", "currency"],
        "users": ["id", "username"],
    }
    assert {one["table"] for one in sections[2:]} == {
        "categories", "expenses", "history_changes", "history_entries", "imports", "profiles", "purged_rows",
        "rules",
    }  # fmt: skip


def test_only_an_owner_takes_a_backup(sqlite, book):
    """It has all that was ever deleted."""
    with sqlite.reading() as session:
        bobs = ledgers.open(session, users.named(session, "bob"), book.ledger_id)

    with pytest.raises(PermissionDenied):
        saved(sqlite, bobs)


def test_an_encrypted_backup_takes_its_passphrase(sqlite, book, empty):
    """Without it nothing is made of it."""
    content = saved(sqlite, book, passphrase=PASSPHRASE)

    for wrong in (None, "another"):
        with pytest.raises(WrongPassphrase):
            brought(empty, content, passphrase=wrong)
    access = brought(empty, content, passphrase=PASSPHRASE)

    assert shown(empty, access) == shown(empty, brought(empty, saved(sqlite, book)))


def test_a_passphrase_that_would_take_all_of_the_memory_is_not_tried(empty):
    """Each step of what it takes is twice the one before; nor is what says nothing of it."""
    head = b"-----BEGIN AGE ENCRYPTED FILE-----\n%s\n-----END AGE ENCRYPTED FILE-----\n"
    stanza = b"age-encryption.org/v1\n-> scrypt AAAAAAAAAAAAAAAAAAAAAA %s\n" + b"A" * 43

    for work, why in ((b"22", "more memory"), (b"x", "damaged")):
        with pytest.raises(BackupUnreadable, match=why):
            brought(empty, head % encodebytes(stanza % work), passphrase=PASSPHRASE)
    for damaged in (b"A", b"AB"):  # by figures that are no key's, and that are none at all
        with pytest.raises(BackupUnreadable, match="damaged"):
            brought(empty, head % damaged, passphrase=PASSPHRASE)


def test_a_backup_of_a_book_and_one_of_a_ledger_are_not_taken_for_each_other(sqlite, content, empty):
    """Each is told how it is restored."""
    whole = io.BytesIO()
    with sqlite.reading() as session:
        backups.write(session, whole)

    with pytest.raises(BackupUnreadable, match="of a whole book"):
        brought(empty, whole.getvalue())
    with pytest.raises(BackupUnreadable, match="of one ledger"), empty.transaction() as session:
        backups.restore(session, io.BytesIO(content))


def test_a_backup_of_an_older_schema_comes_in_with_what_it_lacks(content, empty):
    """A column without a value, or with its default; what every backup has may not be missing."""
    lines = said(content)
    lines[0]["schema"] = "0001"

    older = [*lines[: start_of(lines, "imports")], *lines[end_of(lines, "imports") :]]
    access = brought(empty, made_of(without(older, "expenses", "import_key", "version")))

    with empty.reading() as session:
        assert [one.file for one in imports.list(session, access).items] == ["a.csv"]
        assert {one.version for one in expenses.each(session, access)} == {1}
    for column in ("amount", "id", "spent_on"):
        with pytest.raises(BackupUnreadable, match="that this version cannot take"):
            brought(empty, made_of(without(lines, "expenses", column)))
    with pytest.raises(BackupTooNew):
        brought(empty, made_of([lines[0] | {"schema": "9999"}, *lines[1:]]))


def start_of(lines, table):
    """Where a table begins."""
    return next(at for at, one in enumerate(lines) if isinstance(one, dict) and one.get("table") == table)


def end_of(lines, table):
    """Where the next one begins."""
    start = start_of(lines, table)
    return next(at for at, one in enumerate(lines) if at > start and isinstance(one, dict))


def without(lines, table, *names):
    """The same backup without some columns."""
    start, end = start_of(lines, table), end_of(lines, table)
    left = [at for at, name in enumerate(lines[start]["columns"]) if name not in names]
    head = lines[start] | {"columns": [lines[start]["columns"][at] for at in left]}
    return [*lines[:start], head, *([row[at] for at in left] for row in lines[start + 1 : end]), *lines[end:]]


def changed(lines, table, number=0, **values):
    """The same backup with other values in a row."""
    at = start_of(lines, table) + 1 + number
    names = lines[start_of(lines, table)]["columns"]
    return [
        *lines[:at],
        [values.get(name, value) for name, value in zip(names, lines[at], strict=True)],
        *lines[at + 1 :],
    ]


def refusal(database, lines):
    """Why a backup that says so is not restored; nothing where it is."""
    try:
        brought(database, made_of(lines))
    except BackupUnreadable as error:
        return error.message
    return ""


def in_history(lines, name):
    """The number of the first line of the history about a field."""
    rows = lines[start_of(lines, "history_changes") + 1 : end_of(lines, "history_changes")]
    return next(number for number, row in enumerate(rows) if f'"{name}"' in row[-1])


NEVER_STORED = [
    ("ledgers", {"name": " "}),
    ("ledgers", {"currency": "XXX"}),
    ("ledgers", {"id": "1"}),
    ("users", {"username": None}),
    ("categories", {"name": "Trips"}),
    ("categories", {"name": "x" * 101}),
    ("categories", {"entry_id": 999_999}),
    ("categories", {"owner_id": 999_999}),
    ("expenses", {"id": True}),
    ("expenses", {"id": 2**63}),
    ("expenses", {"id": -1}),
    ("expenses", {"amount": "0"}),
    ("expenses", {"amount": 1.5}),
    ("expenses", {"amount": "0.00001"}),
    ("expenses", {"amount": "1000000000000"}),
    ("expenses", {"amount": "1.005"}),
    ("expenses", {"currency": "eur"}),
    ("expenses", {"description": "a\x1b[31m"}),
    ("expenses", {"description": "a\nb"}),
    ("expenses", {"description": "\ud800"}),
    ("expenses", {"notes": "a\x00"}),
    ("expenses", {"spent_on": "1899-12-31"}),
    ("expenses", {"spent_on": "2026-02-30"}),
    ("expenses", {"category_id": 999_999}),
    ("expenses", {"category_id": 2**64}),
    ("expenses", {"version": 2**31}),
    ("expenses", {"version": "1"}),
    ("expenses", {"import_key": "zz"}),
    ("expenses", {"import_key": 5}),
    ("expenses", {"created_at": "2026-11-05T12:15:00"}),
    ("expenses", {"created_at": "0001-01-01T00:00:00+14:00"}),
    ("rules", {"skip": 1}),
    ("rules", {"min_amount": "NaN"}),
    *(
        ("imports", {"reading": reading})
        for reading in (
            "",
            "[]",
            '{"rows": "1"}',
            '{"colour": 1}',
            '{"differences": [[null, null, "total", "1", 1]]}',
            '{"differences": [[null, null, "total", "x", 1, null]]}',
            '{"understood": {"account": "\\u001b[31m"}}',
        )
    ),
    ("imports", {"expires_at": "2026-11-05T12:15:00+00:00"}),
    *(
        ("profiles", {"answers": answers})
        for answers in (
            "",
            "5",
            '{"colour": "red"}',
            '{"invert": "perhaps"}',
            '{"currency": 5}',
            '{"account": "\\ud800"}',
            '{"columns": {"colour": []}}',
            '{"columns": {"date": [1.5]}}',
            '{"outgoing": ["Soll"]}',
        )
    ),
    ("history_entries", {"action": "expense.steal"}),
    ("history_entries", {"undone_after": 999_999}),
    ("history_changes", {"kind": "user"}),
    ("history_changes", {"object_id": 999_999}),
    *(
        ("history_changes", {"fields": fields})
        for fields in (
            "",
            "[]",
            "[" * 100_000,
            '{"ledger_id": [1, 2]}',
            '{"id": [1, 2]}',
            '{"owner_id": [1, 2]}',
            '{"version": [1, 2]}',
            '{"deleted_at": [null]}',
            '{"deleted_at": "ab"}',
            '{"deleted_at": [null, "yesterday"]}',
        )
    ),
]


def test_what_no_use_case_would_have_stored_is_refused_and_nothing_is_made(database, content):
    """Whatever a row says, by itself or with the others: a file may have been written by anybody."""
    lines = said(content)
    moved = changed(
        lines, "history_changes", in_history(lines, "category_id"), fields='{"category_id": [null, 999999]}'
    )
    with database.transaction() as session:
        person(session, "alice")
        before = everything(session)

    wrong = [changed(lines, table, **values) for table, values in NEVER_STORED]
    taken = [NEVER_STORED[at] for at, one in enumerate(wrong) if "nothing was restored" not in refusal(database, one)]

    assert taken == []
    assert "do not belong together" in refusal(database, moved)
    with database.reading() as session:
        assert everything(session) == before


def test_tables_that_do_not_belong_in_a_ledger_are_refused(database, content):
    """Those of people and of who may do what, one that is there twice, none, or rows of no table."""
    lines = said(content)
    ledger, people = lines[start_of(lines, "ledgers") :][:2], start_of(lines, "users")
    members = {"table": "memberships", "columns": ["ledger_id", "user_id", "role", "created_at"], "next_id": None}
    with database.transaction() as session:
        person(session, "alice")
        before = everything(session)

    for wrong in (
        [lines[0], lines[-1]],
        [lines[0], [1], *lines[1:]],
        [*lines[:-1], members, [1, 1, "owner", "2026-11-05T12:15:00+00:00"], lines[-1]],
        [*lines[:-1], *ledger, lines[-1]],
        [*lines[:2], lines[2], [lines[2][0] + 1, *lines[2][1:]], *lines[3:]],
        [lines[0], *lines[people:]],
        [*lines[:people], *lines[end_of(lines, "users") :]],
        [*lines[:people], lines[people] | {"columns": ["id"]}, *lines[people + 1 :]],
        [*lines[:1], {"table": "ledgers"}, *lines[2:]],
        [*lines[:-1], {"table": "colours", "columns": [], "next_id": None}, lines[-1]],
    ):
        assert refusal(database, wrong)

    with database.reading() as session:
        assert everything(session) == before


def test_a_backup_that_is_much_when_it_is_unpacked_is_refused(content, empty):
    """A small file can be made that comes to more than there is room for."""
    size = len(gzip.decompress(content))

    with pytest.raises(BackupUnreadable, match="when it is unpacked"):
        brought(empty, content, most=size - 1)

    assert brought(empty, content, most=size)
