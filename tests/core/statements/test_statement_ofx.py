"""OFX as banks write it: what is in its elements, whatever their tags look like."""

from __future__ import annotations

import gc
import tracemalloc
from collections import Counter
from decimal import Decimal

import pytest
from damage import damaged, survives
from hypothesis import HealthCheck, given, settings

from expense_core import statements
from expense_core.errors import InvalidCurrency, StatementAmbiguous, StatementUnreadable
from expense_core.statements import LeftOut, ReadingOptions, Role, Stated, ofx

HEADER = """OFXHEADER:100
DATA:OFXSGML
VERSION:102
SECURITY:NONE
ENCODING:USASCII
CHARSET:1252
COMPRESSION:NONE

"""
ONE = "<STMTTRN><TRNTYPE>POS<DTPOSTED>20260302120000[-3:BRT]<TRNAMT>-4.50<FITID>a1<NAME>Bakery<MEMO>Bread</STMTTRN>"
TWO = "<STMTTRN><TRNTYPE>CREDIT<DTPOSTED>20260303<TRNAMT>20<FITID>a2<MEMO>Refund</STMTTRN>"


@pytest.fixture
def file(tmp_path):
    """Where the statement is."""
    return tmp_path / "statement.txt"


def bank(*transactions, account="123", currency="EUR", end="", header=HEADER):
    """A statement of one account."""
    return (
        f"{header}<OFX><BANKMSGSRSV1><STMTTRNRS><STMTRS><CURDEF>{currency}<BANKACCTFROM><BANKID>9<ACCTID>{account}"
        f"</BANKACCTFROM><BANKTRANLIST><DTSTART>20260301<DTEND>20260331\n{''.join(transactions)}\n</BANKTRANLIST>"
        f"{end}</STMTRS></STMTTRNRS></BANKMSGSRSV1></OFX>\n"
    )


def transaction(**fields):
    """A transaction with these elements in the place of the usual ones."""
    known = {"TRNTYPE": "DEBIT", "DTPOSTED": "20260302", "TRNAMT": "-1.00", "FITID": "1"} | fields
    return "<STMTTRN>" + "".join(f"<{tag}>{text}" for tag, text in known.items()) + "</STMTTRN>"


def read(file, text, options=None, encoding="utf-8"):
    """The layout and the rows of a file with this text."""
    file.write_bytes(text if isinstance(text, bytes) else text.encode(encoding))
    layout = statements.recognise(file, options)
    return layout, list(statements.rows(file, layout))


def seen(rows):
    """What tells rows from each other."""
    return [(f"{row.booked_on:%m-%d}", str(row.amount), row.description) for row in rows]


BOTH = [("03-02", "-4.50", "Bakery - Bread"), ("03-03", "20", "Refund")]
XML = (
    bank(ONE, TWO, header='<?xml version="1.0" encoding="UTF-8"?>\n<?OFX OFXHEADER="200" VERSION="211"?>\n')
    .replace("<NAME>Bakery", "<NAME><![CDATA[Bakery]]></NAME>")
    .replace("<TRNAMT>20<", "<TRNAMT>20</TRNAMT><")
)


