"""camt.052, 053 and 054 of every version: entries, the payments in them, and what a statement says of itself."""

from __future__ import annotations

import gc
import tracemalloc
from collections import Counter
from datetime import date
from decimal import Decimal

import pytest
from damage import damaged, survives
from hypothesis import HealthCheck, given, settings

from expense_core import statements
from expense_core.errors import InvalidCurrency, StatementUnreadable
from expense_core.statements import LeftOut, RawRow, ReadingOptions, Role, Stated, camt

NAMESPACE = "urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"
ACCOUNT = "<Acct><Id><IBAN>NL01</IBAN></Id><Ownr><Nm>Alice</Nm></Ownr></Acct>"


@pytest.fixture
def file(tmp_path):
    """Where the statement is."""
    return tmp_path / "statement.txt"


def entry(amount="4.50", way="DBIT", more="<BookgDt><Dt>2026-03-02</Dt></BookgDt>", currency="EUR", status="BOOK"):
    """One entry."""
    return f'<Ntry><Amt Ccy="{currency}">{amount}</Amt><CdtDbtInd>{way}</CdtDbtInd><Sts>{status}</Sts>{more}</Ntry>\n'


def details(*payments, more=""):
    """An entry of 5.00 with these payments in it."""
    day = "<BookgDt><Dt>2026-03-02</Dt></BookgDt>"
    inside = "".join(f"<TxDtls>{payment}</TxDtls>" for payment in payments)
    return entry("5.00", more=f"{day}{more}<NtryDtls>{inside}</NtryDtls>")


def balance(kind, amount, way="CRDT", currency="EUR"):
    """A balance of one kind."""
    return (
        f"<Bal><Tp><CdOrPrtry><Cd>{kind}</Cd></CdOrPrtry></Tp>"
        f'<Amt Ccy="{currency}">{amount}</Amt><CdtDbtInd>{way}</CdtDbtInd></Bal>'
    )


def document(*parts, account=ACCOUNT):
    """A file with one statement."""
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<Document xmlns="{NAMESPACE}"><BkToCstmrStmt><GrpHdr/><Stmt>\n'
        f"<Id>7</Id>{account}{''.join(parts)}</Stmt></BkToCstmrStmt></Document>\n"
    )


def read(file, text, options=None, left_out=None):
    """The layout and the rows of a file with this text."""
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    layout = statements.recognise(file, options)
    return layout, list(statements.rows(file, layout, left_out))


def party(side, name, ultimate=""):
    """Who is on one side of a payment."""
    return f"<RltdPties><{ultimate}{side}><Nm>{name}</Nm></{ultimate}{side}></RltdPties>"


WAGE = entry("2000", "CRDT", "<ValDt><DtTm>2026-03-03T01:00:00+01:00</DtTm></ValDt><AddtlNtryInf>Wage</AddtlNtryInf>")
PLAIN = document(entry(), WAGE)


@pytest.mark.parametrize(
    "text",
    [
        PLAIN,
        PLAIN.replace("\n", "\r\n"),
        PLAIN.replace("\n", ""),
        PLAIN.partition("\n")[2],
        "some words above\n\n" + PLAIN,
        b"\xef\xbb\xbf" + PLAIN.encode(),
        PLAIN.replace("UTF-8", "UTF-16").encode("utf-16"),
        PLAIN.encode("utf-16-le"),
        PLAIN.replace("<Stmt>", "<Rpt>").replace("</Stmt>", "</Rpt>").replace("CstmrStmt", "CstmrAcctRpt"),
        PLAIN.replace("Stmt>", "Ntfctn>").replace("053", "054"),
        PLAIN.replace("<", "<n:").replace("<n:/", "</n:").replace("<n:?", "<?").replace("xmlns=", "xmlns:n="),
        PLAIN.replace(f' xmlns="{NAMESPACE}"', ""),
        PLAIN.replace("<Sts>BOOK</Sts>", "<Sts><Cd>BOOK</Cd></Sts>"),
        PLAIN.replace("<Stmt>", "<Stmt><!-- a remark --><![CDATA[  ]]>"),
        PLAIN.replace("<GrpHdr/>", "<GrpHdr><Ntry/></GrpHdr><Acct/>").replace("</Stmt>", "</Stmt><X><Ntry/></X>"),
    ],
    ids=[
        "plain", "CRLF", "one line", "no declaration", "words above", "with a mark", "UTF-16", "UTF-16 without a mark",
        "report", "notification", "with a prefix", "no namespace", "newer status", "remarks", "elements elsewhere",
    ],
)  # fmt: skip
def test_an_entry_is_read_from_whatever_is_around_it(file, text):
    """The same rows, each with a number of its own, in every message and version."""
    layout, rows = read(file, text)

    assert [(str(row.booked_on), str(row.amount), row.description) for row in rows] == [
        ("2026-03-02", "-4.50", ""),
        ("2026-03-03", "2000", "Wage"),
    ]
    assert (layout.format, layout.rows, layout.accounts) == ("camt", 2, ("NL01",))
    assert layout.summary() == {"format": layout.message, "encoding": layout.encoding, "accounts": "NL01"}
    assert len({row.line for row in rows}) == 2


