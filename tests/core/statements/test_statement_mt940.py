"""MT940 as banks of several countries write it: marks, references, and what is packed into field 86."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from damage import damaged, survives
from hypothesis import HealthCheck, given, settings

from expense_core import statements
from expense_core.errors import InvalidCurrency, StatementUnreadable
from expense_core.statements import RawRow, ReadingOptions, Role, Stated, mt940

BREAD = ":61:2603020303D4,50NTRFNONREF//B-1\n:86:Bakery at the corner\n"
WAGE = ":61:2603030303C2000,NMSCW-7\nextra details\n:86:Wage\n"


@pytest.fixture
def file(tmp_path):
    """Where the statement is."""
    return tmp_path / "statement.txt"


def message(*movements, account="NL01/77", opening="C260301EUR100,00", closing="C260331EUR2095,50", kind="F"):
    """A statement of one account."""
    return (
        f":20:STMT\n:25:{account}\n:28C:5/1\n:60{kind}:{opening}\n{''.join(movements)}:62{kind}:{closing}\n"
        ":64:C260331EUR1,00\n:86:what the bank says of the whole\n-\n"
    )


def read(file, text, options=None, encoding="utf-8"):
    """The layout and the rows of a file with this text."""
    file.write_bytes(text if isinstance(text, bytes) else text.encode(encoding))
    layout = statements.recognise(file, options)
    return layout, list(statements.rows(file, layout))


def seen(rows):
    """What tells rows from each other."""
    return [(f"{row.booked_on:%m-%d}", str(row.amount), row.description, row.bank_id) for row in rows]


BOTH = [("03-03", "-4.50", "Bakery at the corner", "B-1"), ("03-03", "2000", "Wage", "W-7")]


@pytest.mark.parametrize(
    "text",
    [
        message(BREAD, WAGE),
        message(BREAD, WAGE).replace("\n", "\r\n"),
        message(BREAD, WAGE).replace("\n", "  \n"),
        message(BREAD, WAGE).encode("utf-16"),
        b"\xef\xbb\xbf" + message(BREAD, WAGE).encode(),
        "0000 01BANKNL2AXXXX00001\n940 00\n" + message(BREAD, WAGE),
        "{1:F01BANKNL2AXXX0000000000}{2:O9400000}{4:\n" + message(BREAD, WAGE)[:-2] + "-}{5:{CHK:00}}\n",
        "{1:F01BANKNL2AXXX0000000000}{2:O9400000}{4:" + message(BREAD, WAGE)[:-2] + "-}",
        message(BREAD, WAGE)[:-2],
        message(BREAD, WAGE)[:-2] + "-XXX\n",
        message(BREAD, WAGE).partition("\n")[2].replace(":25:", ":20:\n:25:", 1),
        message(":NS:22Name\n23Account\n", BREAD, ":NS:22Name\n", WAGE),
        message("-\n", BREAD, "-\n", WAGE),
        message(BREAD) + message(WAGE),
        message(BREAD)[:-2] + message(WAGE),
        "@@" + message(BREAD, WAGE).replace("\n", "@@"),
        message(BREAD, WAGE).partition(":62F")[0] + "-\n",
        message(BREAD, WAGE).partition(":62F")[0] + ":65F:Dnullnull1,3\n",
        "-\n" + message(BREAD, WAGE, opening="C260301EURO0,00", closing="null"),
        message(BREAD) + WAGE,
    ],
    ids=[
        "plain", "CRLF", "padded", "UTF-16", "with a mark", "lines above", "envelope", "envelope on a line", "no end",
        "another end", "empty reference", "field NS", "ends within",
        "two statements", "two with nothing between", "all on one line",
        "no balance at the end", "another balance at the end", "balances of no use", "a movement behind",
    ],
)  # fmt: skip
def test_a_movement_is_read_from_whatever_is_around_it(file, text):
    """The same rows, in whatever of the ways that banks hand them out."""
    layout, rows = read(file, text)

    assert seen(rows) == BOTH
    assert (layout.format, layout.rows, layout.accounts) == ("mt940", 2, ("NL01/77",))
    assert layout.summary() == {"format": "MT940", "encoding": layout.encoding, "accounts": "NL01/77"}


@pytest.mark.parametrize(
    ("mark", "amount", "pending"),
    [
        ("D", -5, False),
        ("C", 5, False),
        ("RD", 5, False),  # mt-940 5.1.1 gives both of these the sign of money in
        ("RC", -5, False),
        ("ED", -5, True),  # and refuses the whole file for one of these
        ("EC", 5, True),
        ("DR", -5, False),  # the third letter of EUR behind it
        ("RCR", -5, False),
        ("CF ", 5, False),
    ],
)
def test_a_mark_says_which_way_the_money_went(file, mark, amount, pending):
    """Reversed credits are money out, reversed debits money in; what is expected is pending."""
    _, (row,) = read(file, message(f":61:2603020303{mark}5,00NTRFNONREF\n"))

    assert (row.amount, row.pending) == (amount, pending)


@pytest.mark.parametrize(
    ("entry", "booked_on", "value_on"),
    [
        ("2603020303D5,NTRF", date(2026, 3, 3), date(2026, 3, 2)),
        ("260302D5,NTRF", date(2026, 3, 2), date(2026, 3, 2)),
        ("260302    D5,NTRF", date(2026, 3, 2), date(2026, 3, 2)),
        ("2601011231D5,NTRF", date(2025, 12, 31), date(2026, 1, 1)),
        ("2512310102D5,NTRF", date(2026, 1, 2), date(2025, 12, 31)),
        ("2402280229D5,NTRF", date(2024, 2, 29), date(2024, 2, 28)),
        ("2603020000D5,NTRF", date(2026, 3, 2), date(2026, 3, 2)),
        ("9912310101D5,NTRF", date(2000, 1, 1), date(1999, 12, 31)),
        ("2402300301D5,NTRF", date(2024, 3, 1), date(2024, 2, 29)),
        ("2604310430D5,NTRF", date(2026, 4, 30), date(2026, 4, 30)),
    ],
)
def test_an_entry_is_booked_on_the_day_that_is_nearest_to_its_value_date(file, entry, booked_on, value_on):
    """Its year is not written."""
    _, (row,) = read(file, message(f":61:{entry}\n"))

    assert (row.booked_on, row.value_on) == (booked_on, value_on)


@pytest.mark.parametrize(
    ("rest", "amount", "bank_id"),
    [
        ("6800,NCHK16703074", "-6800", "16703074"),
        ("25,03NTRFNONREF", "-25.03", None),
        ("800,NSTON", "-800", None),
        ("1.234,56S103REF 1//BANK 2", "-1234.56", "BANK 2"),
        ("20000,00FMSCNONREF//83270", "-20000.00", "83270"),
        (" 100.00 NTRFabc", "-100.00", "abc"),
        ("1,234NTRFNONREF", "-1.234", None),
        (",50", "-0.50", None),
        ("000000001001,69N541NONREF", "-1001.69", None),
        ("\n5,00N062NONREF", "-5.00", None),
        ("5,00S   X-1", "-5.00", "X-1"),
        ("119,NMSC3412/1XX//O/341\nPaid", "-119", "O/341"),
        ("5,\nNL72RABO", "-5", None),
    ],
)
def test_an_amount_is_followed_by_a_type_and_references(file, rest, amount, bank_id):
    """The bank's own reference counts, or else that of whoever ordered it; SWIFT's decimal mark is a comma."""
    _, (row,) = read(file, message(f":61:2603020303D{rest}\n"))

    assert (str(row.amount), row.bank_id) == (amount, bank_id)


@pytest.mark.parametrize(
    ("lines", "payee", "description", "notes"),
    [
        (["166?00GUTSCHRIFT?20SVWZ+Rent?32Jo?33 Doe"], "Jo Doe", "Jo Doe - Rent", "GUTSCHRIFT"),
        (
            ["117?00DAUERAUFTRAG?109310?20EREF+77?21SVWZ+Rent of the house i?22n May?30BANKDEFF?31DE02?32Landlord"],
            "Landlord",
            "Landlord - Rent of the house i n May",
            "DAUERAUFTRAG\nDE02",
        ),
        (
            ["117?20A part of 27 letters is cutt", "ing into the next?21 one?32Shop"],
            "Shop",
            "Shop - A part of 27 letters is cutting into the next one",
            "",
        ),
        (["020~00Move~20abcdefghijklmnopqrstuvwxyza~21bc~60last"], "", "abcdefghijklmnopqrstuvwxyzabc last", "Move"),
        (["808?00Fees"], "", "Fees", "Fees"),
        (["/TRTP/SEPA CT/IBAN/NL02/BIC/AB/NAME/Shop/REMI/Order 7/EREF/x"], "Shop", "Shop - Order 7", "SEPA CT\nNL02"),
        (["/EREF/1//CNTP/NL02/AB/Shop/Town//REMI/USTD//Order 7/"], "Shop", "Shop - Order 7", ""),
        (["/ORDP//NAME/Jo/REMI/For lunch /CSID/"], "Jo", "Jo - For lunch", ""),
        (["/CNTP/NL02//REMI/Order"], "", "Order", ""),
        (["SEPA   IBAN: NL02  BIC: A", "NAAM: Shop    OMSCHRIJVING: Bun KENMERK: 9"], "Shop", "Shop - Bun", "SEPA"),
        (["SEPA  NAAM: Shop  KENMERK: 9"], "Shop", "Shop - 9", "SEPA"),
        (["Card 12", "Town"], "", "Card 12 Town", ""),
        (["x" * 65, "y"], "", "x" * 65 + "y", ""),
        (["999PN5477SCHECK"], "", "999PN5477SCHECK", ""),
    ],
)  # fmt: skip
def test_what_a_bank_tells_of_a_movement_is_taken_apart(file, lines, payee, description, notes):
    """German numbered parts, Dutch names between strokes or with colons, or a text as it is."""
    _, (row,) = read(file, message(":61:260302D5,NTRF\n:86:" + "\n".join(lines) + "\n"))

    assert (row.payee, row.description, row.notes) == (payee, description, notes)
    assert row.raw == (":61:260302D5,NTRF", f":86:{lines[0]}", *lines[1:])


def test_german_savings_banks_tell_of_a_movement_in_a_field_of_their_own(file):
    """Field 86 comes before it, if there are both."""
    told = ":61:260302D5,S051\n:NS:01Rent\n02May\n15Landlord\n17STANDING ORDER\n1812345\n"

    _, rows = read(file, message(told, told + ":86:Both\n"))

    assert [(row.payee, row.description, row.notes) for row in rows] == [
        ("Landlord", "Landlord - Rent May", "STANDING ORDER"),
        ("", "Both", ""),
    ]
    assert rows[1].raw[-2:] == ("1812345", ":86:Both")


def test_a_balance_may_leave_out_the_currency(file):
    """It is that of the other one."""
    layout, rows = read(file, message(BREAD, closing="C26033195,50"))

    assert rows[0].currency == "EUR"
    assert layout.stated == (
        Stated("NL01/77", "EUR", opening=Decimal(100), closing=Decimal("95.50"), total=Decimal("-4.50")),
    )


def test_several_fields_about_one_movement_belong_together(file):
    """And what stands under the movement itself is its text where there is no other, or else a note."""
    _, rows = read(
        file, message(BREAD.replace("\n:86", "\n/OCMT/USD5,\n:86") + ":86:in town\n", ":61:260302D1,NCHG\nfee\n")
    )

    assert [(row.description, row.notes) for row in rows] == [
        ("Bakery at the corner in town", "/OCMT/USD5,"),
        ("fee", ""),
    ]


def test_a_whole_row_is_what_the_record_says(file):
    """With the currency of its statement's balance, or else what the person says."""
    _, rows = read(file, message(WAGE), ReadingOptions(currency="CHF"))
    no_balance = ":20:A\n:28C:1\n" + WAGE

    assert rows == [
        RawRow(
            line=5,
            booked_on=date(2026, 3, 3),
            value_on=date(2026, 3, 3),
            amount=Decimal(2000),
            currency="EUR",
            description="Wage",
            category=None,
            bank_id="W-7",
            pending=False,
            notes="extra details",
            account="NL01/77",
            raw=(":61:2603030303C2000,NMSCW-7", "extra details", ":86:Wage"),
        )
    ]
    layout, (row,) = read(file, no_balance, ReadingOptions(currency="CHF"))
    assert (row.currency, row.account, layout.accounts, layout.stated) == ("CHF", None, (), ())
    assert layout.summary() == {"format": "MT940", "encoding": "utf-8"}
    with pytest.raises(InvalidCurrency):
        read(file, message(WAGE), ReadingOptions(currency="ABC"))


