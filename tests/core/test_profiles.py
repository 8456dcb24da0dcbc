"""What was answered about a file answers the same question about the next of its shape, and nothing else."""

from __future__ import annotations

import pytest
import sqlalchemy
from writes import everything

from expense_core import ledgers, open_imports, statements, users
from expense_core.errors import PermissionDenied, ProfileNotFound, StatementAmbiguous
from expense_core.statements import DateOrder, ReadingOptions, profiles, units
from expense_core.statements.row import Role as Column
from expense_core.tables import LocalUserCreate, Role

OCTOBER = "Date,Text,Amount\n3/4/2026,Tea,-1.50\n"
NOVEMBER = "Date,Text,Amount\n5/6/2026,Cake,-2.50\n7/8/2026,Tea,-3.50\n"
UNSIGNED = "Date,Text,Amount\n2026-10-05,Tea,1.50\n"
WORDS = "Date,Text,Amount,Direction\n2026-10-05,Tea,1.50,blub\n2026-10-06,Pay,2.50,blab\n"
OTHER_WORDS = "Date,Text,Amount,Direction\n2026-11-05,Tea,1.50,blub\n2026-11-06,Pay,2.50,bleb\n"
COLUMNS = "Tag,Spalte,Reihe\n2026-10-05,-1.50,-2.50\n"
JOURNAL = "2026-02-03 Bakery\n  stuff:food  4 EUR\n  cash\n"
BALANCED = "Date,Text,Amount,Balance\n2026-10-05,Pay,5,100\n2026-10-06,Tea,10,90\n2026-10-07,Pay,20,110\n"


@pytest.fixture
def write(tmp_path):
    """Write a statement; its path."""

    def written(text, name="bank.csv"):
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        return path

    return written


def question(path, options):
    """What is asked about a file."""
    with pytest.raises(StatementAmbiguous) as asked:
        statements.recognise(path, options)
    return asked.value


def reading(session, access, path, **options):
    """What comes of reading a file, whose rows are read too, by what is remembered."""

    def attempt(known):
        layout = statements.recognise(path, known)
        for row in statements.rows(path, layout):
            units.at_home(row.currency or "EUR", "EUR")
        return known

    return profiles.answered(session, access, path, ReadingOptions(**options), attempt)


@pytest.mark.parametrize(
    ("text", "name", "answer", "told"),
    [
        (OCTOBER, "a.csv", {"date_order": DateOrder.DMY}, {"date_order": "dmy"}),
        (UNSIGNED, "a.csv", {"invert": True}, {"invert": "yes"}),
        (UNSIGNED, "a.csv", {"invert": False}, {"invert": "no"}),
        ("Date,Amount\n2026-10-05,1.500\n2026-10-06,2.500\n", "a.csv", {"decimal_mark": ",", "invert": True}, None),
        ("2026-10-05,Tea,-kr 1.50\n2026-10-06,Tea,-kr 2.50\n", "a.csv", {"currency": "NOK"}, {"currency": "NOK"}),
        (WORDS, "a.csv", {"outgoing": ["blub"]}, {"outgoing": "blub"}),
        (COLUMNS, "a.csv", {"columns": {Column.AMOUNT: [3]}}, {"columns": "amount=3"}),
        (JOURNAL, "my.journal", {"account": "stuff"}, {"account": "stuff"}),
        ("!Type:Bank\nD7/12'26\nT-31.80\nPShop\n^\n", "a.qif", {"date_order": DateOrder.MDY}, {"date_order": "mdy"}),
        ("3/4/2026,-1.50,Tea\n5/4/2026,-2.50,Tea\n", "a.csv", {"date_order": DateOrder.DMY}, {"date_order": "dmy"}),
    ],
)
def test_an_answer_is_remembered_for_the_next_file_of_the_shape(session, access, write, text, name, answer, told):
    """Of every kind of question; nobody is asked again."""
    path = write(text, name)

    remembered = profiles.remember(session, access, path, ReadingOptions(**answer))
    known = reading(session, access, path)

    assert {option: getattr(known, option) for option in answer if option != "columns"} == {
        option: said for option, said in answer.items() if option != "columns"
    }
    assert {role: [*named] for role, named in known.columns.items()} == answer.get("columns", {})
    assert remembered is not None
    assert told in (None, remembered.answers)
    assert profiles.list(session, access) == [remembered]


