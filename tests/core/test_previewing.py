"""A look at a statement before it comes in, and an import by what was decided then."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import inspect
from writes import everything, record

from expense_core import expenses, history, imports, ledgers, rules, statements, users
from expense_core.errors import InvalidCurrency, PermissionDenied, StatementAmbiguous, StatementUnreadable
from expense_core.statements import ReadingOptions
from expense_core.statements.importing import import_rows
from expense_core.statements.previewing import preview
from expense_core.statements.staging import Choices
from expense_core.statements.verdicts import Origin, Verdict
from expense_core.tables import LocalUserCreate, Role, RuleCreate

HEADER = "Date,Payee,Amount,Currency,Category,State"
RENT, BUN, SALARY = "2026-10-01,Rent,-900.00,EUR,Home", "2026-10-02,Bun,-3.20,EUR,", "2026-10-03,Salary,2500.00,EUR,"
NOTHING, YEN = "2026-10-04,Nothing,0.00,EUR,", "2026-10-05,Ramen,-15.50,JPY,"
NO_DAY = "2026-10-41,Odd,-1.00,EUR,Fun"
WAITING, DOLLARS = f"{BUN},pending", "2026-10-02,Bun,-3.20,USD,"
NEW, DUPLICATE, PERHAPS, MONEY_IN, PENDING, OTHER_CURRENCY, ZERO, UNCLEAR, RULED_OUT = Verdict
OPTIONS = ReadingOptions(
    delimiter=",",
    columns=statements.parse_columns(
        "date=Date, amount=Amount, description=Payee, currency=Currency, category=Category, state=State"
    ),
    date_order=statements.DateOrder.YMD,
    decimal_mark=".",
    invert=False,
)


@pytest.fixture
def path(tmp_path):
    """Where the statement is."""
    return tmp_path / "statement.csv"


def looked(session, access, path, *lines, **more):
    """What would become of a statement of these lines."""
    path.write_text("\n".join([HEADER, *lines, ""]), encoding="utf-8")
    return list(preview(session, access, path, statements.recognise(path, OPTIONS), **more))


def imported(session, access, path, choices, **more):
    """What comes of importing the statement so."""
    rows = statements.rows(path, statements.recognise(path, OPTIONS), unreadable=choices.pass_over)
    return import_rows(session, access, rows, choices=choices, **more)


def verdicts(rows):
    """What becomes of each line."""
    return {one.line: one.verdict for one in rows}


def in_book(session, access):
    """The descriptions in the book with their categories, the oldest first."""
    return [(one.description, one.category) for one in expenses.each(session, access)][::-1]


def test_every_row_is_shown_with_what_becomes_of_it(session, access, path):
    """In the order of the file, and nothing is written."""
    before = everything(session)

    rows = looked(session, access, path, RENT, BUN, BUN, SALARY, NOTHING)

    assert verdicts(rows) == {2: NEW, 3: NEW, 4: NEW, 5: MONEY_IN, 6: ZERO}
    assert (rows[0].description, rows[0].amount, rows[0].currency) == ("Rent", Decimal("900.00"), "EUR")
    assert (str(rows[0].spent_on), rows[0].category, rows[0].why) == ("2026-10-01", "Home", "")
    assert (rows[3].amount, rows[4].amount) == (Decimal("-2500.00"), 0)
    assert everything(session) == before
    assert not {name for name in inspect(session.connection()).get_temp_table_names() if name.startswith("staged")}


def test_what_was_imported_before_is_shown_as_that(session, access, path):
    """Of twins as many as there were, and a refund that came in too."""
    looked(session, access, path, BUN, SALARY)
    imported(session, access, path, Choices(take={3}))

    rows = looked(session, access, path, RENT, BUN, BUN, SALARY)

    assert verdicts(rows) == {2: NEW, 3: DUPLICATE, 4: NEW, 5: DUPLICATE}


def test_each_row_that_can_be_no_expense_says_why(session, access, path):
    """One that cannot even be read is shown as it is; the others are not stopped by it."""
    rows = looked(session, access, path, RENT, YEN, NO_DAY, BUN)

    assert verdicts(rows) == {2: NEW, 3: UNCLEAR, 4: UNCLEAR, 5: NEW}
    assert "JPY" in rows[1].why
    assert (rows[1].spent_on.day, rows[1].amount, rows[1].description) == (5, Decimal("15.50"), "Ramen")
    assert "2026-10-41" in rows[2].why
    assert (rows[2].spent_on, rows[2].amount) == (None, None)
    assert rows[2].description == "2026-10-41 Odd -1.00 EUR Fun"


@pytest.mark.parametrize(
    ("asked", "left"),
    [
        ({}, {7: MONEY_IN, 8: ZERO}),
        ({"pending": False}, {3: PENDING, 6: PENDING, 7: MONEY_IN, 8: ZERO}),
        ({"only_currency": "eur"}, {5: OTHER_CURRENCY, 6: OTHER_CURRENCY, 7: MONEY_IN, 8: ZERO}),
        (
            {"pending": False, "only_currency": "USD", "credits": True},
            {2: OTHER_CURRENCY, 3: PENDING, 4: OTHER_CURRENCY, 6: PENDING, 7: OTHER_CURRENCY, 8: ZERO},
        ),
    ],
    ids=["nothing", "booked", "euros", "all"],
)
def test_what_is_not_wanted_stays_out(session, access, path, asked, left):
    """A look says so of each row, and the import counts them; what comes in though it is pending is told."""
    rows = looked(session, access, path, RENT, WAITING, BUN, DOLLARS, f"{DOLLARS},pending", SALARY, NOTHING, **asked)
    shown = verdicts(rows)

    report = imported(session, access, path, Choices(), **asked)

    assert shown == dict.fromkeys(range(2, 9), NEW) | left
    assert [row.line for row in rows if row.why == "still pending"] == [line for line in (3, 6) if shown[line] is NEW]
    assert report.unbooked == 2
    counts = {
        NEW: report.new,
        MONEY_IN: report.money_in,
        PENDING: report.pending,
        OTHER_CURRENCY: report.other_currency,
        ZERO: report.zero,
    }
    assert {why: count for why, count in counts.items() if count} == Counter(shown.values())
    assert imports.get(session, access, report.import_id).counts == Counter(shown.values())


@pytest.mark.parametrize(("take", "come"), [(set(), (0, 1, 1)), ({2}, (1, 1, 0)), ({4}, (1, 1, 1))], ids=str)
def test_a_row_that_is_pending_is_counted_behind_its_equals(session, access, path, take, come):
    """It is in the file only until one of them takes its place: the one that is booked was imported before."""
    looked(session, access, path, BUN)
    imported(session, access, path, Choices())
    shown = verdicts(looked(session, access, path, WAITING, BUN, SALARY, pending=False))

    report = imported(session, access, path, Choices(take=take), pending=False)

    assert shown == {2: PENDING, 3: DUPLICATE, 4: MONEY_IN}
    assert (report.new, report.duplicates, report.pending) == come


def test_a_row_that_is_pending_and_wanted_is_counted_as_any_other(session, access, path):
    """A look and the import agree on it: by its line it is what was imported before, or may be in the book already."""
    looked(session, access, path, BUN)
    imported(session, access, path, Choices())
    record(session, access, "Snack", amount="15", spent_on="2026-10-02", currency="JPY")
    shown = verdicts(looked(session, access, path, WAITING, BUN, "2026-10-01,Snack,-15,JPY,,pending"))

    report = imported(session, access, path, Choices(leave={3}))

    assert shown == {2: DUPLICATE, 3: NEW, 4: PERHAPS}
    assert (report.new, report.duplicates, report.perhaps, report.left) == (0, 1, 1, 1)


@pytest.mark.parametrize(
    ("asked", "verdict"), [({"pending": False}, PENDING), ({"only_currency": "USD"}, OTHER_CURRENCY)], ids=str
)
def test_what_is_not_wanted_takes_no_place_of_an_expense_that_it_may_be(session, access, path, asked, verdict):
    """That is for the rows that would come in; one that is taken does, whatever it may be."""
    record(session, access, "Breakfast", amount="3.20", spent_on="2026-10-01", currency="EUR")
    record(session, access, "Breakfast", amount="3.20", spent_on="2026-10-01", currency="USD")
    shown = verdicts(looked(session, access, path, WAITING, DOLLARS, **asked))

    report = imported(session, access, path, Choices(take={2}), **asked)

    assert shown == {2: verdict, 3: PERHAPS}
    assert (report.new, report.perhaps) == (1, 1)


def test_a_currency_that_there_is_none_of_cannot_be_the_only_one(session, access, path):
    """It is refused before anything is read."""
    for asked in (looked, imported):
        with pytest.raises(InvalidCurrency, match="'XYZ' is no currency code"):
            asked(session, access, path, *([RENT] if asked is looked else [Choices()]), only_currency="XYZ")


def test_money_in_is_unclear_only_where_it_is_asked_for(session, access, path):
    """Nobody has to mend what would be left out anyhow."""
    wrong = "2026-10-05,Refund,15.50,JPY,"

    assert verdicts(looked(session, access, path, RENT, wrong)) == {2: NEW, 3: MONEY_IN}
    assert verdicts(looked(session, access, path, RENT, SALARY, wrong, credits=True)) == {2: NEW, 3: NEW, 4: UNCLEAR}
    assert verdicts(looked(session, access, path, RENT, YEN, only_currency="EUR")) == {2: NEW, 3: OTHER_CURRENCY}
    assert verdicts(looked(session, access, path, RENT, f"{YEN},pending", pending=False)) == {2: NEW, 3: PENDING}


def test_money_in_that_nobody_takes_need_not_be_clear(session, access, path):
    """While other money in comes in, too."""
    wrong = "2026-10-05,Refund,15.50,JPY,"
    looked(session, access, path, RENT, SALARY, wrong, SALARY)

    report = imported(session, access, path, Choices(take={5}))

    assert (report.new, report.money_in) == (2, 2)
    assert in_book(session, access) == [("Rent", "Home"), ("Salary", None)]


def test_a_file_of_which_nothing_would_come_in_is_shown_all_the_same(session, access, path):
    """Each row with why it stays out."""
    assert verdicts(looked(session, access, path, NOTHING, NO_DAY)) == {2: ZERO, 3: UNCLEAR}


def test_what_an_export_holds_that_was_spoilt_since_is_unclear(session, access, path):
    """Each line alone, as in any statement."""
    path.write_text(
        "id,spent_on,amount,currency,description,category,notes\n"
        "1,2026-10-01,900.00,EUR,Rent,Home,\n2,soon,3.20,EUR,Bun,,\n3,2026-10-02,4.20,EUR,Tea,,\n",
        encoding="utf-8",
    )

    rows = list(preview(session, access, path, statements.recognise(path)))

    assert verdicts(rows) == {2: NEW, 3: UNCLEAR, 4: NEW}
    assert "line 3 is not as `expense export` writes it" in rows[1].why
    assert rows[1].description == "2 soon 3.20 EUR Bun"


def test_lines_that_are_no_rows_are_counted(session, access, path):
    """Balances, for one."""
    counts = Counter()
    path.write_text(f"{HEADER}\n{RENT}\n{BUN}\n2026-10-31,Closing balance,100.00,EUR,\n", encoding="utf-8")

    rows = list(preview(session, access, path, statements.recognise(path, OPTIONS), counts))

    assert verdicts(rows) == {2: NEW, 3: NEW}
    assert counts == {statements.LeftOut.BALANCE: 1}


def test_how_far_a_look_is_is_told_as_rows_are_read(session, access, path):
    """Part by part, so that whoever waits for a large file sees it, or stops it."""
    lines = [f"2026-10-02,Bun {number},-1.00,EUR," for number in range(510)]
    told = []

    looked(session, access, path, *lines, progress=told.append)

    assert told == [500, 510]


def test_a_viewer_may_not_even_look(session, access, path):
    """It is a part of importing."""
    bob = users.register_local(session, LocalUserCreate(username="bob"))
    ledgers.admit(session, access, "bob", Role.VIEWER)

    with pytest.raises(PermissionDenied):
        looked(session, ledgers.open(session, bob, access.ledger_id), path, RENT)


def test_a_sign_of_several_currencies_is_asked_about(session, access, path):
    """As by the import."""
    with pytest.raises(StatementAmbiguous) as asked:
        looked(session, access, path, RENT, "2026-10-05,Ost,-15.50,kr,")
    with pytest.raises(StatementAmbiguous):
        imported(session, access, path, Choices(), only_currency="EUR")

    assert asked.value.option == "currency"


def test_choices_are_kept_and_one_undo_takes_it_all_back(session, access, path, food):
    """Lines that were left stay out, unclear ones too; refunds that were taken come in; categories are as chosen."""
    looked(session, access, path, RENT, BUN, SALARY, YEN, NO_DAY, "2026-10-06,Tea,-2.00,EUR,Home")
    chosen = Choices(leave={2, 5, 6}, take={4}, categories={3: "FOOD", 4: "Income", 7: ""})

    report = imported(session, access, path, chosen)

    assert in_book(session, access) == [("Bun", "Food"), ("Salary", "Income"), ("Tea", None)]
    assert (report.new, report.left, report.new_categories) == (3, 2, ["Income"])
    history.undo(session, access, report.entry_id)
    assert in_book(session, access) == []


def test_an_unclear_row_that_nobody_left_stops_the_import(session, access, path):
    """Whether it can be read or not; nothing comes in."""
    for line in (YEN, NO_DAY):
        looked(session, access, path, RENT, line, BUN)

        with pytest.raises(StatementUnreadable, match="line 3"):
            imported(session, access, path, Choices(leave={2}))

    assert in_book(session, access) == []


def test_a_category_that_can_be_none_is_told_of_its_line(session, access, path):
    """The one that was chosen, not the bank's."""
    looked(session, access, path, RENT, BUN)

    with pytest.raises(StatementUnreadable, match="line 3: its category"):
        imported(session, access, path, Choices(categories={3: "x" * 101}))


