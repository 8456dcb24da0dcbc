"""Files for other programs: every expense whole, in pieces that never grow."""

import csv
import io
import json
import tracemalloc
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from itertools import chain
from pathlib import PurePath

import pytest
from hypothesis import given
from hypothesis import strategies as st

from expense_core import expenses, exports
from expense_core.errors import Invalid
from expense_core.exports import FIELDS, Form, formulas, from_book
from expense_core.exports.lines import PAGE
from expense_core.queries import ExpenseFilter, Sort
from expense_core.tables import ExpenseCreate, ExpensePublic

TEXTS = ("description", "category", "notes")
MOMENT = datetime(2026, 11, 5, 12, 15, tzinfo=UTC)
LUNCH = ExpensePublic(
    id=7,
    ledger_id=1,
    amount=Decimal("12.50"),
    currency="EUR",
    description='Lunch, "with" Sam',
    spent_on=date(2026, 11, 3),
    category_id=2,
    category="Café",
    notes="one\ntwo",
    owner_id=1,
    version=1,
    created_at=MOMENT,
    updated_at=MOMENT,
    deleted_at=None,
)
REFUND = replace(LUNCH, id=8, amount=Decimal(-1200), currency="JPY", description="", category=None, notes="")

texts = st.text(st.characters(exclude_categories=["Cc", "Cs", "Zl", "Zp"]), max_size=30)
some_expenses = st.lists(
    st.builds(
        replace,
        st.just(LUNCH),
        id=st.integers(1, 2**63 - 1),
        amount=st.decimals(-(10**12), 10**12, places=2).filter(bool),
        description=texts,
        category=st.none() | texts.filter(bool),
        notes=texts | st.just("line one\n\n\tline two"),
        spent_on=st.dates(date(1900, 1, 1), date(9999, 12, 31)),
    ),
    max_size=4,
)


def text(some, form, **how):
    return "".join(exports.text(exports.pages_of(some), form, **how))


def test_csv_has_the_names_first_and_a_line_for_each():
    """Quoted where they have to be, as RFC 4180 has it, and lines that end as they do on this system's own."""
    assert text([LUNCH, REFUND], Form.CSV) == (
        "id,spent_on,amount,currency,description,category,notes\n"
        '7,2026-11-03,12.50,EUR,"Lunch, ""with"" Sam",Café,"one\ntwo"\n'
        "8,2026-11-03,-1200,JPY,,,\n"
    )


def test_json_is_one_array_with_an_object_a_line():
    """Amounts are text, so that no program makes a float of them."""
    assert text([LUNCH, REFUND], Form.JSON) == (
        "[\n"
        '{"id": 7, "spent_on": "2026-11-03", "amount": "12.50", "currency": "EUR",'
        ' "description": "Lunch, \\"with\\" Sam", "category": "Café", "notes": "one\\ntwo"},\n'
        '{"id": 8, "spent_on": "2026-11-03", "amount": "-1200", "currency": "JPY",'
        ' "description": "", "category": null, "notes": ""}\n'
        "]\n"
    )


def test_ndjson_is_an_object_a_line_and_nothing_around_them():
    """What is written to such a file later can simply be put behind it."""
    lines = text([LUNCH, REFUND], Form.NDJSON)

    assert lines.endswith("}\n")
    assert [json.loads(line)["id"] for line in lines.splitlines()] == [7, 8]


@pytest.mark.parametrize(
    ("form", "whole"), [(Form.CSV, ",".join(FIELDS) + "\n"), (Form.JSON, "[]\n"), (Form.NDJSON, "")]
)
def test_no_expenses_are_a_whole_file_too(form, whole):
    """A program that reads it finds the names, an empty array, or no line."""
    assert text([], form) == whole


