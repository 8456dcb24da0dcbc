"""What a file leaves open is asked, in a sentence with the option that answers it; what it settles is not."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from expense_core import statements
from expense_core.errors import InvalidCurrency, StatementAmbiguous, StatementUnreadable
from expense_core.statements import DateOrder, RawRow, ReadingOptions, Role, parse_columns

Write = Callable[[str], Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Make a statement of this text."""

    def written(text: str) -> Path:
        file = tmp_path / "statement.csv"
        file.write_text(text, encoding="utf-8", newline="")
        return file

    return written


def read(file: Path, **options: object) -> list[RawRow]:
    """The rows of a statement."""
    layout = statements.recognise(file, ReadingOptions(**options))
    return list(statements.rows(file, layout))


def question(file: Path, **options: object) -> StatementAmbiguous:
    """What is asked about a statement: how the command's options answer it is said by the message alone."""
    with pytest.raises(StatementAmbiguous) as asked:
        statements.recognise(file, ReadingOptions(**options))
    assert "--" in asked.value.message
    assert "--" not in asked.value.question
    return asked.value


def amounts(rows: list[RawRow]) -> list[Decimal]:
    return [row.amount for row in rows]


def days(rows: list[RawRow]) -> list[date]:
    return [row.booked_on for row in rows]


# Which comes first, the day or the month?


def test_dates_that_can_be_read_both_ways_are_asked_about(write):
    """No day is past the twelfth, and there is nothing else to go by."""
    file = write("Date,Description,Amount\n03/04/2024,Shop,-5.00\n04/05/2024,Shop,-6.00\n")

    asked = question(file)

    assert (asked.option, asked.choices) == ("date_order", ("dmy", "mdy"))
    assert "03/04/2024" in asked.question
    assert days(read(file, date_order=DateOrder.MDY)) == [date(2024, 3, 4), date(2024, 4, 5)]


@pytest.mark.parametrize(
    ("settling", "expected"),
    [
        ("25/04/2024,Shop,-5.00\n", date(2024, 4, 3)),
        ("04/25/2024,Shop,-5.00\n", date(2024, 3, 4)),
    ],
    ids=["day past twelve", "month cannot be past twelve"],
)
def test_one_date_settles_the_order_of_all(write, settling, expected):
    """One date that fits only one order, wherever in the file, decides for the whole column."""
    file = write(f"Date,Description,Amount\n03/04/2024,Shop,-5.00\n{settling}")

    rows = read(file)

    assert rows[0].booked_on == expected


def test_a_sibling_column_settles_the_order(write):
    """The value date of one row is past the twelfth."""
    file = write("Booking date,Value date,Text,Amount\n03/04/2024,30/03/2024,Shop,-5.00\n")

    assert days(read(file)) == [date(2024, 4, 3)]


def test_a_date_above_the_table_settles_the_order(write):
    """The period in the preamble is written like the dates beneath it."""
    file = write("Period 03/01/2024 to 03/31/2024\n\nDate,Text,Amount\n03/04/2024,Shop,-5.00\n")

    assert days(read(file)) == [date(2024, 3, 4)]


def test_dates_with_dots_or_beside_a_decimal_comma_have_the_day_first(write):
    """In no locale of CLDR does the month come first with dots, or beside a decimal comma."""
    dots = read(write("Date,Text,Amount\n03.04.2024,Shop,-5.00\n"))
    comma = read(write("Date;Text;Amount\n03/04/2024;Shop;-5,00\n"))

    assert days(dots) == days(comma) == [date(2024, 4, 3)]


def test_rows_in_the_order_of_time_settle_the_order(write):
    """Read with the month first they jump about; read with the day first they run from oldest to newest."""
    written = ["11/01/2024", "01/02/2024", "12/02/2024", "02/03/2024", "09/03/2024", "01/04/2024", "11/04/2024"]
    file = write("Date,Text,Amount\n" + "".join(f"{day},Shop,-5.00\n" for day in written))

    assert read(file)[0].booked_on == date(2024, 1, 11)


