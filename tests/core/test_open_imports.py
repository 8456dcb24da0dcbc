"""A statement that is kept until somebody decides what comes in of it, and brought in as it was decided."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal

import pytest
from sqlalchemy import func, select, text
from writes import everything, record

from expense_core import (
    Database,
    categories,
    expenses,
    history,
    imports,
    kept_files,
    ledgers,
    open_imports,
    open_rows,
    rules,
    statements,
    users,
)
from expense_core.errors import Conflict, HistoryConflict, ImportClosed, ImportNotFound, Invalid, PermissionDenied
from expense_core.imports import Coming, State
from expense_core.imports_view import Reading, write_down
from expense_core.open_imports import KEPT, MOST_OPEN
from expense_core.open_rows import RowDecision, VerdictDecision
from expense_core.statements import ReadingOptions, Stated
from expense_core.statements.balancing import Difference, Figure
from expense_core.statements.importing import import_rows
from expense_core.statements.previewing import PreviewedRow
from expense_core.statements.verdicts import Origin, Verdict
from expense_core.tables import ImportPiece, ImportRow, LocalUserCreate, Role, RuleCreate
from expense_core.tables.columns import table_of

HEADER = "Date,Payee,Amount,Currency,Category,State"
RENT, BUN, SALARY = "2026-10-01,Rent,-900.00,EUR,Home", "2026-10-02,Bun,-3.20,EUR,", "2026-10-03,Salary,2500.00,EUR,"
NOTHING, YEN = "2026-10-04,Nothing,0.00,EUR,", "2026-10-05,Ramen,-15.50,JPY,"
NO_DAY = "2026-10-41,Odd,-1.00,EUR,Fun"
NEW, DUPLICATE, PERHAPS, MONEY_IN, PENDING, OTHER_CURRENCY, ZERO, UNCLEAR, RULED_OUT = Verdict
OPTIONS = ReadingOptions(
    columns=statements.parse_columns(
        "date=Date, amount=Amount, description=Payee, currency=Currency, category=Category, state=State"
    ),
    date_order=statements.DateOrder.YMD,
    decimal_mark=".",
    invert=False,
)


@pytest.fixture
def path(tmp_path):
    """Where a statement is."""
    return tmp_path / "card.csv"


@pytest.fixture
def begin(session, access, path):
    """Begin an import of these lines."""

    def begun(*lines, **more):
        path.write_text("\n".join([HEADER, *lines, ""]), encoding="utf-8")
        return open_imports.begin(session, access, path, statements.recognise(path, OPTIONS), OPTIONS, **more)

    return begun


def imported(session, access, path):
    """Import the file at once; the import's number."""
    layout = statements.recognise(path, OPTIONS)
    return import_rows(session, access, statements.rows(path, layout), kind=statements.kind(layout)).import_id


def shown(session, access, number):
    """Of each row by its line, what becomes of it."""
    return {one.line: (one.verdict, one.comes_in) for one in open_rows.list(session, access, number).items}


def in_book(session, access):
    """The descriptions in the book with their categories, the oldest first."""
    return [(one.description, one.category) for one in expenses.each(session, access)][::-1]


def kept(session):
    """How many rows and pieces are kept of files."""
    return [session.scalar(select(func.count()).select_from(table_of(one))) for one in (ImportRow, ImportPiece)]


def test_an_open_import_shows_what_would_come_in_and_the_book_is_as_it_was(session, access, begin, clock):
    """Every row has its verdict; the sums are of those that come in."""
    record(session, access, "Lunch", amount="3.20", spent_on="2026-10-01")
    before = in_book(session, access)

    made = begin(RENT, BUN, SALARY, NOTHING, YEN, NO_DAY, RENT, file="C:\\bank\\card.csv")

    assert (made.state, made.file, made.format, made.entry_id) == (State.OPEN, "card.csv", "csv", None)
    assert made.expires_at == clock() + KEPT
    assert (made.rows, made.counts) == (7, {"new": 2, "perhaps": 1, "money in": 1, "zero": 1, "unclear": 2})
    assert made.coming == Coming(2, {"EUR": Decimal("1800.00")})
    assert (made.new_categories, made.understood["delimiter"], made.left_out) == (["Home"], ",", {})
    assert shown(session, access, made.id) == {
        2: (NEW, True),
        3: (PERHAPS, False),
        4: (MONEY_IN, False),
        5: (ZERO, False),
        6: (UNCLEAR, False),
        7: (UNCLEAR, False),
        8: (NEW, True),
    }
    assert imports.list(session, access, state=State.OPEN).items == [made]
    assert (in_book(session, access), imports.expenses(session, access, made.id).items) == (before, [])
    assert imports.edits(session, access, made.id) == (0, [])


