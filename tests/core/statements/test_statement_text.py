"""A statement's bytes as text: encodings, delimiters, quotes, ends of lines, and what is made of its words."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from expense_core import statements
from expense_core.errors import Invalid, StatementUnreadable
from expense_core.statements import DateOrder, ReadingOptions, Role, formats, parse_columns

GERMAN = "Buchungstag;Empfänger;Währung;Betrag\n02.01.2024;Bäckerei Müller;EUR;-5,00\n"


def read(file: Path, content: str | bytes, **options: object) -> list[statements.RawRow]:
    """The rows of a statement with this content."""
    file.write_bytes(content if isinstance(content, bytes) else content.encode())
    layout = statements.recognise(file, ReadingOptions(**options))
    return list(statements.rows(file, layout))


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Where a statement goes."""
    return tmp_path / "statement.csv"


@pytest.mark.parametrize(
    "encoding",
    ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-32", "cp1252", "latin-1", "cp850", "mac_roman", "iso8859_15"],
)
def test_a_word_of_the_header_tells_the_encoding(file, encoding):
    """Währung and Empfänger come out in the right one only; UTF-16 has a mark in front, or is named."""
    named = {"encoding": encoding} if encoding == "utf-16-le" else {}

    rows = read(file, GERMAN.encode(encoding), **named)

    assert [row.description for row in rows] == ["Bäckerei Müller"]


@pytest.mark.parametrize(
    ("encoding", "header", "shop"),
    [
        ("cp1250", "Data operacji;Odbiorca;Tytuł;Kwota", "Żabka, Łódź"),
        ("iso8859_2", "Data operacji;Odbiorca;Tytuł;Kwota", "Żabka, Łódź"),
        ("cp1251", "Дата операции;Описание;Сумма", "Пятёрочка"),
        ("cp932", "日付;内容;金額", "コンビニ"),
        ("cp1252", "Date;Description;Amount", "Café Müller Straße"),
        ("cp1252", "Date;Description;Amount", "LØN"),
        ("cp1252", "Date;Description;Amount", "Smørrebrød"),
        ("cp1252", "Date;Description;Amount", "Cheque N° 12"),
        ("cp932", "Date;Description;Amount", "2024年01月02日 コンビニ ATM"),
        ("cp1250", "Date;Description;Amount", "Żabka Łódź śledź ciężarówka"),
        ("cp1251", "Date;Description;Amount", "Оплата за услуги связи и магазин"),
    ],
)
def test_other_alphabets_are_recognised(file, encoding, header, shop):
    """By the words of the header, or where it has only ASCII by what the text looks like."""
    blank = ";" * (header.count(";") - 2)

    rows = read(file, f"{header}\n2024-01-02;{shop}{blank};-5,00\n".encode(encoding))

    assert rows[0].description == shop


@pytest.mark.parametrize("encoding", ["utf-16", "UTF_32"])
@pytest.mark.parametrize(
    "content", [GERMAN, "!Type:Bank\nD2026-10-05\nT-1.00\n^\n", "2026-10-05 Tea\n  food  1 EUR\n  cash\n"]
)
def test_an_encoding_that_begins_with_a_mark_is_not_believed_without_it(file, content, encoding):
    """Whatever the format is: nobody could tell which byte of a letter comes first."""
    with pytest.raises(StatementUnreadable, match=f"the mark that {encoding} has"):
        read(file, content, encoding=encoding)


def test_utf_8_is_verified_to_the_end(file):
    """One letter in another encoding, far behind what a sample would see: the file is in that one."""
    lines = "2024-01-02;Shop;-5,00\n" * 20_000

    rows = read(file, f"Datum;Text;Betrag\n{lines}2024-01-02;Café;-5,00\n".encode("cp1252"))

    assert rows[-1].description == "Café"


def test_a_file_in_two_encodings_is_refused(file):
    """UTF-8 up to a line, and then not: the line is named, and how to say what it is."""
    content = GERMAN.encode() + "03.01.2024;Café;EUR;-5,00\n".encode("cp1252")

    with pytest.raises(StatementUnreadable, match=r"line 3 .* is not text in utf-8") as refused:
        read(file, content)

    assert refused.value.line == 3
    assert len(read(file, content, encoding="cp1252")) == 2


def test_a_letter_that_is_cut_off_at_the_end_is_noticed(file):
    """The last byte is the first half of a letter."""
    with pytest.raises(StatementUnreadable, match="is not text in utf-8"):
        read(file, GERMAN.encode() + "03.01.2024;Café".encode()[:-1])