def test_balances_of_several_statements_are_told_by_account(file):
    """They go on where the one before ends, or else only what they add up to is known; a day may be overdrawn."""
    text = (
        message(BREAD, closing="C260302EUR95,50", kind="M")
        + message(WAGE, opening="C260302EUR95,50", closing="D260303EUR2,", kind="M")
        + message(account="B", opening="D260301PLN1,00", closing="C260301PLN2,00")
        + message(account="B", opening="C260308PLN7,00", closing="C260309PLN7,50")
        + message(account="", opening="C260301EUR0,00", closing="C260301EUR0,00")
    )

    layout, rows = read(file, text)

    assert [row.account for row in rows] == ["NL01/77", "NL01/77"]
    assert layout.stated == (
        Stated("NL01/77", "EUR", opening=Decimal(100), closing=Decimal(-2), total=Decimal(-102)),
        Stated("B", "PLN", total=Decimal("3.50")),
        Stated(None, "EUR", opening=Decimal(0), closing=Decimal(0), total=Decimal(0)),
    )


def test_a_report_of_a_day_that_is_not_over_states_its_sums(file):
    """MT942 has no balances, but a floor with the currency, the time, and how much went out and in."""
    head = ":20:A\n:25:B\n:28C:1\n:34F:SEKD0,\n:34F:?\n:13D:2603031200+0100\n"
    report = f"{head}{BREAD}{WAGE}:90D:1SEK4,50\n:90C:1SEK2000,\n-\n"

    layout, rows = read(file, report + report.replace(":90D:1SEK4,50\n", ""))

    assert [row.currency for row in rows] == ["SEK"] * 4
    assert layout.stated == (Stated("B", "SEK", rows=3, credits=Decimal(4000)),)


