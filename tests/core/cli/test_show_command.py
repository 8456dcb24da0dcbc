"""What commands print, where a pipe or a file takes less than Unicode, or nothing any more."""

import io
import json
import os
from contextlib import redirect_stdout
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from expense_core.cli import show
from expense_core.cli.plain import spell_out
from expense_core.cli.show import Format
from expense_core.errors import Invalid

ROWS = [{"amount": Decimal("5.00"), "description": "Tee für €"}]
NAMES = ("amount", "description")


def stream(encoding):
    return io.TextIOWrapper(io.BytesIO(), encoding=encoding, write_through=True)


def written(to):
    to.seek(0)
    return to.read()


def test_what_a_terminal_cannot_show_is_spelled_out():
    """An amount keeps its currency and an accent leaves its letter; only what has no spelling is "?"."""
    screen = stream("ascii")
    spell_out(screen)

    screen.write("€12.50 → café · straße ██▌ 猫")

    assert written(screen) == "EUR12.50 -> cafe - strasse ### ?"


@given(text=st.text())
def test_whatever_is_written_to_a_plain_terminal_arrives(text):
    """No character stops a command on its way, half a surrogate pair included."""
    screen = stream("ascii")
    spell_out(screen)

    screen.write(text)

    assert screen.buffer.getvalue().isascii()


def test_csv_that_its_encoding_cannot_hold_is_refused_not_spelled_out():
    """A file of data is right or is none, and the message says which two ways there are."""
    out = stream("latin-1")
    spell_out(out)

    with pytest.raises(Invalid, match=r"in (latin-1|iso8859-1), which has no '\\u20ac'; set PYTHONIOENCODING=utf-8"):
        show.write(ROWS, NAMES, Format.CSV, out)


def test_json_is_whole_in_every_encoding():
    """Where the characters cannot be written they are escaped, which says the same."""
    out = stream("ascii")

    show.write(ROWS, NAMES, Format.JSON, out)

    assert json.loads(written(out)) == [{"amount": "5.00", "description": "Tee für €"}]


@pytest.mark.parametrize(("form", "text"), [(Format.CSV, "amount,description\n"), (Format.JSON, "[]\n")])
def test_no_rows_are_a_whole_file_too(form, text):
    """A program that reads it finds the names, or an empty array."""
    out = io.StringIO()

    show.write([], NAMES, form, out)

    assert out.getvalue() == text


def test_a_reader_who_has_gone_is_reported_to_whoever_ends_the_command():
    """Rich would end the process itself, with exit code 1, as if `expense list | head` had failed."""
    read, write = os.pipe()
    os.close(read)
    pipe = io.TextIOWrapper(io.FileIO(write, "w"), encoding="utf-8", write_through=True)

    with pipe, redirect_stdout(pipe), pytest.raises(BrokenPipeError):
        show.say("hello")


@pytest.mark.parametrize(
    ("part", "drawn"), [("100", "████"), ("50", "██"), ("3", "▏"), ("0.001", "▏"), ("0", ""), ("-20", "")]
)
def test_a_bar_is_as_long_as_its_part_and_is_seen_however_small(part, drawn):
    """All that was spent shows; a refund has no bar."""
    assert show.bar(Decimal(part), Decimal(100), width=4) == drawn


def test_marks_line_up_whatever_the_decimals():
    """Yen have none, dinars three; the blanks stand behind."""
    amounts = [(Decimal("12.50"), "EUR"), (Decimal(800), "JPY"), (Decimal("1.250"), "KWD")]

    ends = [text.rstrip() + "|" * (len(text) - len(text.rstrip())) for text in show.aligned(amounts, "en_US")]

    assert [end.count("|") for end in ends] == [1, 4, 0]