@pytest.mark.parametrize(
    ("declared", "encoding"),
    [("ISO-8859-1", "latin-1"), ("UTF-8", "cp1252"), ("nonsense", "cp1252"), ("UTF-16", "utf-8")],
)
def test_letters_are_read_in_whatever_encoding_they_are(file, declared, encoding):
    """A declaration that is wrong is not believed."""
    text = document(details(party("Cdtr", "Bäckerei Größe")), entry()).replace("UTF-8", declared)

    _, rows = read(file, text.encode(encoding))

    assert rows[0].payee == "Bäckerei Größe"


@pytest.mark.parametrize("between", ["", "\n\n", " " * ((1 << 16) - len(PLAIN) - 3), "\n" * (1 << 17)])
def test_documents_may_follow_each_other(file, between):
    """Each row has its line in the file; what comes behind the last one, and is none, is refused with its line."""
    text = f"{PLAIN.strip()}{between}{PLAIN}"

    _, rows = read(file, text)

    lines = text.split("\n")
    assert [str(row.amount) for row in rows] == ["-4.50", "2000", "-4.50", "2000"]
    assert [lines[row.line - 1].count("<Ntry>") for row in rows] == [1, 1, 1, 1]
    with pytest.raises(StatementUnreadable, match=f"line {len(lines)} of statement.txt is not as XML should be"):
        read(file, f"{text}some words")


def test_a_whole_row_is_what_the_record_says(file):
    """With its bytes by lines."""
    text = (
        '<Ntry>\n  <Amt Ccy="EUR">12.50</Amt>\n<CdtDbtInd>DBIT</CdtDbtInd>'
        "<BookgDt><DtTm>2026-03-02T23:59:00Z</DtTm></BookgDt><ValDt><Dt>2026-03-04+01:00</Dt></ValDt><AcctSvcrRef>B-1</AcctSvcrRef>\n<NtryDtls><TxDtls>"
        f"{party('Cdtr', 'Café Nord')}<RmtInf><Ustrd>Lunch &amp; more</Ustrd></RmtInf></TxDtls></NtryDtls></Ntry >"
    )

    layout, rows = read(file, document(text))

    assert rows == [
        RawRow(
            line=3,
            booked_on=date(2026, 3, 2),
            value_on=date(2026, 3, 4),
            amount=Decimal("-12.50"),
            currency="EUR",
            description="Café Nord - Lunch & more",
            category=None,
            bank_id="B-1",
            pending=False,
            payee="Café Nord",
            account="NL01",
            raw=tuple(line.strip() for line in text.split("\n")),
        )
    ]
    assert layout.message == "camt.053.001.08"