def test_rows_are_shown_page_by_page_with_all_that_is_known_of_them(session, access, begin):
    """In the order of the file; what an amount cannot be is shown as far as it can."""
    lunch = record(session, access, "Lunch", amount="3.20", spent_on="2026-10-01")
    number = begin(RENT, BUN, YEN, NO_DAY, "2026-10-06,Dust,-1.23456,EUR,").id

    page = open_rows.list(session, access, number, limit=4)
    rest = open_rows.list(session, access, number, limit=4, cursor=page.next_cursor)
    unclear = open_rows.list(session, access, number, verdict=UNCLEAR).items

    rent, bun, yen, odd = page.items
    assert (rent.spent_on.isoformat(), str(rent.amount), rent.currency) == ("2026-10-01", "900.00", "EUR")
    assert (rent.category, rent.category_from, rent.known, rent.why) == ("Home", "file", None, "")
    assert (bun.known.id, bun.known.description, bun.known.in_trash) == (lunch.id, "Lunch", False)
    assert (str(yen.amount), yen.currency, "no decimals" in yen.why) == ("15.5", "JPY", True)
    assert (odd.spent_on, odd.amount, odd.description) == (None, None, NO_DAY.replace(",", " "))
    assert [(one.description, one.amount) for one in rest.items] == [("Dust", None)]
    assert (rest.next_cursor, [one.line for one in unclear]) == (None, [4, 5, 6])


def test_rows_of_one_line_are_all_kept(session, access, begin):
    """A reader may tell of several that cannot be read on one line, or on none, and of amounts that nobody has."""
    number = begin(RENT).id
    huge = Decimal(10) ** 40
    found = [PreviewedRow(line, None, huge, "EUR", "?", None, UNCLEAR, "why") for line in (0, 0, 7, 7)]

    counts = open_rows.keep(session, access, number, found)

    page = open_rows.list(session, access, number, limit=2)
    rest = open_rows.list(session, access, number, limit=3, cursor=page.next_cursor)
    assert (counts, [one.line for one in (*page.items, *rest.items)]) == ({"unclear": 4}, [0, 0, 2, 7, 7])


def test_what_is_decided_of_single_rows_counts(session, access, begin):
    """Coming in, staying out, and the category; the last word on a line is the one that holds."""
    number = begin(RENT, BUN, SALARY, NO_DAY, NO_DAY).id

    open_rows.decide(
        session,
        access,
        number,
        [
            RowDecision(line=2, take=False),
            RowDecision(line=3, category="Fun"),
            RowDecision(line=3, category="Food"),
            RowDecision(line=4, take=True),
            RowDecision(line=5, take=False),
            RowDecision(line=6),
        ],
    )
    decided = open_rows.decide_all(session, access, number, VerdictDecision(verdict=UNCLEAR, take=False))
    bun = open_rows.list(session, access, number).items[1]
    committed = open_imports.commit(session, access, number)

    assert (bun.category, bun.category_from) == ("Food", Origin.CHOSEN)
    assert decided.coming == committed.coming == Coming(2, {"EUR": Decimal("-2496.80")})
    assert decided.new_categories == committed.new_categories == ["Food"]
    assert in_book(session, access) == [("Bun", "Food"), ("Salary", None)]


@pytest.mark.parametrize(
    ("decisions", "told", "field"),
    [
        ([RowDecision(line=2, take=True)], "the row of line 2 cannot come in: it was imported", "rows.0.take"),
        ([RowDecision(line=3, take=True)], "the row of line 3 cannot come in: no money moved", "rows.0.take"),
        ([RowDecision(line=4), RowDecision(line=4, take=True)], "line 4 cannot come in: it cannot be", "rows.1.take"),
        ([RowDecision(line=99)], "the file has no row on line 99", "rows.0.line"),
        ([RowDecision(line=line) for line in (6, 7, 8, 9)], r"6; .*7; .*8; \.\.\.$", "rows.0.line"),
        (VerdictDecision(verdict=ZERO, take=True), "rows that are zero cannot come in: no money moved", "take"),
    ],
)
def test_what_can_never_come_in_is_refused_by_its_row(session, access, begin, path, decisions, told, field):
    """Nothing is decided then."""
    begin(RENT)
    imported(session, access, path)
    number = begin(RENT, NOTHING, NO_DAY).id
    decide = open_rows.decide_all if isinstance(decisions, VerdictDecision) else open_rows.decide
    before = everything(session)

    with pytest.raises(Invalid, match=told) as refused:
        decide(session, access, number, decisions)

    assert refused.value.errors[0].field == field
    assert everything(session) == before