def test_booking_and_value_dates_that_keep_together_settle_the_order(write):
    """Days apart one way and months apart the other, in row after row."""
    pairs = [("03/05/2024", "05/05/2024"), ("07/05/2024", "04/05/2024"), ("01/05/2024", "02/05/2024")]
    file = write("Booking date,Value date,Text,Amount\n" + "".join(f"{a},{b},Shop,-5.00\n" for a, b in pairs))

    assert days(read(file)) == [date(2024, 5, 3), date(2024, 5, 7), date(2024, 5, 1)]


def test_a_short_year_in_front_is_not_taken_for_a_day(write):
    """24-12-13 may begin with the year; the question offers all three."""
    file = write("Date,Text,Amount\n10-11-12,Shop,-5.00\n")

    asked = question(file)

    assert asked.choices == ("dmy", "mdy", "ymd")
    assert days(read(file, date_order=DateOrder.YMD)) == [date(2010, 11, 12)]


# What do the signs mean?


def test_amounts_that_are_all_positive_are_asked_about(write):
    """A card's purchases, or an account's income? Nothing in the file says it."""
    file = write("Date,Description,Amount\n2024-01-02,Shop,5.00\n2024-01-03,Cafe,6.00\n")

    asked = question(file)

    assert (asked.option, asked.choices) == ("invert", ("yes", "no"))
    assert amounts(read(file, invert=True)) == [Decimal("-5.00"), Decimal("-6.00")]
    assert amounts(read(file, invert=False)) == [Decimal("5.00"), Decimal("6.00")]


def test_a_balance_that_falls_by_each_amount_settles_the_signs(write):
    """The amounts are money out."""
    lines = zip(("5.00", "10.00", "3.00"), (95, 85, 82), strict=True)
    file = write("Date,Text,Amount,Balance\n" + "".join(f"2024-01-02,Shop,{a},{b}.00\n" for a, b in lines))

    assert amounts(read(file)) == [Decimal(a) for a in ("-5.00", "-10.00", "-3.00")]


def test_a_balance_that_grows_by_most_amounts_may_be_what_is_owed(write):
    """On an account it grows by what is received, on a card by what is spent."""
    lines = zip(("5.00", "10.00", "-3.00", "4.00"), (105, 115, 112, 116), strict=True)
    file = write("Date,Text,Amount,Balance\n" + "".join(f"2024-01-02,Shop,{a},{b}.00\n" for a, b in lines))

    asked = question(file)

    assert asked.option == "invert"
    assert "the balance grows by them, owned or owed" in asked.question


@pytest.mark.parametrize(("second_day", "is_asked"), [("2024-01-03", False), ("2024-01-02", True)])
def test_a_nameless_balance_settles_the_signs_only_in_the_order_of_time(write, second_day, is_asked):
    """On a single day it may be the balance before each row or after it, oldest or newest first."""
    file = write(f"2024-01-02,Shop,5.00,95.10\n{second_day},Cafe,7.00,88.10\n")

    if is_asked:
        assert question(file).option == "invert"
    else:
        assert amounts(read(file)) == [Decimal("-5.00"), Decimal("-7.00")]


def test_debit_and_credit_without_names_are_asked_about_on_a_single_day(write):
    """The balance proves which is which only where it is known to be from after each row."""
    rows = "{},A,5.00,,95.10\n{},B,,7.00,102.10\n{},C,2.00,,100.10\n"

    assert question(write(rows.format(*["2024-01-02"] * 3))).option == "columns"
    found = read(write(rows.format("2024-01-02", "2024-01-03", "2024-01-04")))
    assert amounts(found) == [Decimal("-5.00"), Decimal("7.00"), Decimal("-2.00")]
    assert amounts(read(write("2024-01-02,A,5.00,,95.10\n2024-01-03,B,,7.00,102.10\n"))) == amounts(found)[:2]