@pytest.mark.parametrize(
    "text",
    [
        bank(ONE, TWO),
        bank(f"\n{ONE}\n\n{TWO}".replace("<", "\n  <")),
        bank(ONE, TWO, header=HEADER.replace("\n", "")),
        bank(ONE, TWO, header=HEADER.strip()),
        bank(ONE, TWO, header="\n\nsome words of the bank\n\n" + HEADER.replace(":", ": ")),
        bank(ONE, TWO, header=""),
        bank(ONE, TWO).replace("\n", "\r\n"),
        bank(ONE, TWO).replace("\n", ""),
        bank(ONE, TWO) + "\n" * 30_000,
        bank(ONE, TWO).lower().replace("bakery", "Bakery").replace("bread", "Bread").replace("refund", "Refund"),
        bank(ONE, TWO).replace("</STMTTRN>", ""),
        bank(ONE, TWO).replace("</BANKTRANLIST>", "<LEDGERBAL><BALAMT>1</LEDGERBAL>"),
        bank(ONE, TWO).replace("</STMTRS></STMTTRNRS></BANKMSGSRSV1></OFX>", ""),
        bank(ONE, TWO).replace("<STMTTRN>", "<ns2:STMTTRN>").replace("</STMTTRN>", "</ns2:STMTTRN>"),
        XML,
        XML.replace("<OFX>", '<OFX xmlns="http://ofx.net/types/2003/04">'),
        bank(ONE, TWO).replace("<STMTTRN>", "<STMTTRN>" + "<X.Y>" + "z" * 15_000),
        bank(ONE, TWO).replace("<FITID>", "  <!-- how much -->\n<!----><FITID>").replace("<OFX>", "<OFX><!-- all -->"),
    ],
    ids=[
        "compact", "on lines", "header on one line", "no blank line", "junk before", "no header", "CRLF",
        "one line", "padded",
        "small letters", "no end tags", "no end of the list", "no end of the file", "with a namespace", "XML",
        "XML with its namespace", "a long text", "with remarks",
    ],
)  # fmt: skip
def test_a_transaction_is_read_from_whatever_its_tags_are_like(file, text):
    """The same two rows, each with a number of its own, in whatever of the ways that banks write them."""
    layout, rows = read(file, text)

    assert seen(rows) == BOTH
    assert (layout.format, layout.rows, layout.accounts) == ("ofx", 2, ("123",))
    assert len({row.line for row in rows}) == 2


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1252"])
def test_the_letters_are_read_in_whatever_encoding_they_are(file, encoding):
    """As the mark says, or the bytes do, or else the header; a header that is wrong is not believed."""
    _, rows = read(file, bank(ONE.replace("Bakery", "Bäckerei Größ")), encoding=encoding)

    assert rows[0].payee == "Bäckerei Größ"


@pytest.mark.parametrize(
    ("charset", "encoding"),
    [
        ("CHARSET:ISO-8859-2", "iso8859_2"),
        ("CHARSET:8859-2", "iso8859_2"),
        ("CHARSET:1250", "cp1250"),
        ("CHARSET:NONE", "cp1252"),
        ("CHARSET:base64", "cp1252"),
        ("CHARSET:ASCII", "cp1252"),
        ("", "cp1252"),
    ],
)
def test_the_header_names_the_encoding_of_letters_that_are_not_unicode(file, charset, encoding):
    """What it names may not exist, or not be; then the letters themselves make one likely."""
    text = "Čaj Škoda" if "2" in charset or "1250" in charset else "Bäckerei Größe"

    layout, rows = read(file, bank(ONE.replace("Bakery", text)).replace("CHARSET:1252", charset), encoding=encoding)

    assert rows[0].payee == text
    assert layout.encoding != "utf-8"


def test_a_name_that_was_cut_in_the_middle_of_a_letter_does_not_spoil_the_others(file):
    """Some banks count bytes."""
    text = bank(ONE.replace("Bakery", "Bäckerei"), ONE.replace("Bakery", "Caf#"))

    _, rows = read(file, text.encode().replace(b"#", b"\xc3"))

    assert [row.payee for row in rows] == ["Bäckerei", "Caf\N{REPLACEMENT CHARACTER}"]