def test_bytes_that_the_likeliest_encoding_lacks_are_an_error(file):
    """cp1252 has no letter 0x81; the line is named."""
    plain = "02.01.2024;Bäcker;EUR;-5,00\n".encode("cp1252") * 3_000
    content = GERMAN.encode("cp1252") + plain + b"02.01.2024;\x81;EUR;-5,00\n" + plain

    with pytest.raises(StatementUnreadable, match=r"after line \d+ is not in cp1252"):
        read(file, content)


def test_bytes_that_no_table_has_are_read_as_latin_1(file):
    """Every letter is better than none: digits are the same in all of them."""
    rows = read(file, b"Date;Text;Amount\n2024-01-02;\x81\x8d\x8f\x90\x9d\xff;-5,00\n")

    assert str(rows[0].amount) == "-5.00"


@pytest.mark.parametrize("name", ["klingon", "base64", "utf-7", "idna", "punycode", "unicode_escape", "cp037", "a\0"])
def test_an_encoding_that_does_not_exist_is_an_error(file, name):
    """Or one of bytes, of escapes, or of mainframes."""
    with pytest.raises(StatementUnreadable, match="no text encoding called"):
        read(file, GERMAN, encoding=name)


def test_a_byte_order_mark_is_no_letter(file):
    """Also where the caller says utf-8."""
    rows = read(file, GERMAN.encode("utf-8-sig"), encoding="UTF-8", columns={Role.DATE: ["Buchungstag"]})

    assert len(rows) == 1


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_recognised(file, delimiter):
    """Whichever of the others is in the texts."""
    cells = [["Date", "Description", "Amount"], ["2024-01-02", '"Milk, bread; tea|a\tb"', "-5.00"]]

    rows = read(file, "\n".join(delimiter.join(line) for line in cells))

    assert rows[0].description == "Milk, bread; tea|a b"


def test_another_delimiter_is_named_or_declared(file):
    """By the caller, or by the first line, as Excel has it."""
    table = "Date^Description^Amount\n2024-01-02^Shop^-5.00\n"

    named = read(file, table, delimiter="^")
    declared = read(file, f"sep=^\n{table}")

    assert [row.description for row in named + declared] == ["Shop", "Shop"]
    assert [row.line for row in named + declared] == [2, 3]


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_lines_may_end_in_any_way(file, newline):
    """Unix, Windows, and the Macintosh of old; the last line may not end at all."""
    rows = read(file, newline.join(["Date,Description,Amount", "2024-01-02,Shop,-5.00", "", "2024-01-03,Cafe,-6.00"]))

    assert [(row.line, row.description) for row in rows] == [(2, "Shop"), (4, "Cafe")]


def test_lines_are_counted_as_an_editor_does(file):
    """A row whose text has line breaks begins on the line of its date."""
    rows = read(file, 'Date,Description,Amount\n2024-01-02,"A\nB\n\nC",-5.00\n2024-01-03,D,-6.00\n')

    assert [(row.line, row.description) for row in rows] == [(2, "A B C"), (6, "D")]


def test_the_header_line_may_be_named(file):
    """Where the wrong line would be taken, or none is one."""
    text = "Date,Text,Amount\nDate,Payee,Amount\n2024-01-02,Shop,-5.00\n"

    second = read(file, text, header_line=2, columns={Role.DESCRIPTION: ["Payee"]})
    none = read(file, "2024-01-02,Shop,-5.00\n", header_line=0)

    assert [row.description for row in second + none] == ["Shop", "Shop"]
    with pytest.raises(StatementUnreadable, match="line 9 cannot be the header line"):
        read(file, text, header_line=9)


def test_a_header_in_an_unknown_language_is_a_header(file):
    """The columns are known by what is in them, and can be named."""
    text = "Lá;Cur síos;Méid\n2024-01-02;Siopa;-5,00\n"

    rows = read(file, text)
    named = read(file, text, columns={Role.AMOUNT: ["méid"]})

    assert [row.description for row in rows + named] == ["Siopa", "Siopa"]


def test_rows_without_the_separator_of_their_decimals_are_refused(file):
    """5,00 without quotes between commas would be five, and something else of zero."""
    with pytest.raises(StatementUnreadable, match="line 2 has more fields than the header names"):
        read(file, "Date,Text,Amount\n2024-01-02,Shop,5,00\n2024-01-03,Shop,6,10\n")


def test_control_characters_do_not_reach_a_description(file):
    """Blanks of all kinds become one; a text that is only a dash is none."""
    rows = read(
        file, "Date;Text;Type;Amount\n2024-01-02; A\x07\u00a0\u2028 \x1b[1mB ;Card;-5,00\n2024-01-03;--;Card;-6,00\n"
    )

    assert [row.description for row in rows] == ["A [1mB", "Card"]