def test_a_plus_sign_says_that_the_others_are_signed_too(write):
    """Nobody writes a plus before a purchase on a card."""
    file = write("Date,Description,Amount\n2024-01-02,Refund,+5.00\n2024-01-03,Refund,+6.00\n")

    assert amounts(read(file)) == [Decimal("5.00"), Decimal("6.00")]


def test_a_plus_before_some_amounts_alone_is_asked_about(write):
    """Nothing says that the others are purchases, as thanks for a payment would."""
    file = write("Date,Description,Amount\n2024-01-02,A,5.00\n2024-01-03,B,+6.00\n")

    assert "have a plus and the others no sign" in question(file).question
    assert amounts(read(file, invert=True)) == [Decimal("-5.00"), Decimal("6.00")]


def test_words_beside_unsigned_amounts_that_nobody_knows_are_asked_about(write):
    """The question names them, and the answer is the ones that mean money out."""
    file = write("Date,Text,Amount,Type\n2024-01-02,Shop,5.00,Elspezo\n2024-01-03,Boss,6.00,Enspezo\n")

    asked = question(file)

    assert (asked.option, asked.choices) == ("outgoing", ("Elspezo", "Enspezo"))
    assert amounts(read(file, outgoing=["elspezo"])) == [Decimal("-5.00"), Decimal("6.00")]
    assert question(write("Date,Text,Amount,Type\n2024-01-02,Shop,5.00,Elspezo\n")).option == "invert"


def test_words_that_contradict_the_signs_are_asked_about(write):
    """A debit that is negative beside a debit that is positive: one of them is not what it seems."""
    file = write("Date,Text,Amount,D/C\n2024-01-02,Shop,-5.00,D\n2024-01-03,Shop,6.00,D\n")

    assert question(file).option == "invert"
    assert amounts(read(file, invert=False)) == [Decimal("-5.00"), Decimal("6.00")]


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        ("5.00", "7.00 CR", ["-5.00", "7.00"]),
        ("5.00", "7.00 DR", ["5.00", "-7.00"]),
        ("5.00 DR", "7.00 CR", ["-5.00", "7.00"]),
    ],
)
def test_letters_behind_an_amount_are_its_sign(write, first, second, expected):
    """Where only credits carry them the others are debits, and the other way round."""
    file = write(f"Date,Text,Amount\n2024-01-02,A,{first}\n2024-01-03,B,{second}\n")

    assert amounts(read(file)) == [Decimal(amount) for amount in expected]


def test_amounts_without_letters_beside_both_kinds_are_asked_about(write):
    """5.00 is neither a debit nor a credit where both of those are marked."""
    file = write("Date,Text,Amount\n2024-01-02,A,5.00\n2024-01-03,B,6.00 CR\n2024-01-04,C,7.00 DR\n")

    assert question(file).option == "invert"


# Which column is it?


def test_two_columns_that_could_be_the_amount_are_asked_about(write):
    """Neither name says more than the other, and the numbers differ."""
    file = write("Date,Text,Sum,Total\n2024-01-02,Shop,-5.00,-6.00\n")

    asked = question(file)

    assert (asked.option, asked.choices) == ("columns", ("amount=Sum", "amount=Total"))
    assert amounts(read(file, columns={Role.AMOUNT: ["Total"]})) == [Decimal("-6.00")]


def test_of_a_column_for_each_person_it_is_asked_which_one_is_meant(write):
    """What each has to bear comes to the amount; who paid it comes to that, too, but one person does at a time."""
    file = write(
        "Title,Amount,Day on,Date,Paid by Ann,Paid by Bob,For whom Ann,For whom Bob\n"
        "Dinner,40.00,2,2024-01-03,40.00,0.00,20.00,20.00\n"
        "Taxi,15.00,3,2024-01-04,0.00,15.00,7.50,7.50\n"
    )

    asked = question(file)

    assert (asked.option, asked.choices) == ("columns", ("amount=For whom Ann", "amount=For whom Bob"))