def test_an_encoding_that_is_asked_for_is_taken(file):
    """One that does not exist is an error."""
    _, rows = read(file, bank(ONE.replace("Bakery", "Čaj")), ReadingOptions(encoding="cp1250"), "cp1250")
    assert rows[0].payee == "Čaj"

    with pytest.raises(StatementUnreadable, match="no text encoding called 'cp99'"):
        read(file, bank(ONE), ReadingOptions(encoding="cp99"))


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        (
            {"NAME": "A &amp; B", "MEMO": "1 &lt; 2 & 3 &#8364;"},
            {"payee": "A & B", "description": "A & B - 1 < 2 & 3 €"},
        ),
        ({"NAME": "Shop", "MEMO": "SHOP in town"}, {"payee": "Shop", "description": "Shop in town"}),
        ({"NAME": "Shop in town", "MEMO": "Shop"}, {"payee": "Shop in town", "description": "Shop in town"}),
        ({"NAME": "a < b", "MEMO": "x"}, {"payee": "a < b", "description": "a < b - x"}),
        ({"PAYEE": "<NAME>Jo<ADDR1>Street 1</PAYEE>", "MEMO": "m"}, {"payee": "Jo", "description": "Jo - m"}),
        ({"CHECKNUM": "319"}, {"payee": "", "description": "DEBIT 319", "notes": "check 319"}),
        ({"CHECKNUM": "0"}, {"notes": ""}),
        ({"FITID": ""}, {"bank_id": None}),
        ({"FITID": "x-1"}, {"bank_id": "x-1"}),
        ({"CATEGORY": "Food"}, {"category": "Food"}),
        ({"DTAVAIL": "20260305"}, {"value_on": "2026-03-05"}),
        ({"DTPOSTED": "20260302235959.999[-8:PST]"}, {"booked_on": "2026-03-02", "value_on": None}),
        ({"DTPOSTED": "2026-03-02"}, {"booked_on": "2026-03-02"}),
        ({"DTPOSTED": "", "DTUSER": "20260301"}, {"booked_on": "2026-03-01"}),
        ({"CURRENCY": "<CURRATE>1.1<CURSYM>USD</CURRENCY>"}, {"currency": "USD"}),
        (
            {"ORIGCURRENCY": "<CURRATE>0.9<CURSYM>GBP</ORIGCURRENCY>"},
            {"currency": "EUR", "notes": "paid in GBP, at a rate of 0.9"},
        ),
        ({"TRNAMT": "-12,50"}, {"amount": "-12.50"}),
        ({"TRNAMT": "-1.234,50"}, {"amount": "-1234.50"}),
        ({"TRNAMT": "+1,234.50", "TRNTYPE": "CREDIT"}, {"amount": "1234.50"}),
        ({"TRNAMT": "$ -7"}, {"amount": "-7"}),
        ({"TRNAMT": "0.00"}, {"amount": "0.00"}),
    ],
    ids=str,
)
def test_what_a_transaction_says_is_where_it_belongs(file, fields, expected):
    """Names, texts, dates, amounts and currencies; everything else is in the raw record."""
    _, (row,) = read(file, bank(transaction(**fields)))

    said = {name: getattr(row, name) for name in expected}
    assert {name: value if value is None else str(value) for name, value in said.items()} == expected
    assert row.raw[0] == "<STMTTRN>"


def test_the_record_is_kept_as_the_file_has_it(file):
    """A line for each element, with its end tag where it has one."""
    _, rows = read(file, bank("<STMTTRN><DTPOSTED>20260302<TRNAMT>-1</TRNAMT>\n<PAYEE><NAME>Jo</PAYEE>\n</STMTTRN>"))

    assert rows[0].raw == (
        "<STMTTRN>", "<DTPOSTED>20260302", "<TRNAMT>-1</TRNAMT>", "<PAYEE>", "<NAME>Jo", "</PAYEE>", "</STMTTRN>",
    )  # fmt: skip