@pytest.mark.parametrize(
    ("way", "reversal", "parties", "payee"),
    [
        ("DBIT", "", party("Cdtr", "Shop"), "Shop"),
        ("DBIT", "", party("Dbtr", "Alice") + party("Cdtr", "Shop"), "Shop"),
        ("CRDT", "", party("Dbtr", "Jo") + party("Cdtr", "ALICE"), "Jo"),
        ("DBIT", "", "<RltdPties><Cdtr><Pty><Nm>Shop</Nm></Pty></Cdtr></RltdPties>", "Shop"),
        ("DBIT", "", party("Cdtr", "Shop", "Ultmt"), "Shop"),
        ("DBIT", "", party("Dbtr", "Alice"), ""),
        ("DBIT", "", party("Dbtr", "Shop"), "Shop"),
        ("CRDT", "true", party("Dbtr", "Alice Smith") + party("Cdtr", "Shop"), "Shop"),
        ("DBIT", "1", party("Dbtr", "Jo") + party("Cdtr", "Alice"), "Jo"),
        ("DBIT", "false", party("Dbtr", "Jo") + party("Cdtr", "Shop"), "Shop"),
        ("DBIT", "", "", ""),
    ],
)
def test_the_payee_is_who_is_on_the_other_side(file, way, reversal, parties, payee):
    """Of what is taken back it is still who got it or sent it; the amount goes the way that the entry says."""
    reversed_by = f"<RvslInd>{reversal}</RvslInd>" if reversal else ""

    _, (row,) = read(file, document(details(parties, more=reversed_by).replace("DBIT", way)))

    assert (row.payee, row.amount) == (payee, 5 if way == "CRDT" else -5)


@pytest.mark.parametrize(
    ("inside", "more", "description", "notes"),
    [
        ("<RmtInf><Ustrd>Order</Ustrd><Ustrd>7</Ustrd></RmtInf>", "", "Order 7", ""),
        ("<RmtInf><Strd><CdtrRefInf><Ref>RF18</Ref></CdtrRefInf></Strd></RmtInf>", "", "RF18", ""),
        ("<RmtInf><Strd><AddtlRmtInf>Invoice 9</AddtlRmtInf></Strd></RmtInf>", "", "Invoice 9", ""),
        ("<AddtlTxInf>Card 12</AddtlTxInf>", "", "Card 12", ""),
        ("", "<AddtlNtryInf>Fees of\n May</AddtlNtryInf>", "Fees of May", ""),
        (
            "<RmtInf><Ustrd>Tea</Ustrd></RmtInf><AddtlTxInf>Card</AddtlTxInf>",
            "<AddtlNtryInf>POS</AddtlNtryInf>",
            "Tea",
            "POS\nCard",
        ),
        ('<AmtDtls><InstdAmt><Amt Ccy="USD">6.00</Amt></InstdAmt></AmtDtls>', "", "", "paid 6.00 USD"),
        ('<AmtDtls><InstdAmt><Amt Ccy="EUR">5.00</Amt></InstdAmt></AmtDtls>', "", "", ""),
    ],
)  # fmt: skip
def test_what_for_is_in_words_or_in_a_reference_or_in_what_the_bank_adds(file, inside, more, description, notes):
    """What is not in the description is in the notes."""
    _, (row,) = read(file, document(details(inside, more=more)))

    assert (row.description, row.notes) == (description, notes)


@pytest.mark.parametrize(
    ("more", "inside", "bank_id"),
    [
        ("<NtryRef>3</NtryRef><AcctSvcrRef>B</AcctSvcrRef>", "<Refs><EndToEndId>E</EndToEndId></Refs>", "B"),
        ("<NtryRef>3</NtryRef>", "<Refs><EndToEndId>E</EndToEndId><AcctSvcrRef>T</AcctSvcrRef></Refs>", "T"),
        ("<NtryRef>3</NtryRef>", "<Refs><EndToEndId>E</EndToEndId></Refs>", "E"),
        ("<NtryRef>3</NtryRef>", "<Refs><EndToEndId>NOTPROVIDED</EndToEndId></Refs>", "3"),
        ("", "", None),
    ],
)
def test_what_the_bank_calls_it_comes_before_what_others_do(file, more, inside, bank_id):
    """And what says that it is nothing is nothing."""
    _, (row,) = read(file, document(details(inside, more=more)))

    assert row.bank_id == bank_id


def own(amount, currency="EUR", more=""):
    """A payment with an amount of its own."""
    return f'<Amt Ccy="{currency}">{amount}</Amt>{more}'


ID = "<AcctSvcrRef>B</AcctSvcrRef>"