def test_too_many_rows_or_pages_that_are_none_are_refused(session, access, begin):
    """Told as it is."""
    number = begin(RENT).id

    with pytest.raises(Invalid, match="1,000 rows at most"):
        open_rows.decide(session, access, number, [RowDecision(line=2)] * 1_001)
    for query, told in (({"limit": 0}, "1 to 1,000 rows"), ({"cursor": "x"}, "another list")):
        with pytest.raises(Invalid, match=told):
            open_rows.list(session, access, number, **query)


def test_an_import_of_which_a_row_is_unclear_waits_for_somebody_to_say_so(session, access, begin):
    """Of each, or of all of them when it is brought in."""
    one, two = begin(RENT, NO_DAY), begin(BUN, NO_DAY, YEN)

    with pytest.raises(Invalid, match=r"^a row cannot be an expense, and nobody .* line 3"):
        open_imports.commit(session, access, one.id)
    with pytest.raises(Invalid, match=r"^2 rows cannot be expenses, such as this one, and nobody .* line 3"):
        open_imports.commit(session, access, two.id)
    open_imports.commit(session, access, two.id, leave_unclear=True)

    assert in_book(session, access) == [("Bun", None)]


def test_what_was_asked_of_all_rows_holds_when_it_comes_in(session, access, begin, path):
    """But for those that somebody takes, such as one of two equal rows in another currency."""
    begin(RENT)
    there = imports.expenses(session, access, imported(session, access, path)).items[0].id
    expenses.delete(session, access, there)
    expenses.purge(session, access, there)
    dollars, waiting = BUN.replace("EUR", "USD"), f"{BUN},pending"
    number = begin(RENT, waiting, BUN, dollars, dollars, pending=False, only_currency="eur", purged=True).id
    before = shown(session, access, number)

    open_rows.decide(session, access, number, [RowDecision(line=5, take=True)])
    open_rows.decide_all(session, access, number, VerdictDecision(verdict=PENDING, category="Later"))
    committed = open_imports.commit(session, access, number)

    assert before == {
        2: (NEW, True),
        3: (PENDING, False),
        4: (NEW, True),
        5: (OTHER_CURRENCY, False),
        6: (OTHER_CURRENCY, False),
    }
    assert committed.counts == {"new": 2, "pending": 1, "another currency": 2}
    assert committed.coming == Coming(3, {"EUR": Decimal("903.20"), "USD": Decimal("3.20")})
    assert in_book(session, access) == [("Rent", "Home"), ("Bun", None), ("Bun", None)]


def test_what_a_rule_leaves_out_and_what_may_be_in_the_book_comes_in_where_it_is_taken(session, access, begin):
    """With the category of the file, where nobody chose another: the rule has no say in it any more."""
    record(session, access, "Lunch", amount="3.20", spent_on="2026-10-01")
    rules.create(session, access, RuleCreate(text="rent", skip=True))
    number = begin(RENT, BUN, RENT).id
    assert shown(session, access, number) == {2: (RULED_OUT, False), 3: (PERHAPS, False), 4: (RULED_OUT, False)}

    open_rows.decide(session, access, number, [RowDecision(line=line, take=True) for line in (2, 3)])
    open_imports.commit(session, access, number)

    assert in_book(session, access) == [("Lunch", None), ("Rent", "Home"), ("Bun", None)]


def test_a_row_that_gets_another_category_is_called_as_its_rule_has_it_all_the_same(session, access, begin, food):
    """It comes in under the name that it was shown with; only the category is another one."""
    rules.create(session, access, RuleCreate(text="bun", description="Bakery", notes="by rule", category_id=food.id))
    number = begin(BUN).id

    open_rows.decide(session, access, number, [RowDecision(line=2, category="Fun")])
    shown_as = open_rows.list(session, access, number).items[0].description
    open_imports.commit(session, access, number)

    (bun,) = expenses.each(session, access)
    assert (shown_as, bun.description, bun.notes, bun.category) == ("Bakery", "Bakery", "by rule", "Fun")