def test_leaving_a_duplicate_lets_its_twin_in(session, access, path):
    """What is left still counts among its equals: the row that was shown as new is the one that comes in."""
    looked(session, access, path, BUN)
    imported(session, access, path, Choices())
    assert verdicts(looked(session, access, path, BUN, BUN)) == {2: DUPLICATE, 3: NEW}

    report = imported(session, access, path, Choices(leave={2}))

    assert (report.new, report.duplicates) == (1, 1)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(data=st.data())
def test_what_was_shown_is_what_comes_in(session, access, path, data):
    """Whatever is in the file, in the book before, asked and chosen: new rows but those left, and what is taken."""
    kinds = [RENT, BUN, WAITING, SALARY, NOTHING, YEN, NO_DAY]
    with session.begin_nested() as attempt:
        there = st.sampled_from([RENT, BUN, WAITING, SALARY])
        earlier = data.draw(st.lists(there, min_size=1, max_size=4), label="earlier")
        looked(session, access, path, *earlier)
        imported(session, access, path, Choices(take=set(range(2, 9))))
        lines = data.draw(st.lists(st.sampled_from(kinds), max_size=8), label="lines")
        asked = data.draw(st.sampled_from([{}, {"pending": False}, {"only_currency": "JPY"}]), label="asked")
        shown = verdicts(looked(session, access, path, RENT, *lines, **asked))
        unclear = {line for line, verdict in shown.items() if verdict is UNCLEAR}
        leave = data.draw(st.sets(st.sampled_from(sorted(shown))), label="leave") | unclear
        take = data.draw(st.sets(st.sampled_from(sorted(shown))), label="take")
        before = len(in_book(session, access))

        report = imported(session, access, path, Choices(leave=leave, take=take), **asked)

        to_take = (MONEY_IN, PENDING, OTHER_CURRENCY)
        wanted = {line for line, one in shown.items() if one is NEW or (one in to_take and line in take)} - leave
        assert report.new == len(wanted) == len(in_book(session, access)) - before
        out = report.money_in + report.pending + report.other_currency + report.zero + report.left
        assert report.new + report.duplicates + out == report.rows
        attempt.rollback()


def test_a_look_shows_the_category_that_is_proposed_and_where_it_is_from(session, access, path, food):
    """By a rule, by the file, or as it was chosen before; a row that a rule leaves out says so."""
    record(session, access, "Bun", category_id=food.id)
    rules.create(session, access, RuleCreate(payee="ramen", category_id=food.id))
    rules.create(session, access, RuleCreate(payee="kiosk", skip=True))
    file = (RENT, BUN, SALARY, "2026-10-05,Ramen,-15,JPY,Noodles", "2026-10-06,Kiosk,-2.00,EUR,")

    seen = looked(session, access, path, *file)
    plain = looked(session, access, path, *file, categorise=False)

    assert [(one.category, one.category_from, one.verdict) for one in seen] == [
        ("Home", Origin.FILE, NEW),
        ("Food", Origin.BEFORE, NEW),
        (None, None, MONEY_IN),
        ("Food", Origin.RULE, NEW),
        (None, None, RULED_OUT),
    ]
    assert [one.category for one in plain] == ["Home", None, None, "Noodles", None]