@pytest.mark.parametrize(
    ("payments", "expected"),
    [
        ([own("3.00", more=party("Cdtr", "A")), own("2.00", more=party("Cdtr", "B"))], ["-3.00", "-2.00"]),
        ([own("6.00"), own("1.00", more="<CdtDbtInd>CRDT</CdtDbtInd>")], ["-6.00", "1.00"]),
        ([own("3.00"), own("1.00")], ["-5.00"]),
        ([own("3.00", "USD"), own("2.00", "USD")], ["-5.00"]),
        ([own("3.00"), ""], ["-5.00"]),
        ([own("5.00")], ["-5.00"]),
        ([own("0", "SEK")], ["-5.00"]),
        (['<AmtDtls><TxAmt><Amt Ccy="EUR">3.00</Amt></TxAmt></AmtDtls>', ""], ["-5.00"]),
    ],
)
def test_payments_in_an_entry_are_rows_where_each_has_its_amount_and_they_come_to_the_entry(file, payments, expected):
    """Else the entry is one row."""
    layout, rows = read(file, document(details(*payments), entry()))

    assert [str(row.amount) for row in rows] == [*expected, "-4.50"]
    assert layout.rows == len(rows)
    assert [row.line for row in rows] == list(range(3, 3 + len(rows)))


def test_each_of_several_payments_says_what_it_says(file):
    """Its name, its reference and its record, or those of the entry."""
    first = own("3.00", more=f"<Refs>{ID}</Refs>{party('Cdtr', 'A')}")

    _, rows = read(file, document(details(first, own("2.00"), more="<AcctSvcrRef>whole</AcctSvcrRef>")))

    assert [(row.payee, row.bank_id) for row in rows] == [("A", "B"), ("", "whole")]
    assert [row.raw for row in rows] == [(f"<TxDtls>{first}</TxDtls>",), (f"<TxDtls>{own('2.00')}</TxDtls>",)]


def test_an_entry_of_several_payments_that_is_one_row_tells_of_each_in_its_notes(file):
    """With the name that they share, if they do."""
    parts = [
        f'<AmtDtls><TxAmt><Amt Ccy="EUR">{amount}</Amt></TxAmt></AmtDtls>{party("Cdtr", name)}'
        f"<RmtInf><Ustrd>Order {amount}</Ustrd></RmtInf>"
        for name, amount in (("A", "3.00"), ("B", "2.00"))
    ]

    _, rows = read(
        file,
        document(
            details(*parts), details(*parts, more="<AddtlNtryInf>Batch</AddtlNtryInf>"), details(parts[0], parts[0])
        ),
    )

    notes = "3.00 A - Order 3.00\n2.00 B - Order 2.00"
    assert [(row.payee, row.description, row.notes) for row in rows] == [
        ("", "Order 3.00; Order 2.00", notes),
        ("", "Batch", notes),
        ("A", "A - Order 3.00", "3.00 A - Order 3.00"),
    ]
    assert [row.bank_id for row in rows] == [None] * 3


@pytest.mark.parametrize(
    ("status", "pending"), [("BOOK", False), ("PDNG", True), ("INFO", True), ("<Cd>FUTR</Cd>", True), ("", False)]
)
def test_what_is_not_booked_is_pending(file, status, pending):
    """Also what is for information, or of a day to come; one without a date yet is left out."""
    undated, left_out = entry(more="", status="PDNG"), Counter()

    layout, rows = read(file, document(entry(status=status), undated), left_out=left_out)

    assert [row.pending for row in rows] == [pending]
    assert left_out == {LeftOut.UNDATED: 1}
    assert layout.rows == 2


def dated(kind, day):
    """A balance of one day."""
    return balance(kind, "10.00").replace("</Bal>", f"<Dt><Dt>{day}</Dt></Dt></Bal>")


@pytest.mark.parametrize(
    ("balances", "told"),
    [
        ([dated("OPBD", "2026-03-02"), dated("CLBD", "2026-03-02"), dated("FWAV", "2026-03-09")], None),
        ([dated("OPBD", "2026-03-01"), dated("CLBD", "2026-03-02")], "'' is not a date"),
        ([dated("PRCD", "2026-03-01"), dated("CLBD", "2026-03-02")], "'' is not a date"),
        ([dated("OPBD", "2026-03-02")], "'' is not a date"),
        ([balance("OPBD", "10.00"), balance("CLBD", "10.00")], "'' is not a date"),
        ([dated("OPBD", "soon"), dated("CLBD", "soon")], "'soon' is not a date"),
    ],
)
def test_an_entry_without_a_date_is_of_the_day_of_a_statement_that_has_one(file, balances, told):
    """Banks that send a statement a day leave the dates of its entries out."""
    file.write_text(document(*balances, entry(more="")), encoding="utf-8")
    layout, errors = statements.recognise(file), []

    rows = list(statements.rows(file, layout, unreadable=lambda error, _: errors.append(str(error))))

    assert [(row.booked_on, row.value_on) for row in rows] == ([] if told else [(date(2026, 3, 2), None)])
    assert [told in error for error in errors] == ([True] if told else [])