def test_what_came_into_the_book_meanwhile_does_not_come_in_twice(session, access, begin, path):
    """The same file in another way, while this one was open: nothing is left of it to come in, and that is told."""
    number = begin(RENT, BUN).id
    imported(session, access, path)

    committed = open_imports.commit(session, access, number)

    assert (committed.state, committed.entry_id, committed.coming) == (State.COMMITTED, None, Coming())
    assert len(in_book(session, access)) == 2
    with pytest.raises(HistoryConflict, match=r"nothing of import .* has come into the book"):
        imports.revert(session, access, number)


def test_nothing_comes_in_that_was_not_shown_to(session, access, begin, path):
    """What was imported before and is reverted meanwhile was to stay out, and so was what a rule kept out."""
    begin(RENT)
    before = imported(session, access, path)
    rule = rules.create(session, access, RuleCreate(text="bun", skip=True))
    number = begin(RENT, BUN, "2026-10-09,Tea,-1.00,EUR,").id
    imports.revert(session, access, before)
    rules.delete(session, access, rule.id)

    open_imports.commit(session, access, number)

    assert in_book(session, access) == [("Tea", None)]


def test_an_import_is_read_again_as_it_was_asked_for(session, access, begin):
    """With the same options, money in as refunds, and no category that nobody gave."""
    rules.create(session, access, RuleCreate(text="bun", description="Cake"))
    number = begin(BUN, SALARY, credits=True, categorise=False).id

    committed = open_imports.commit(session, access, number)

    assert committed.coming == Coming(2, {"EUR": Decimal("-2496.80")})
    assert in_book(session, access) == [("Bun", None), ("Salary", None)]


def test_an_import_that_came_in_is_one_entry_and_keeps_nothing_of_the_file(session, access, begin):
    """It is undone and reverted like any other, under the number that it had."""
    number = begin(RENT, BUN).id
    assert kept(session) == [2, 1]

    committed = open_imports.commit(session, access, number)

    entry = history.get(session, access, committed.entry_id)
    assert (entry.note, entry.recorded, committed.expires_at) == ("card.csv", 3, None)
    assert (kept(session), open_rows.list(session, access, number).items) == ([0, 0], [])
    assert imports.of_entry(session, access, entry.id) == committed
    imports.revert(session, access, number)
    assert (in_book(session, access), imports.get(session, access, number).state) == ([], State.REVERTED)
    assert categories.list(session, access) == []


@pytest.mark.parametrize(
    "call",
    [
        lambda s, a, n: open_rows.decide(s, a, n, [RowDecision(line=2, take=False)]),
        lambda s, a, n: open_rows.decide_all(s, a, n, VerdictDecision(verdict=NEW, take=False)),
        open_imports.commit,
        open_imports.delete,
    ],
    ids=["decide", "decide_all", "commit", "delete"],
)
def test_only_an_editor_decides_and_only_while_the_import_is_open(session, access, begin, call, clock):
    """A viewer looks; what came in, what nobody has, and what nobody decided on in time is past deciding."""
    users.register_local(session, LocalUserCreate(username="bob"))
    ledgers.admit(session, access, "bob", Role.VIEWER)
    viewer = ledgers.open(session, users.named(session, "bob"), access.ledger_id)
    number, came_in = begin(RENT).id, begin(BUN).id
    open_imports.commit(session, access, came_in)

    assert imports.get(session, viewer, number).coming.count == 1
    assert open_rows.list(session, viewer, number).items
    with pytest.raises(PermissionDenied):
        call(session, viewer, number)
    with pytest.raises(ImportClosed, match="came in already"):
        call(session, access, came_in)
    with pytest.raises(ImportNotFound):
        call(session, access, came_in + 1)
    clock.advance(days=KEPT.days)
    with pytest.raises(ImportNotFound):
        call(session, access, number)
    with pytest.raises(ImportNotFound):
        open_rows.list(session, access, number)