def test_several_accounts_keep_their_rows_their_currencies_and_their_balances(file):
    """A bank account and a card in one answer, with a balance each; one that is none holds nothing up."""
    card = (
        "<CCSTMTRS><CURDEF>CHF<CCACCTFROM><ACCTID>4567</CCACCTFROM><BANKTRANLIST>"
        f"{transaction(BANKACCTTO='<BANKID>1<ACCTID>77</BANKACCTTO>')}</BANKTRANLIST>"
        "<LEDGERBAL><BALAMT>-562,00</LEDGERBAL><AVAILBAL><BALAMT>9</AVAILBAL></CCSTMTRS></OFX>"
    )
    third = "<STMTRS><CURDEF>EUR<BANKACCTFROM><ACCTID>8</BANKACCTFROM><LEDGERBAL><BALAMT>-</LEDGERBAL></STMTRS></OFX>"
    text = bank(ONE, end="<LEDGERBAL><BALAMT>100.50<DTASOF>20260331</LEDGERBAL>").replace("</OFX>\n", card + third)

    layout, rows = read(file, text)

    assert [(row.account, row.currency) for row in rows] == [("123", "EUR"), ("4567", "CHF")]
    assert layout.stated == (
        Stated("123", "EUR", closing=Decimal("100.50")),
        Stated("4567", "CHF", closing=Decimal("-562.00")),
    )
    assert layout.summary() == {"format": "OFX", "encoding": "utf-8", "accounts": "123, 4567, 8"}


def test_two_statements_of_one_account_have_no_balance_together(file):
    """Each has one at its end, and neither says what was between them."""
    one = bank(ONE, end="<LEDGERBAL><BALAMT>5</LEDGERBAL>")

    layout, rows = read(file, one + one)

    assert len(rows) == 2
    assert layout.stated == ()


def test_an_account_that_is_not_named_has_none(file):
    """Nothing is made up for it."""
    layout, rows = read(file, bank(ONE, account=""))

    assert (rows[0].account, layout.accounts) == (None, ())
    assert layout.summary() == {"format": "OFX", "encoding": "utf-8"}


def test_pending_transactions_are_marked(file):
    """OFX 2.2 has a list of their own for them."""
    pending = (
        "<BANKTRANLISTP><DTASOF>20260310<STMTTRNP><TRNTYPE>DEBIT<DTTRAN>20260309<TRNAMT>-3.00<NAME>Tram</STMTTRNP>"
        "</BANKTRANLISTP>"
    )

    _, rows = read(file, bank(ONE, end=pending))

    assert [(row.payee, row.pending) for row in rows] == [("Bakery", False), ("Tram", True)]


def test_securities_are_left_out_and_counted_and_the_cash_beside_them_is_read(file):
    """An investment account moves money too."""
    file.write_text(
        f"{HEADER}<OFX><INVSTMTMSGSRSV1><INVSTMTRS><CURDEF>USD<INVACCTFROM><BROKERID>b<ACCTID>77</INVACCTFROM>"
        "<INVTRANLIST><BUYSTOCK><INVBUY><INVTRAN><FITID>1</INVTRAN><TOTAL>-100</INVBUY></BUYSTOCK>"
        f"<INVBANKTRAN>{ONE}<SUBACCTFUND>CASH</INVBANKTRAN></INVTRANLIST></INVSTMTRS></INVSTMTMSGSRSV1></OFX>",
        encoding="utf-8",
    )
    left_out = Counter()

    rows = list(statements.rows(file, statements.recognise(file), left_out))

    assert [(row.account, row.currency, row.payee) for row in rows] == [("77", "USD", "Bakery")]
    assert left_out == {LeftOut.SECURITIES: 1}


@pytest.mark.parametrize(
    "fields",
    [
        {"MEMO": "Saldo Anterior", "TRNAMT": "1000.00"},
        {"MEMO": "SALDO DIA", "TRNAMT": "         .  "},
        {"MEMO": "Saldo da conta", "TRNAMT": ""},
        {"NAME": "Closing balance", "MEMO": "CLOSING BALANCE", "TRNAMT": "3"},
    ],
)
def test_balances_among_the_transactions_are_left_out_and_counted(file, fields):
    """Nor do they say how the others are to be read."""
    file.write_text(bank(ONE, transaction(**fields), TWO), encoding="utf-8")
    left_out = Counter()

    layout = statements.recognise(file)
    rows = list(statements.rows(file, layout, left_out))

    assert seen(rows) == BOTH
    assert (layout.rows, left_out) == (2, {LeftOut.BALANCE: 1})