def test_two_columns_with_the_same_amounts_are_no_question(write):
    """Whichever is taken, the rows are the same."""
    file = write("Date,Text,Sum,Total\n2024-01-02,Shop,-5.00,-5.00\n")

    assert amounts(read(file)) == [Decimal("-5.00")]


def test_without_a_header_columns_are_named_by_number(write):
    """Three columns of money and no balance among them that would prove anything."""
    file = write("2024-01-02,Shop,-5.00,-7.10,3.00\n2024-01-03,Cafe,-6.00,-1.20,9.00\n")

    asked = question(file)

    assert (asked.option, asked.choices) == ("columns", ("amount=3", "amount=4", "amount=5"))
    assert amounts(read(file, columns={Role.AMOUNT: [4]})) == [Decimal("-7.10"), Decimal("-1.20")]


@pytest.mark.parametrize("newest_first", [False, True])
def test_balances_before_and_after_each_row_settle_which_is_the_amount(write, newest_first):
    """What one row ends with, the next one begins with; two rows are enough."""
    rows = ["2024-01-02,Shop,15.00,10.00,-5.00\n", "2024-01-03,Cafe,10.00,0.00,-10.00\n"]

    found = read(write("".join(reversed(rows) if newest_first else rows)))

    assert sorted(amounts(found)) == [Decimal("-10.00"), Decimal("-5.00")]


def test_too_many_columns_of_money_are_not_tried_in_every_combination(write):
    """With nine the question comes at once."""
    file = write("2024-01-02,Shop" + ",-5.10" * 9 + "\n")

    assert len(question(file).choices) == 9


def test_two_nameless_columns_of_dates_are_asked_about_unless_equal(write):
    """Which one is the booking date cannot be seen; where they never differ it does not matter."""
    differing = write("2024-01-02,2024-01-05,Shop,-5.00\n")
    asked = question(differing)
    equal = write("2024-01-02,2024-01-02,Shop,-5.00\n")

    assert (asked.option, asked.choices) == ("columns", ("date=1", "date=2"))
    assert days(read(equal)) == [date(2024, 1, 2)]


def test_two_nameless_columns_of_which_one_is_filled_are_asked_about(write):
    """Money out is in one of them, money in in the other; each answer says so of both."""
    file = write("2024-01-02,Shop,5.10,\n2024-01-03,Payment,,7.10\n")

    asked = question(file)

    assert (asked.option, asked.choices) == ("columns", ("debit=3,credit=4", "debit=4,credit=3"))
    assert amounts(read(file, columns=parse_columns(asked.choices[0]))) == [Decimal("-5.10"), Decimal("7.10")]
    beside_others = write("2024-01-02,Shop,5.10,,1.25\n2024-01-03,Payment,,7.10,3.75\n")
    assert question(beside_others).choices == asked.choices


def test_a_net_amount_that_does_not_come_to_the_amount_less_its_fee_settles_nothing(write):
    """It may be that of something else."""
    file = write("Date,Text,Amount,Fee,Net\n2024-01-02,Shop,-5.00,0.50,-9.00\n2024-01-03,Boss,9.00,0.50,8.50\n")

    assert question(file).choices == ("fee=Fee", "fee=")


def test_texts_that_tell_both_ways_leave_the_signs_open(write):
    """A wage that came in, and one that went out: the file is not what it seems."""
    file = write("Date,Text,Amount\n2024-01-02,Wages,5.00\n2024-01-03,Wages,-5.00\n2024-01-04,Shop,5.00\n")

    assert question(file).option == "invert"


def test_an_amount_that_is_denied_leaves_a_question(write):
    """`amount=` says that no column is the amount, and there is no other."""
    file = write("Date,Text,Amount\n2024-01-02,Shop,-5.00\n")

    asked = question(file, columns={Role.AMOUNT: []})

    assert asked.option == "columns"
    assert "none looks like it" in asked.question