def test_what_is_remembered_is_said_with_the_file_and_what_such_files_look_like(session, access, write, clock):
    """So that a person knows what to forget."""
    kept = profiles.remember(session, access, write(OCTOBER), ReadingOptions(date_order=DateOrder.DMY))

    assert (kept.looks, kept.file, kept.updated_at) == ("Date, Text, Amount", "bank.csv", clock.now)


def test_what_an_open_import_was_asked_is_remembered_with_the_name_that_its_file_has(session, access, write):
    """Not with that of the copy which is made to read it."""
    path, options = write(OCTOBER, "Umsätze #1 & 2.csv"), ReadingOptions(date_order=DateOrder.DMY)
    number = open_imports.begin(session, access, path, statements.recognise(path, options), options).id

    open_imports.commit(session, access, number)

    assert [one.file for one in profiles.list(session, access)] == ["Umsätze #1 & 2.csv"]


@pytest.mark.parametrize(
    "other",
    [
        pytest.param("Date,Payee,Amount\n3/4/2026,Tea,-1.50\n", id="other columns"),
        pytest.param("Date;Text;Amount\n3/4/2026;Tea;-1.50\n", id="another delimiter"),
        pytest.param("Date,Text,Amount\n3-4-2026,Tea,-1.50\n", id="days written otherwise"),
        pytest.param("Date,Text,Amount\n3/4/26,Tea,-1.50\n", id="years written otherwise"),
    ],
)
def test_an_answer_is_none_for_a_file_of_another_shape(session, access, write, other):
    """Another bank may mean it otherwise."""
    profiles.remember(session, access, write(OCTOBER), ReadingOptions(date_order=DateOrder.DMY))
    path = write(other, "other.csv")

    found = profiles.recall(session, access, path, ReadingOptions(), question(path, ReadingOptions()))

    assert found is None


def test_what_a_file_says_itself_and_what_is_given_go_before_what_is_remembered(session, access, write):
    """One day past the twelfth settles it; so does an option."""
    profiles.remember(session, access, write(OCTOBER), ReadingOptions(date_order=DateOrder.DMY))

    told = statements.recognise(write("Date,Text,Amount\n3/4/2026,Tea,-1.50\n3/14/2026,Tea,-1.50\n"))
    given = reading(session, access, write(NOVEMBER), date_order=DateOrder.MDY)

    assert told.date_order is given.date_order is DateOrder.MDY


def test_another_answer_takes_the_place_of_the_first(session, access, write):
    """There is one for each shape; the same one again is nothing new."""
    first = profiles.remember(session, access, write(OCTOBER), ReadingOptions(date_order=DateOrder.DMY))
    same = profiles.remember(session, access, write(NOVEMBER), ReadingOptions(date_order=DateOrder.DMY))
    other = profiles.remember(session, access, write(NOVEMBER), ReadingOptions(date_order=DateOrder.MDY))

    assert same is None
    assert (other.id, other.answers) == (first.id, {"date_order": "mdy"})
    assert profiles.list(session, access) == [other]