def test_a_description_says_each_thing_once(file):
    """A payee that the purpose repeats, or the other way round, whatever the letter case."""
    rows = read(
        file,
        "Date;Payee;Purpose;Amount\n2024-01-02;BAKER;Paid to Baker;-5,00\n2024-01-03;Baker & Sons;BAKER;-5,00\n"
        "2024-01-03;Baker;Bread;-5,00\n2024-01-04;;Bread;-5,00\n2024-01-05;Baker;;-5,00\n2024-01-06;;;-5,00\n",
    )

    assert [row.description for row in rows] == ["Paid to Baker", "Baker & Sons", "Baker - Bread", "Bread", "Baker", ""]
    assert [row.payee for row in rows] == ["", "Baker & Sons", "Baker", "", "Baker", ""]
    assert rows[2].raw == ["2024-01-03", "Baker", "Bread", "-5,00"]


def test_the_other_party_depends_on_the_way_of_the_money(file):
    """The payee of what went out, the payer of what came in."""
    rows = read(file, "Date;Payer;Payee;Amount\n2024-01-02;Me;Shop;-5,00\n2024-01-03;Boss;Me;6,00\n")

    assert [row.description for row in rows] == [row.payee for row in rows] == ["Shop", "Boss"]


def test_declined_payments_are_left_out_and_pending_ones_marked(file):
    """No money moved, or not yet."""
    layout_text = (
        "Date,Text,Amount,Status\n2024-01-02,A,-5.00,Declined\n2024-01-03,B,-6.00,Pending\n2024-01-04,C,-7.00,Done\n"
    )

    rows = read(file, layout_text)

    assert [(row.description, row.pending) for row in rows] == [("B", True), ("C", False)]


def test_columns_as_a_person_writes_them():
    """Roles by name or number; a role may be named twice, and may be said to have no column."""
    assert parse_columns("date=Date, amount=3,description=Payee,description=Memo,fee=") == {
        Role.DATE: ("Date",),
        Role.AMOUNT: (3,),
        Role.DESCRIPTION: ("Payee", "Memo"),
        Role.FEE: (),
    }


@pytest.mark.parametrize("text", ["date", "day=Date", "=Date", ""])
def test_columns_that_make_no_sense_are_refused(text):
    """The message lists the roles."""
    with pytest.raises(Invalid, match="is not ROLE=COLUMN with one of the roles date, value_date, amount"):
        parse_columns(text)


@pytest.mark.parametrize("wrong", [{"decimal_mark": "'"}, {"delimiter": ";;"}, {"delimiter": '"'}, {"header_line": -1}])
def test_options_that_make_no_sense_are_refused(wrong):
    """Before any file is opened."""
    with pytest.raises(Invalid):
        ReadingOptions(**wrong)


def test_a_date_order_may_be_given_though_it_is_plain(file):
    """Dates with the year in front are read all the same."""
    rows = read(file, "Date,Text,Amount\n2024-01-02,Shop,-5.00\n", date_order=DateOrder.DMY)

    assert str(rows[0].booked_on) == "2024-01-02"


def test_the_readers_are_not_loaded_before_a_statement_is():
    """Importing the package costs nothing that a person who never imports a statement should pay for."""
    heavy = {"babel", "charset_normalizer", "iso4217", "csv", "expense_core.statements.delimited"}
    code = f"import sys, expense_core.statements; print(*(set(sys.modules) & {heavy}))"

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout.strip() == ""


@pytest.fixture
def half_installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A package that names a reader which is not there."""
    metadata = tmp_path / "acme-1.0.dist-info"
    metadata.mkdir()
    (metadata / "METADATA").write_text("Metadata-Version: 2.1\nName: acme\nVersion: 1.0\n")
    (metadata / "entry_points.txt").write_text("[expense_core.statement_readers]\nacme = acme_is_not_there\n")
    monkeypatch.syspath_prepend(tmp_path)
    formats.entries.cache_clear()
    yield
    formats.entries.cache_clear()


@pytest.mark.usefixtures("half_installed")
def test_a_reader_that_cannot_be_loaded_is_named(file):
    """A stranger's package that is not whole says so, and nothing is read in its place."""
    with pytest.raises(StatementUnreadable, match=r"reader of acme statements cannot be loaded: No module named"):
        read(file, "Date,Text,Amount\n2024-01-02,Shop,-5.00\n")