def test_a_column_that_is_asked_for_must_be_there(write):
    """The message lists the ones there are."""
    file = write("Date,Text,Amount\n2024-01-02,Shop,-5.00\n")

    with pytest.raises(StatementUnreadable, match="no column called 'Betrag'; there are 'Date', 'Text', 'Amount'"):
        read(file, columns={Role.AMOUNT: ["Betrag"]})
    with pytest.raises(StatementUnreadable, match="no column 4: the file has 3"):
        read(file, columns={Role.AMOUNT: [4]})


def test_named_columns_are_taken_for_what_they_are_said_to_be(write):
    """In any letter case, and with or without accents; what is not named is still recognised."""
    file = write("Quand,Qui,Détail,Combien,Extra\n2024-01-02,Marché,Pain,-5.00,-7.00\n")

    rows = read(file, columns={Role.AMOUNT: ["extra"], Role.DESCRIPTION: ["qui", "detail"]})

    assert [(row.amount, row.description) for row in rows] == [(Decimal("-7.00"), "Marché - Pain")]


# Other questions


def test_a_number_that_could_be_thousands_is_asked_about(write):
    """Nothing but 1.234 in the whole file."""
    file = write("Date,Text,Amount\n2024-01-02,Car,-1.234\n")

    asked = question(file)

    assert (asked.option, asked.choices) == ("decimal_mark", (".", ","))
    assert amounts(read(file, decimal_mark=",")) == [Decimal(-1234)]


@pytest.mark.parametrize(("currency", "is_asked"), [("EUR", False), ("KWD", True)])
def test_a_currency_without_thousandths_settles_the_decimal_mark(write, currency, is_asked):
    """No euro has three decimals, but a Kuwaiti dinar has."""
    file = write(f"Date,Text,Amount,Currency\n2024-01-02,Car,-1.234,{currency}\n")

    if is_asked:
        assert question(file).option == "decimal_mark"
    else:
        assert amounts(read(file)) == [Decimal(-1234)]


def test_three_decimals_in_every_row_are_not_taken_for_thousands(write):
    """Some banks write more decimals than their currency has; a bare number shows that this one does not."""
    padded = write("Date,Text,Amount,Currency\n2024-01-02,Car,-123.450,SEK\n2024-01-03,Rent,-900.000,SEK\n")
    asked = question(padded)
    plain = write("Date,Text,Amount,Currency\n2024-01-02,Car,-1.234,SEK\n2024-01-03,Tea,-75,SEK\n")

    assert asked.option == "decimal_mark"
    assert amounts(read(plain)) == [Decimal(-1234), Decimal(-75)]


def test_a_card_whose_purchases_are_positive_is_asked_about(write):
    """Its one payment is negative, and nothing else in the file says what that means."""
    rows = "".join(f"2024-01-{day},Shop,{day}.50\n" for day in range(10, 20))

    asked = question(write(f"Date,Text,Amount\n{rows}2024-01-28,Direct debit,-99.00\n"))

    assert asked.option == "invert"


def test_a_card_with_as_many_payments_as_purchases_is_asked_about(write):
    """All that is negative says no more than that it is a payment or a refund; rows of an account say more."""
    card = write("Date,Text,Amount\n2024-01-10,Shop,52.31\n2024-01-20,Online payment,-52.31\n")

    assert "Half of the amounts in 'Amount' are positive" in question(card).question

    shops = write("Date,Merchant name,Details,Amount\n2024-01-10,Shop,Sale,52.31\n2024-01-20,Shop,Refund,-40.00\n")

    assert "Half of the amounts in 'Amount' are positive" in question(shops).question

    account = write("Date,Text,Amount\n2024-01-10,From Bob,52.31\n2024-01-20,Payment to Eve,-52.31\n")

    assert amounts(read(account)) == [Decimal("52.31"), Decimal("-52.31")]