def test_several_questions_about_one_file_are_remembered_together(session, access, write):
    """And later answers beside the earlier ones."""
    charged = "Tag,Was,Summe,Extra,Fee\n3/4/2026,Tea,1.50,2.50,0.10\n"
    asked = write(charged)
    columns = {Column.AMOUNT: ["Summe"]}

    profiles.remember(session, access, asked, ReadingOptions(columns=columns, date_order=DateOrder.DMY, invert=True))
    profiles.remember(
        session,
        access,
        asked,
        ReadingOptions(columns=columns | {Column.FEE: []}, date_order=DateOrder.DMY, invert=True),
    )

    (kept,) = profiles.list(session, access)
    assert kept.answers == {"date_order": "dmy", "invert": "yes", "columns": "amount=Summe,fee="}
    assert (known := reading(session, access, asked)).date_order is DateOrder.DMY
    assert known.columns == {Column.AMOUNT: ("Summe",), Column.FEE: ()}
    assert profiles.used(ReadingOptions(), known) == {"as answered before": "columns, date order, invert"}
    assert profiles.used(known, known) == {}


@pytest.mark.parametrize(
    ("text", "options"),
    [
        pytest.param("Date,Text,Amount\n2026-10-05,Tea,-1.50\n", {"date_order": DateOrder.DMY}, id="nothing was asked"),
        pytest.param("Date,Text,Amount\n2026-10-05,Tea,-1.50\n", {"currency": "USD"}, id="nor the currency"),
        pytest.param(BALANCED, {"invert": True}, id="about the first row alone"),
        pytest.param(OCTOBER, {"encoding": "utf-8"}, id="no answer"),
        pytest.param(OCTOBER, {"invert": True}, id="an answer to something else"),
        pytest.param("no statement\n", {"invert": True}, id="no statement"),
        pytest.param(f"{UNSIGNED}2026-10-06,Tea,Cake,Bun,1\n", {"invert": True}, id="a damaged one"),
    ],
)
def test_what_answers_no_question_that_lasts_is_not_remembered(session, access, write, text, options):
    """An option may be for one file alone."""
    assert profiles.remember(session, access, write(text), ReadingOptions(**options)) is None
    assert profiles.list(session, access) == []


def test_an_answer_about_single_rows_is_asked_for_each_time(session, access, write):
    """Whether the first amount came in or went out says nothing about the next file's."""
    path = write(BALANCED)
    profiles.remember(session, access, write(BALANCED.replace("110", ""), "other.csv"), ReadingOptions(invert=True))

    assert profiles.recall(session, access, path, ReadingOptions(), question(path, ReadingOptions())) is None


def test_words_that_were_not_there_before_are_asked_about(session, access, write):
    """An answer never guesses that a new word is money in; it knows them both then."""
    profiles.remember(session, access, write(WORDS), ReadingOptions(outgoing=["blub"]))
    path = write(OTHER_WORDS, "other.csv")

    unknown = profiles.recall(session, access, path, ReadingOptions(), question(path, ReadingOptions()))
    profiles.remember(session, access, path, ReadingOptions(outgoing=["blub"]))

    assert unknown is None
    assert [reading(session, access, write(text)).outgoing for text in (WORDS, OTHER_WORDS)] == [["blub"], ["blub"]]


def test_an_answer_that_does_not_fit_any_more_is_asked_for_anew(session, access, write):
    """An account that is not there, an order that is none of those possible."""
    path = write(JOURNAL, "my.journal")
    profiles.remember(session, access, path, ReadingOptions(account="stuff:food"))
    path = write(JOURNAL.replace(":food", ":rent"), "my.journal")
    asked = question(path, ReadingOptions())
    dates = write(OCTOBER)
    profiles.remember(session, access, dates, ReadingOptions(date_order=DateOrder.DMY))
    two = StatementAmbiguous("Which?", "date_order", ("mdy", "ymd"))

    assert profiles.recall(session, access, path, ReadingOptions(), asked) is None
    assert profiles.recall(session, access, dates, ReadingOptions(), two) is None
    assert profiles.recall(session, access, dates, ReadingOptions(date_order=DateOrder.MDY), two) is None