def test_a_sum_may_leave_out_of_how_many_entries_it_is(file):
    """Then nothing is said of their number."""
    layout, _ = read(file, f":20:A\n:25:B\n{BREAD}:90C:EUR,00\n:90D:1EUR4,50\n")

    assert layout.stated == (Stated("B", "EUR", rows=1, debits=Decimal("-4.50"), credits=Decimal(0)),)


def test_a_part_of_a_statement_is_read_for_what_it_says(file):
    """Without its head, there is no account and no currency."""
    _, rows = read(file, BREAD + WAGE)

    assert seen(rows) == BOTH
    assert {(row.account, row.currency) for row in rows} == {(None, None)}


def test_letters_from_before_unicode_are_read(file):
    """Most banks write them."""
    _, rows = read(file, message(BREAD.replace("Bakery", "Bäckerei Größe")), encoding="cp1252")

    assert rows[0].description == "Bäckerei Größe at the corner"


@pytest.mark.parametrize(
    ("lines", "why"),
    [
        (":61:2613020303D4,50NTRF", "'261302' is no day of the calendar"),
        (":61:2603320303D4,50NTRF", "'260332' is no day of the calendar"),
        (":61:0000000000D4,50NTRF", "'000000' is no day of the calendar"),
        (":61:2603020303X4,50NTRF", "does not begin with a date, C or D, and an amount"),
        (f":61:2603020303D{'9' * 40},NTRF", "is over the limit"),
        (":61:2603020303D4,5,0NTRF", "'4,5,0' is not an amount"),
        (":61:", "does not begin with a date"),
    ],
)
def test_a_movement_that_cannot_be_read_is_told_with_its_line_and_the_others_come_in(file, lines, why):
    """Or all of it is refused, where nobody asks for less."""
    file.write_text(message(BREAD, lines + "\n", WAGE), encoding="utf-8")
    layout = statements.recognise(file)
    told = []

    rows = list(statements.rows(file, layout, unreadable=lambda error, cells: told.append((error.line, list(cells)))))

    assert seen(rows) == BOTH
    assert told == [(7, [lines])]
    with pytest.raises(StatementUnreadable, match=f"line 7: .*{why}"):
        list(statements.rows(file, layout))


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (message(BREAD, WAGE).partition(":62F")[0], "ends in the middle of the statement that begins on line 1"),
        (message(BREAD, WAGE).partition("W-7")[0], "ends in the middle of the statement that begins on line 1"),
        (message(BREAD, closing="C2603").partition("\n:64")[0], "line 7: 'C2603' is not as field 62F should be; is"),
        (message(closing=f"C260301EUR{'9' * 40}").partition("\n:64")[0], "line 5: .* is over the limit"),
        (message(opening="C260301EUR").partition("\n:62")[0], "line 4: '' is not an amount"),
        (message(BREAD.replace("Bakery", "Bak\0ery")), "line 6 of statement.txt has a NUL byte"),
        (message(BREAD.replace("Bakery", "x" * 2_000_000)), "line 6 of statement.txt is far too long"),
        (message(BREAD + "more\n" * 2_000), "the field on line 6 of statement.txt does not end"),
    ],
    ids=[
        "after a movement", "in a movement", "in a balance", "a balance", "in the first balance", "NUL", "2 MB of text",
        "no end",
    ],
)  # fmt: skip
def test_a_file_that_is_not_whole_is_refused(file, text, why):
    """Rows that are not in it would be missing in silence."""
    with pytest.raises(StatementUnreadable, match=why):
        read(file, text)


def test_who_names_columns_means_another_format(file):
    """As who has a file that only speaks of it."""
    file.write_text(message(BREAD), encoding="utf-8")
    assert mt940.recognise(file, ReadingOptions(columns={Role.DATE: [1]})) is None

    file.write_text("Date,Text,Amount\n2026-03-01,:20:,1\n", encoding="utf-8")
    assert mt940.recognise(file, ReadingOptions()) is None


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(data=damaged((message(BREAD) + message(WAGE)).encode()))
def test_whatever_happens_to_a_file_it_is_read_or_refused(file, data):
    """No other error comes out."""
    file.write_bytes(data)

    survives(mt940, file)