def test_fees_that_may_be_part_of_the_amount_are_asked_about(write):
    """Without a balance nothing shows whether a fee comes on top."""
    file = write("Date,Text,Amount,Fee\n2024-01-02,Transfer,-100.00,2.50\n2024-01-03,Shop,-5.00,\n")

    asked = question(file)

    assert (asked.option, asked.choices) == ("columns", ("fee=Fee", "fee="))
    assert amounts(read(file, columns={Role.FEE: ["Fee"]})) == [Decimal("-102.50"), Decimal("-5.00")]
    assert amounts(read(file, columns={Role.FEE: []})) == [Decimal("-100.00"), Decimal("-5.00")]


@pytest.mark.parametrize(("second_balance", "expected"), [("897.50", "-102.50"), ("900.00", "-100.00")])
def test_the_balance_shows_whether_a_fee_comes_on_top(write, second_balance, expected):
    """1000.00 less 100.00 is 897.50 only if the fee of 2.50 was taken too."""
    file = write(
        "Date,Text,Amount,Fee,Balance\n2024-01-01,Boss,1000.00,0.00,1000.00\n"
        f"2024-01-02,Transfer,-100.00,2.50,{second_balance}\n2024-01-02,Pending,-1.00,0.00,\n"
    )

    assert amounts(read(file))[1] == Decimal(expected)


def test_fees_of_zero_are_no_question(write):
    """Revolut has the column in every file."""
    file = write("Date,Text,Amount,Fee\n2024-01-02,Transfer,-100.00,0.00\n")

    assert amounts(read(file)) == [Decimal("-100.00")]


@pytest.mark.parametrize("sign", ["$", "kr", "¥"])
def test_a_sign_of_several_currencies_stays_as_it_is(write, sign):
    """Reading knows no ledger; importing does, and whose sign it is."""
    file = write(f"Date;Text;Amount\n2024-01-02;Shop;-5.00 {sign}\n")

    assert [row.currency for row in read(file)] == [sign]


@pytest.mark.parametrize(("asked", "expected"), [("NOK", "NOK"), ("EUR", "kr")])
def test_a_shared_sign_is_the_one_that_the_caller_expects(write, asked, expected):
    """Where the caller expects none of those that are written so, it stays as it is."""
    file = write("Date;Text;Amount\n2024-01-02;Butik;-5,00 kr\n")

    assert [row.currency for row in read(file, currency=asked)] == [expected]


@pytest.mark.parametrize(
    ("title", "header", "expected"),
    [("Account in CAD", "Amount", "CAD"), ("Account", "Amount (AUD)", "AUD"), ("CAD and USD", "Amount (AUD)", "$")],
)
def test_a_shared_sign_is_the_one_that_the_file_names_elsewhere(write, title, header, expected):
    """Above the table, or above the amounts; where several of them are named, nobody knows."""
    file = write(f"{title}\n\nDate,Text,{header}\n2024-01-02,Shop,-$5.00\n")

    assert [row.currency for row in read(file)] == [expected]


def test_the_currency_of_the_caller_must_exist(write):
    """As everywhere in the library."""
    file = write("Date,Text,Amount\n2024-01-02,Shop,-5.00\n")

    with pytest.raises(InvalidCurrency):
        read(file, currency="XXZ")


def test_the_choices_of_a_column_are_answers(write):
    """Any of them can be given back; a name that would be taken for more than a name stands as its number."""
    file = write('Day,What,First,"A, B"\n2026-10-03,Shop,1.00,5.00\n2026-10-04,Inn,-2.00,7.30\n')

    asked = question(file)

    assert asked.choices == ("amount=First", "amount=4")
    for choice in asked.choices:
        known = statements.answered(ReadingOptions(invert=True), asked, choice)
        assert len(list(statements.rows(file, statements.recognise(file, known)))) == 2