def test_a_question_that_was_never_answered_is_asked(session, access, write):
    """Also where another one about the same file was."""
    path = write("Date,Text,Amount\n3/4/2026,Tea,1.50\n")
    profiles.remember(session, access, write(OCTOBER, "october.csv"), ReadingOptions(date_order=DateOrder.DMY))

    with pytest.raises(StatementAmbiguous) as asked:
        reading(session, access, path)

    assert asked.value.option == "invert"


def test_an_answer_is_forgotten(session, access, write):
    """The next file is asked about; what is not there cannot be forgotten."""
    path = write(OCTOBER)
    kept = profiles.remember(session, access, path, ReadingOptions(date_order=DateOrder.DMY))

    assert profiles.forget(session, access, kept.id) == kept
    with pytest.raises(ProfileNotFound, match=f"nothing is remembered as {kept.id} in this ledger"):
        profiles.forget(session, access, kept.id)
    with pytest.raises(StatementAmbiguous):
        reading(session, access, path)


def test_answers_are_a_ledgers_own_and_for_a_viewer_to_look_at(session, access, write):
    """Nobody else's answer is taken, and a viewer gives none."""
    path = write(OCTOBER)
    kept = profiles.remember(session, access, path, ReadingOptions(date_order=DateOrder.DMY))
    bob = users.register_local(session, LocalUserCreate(username="bob"))
    own = ledgers.open(session, bob)
    ledgers.admit(session, access, "bob", Role.VIEWER)
    viewer = ledgers.open(session, bob, access.ledger_id)
    before = everything(session)

    assert (profiles.list(session, own), profiles.list(session, viewer)) == ([], [kept])
    assert profiles.recall(session, own, path, ReadingOptions(), question(path, ReadingOptions())) is None
    with pytest.raises(ProfileNotFound):
        profiles.forget(session, own, kept.id)
    for write_ in (
        lambda: profiles.forget(session, viewer, kept.id),
        lambda: profiles.remember(session, viewer, path, ReadingOptions(date_order=DateOrder.MDY)),
    ):
        with pytest.raises(PermissionDenied):
            write_()
    assert everything(session) == before


@pytest.mark.parametrize(
    ("text", "name", "looks"),
    [
        ("3/4/2026;-1,50;Tea;\n5/4/2026;-2,50;Tea;\n", "a.csv", "4 columns without names"),
        ("D" * 60 + ",Date,Amount,Text," + "E" * 60 + "\nx,2026-10-05,-1,Tea,y\n", "a.csv", "D" * 60),
        (JOURNAL, "my.journal", "a journal on cash, stuff"),
        (
            '1792-01-01 open Assets:Cash\n2026-02-03 * "Bakery"\n  Assets:Cash  4 EUR\n  Equity:Food\n',
            "my.beancount",
            "a journal on Assets, Equity",
        ),
        ("!Type:Cat\nNFood\n^\n", "a.qif", "QIF"),
        ("!Type:Bank\nD7/12'26\nT-31.80\n^\n", "a.qif", "QIF of bank"),
    ],
)
def test_a_shape_says_what_a_file_looks_like(write, text, name, looks):
    """In a few words, whatever is left open about how to read it."""
    shape = statements.shape(write(text, name))

    assert shape.looks.startswith(looks)
    assert len(shape.looks) <= 100


def test_bagels_has_one_shape_and_other_databases_have_none(tmp_path):
    """As it has one layout."""
    tables = {
        "record": "id, label, amount, date, accountId, categoryId, isIncome, isTransfer",
        "split": "recordId, amount",
        "category": "id, name, parentCategoryId",
        "account": "id, name",
    }
    for name, made in (("bagels.db", tables), ("other.db", {"albums": "id"})):
        engine = sqlalchemy.create_engine(f"sqlite:///{tmp_path / name}")
        with engine.begin() as connection:
            for table, columns in made.items():
                connection.exec_driver_sql(f"CREATE TABLE {table} ({columns})")
        engine.dispose()

    assert statements.shape(tmp_path / "bagels.db").looks == "a database of Bagels"
    assert statements.shape(tmp_path / "other.db") is None