def test_what_only_begins_like_a_balance_is_a_transaction(file):
    """As the names of shops do."""
    _, rows = read(file, bank(ONE, transaction(NAME="Balance Yoga"), TWO))

    assert [row.payee for row in rows] == ["Bakery", "Balance Yoga", ""]


@pytest.mark.parametrize(
    ("rows", "signs", "expected"),
    [
        ([("DEBIT", "5"), ("CREDIT", "7"), ("POS", "2")], "by the type", ["-5", "7", "-2"]),
        ([("DEBIT", "5"), ("CREDIT", "-7"), ("OTHER", "2")], "a minus is money in", ["-5", "7", "-2"]),
        ([("DEBIT", "5"), ("DEBIT", "-7"), ("CREDIT", "-1")], None, ["5", "-7", "-1"]),
        ([("DEBIT", "5"), ("POS", "-7")], None, ["5", "-7"]),
        ([("CREDIT", "-5"), ("CREDIT", "-7")], None, ["-5", "-7"]),
        ([("CHECK", "5"), ("CREDIT", "7")], None, ["5", "7"]),
        ([("DEBIT", "0"), ("CREDIT", "7")], None, ["0", "7"]),
    ],
    ids=str,
)
def test_a_sign_is_trusted_unless_all_rows_of_the_account_contradict_theirs(file, rows, signs, expected):
    """One debit with a plus may be one that the bank took back; an account with no minus at all has none to read."""
    text = bank(*(transaction(TRNTYPE=kind, TRNAMT=amount) for kind, amount in rows))

    layout, read_rows = read(file, text.replace("</BANKTRANLIST>", "<LEDGERBAL><BALAMT>9</LEDGERBAL>"))

    assert [str(row.amount) for row in read_rows] == expected
    assert layout.summary().get("signs", "").startswith(signs or "")
    assert bool(layout.stated) == (signs is None)


def test_a_person_may_say_how_amounts_are_signed(file):
    """Whatever the rows say."""
    text = bank(transaction(TRNAMT="5"), transaction(TRNAMT="-7"))

    turned, kept = (read(file, text, ReadingOptions(invert=invert))[1] for invert in (True, False))

    assert [str(row.amount) for row in turned] == ["-5", "7"]
    assert [str(row.amount) for row in kept] == ["5", "-7"]


def test_a_decimal_mark_that_no_amount_proves_is_asked_for(file):
    """The amounts of the whole file tell, or else the person."""
    unclear, clear = transaction(TRNAMT="-1,234"), transaction(TRNAMT="-0,50")
    with pytest.raises(StatementAmbiguous, match="thousands, or three decimals") as asked:
        read(file, bank(unclear))

    by_person = read(file, bank(unclear), ReadingOptions(decimal_mark="."))[1]
    by_file = read(file, bank(unclear, clear))[1]

    assert (asked.value.option, asked.value.choices) == ("decimal_mark", (".", ","))
    assert [by_person[0].amount, by_file[0].amount] == [Decimal(-1234), Decimal("-1.234")]


@pytest.mark.parametrize(
    ("named", "said", "expected"),
    [
        ("", None, None),
        ("", "CHF", "CHF"),
        ("EUR", "CHF", "EUR"),
        ("DEM", None, "DEM"),
        ("R$", None, "BRL"),
        ("?", None, None),
    ],
)
def test_the_currency_is_that_of_the_file_or_else_what_the_person_says(file, named, said, expected):
    """One that is no longer in use is left to the book, which says so."""
    _, rows = read(file, bank(ONE, currency=named), ReadingOptions(currency=said))

    assert rows[0].currency == expected