@given(some=some_expenses)
def test_every_form_says_the_same(some):
    """Read back by a program of its kind, each field of each expense is what it was."""
    plain = [{name: getattr(one, name) for name in FIELDS} for one in some]
    shown = [
        row | {"amount": f"{row['amount']:f}", "spent_on": row["spent_on"].isoformat(), "id": row["id"]}
        for row in plain
    ]

    in_csv = [*csv.DictReader(io.StringIO(text(some, Form.CSV), newline=""))]
    in_json = json.loads(text(some, Form.JSON))
    in_ndjson = [json.loads(line) for line in text(some, Form.NDJSON).split("\n")[:-1]]

    assert in_json == in_ndjson == shown
    read = [{name: formulas.unguarded(cell) if name in TEXTS else cell for name, cell in row.items()} for row in in_csv]
    assert read == [{name: "" if value is None else str(value) for name, value in row.items()} for row in shown]


@pytest.mark.parametrize("form", Form)
def test_a_file_comes_in_pieces_as_it_is_read(form):
    """What five thousand expenses take in memory is what one page takes."""
    asked = 0

    def endless():
        nonlocal asked
        for asked in range(5_000):
            yield replace(LUNCH, id=asked)

    pieces = exports.pieces(exports.pages_of(endless()), form)
    next(pieces)
    next(pieces)
    tracemalloc.start()
    for _ in range(6):
        next(pieces)
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    pieces.close()

    assert 6 * PAGE <= asked + 1 <= 8 * PAGE
    assert most < 1_000_000


@pytest.mark.parametrize("form", [Form.CSV, Form.JSON, Form.NDJSON])
def test_a_books_expenses_are_exported_as_they_are_found(session, access, lunch, form):
    """The oldest first, those that meet a filter, exact in every currency, page after page."""
    kept = ExpenseCreate(amount="-0.001", currency="KWD", description="Kept", spent_on="2026-01-01", notes="n")
    odd = [("JPY", "1200"), ("CLF", "1.2345"), ("KWD", "7.5"), ("EUR", "-3")]
    some = [ExpenseCreate(amount=amount, currency=code, description="Kept") for code, amount in odd]
    many = [ExpenseCreate(amount=number + 1, description="Kept") for number in range(PAGE * 2)]
    expenses.record_many(session, access, [kept, *some, *many, ExpenseCreate(amount=1, description="Left")])
    wanted = ExpenseFilter(text="kept")

    whole = "".join(exports.text(from_book.pages(session, access, wanted), form))

    assert whole == text(expenses.each(session, access, wanted, Sort.OLDEST), form)
    assert whole.count("Kept") == len(many) + 5
    assert "12.50" in "".join(exports.text(from_book.pages(session, access), form))


def test_whatever_the_filter_and_the_texts_it_is_what_a_list_finds(session, access, food):
    """Quotes, percent signs, backslashes and lines in a text are a text; none is none, and not empty."""
    odd = ["100 % 'off'", "%(text)s", "\\.", 'a "b", c', "\\N", "NULL", "x" * 200]
    notes = ['line one\n\n\\.\n"', "", "n" * 10_000]
    for number, description in enumerate(odd):
        given = {"description": description, "notes": notes[number % 3], "spent_on": f"2026-01-0{number + 1}"}
        category_id = food.id if number % 2 else None
        expenses.record(session, access, ExpenseCreate(amount=number + 1, category_id=category_id, **given))
    conditions = (
        *({"text": description[:10]} for description in odd),
        {"spent_from": "2026-01-03", "spent_to": "2026-01-05"},
        {"category_ids": (food.id,)},
        {"category_ids": (food.id, food.id + 1), "uncategorised": True},
        {"uncategorised": True},
        {"min_amount": "2.5", "max_amount": "5"},
        {"except_ids": (1, 2), "currency": "EUR", "owner_id": access.user_id},
    )

    for given in conditions:
        wanted = ExpenseFilter(**given)
        there = [*expenses.each(session, access, wanted, Sort.OLDEST)]

        assert there
        assert [*chain(*from_book.pages(session, access, wanted))] == [*chain(*exports.pages_of(there))]