def summary(rows="2", out="4.50", into="2000"):
    """The totals of a statement."""
    return (
        f"<TxsSummry><TtlNtries><NbOfNtries>{rows}</NbOfNtries></TtlNtries><TtlCdtNtries><Sum>{into}</Sum></TtlCdtNtries>"
        f"<TtlDbtNtries><Sum>{out}</Sum></TtlDbtNtries></TxsSummry>"
    )


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        (
            [balance("OPBD", "10.00"), balance("CLBD", "2.50", "DBIT"), balance("CLAV", "9.00")],
            {"opening": Decimal(10), "closing": Decimal("-2.50"), "total": Decimal("-12.50")},
        ),
        ([balance("PRCD", "10.00"), balance("OPAV", "3")], {"opening": Decimal(10)}),
        ([balance("PRCD", "10.00"), balance("OPBD", "11.00")], {"opening": Decimal(11)}),
        ([balance("OPBD", "10.00"), balance("CLBD", "7.00", currency="SEK")], {"opening": Decimal(10)}),
        ([balance("OPBD", "much"), balance("CLBD", "7.00")], {"closing": Decimal(7)}),
        ([balance("OPBD", "10.00").replace("<CdOrPrtry>", "").replace("</CdOrPrtry>", "")], {"opening": Decimal(10)}),
        ([summary()], {"rows": 2, "debits": Decimal("-4.50"), "credits": Decimal(2000)}),
        ([summary(rows="?", out="")], {"credits": Decimal(2000)}),
        (
            [summary("1"), details(own("3.00"), own("2.00"))],
            {"rows": 2, "debits": Decimal("-4.50"), "credits": Decimal(2000)},
        ),
        ([summary(), entry(status="PDNG"), balance("OPBD", "1.00")], {"opening": Decimal(1)}),
    ],
)  # fmt: skip
def test_what_the_statement_says_of_itself_is_told(file, parts, expected):
    """Balances of what is booked, in the currency of the account, and totals where all is booked."""
    layout, _ = read(file, document(*parts, account=ACCOUNT.replace("</Acct>", "<Ccy>EUR</Ccy></Acct>")))

    assert layout.stated == (Stated("NL01", "EUR", **expected),)


def test_several_statements_are_told_by_account(file):
    """They go on where the one before ends."""
    one = document(balance("OPBD", "10.00"), balance("CLBD", "5.50"), entry())
    two = document(balance("OPBD", "5.50"), balance("CLBD", "1.00"), entry())
    other = document(entry(currency="CHF"), account="<Acct><Id><Othr><Id>77</Id></Othr></Id></Acct>")
    inside = [text[text.index("<Stmt>") : text.index("</BkToCstmrStmt>")] for text in (two, other)]

    layout, rows = read(file, one.replace("</Stmt>", "</Stmt>" + "".join(inside)))

    assert [(row.account, row.currency) for row in rows] == [("NL01", "EUR"), ("NL01", "EUR"), ("77", "CHF")]
    assert layout.stated == (Stated("NL01", "EUR", opening=Decimal(10), closing=Decimal(1), total=Decimal(-9)),)
    assert layout.accounts == ("NL01", "77")