def test_what_nobody_decided_on_in_time_is_thrown_away(session, access, begin, clock):
    """When the next one is begun; a viewer begins none. Numbers are not given out again."""
    first = begin(RENT, BUN).id
    clock.advance(days=KEPT.days)

    second = begin(RENT).id

    assert second > first
    assert kept(session) == [1, 1]
    open_imports.delete(session, access, second)
    assert (kept(session), imports.list(session, access).items) == ([0, 0], [])


def test_a_file_is_kept_as_it_is_whatever_its_size(session, access, begin, tmp_path):
    """In pieces, of which none has to be in memory with another; under a name that any system takes."""
    number, large = begin(RENT).id, tmp_path / "large"
    large.write_bytes(os.urandom(2_500_000))
    kept_files.drop(session, access, number)
    kept_files.keep(session, access, number, large)

    with kept_files.unpacked(session, access, number, '../a"b/ümsatz.csv') as unpacked:
        same, name = unpacked.read_bytes() == large.read_bytes(), unpacked.name

    assert (same, name, kept(session)[1] > 1, unpacked.exists()) == (True, "_a_b_ümsatz.csv", True, False)
    with kept_files.folder_for("..") as nameless:
        assert nameless.name == "statement"


def test_what_a_file_says_of_its_rows_is_kept_with_its_import(session, access, begin, path):
    """Sums and numbers of rows, as they were told when it came in."""
    begin(RENT)
    layout = statements.recognise(path, OPTIONS)
    said = [Stated(None, "EUR", rows=5, total=Decimal("-900.50"))]

    number = import_rows(session, access, statements.rows(path, layout), stated=said).import_id

    assert imports.get(session, access, number).differences == [
        Difference(None, "EUR", Figure.ROWS, 5, 1),
        Difference(None, "EUR", Figure.TOTAL, Decimal("-900.50"), Decimal("-900.00")),
    ]


def test_a_user_leaves_with_imports_and_rules(session, access, alice, begin, path):
    """Of a ledger that is theirs alone nothing stays behind."""
    begin(RENT)
    imported(session, access, path)
    rules.create(session, access, RuleCreate(text="rent", skip=True))

    users.delete(session, alice)

    left = {name for name, found in everything(session).items() if found}
    assert left == set()


def test_an_import_that_two_bring_in_at_once_comes_in_once(database, path):
    """The second is told so, and the book has each row once."""
    path.write_text(f"{HEADER}\n{RENT}\n{BUN}\n", encoding="utf-8")
    with database.transaction() as session:
        access = ledgers.open(session, users.register_local(session, LocalUserCreate(username="alice")))
        number = open_imports.begin(session, access, path, statements.recognise(path, OPTIONS), OPTIONS).id

    def bring_in(_):
        try:
            with database.transaction() as session:
                return open_imports.commit(session, access, number).coming.count
        except ImportClosed as error:
            return error.code

    with ThreadPoolExecutor(2) as threads:
        came = [*threads.map(bring_in, range(2))]

    assert sorted(came, key=str) == [2, "import_closed"]
    with database.reading() as session:
        assert in_book(session, access) == [("Rent", "Home"), ("Bun", None)]


def test_an_import_that_is_just_being_brought_in_is_not_thrown_away(postgresql_url, path, clock):
    """Its time runs out meanwhile: who begins another one neither waits for it nor takes it away."""
    path.write_text(f"{HEADER}\n{RENT}\n", encoding="utf-8")
    with Database(postgresql_url, clock=clock) as book:
        with book.transaction() as session:
            access = ledgers.open(session, users.register_local(session, LocalUserCreate(username="alice")))
            number = open_imports.begin(session, access, path, statements.recognise(path, OPTIONS), OPTIONS).id

        with book.transaction() as session:
            open_imports.commit(session, access, number)
            clock.advance(days=KEPT.days)
            with book.transaction() as other:
                other.execute(text("SET LOCAL lock_timeout = 1"))
                open_imports.clear(other, access)

        with book.reading() as session:
            assert imports.get(session, access, number).state is State.COMMITTED


def test_a_ledger_has_so_many_open_imports_and_no_more(session, access, begin, clock):
    """Each takes the room of its file for a week; whoever brings one in, or throws one away, has room for another."""
    left = [
        write_down(session, access, Reading(), file="", kind="csv", expires_at=clock() + KEPT) for _ in range(MOST_OPEN)
    ]

    with pytest.raises(Conflict, match="100 imports are open"):
        begin(RENT)
    open_imports.delete(session, access, left[0])

    assert begin(RENT).state is State.OPEN