def test_nothing_in_a_csv_is_a_formula_and_it_reads_back_as_it_was():
    """A spreadsheet would run it: whoever sends you an invoice could have it send your book elsewhere."""
    texts = ["=1+1", "+1", "-1", "@A1", "\tx", "\uff1d1", "'=1", "'tis", "plain", "a=b", ""]
    some = [replace(LUNCH, description=one, category=one or None, notes=one) for one in texts]

    rows = [*csv.DictReader(io.StringIO(text(some, Form.CSV), newline=""))]

    cells = [row["description"] for row in rows]
    assert cells == ["'=1+1", "'+1", "'-1", "'@A1", "'\tx", "'\uff1d1", "''=1", "'tis", "plain", "a=b", ""]
    assert [row["category"] for row in rows] == [row["notes"] for row in rows] == cells
    assert [*map(formulas.unguarded, cells)] == texts
    assert text([REFUND], Form.CSV).endswith("8,2026-11-03,-1200,JPY,,,\n")


def test_text_in_a_list_of_any_kind_is_no_formula_either():
    """As `expense list` and `expense history` print them."""
    row = {"rows": [{"name": "=x"}], "note": "=x", "total": Decimal("-1.5")}

    as_csv = "".join(exports.written([row], [*row], Form.CSV))

    assert as_csv == 'rows,note,total\n"[{""name"": ""=x""}]",\'=x,-1.5\n'


def test_a_workbook_is_no_text():
    """It is made as pieces of bytes."""
    with pytest.raises(Invalid, match="write it to a file"):
        text([], Form.XLSX)


@pytest.mark.parametrize(
    ("name", "form"), [("a.csv", "csv"), ("A.XLSX", "xlsx"), ("x.journal", "hledger"), ("b.bean", "beancount")]
)
def test_a_files_name_says_its_form(name, form):
    """In any letter case, and by what the programs themselves call theirs."""
    assert Form.of_file(PurePath(name)) is Form(form)


def test_a_name_that_says_no_form_is_refused():
    """With those that there are."""
    with pytest.raises(Invalid, match=r"end its name with \.csv, .* or \.beancount"):
        Form.of_file(PurePath("a.pdf"))


def test_rows_of_any_kind_can_be_written():
    """A list is JSON in one cell of CSV; a moment is ISO 8601."""
    row = {"at": MOMENT, "total": Decimal("1E+2"), "rows": [{"name": "é"}], "note": None}

    as_csv = "".join(exports.written([row], [*row], Form.CSV))
    as_json = "".join(exports.written([row], [*row], Form.JSON))

    assert as_csv == 'at,total,rows,note\n2026-11-05T12:15:00+00:00,100,"[{""name"": ""é""}]",\n'
    assert json.loads(as_json) == [
        {"at": "2026-11-05T12:15:00+00:00", "total": "100", "rows": [{"name": "é"}], "note": None}
    ]


@pytest.mark.parametrize("form", [Form.JSON, Form.NDJSON])
def test_json_can_be_had_in_ascii_alone(form):
    """For an output that has no other characters; it says the same."""
    written = text([LUNCH], form, only_ascii=True)

    assert written.isascii()
    assert text([LUNCH], form) != written
    assert "Caf\\u00e9" in written


def test_pages_can_be_read_one_by_one(session, access):
    """Each begins behind the last line of the one before."""
    for number in range(5):
        expenses.record(session, access, ExpenseCreate(amount="1.00", currency="EUR", description=f"Tea {number}"))
    wanted, found, last = ExpenseFilter(text="tea"), [], None

    while some := from_book.page(session, access, wanted, last, 2):
        found += some
        last = some[-1]

    assert found == [line for lines in from_book.pages(session, access, wanted) for line in lines]
    assert len(found) == 5


@pytest.mark.parametrize("form", Form)
def test_every_form_has_a_name_among_media_types(form):
    """As RFC 6838 has them."""
    assert form.media_type.partition("/")[0] in {"text", "application"}