def test_a_currency_that_does_not_exist_is_refused(file):
    """Before the file is read."""
    with pytest.raises(InvalidCurrency):
        read(file, bank(ONE), ReadingOptions(currency="ABC"))


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({"DTPOSTED": "00000000"}, "'00000000' is not a date"),
        ({"DTPOSTED": "20260230"}, "'20260230' is no day of the calendar"),
        ({"DTPOSTED": ""}, "'' is not a date"),
        ({"DTAVAIL": "soon"}, "'soon' is not a date"),
        ({"TRNAMT": ""}, "'' is not an amount"),
        ({"TRNAMT": "five"}, "'five' is not an amount"),
        ({"TRNAMT": "9" * 40}, "is over the limit"),
    ],
    ids=str,
)
def test_a_transaction_that_cannot_be_read_is_told_with_its_line_and_the_others_come_in(file, fields, why):
    """Or all of it is refused, where nobody asks for less."""
    file.write_text(bank(ONE + "\n", transaction(**fields) + "\n", TWO), encoding="utf-8")
    layout = statements.recognise(file)
    told = []

    rows = list(statements.rows(file, layout, unreadable=lambda error, cells: told.append((error.line, cells[0]))))

    assert seen(rows) == BOTH
    assert told == [(11, "<STMTTRN>")]
    with pytest.raises(StatementUnreadable, match=f"line 11: .*{why}"):
        list(statements.rows(file, layout))


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (HEADER, "has no statement in it; download it again"),
        (f"{HEADER}<OFX><SONRS><STATUS><MESSAGE>Sign on invalid</STATUS></SONRS></OFX>", "says 'Sign on invalid'"),
        (bank(ONE).partition("<FITID>")[0], "ends in the middle of the transaction that begins on line 10"),
        (bank(ONE, TWO).partition("</BANKTRANLIST>")[0], "ends in the middle of the statement that begins on line 9"),
        (f"{HEADER}<OFX>{ONE}", "ends in the middle of the statement that begins on line 9"),
        (bank(ONE.replace("Bakery", "Bak\0ery")), "line 10 of statement.txt has a NUL byte"),
        (bank(ONE.replace("Bakery", "x" * 2_000_000)), "line 10 of statement.txt is far too long"),
    ],
    ids=["a header", "an error", "in a transaction", "after one", "nothing around it", "NUL", "2 MB of text"],
)
def test_a_file_that_is_not_whole_is_refused(file, text, why):
    """Rows that are not in it would be missing in silence."""
    with pytest.raises(StatementUnreadable, match=why):
        read(file, text)


def test_a_line_of_two_million_characters_may_be_a_whole_file(file):
    """In little memory, whatever its length."""
    text = bank(*(transaction(MEMO="x" * 400) for _ in range(5_000))).replace("\n", " ")
    file.write_text(text, encoding="utf-8")
    layout = statements.recognise(file)
    gc.collect()
    tracemalloc.start()

    count = sum(1 for _ in statements.rows(file, layout))

    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert (len(text) > 2_000_000, count, layout.rows) == (True, 5_000, 5_000)
    assert peak < 1_000_000


@pytest.mark.parametrize(
    "options",
    [ReadingOptions(columns={Role.DATE: ["a"]}), ReadingOptions(header_line=1), ReadingOptions(delimiter=";")],
)
def test_who_names_columns_means_another_format(file, options):
    """As who has a file that only speaks of it."""
    file.write_text(bank(ONE), encoding="utf-8")

    assert ofx.recognise(file, options) is None
    file.write_text("Date,Text,Amount\n2026-03-01,OFX,1\n", encoding="utf-8")
    assert ofx.recognise(file, ReadingOptions()) is None


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(data=damaged(bank(ONE, TWO, end="<LEDGERBAL><BALAMT>100.50</LEDGERBAL>").encode()))
def test_whatever_happens_to_a_file_it_is_read_or_refused(file, data):
    """No other error comes out."""
    file.write_bytes(data)

    survives(ofx, file)