def test_a_currency_that_is_nowhere_is_what_the_person_says(file):
    """The format asks for it with each amount; not every bank knows."""
    text = document(entry(currency=""), account="")

    layout, (row,) = read(file, text, ReadingOptions(currency="CHF"))

    assert (row.currency, row.account, layout.summary()) == (
        "CHF", None, {"format": "camt.053.001.08", "encoding": "utf-8"},
    )  # fmt: skip
    with pytest.raises(InvalidCurrency):
        read(file, text, ReadingOptions(currency="ABC"))


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        (("4.50", "four"), "'four' is not an amount"),
        (("4.50", "-4.50"), "'-4.50' is not an amount"),
        (("4.50", "9" * 41), "is not an amount"),
        (("4.50", "9" * 13), "is over the limit"),
        (("DBIT", "OUT"), "'OUT' is neither CRDT, which is money in, nor DBIT"),
        (("2026-03-02", "2026-02-30"), "'2026-02-30' is no day of the calendar"),
        (("2026-03-02", "0000-01-01"), "'0000-01-01' is before 1900"),
        (("2026-03-02", "soon"), "'soon' is not a date"),
        (("<BookgDt><Dt>2026-03-02</Dt></BookgDt>", ""), "has neither a booking nor a value date"),
    ],
)
def test_an_entry_that_cannot_be_read_is_told_with_its_line_and_the_others_come_in(file, changed, why):
    """Or all of it is refused, where nobody asks for less."""
    file.write_text(document(entry(), entry().replace(*changed), WAGE), encoding="utf-8")
    layout = statements.recognise(file)
    told = []

    rows = list(statements.rows(file, layout, unreadable=lambda error, cells: told.append((error.line, cells[0][:6]))))

    assert [str(row.amount) for row in rows] == ["-4.50", "2000"]
    assert told == [(4, "<Ntry>")]
    assert layout.rows == 3
    with pytest.raises(StatementUnreadable, match=f"line 4: .*{why}"):
        list(statements.rows(file, layout))


BOMB = (
    '<?xml version="1.0"?>\n<!DOCTYPE Document [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>\n'
    f'<Document xmlns="{NAMESPACE}"><BkToCstmrStmt><Stmt>&b;</Stmt></BkToCstmrStmt></Document>'
)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (PLAIN.partition("<ValDt>")[0], "line 4 of statement.txt is not as XML should be .* is it complete"),
        (PLAIN.partition("</Stmt>")[0], "is not as XML should be"),
        (PLAIN.replace("Wage", "A & B"), "line 4 of statement.txt is not as XML should be"),
        (PLAIN.replace("Wage", "A \0 B"), "line 4 of statement.txt is not as XML should be"),
        ("words\n" + PLAIN.replace("Wage", "A & B"), "line 5 of statement.txt is not as XML should be"),
        (BOMB, "declares a document type of its own, which no statement does"),
        (PLAIN.replace("Stmt>", "X>"), "is in the camt format, but has no statement in it"),
        (PLAIN.replace("<Id>", "<Id>" + "<a>" * 200), "line 3 of statement.txt is far too long or deep"),
        (PLAIN.replace("<Id>", f"<Id a='{'x' * 2_000_000}'>"), "line 3 of statement.txt is far too long or deep"),
        (PLAIN.replace("Wage", "x" * 20_000_000), "line 4 of statement.txt is far too long or deep"),
    ],
    ids=[
        "in an entry", "after one", "not XML", "NUL", "under words", "a bomb", "no statement", "deep",
        "2 MB in a tag", "20 MB in an entry",
    ],
)  # fmt: skip
def test_a_file_that_is_not_whole_or_harmful_is_refused(file, text, why):
    """Rows that are not in it would be missing in silence, and entities within entities fill any memory."""
    with pytest.raises(StatementUnreadable, match=why):
        read(file, text)


def test_memory_does_not_grow_with_the_file(file):
    """A line of two million characters may be a whole file."""
    file.write_text(
        document(*[entry(more=f"<BookgDt><Dt>2026-03-02</Dt></BookgDt><X>{'x' * 2_000}</X>")] * 1_000).replace("\n", "")
    )
    layout = statements.recognise(file)
    gc.collect()
    tracemalloc.start()

    count = sum(1 for _ in statements.rows(file, layout))

    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert (file.stat().st_size > 2_000_000, count) == (True, 1_000)
    assert peak < 1_500_000


def test_who_names_columns_means_another_format(file):
    """As who has other XML."""
    file.write_text(PLAIN, encoding="utf-8")
    assert camt.recognise(file, ReadingOptions(columns={Role.DATE: [1]})) is None

    file.write_text('<?xml version="1.0"?><Document xmlns="urn:iso:std:iso:20022:tech:xsd:pain.001.001.03"/>')
    assert camt.recognise(file, ReadingOptions()) is None


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    data=damaged(
        document(balance("OPBD", "1.00"), summary(), entry(), WAGE, details(own("3.00"), own("2.00"))).encode()
    )
)
def test_whatever_happens_to_a_file_it_is_read_or_refused(file, data):
    """No other error comes out."""
    file.write_bytes(data)

    survives(camt, file)
