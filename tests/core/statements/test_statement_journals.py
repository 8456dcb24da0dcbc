"""Journals of hledger, Ledger and Beancount: their expenses and income as rows, or the postings on one account."""

from __future__ import annotations

import gc
import time
import tracemalloc
from collections import Counter
from contextlib import suppress
from decimal import Decimal
from textwrap import dedent

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from expense_core import statements
from expense_core.errors import InvalidCurrency, StatementAmbiguous, StatementError, StatementUnreadable
from expense_core.statements import LeftOut, RawRow, ReadingOptions, Role
from expense_core.statements.row import refuse

LUNCH = "2026-11-03 Lunch\n    expenses:food:lunch  12.50 EUR\n    assets:cash\n"
BEANS = '2026-11-03 * "Cafe Aurora" "Lunch"\n  Expenses:Food:Lunch  12.50 EUR\n  Assets:Cash\n'


@pytest.fixture
def read(tmp_path):
    """Write a journal and read it."""

    def rows(content, *, left_out=None, unreadable=refuse, name="hledger", **known):
        file = tmp_path / "my.journal"
        file.write_text(dedent(content), encoding="utf-8")
        layout = statements.recognise(file, ReadingOptions(**known))
        assert layout.format == name
        return list(statements.rows(file, layout, left_out, unreadable=unreadable))

    return rows


def shown(rows: list[RawRow]) -> list[str]:
    """Rows as a person writes them down."""
    return [f"{row.booked_on} {row.amount} {row.currency or '-'} {row.category or '-'}" for row in rows]


def test_a_posting_on_expenses_is_money_out_and_one_on_income_money_in(read):
    """The rest of the account's name is the category, and the account that paid is named beside it."""
    rows = read(LUNCH + "\n2026-11-04 Boss | Pay\n    assets:bank  1000 EUR\n    income:salary\n")

    assert shown(rows) == ["2026-11-03 -12.50 EUR food:lunch", "2026-11-04 1000 EUR salary"]
    assert [row.description for row in rows] == ["Lunch", "Boss - Pay"]
    assert [(row.line, row.payee, row.account) for row in rows] == [(2, "", "assets:cash"), (7, "Boss", "assets:bank")]
    assert rows[0].raw == ["2026-11-03 Lunch", "    expenses:food:lunch  12.50 EUR", "    assets:cash"]


def test_everything_that_a_transaction_can_say_of_itself_is_kept(read):
    """Its second date, its status, its code, and its comments with the tags in them."""
    (row,) = read(
        """\
        2026/11/3=2026-11-05 ! (A-17) Café Aurora | Lunch  ; with: Sam
            ; at: noon
            expenses:food   12.50 EUR  ; :work:
            ; more
            assets:cash    -12.50 EUR
        """
    )

    assert (row.booked_on.isoformat(), str(row.value_on), row.pending) == ("2026-11-03", "2026-11-05", True)
    assert (row.bank_id, row.payee, row.description) == ("A-17", "Café Aurora", "Café Aurora - Lunch")
    assert row.notes == "with: Sam\nat: noon\n:work:\nmore"


@pytest.mark.parametrize(
    ("amount", "expected"),
    [
        ("12.50 EUR", "-12.50 EUR"),
        ("EUR 12.50", "-12.50 EUR"),
        ("$12.50", "-12.50 $"),
        ("-$12.50", "12.50 $"),
        ("$-12.50", "12.50 $"),
        ("$ -12.50", "12.50 $"),
        ("+12.50€", "-12.50 EUR"),
        ('"EUR" 12.50', "-12.50 EUR"),
        ("1,234.50 EUR", "-1234.50 EUR"),
        ("1.234,50 EUR", "-1234.50 EUR"),
        ("1 234,50 EUR", "-1234.50 EUR"),
        ("1'234.50 CHF", "-1234.50 CHF"),
        ("1,234,567 JPY", "-1234567 JPY"),
        ("12,5 EUR", "-12.5 EUR"),
        ("12. EUR", "-12 EUR"),
        (".5 EUR", "-0.5 EUR"),
        ("12.50", "-12.50 -"),
        ("10.00 GBP @ 1.17 EUR", "-10.00 GBP"),
        ("10.00 GBP @@ 11.70 EUR", "-10.00 GBP"),
        ("3 APPLES @ 0.333 EUR", "-1.00 EUR"),
        ("3 APPLES @@ 0.99 EUR", "-0.99 EUR"),
        ("3 APPLES (@@) 0.99 EUR", "-0.99 EUR"),
        ("3 APPLES {0.50 EUR} [2026-10-01] (mine)", "-1.50 EUR"),
        ("3 APPLES {{1.80 EUR}}", "-1.80 EUR"),
        ("3 APPLES {=0.50 EUR}", "-1.50 EUR"),
        ("3 APPLES {0.50 EUR} @ 0.60 EUR", "-1.80 EUR"),
        ("3 APPLES @ 2 PEARS", None),
        ("2 HOURS", None),
        ("12.50 EUR = 100.00 EUR", "-12.50 EUR"),
        ("12.50 EUR ==* 100.00 EUR", "-12.50 EUR"),
    ],
)
def test_an_amount_is_read_however_it_is_written(read, amount, expected):
    """Before or behind its commodity, with any marks, at a price; what is no money even at its price is left out."""
    left_out: Counter[LeftOut] = Counter()

    rows = read(f"2026-11-03 x\n  expenses:a  {amount}\n  assets:cash\n", left_out=left_out)

    assert [f"{row.amount} {(row.currency or '-').upper()}" for row in rows] == ([expected] if expected else [])
    assert left_out == ({} if expected else {LeftOut.NEITHER: 1})


@pytest.mark.parametrize(
    ("above", "amount", "expected"),
    [
        ("decimal-mark ,\n", "1.234 EUR", "-1234"),
        ("decimal-mark .\n", "1,234 EUR", "-1234"),
        ("commodity 1.000,00 EUR\n", "1.234 EUR", "-1234"),
        ("commodity EUR\n  format 1.000,00 EUR\n", "1.234 EUR", "-1234"),
        ("D 1.000,00 EUR\n", "1.234", "-1234"),
        ("commodity $1,000.00\ncommodity 1.000,00 EUR\n", "1.234 EUR", "-1234"),
        ("commodity $1,000.00\n", "1,234 EUR", "-1234"),
    ],
)
def test_thousands_are_told_from_decimals_by_what_the_journal_says(read, above, amount, expected):
    """Of that commodity, or of the others where it says nothing of this one."""
    rows = read(f"{above}\n2026-11-03 x\n  expenses:a  {amount}\n  assets:cash\n")

    assert shown(rows) == [f"2026-11-03 {expected} EUR a"]


def test_thousands_that_could_be_decimals_are_asked_about(read):
    """Where hledger takes 1,234 for three decimals, Ledger takes it for thousands."""
    journal = "2026-11-03 x\n  expenses:a  1,234 EUR\n  assets:cash\n"

    with pytest.raises(StatementAmbiguous, match="Is '1,234' thousands") as asked:
        read(journal)

    assert (asked.value.option, asked.value.choices) == ("decimal_mark", (".", ","))
    assert read(journal, decimal_mark=",")[0].amount == Decimal("-1.234")


def test_what_stands_between_transactions_changes_them_as_it_says(read):
    """Years, accounts inside others, other names for accounts, kinds of accounts, blocks of comments."""
    rows = read(
        """\
        # a journal
        ; of
        * mine
        | and
        % yours
        comment
        2026-01-01 not this
          expenses:none  1 EUR
        end comment
        Y2026
        alias checking = assets:bank:checking
        alias food=expenses:food
        account Living  ; type: X
        account Gifts
          ; type:G
        account expenses:travel
          alias Away
          note whatever
        account Savings  ; type:C
        apply account home
        11/03 inside  ; of home
          food           1 EUR
          checking

        end apply account
        apply tag trip
        end apply tag
        11-04 other names
          food:lunch     2 EUR
          checking
        year 2027
        1/2 of a kind
          Living:Rent    3 EUR
          Gifts
        1.3 away
          Away           4 EUR
          assets:cash
        end aliases
        apply year 2028
        1/4 plain
          expenses       5 EUR
          Savings
        ~ monthly
          expenses:rent  6 EUR
          assets:cash
        = expenses:food
          (budget)      *-1
        P 2026-01-01 GBP 1.17 EUR
        """,
        account=None,
    )

    assert shown(rows) == [
        "2026-11-04 -2 EUR food:lunch",
        "2027-01-02 -3 EUR Living:Rent",
        "2027-01-02 3 EUR Gifts",
        "2027-01-03 -4 EUR travel",
        "2028-01-04 -5 EUR -",
    ]


def test_virtual_postings_are_left_out_and_need_not_balance(read):
    """They are budgets and envelopes, and no money."""
    rows = read("2026-11-03 x\n  expenses:a  5 EUR\n  (expenses:b)  7 EUR\n  [expenses:c]  9 EUR\n  * assets:cash\n")

    assert shown(rows) == ["2026-11-03 -5 EUR a"]


@pytest.mark.parametrize(
    ("journal", "name", "expected"),
    [
        (LUNCH, "assets", ["2026-11-03 -12.50 EUR food:lunch"]),
        (LUNCH, "ASSETS:cash", ["2026-11-03 -12.50 EUR food:lunch"]),
        (LUNCH, "expenses", ["2026-11-03 -12.50 EUR food:lunch"]),
        ("2026-11-03 x\n a:b  5 EUR\n c:d\n", "c", ["2026-11-03 -5 EUR -"]),
        ("2026-11-03 x\n expenses:b  5 EUR\n expenses:d  5 EUR\n c:d\n", "c", ["2026-11-03 -10 EUR -"]),
    ],
)
def test_the_postings_on_one_account_are_its_statement(read, journal, name, expected):
    """As its bank would list them, with the only expense or income beside each as its category."""
    rows = read(journal, account=name)

    assert shown(rows) == expected
    assert [row.account for row in rows] in (["assets:cash"], ["c:d"])


def test_a_journal_that_calls_its_expenses_something_else_is_asked_about(read):
    """The first names of its accounts are the choices; money out is positive on an account of expenses."""
    journal = "2026-11-03 x\n  Harjoitukset:Ruoka  5 EUR\n  Pankki\n"

    with pytest.raises(StatementAmbiguous, match="Which one are its rows on, such as Harjoitukset, Pankki") as asked:
        read(journal)

    assert (asked.value.option, asked.value.choices) == ("account", ("Harjoitukset", "Pankki"))
    assert statements.open_form(asked.value) == "NAME"
    answer = statements.answered(ReadingOptions(invert=True), asked.value, "Harjoitukset")
    assert [row.amount for row in read(journal, account=answer.account, invert=answer.invert)] == [Decimal(-5)]


@pytest.mark.parametrize("names", ["Ausgaben Aktiva", "Dépenses Actifs", "支出 資産", "Uscite Attività"])
def test_expenses_are_known_in_other_languages(read, names):
    """By the first name of the account."""
    spent, owned = names.split()

    assert shown(read(f"2026-11-03 x\n  {spent}:X  5 EUR\n  {owned}\n")) == ["2026-11-03 -5 EUR X"]


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        ("2026-02-30 x\n  expenses:a  1 EUR\n  b\n", "line 5: 2026-02-30 is no day of the calendar"),
        ("0000-01-01 x\n  expenses:a  1 EUR\n  b\n", "line 5: 0000-01-01 is no day of the calendar"),
        ("02-03 x\n  expenses:a  1 EUR\n  b\n", "line 5: 02-03 has no year; write one on a line before it"),
        ("2026 x\n  expenses:a  1 EUR\n  b\n", "line 5 is no transaction"),
        ("2026-02-03 x\n  expenses:a  five\n  b\n", "line 6: 'five' is not an amount"),
        ("2026-02-03 x\n  expenses:a  (5 * 3)\n  b\n", "line 6: '\\(5 \\* 3\\)' is not an amount"),
        ("2026-02-03 x\n  expenses:a  --5\n  b\n", "line 6: '--5' is not an amount"),
        ("2026-02-03 x\n  expenses:a  $5 EUR\n  b\n", "line 6: '\\$5 EUR' is not an amount"),
        ("2026-02-03 x\n  expenses:a  1.2.3 EUR\n  b\n", "line 6: '1.2.3' is not an amount"),
        (f"2026-02-03 x\n  expenses:a  {'9' * 41}\n  b\n", "is over the limit"),
        (f"2026-02-03 x\n  expenses:a  {'9' * 201}\n  b\n", "is too long for an amount"),
        (
            "2026-02-03 x\n  expenses:a  1 EUR\n  b  -2 EUR\n",
            "line 5: the postings do not add up to zero, but to -1 EUR",
        ),
        (
            "2026-02-03 x\n  expenses:a  2 X @ 1 EUR\n",
            "line 5: the transaction has a single posting; is it all",
        ),
        ("2026-02-03 x\n  expenses:a\n  b\n", "line 6: the other postings do not tell the amount"),
        ("2026-02-03 x\n  expenses:a\n  b  1 EUR\n  c  1 USD\n", "line 6: the other postings do not tell the amount"),
        ("2026-02-03 x\n  expenses:a\n  b  1 X {}\n", "line 6: the other postings do not tell the amount"),
        (f"2026-02-03 x\n  expenses:{'a' * 500}  1 EUR\n", "line 6: the name of its account is far too long"),
        ("alias /x/ = y\n", "line 5 renames accounts by a pattern"),
        ("alias x = y\n" * 1_002, "line 1006: so many accounts are renamed"),
        ("2026-02-03 x\n" + "  ; x\n" * 10_001, "the transaction of line 5 is far too long"),
        ("; " + "x" * 20_000, "line 5 of my.journal is far too long"),
    ],
)
def test_what_cannot_be_read_is_told_with_its_line(read, wrong, why):
    """And nothing of its transaction comes in."""
    with pytest.raises(StatementUnreadable, match=why):
        read(f"{LUNCH}\n{wrong}")


def test_the_transactions_around_one_that_cannot_be_read_are_still_there(read):
    """Where whoever asks goes on without it."""
    told = []

    rows = read(
        f"{LUNCH}2026-02-03 x\n  expenses:a  five\n  b\n2026-02-04 x\n  expenses:a\n  b\n{LUNCH}",
        unreadable=lambda error, cells: told.append((error.line, *cells)),
    )

    assert shown(rows) == ["2026-11-03 -12.50 EUR food:lunch"] * 2
    assert told == [(5, "  expenses:a  five"), (8, "2026-02-04 x", "  expenses:a", "  b")]


@pytest.mark.parametrize(
    ("journal", "expected"),
    [
        ("2026-02-03 x\n  expenses:a  0 EUR\n  b\n", "0 EUR"),
        ("2026-02-03 x\n  b  0 EUR\n  expenses:a\n", "0 EUR"),
        ("2026-02-03 x\n  b  1 EUR\n  c  -1 EUR\n  expenses:a\n", "0 EUR"),
        ("2026-02-03 x\n  expenses:a\n", "0 None"),
        ("2026-02-03 x\n  b  -10.00 GBP @ 1.17123 EUR\n  expenses:a\n", "-11.71 EUR"),
        ("2026-02-03 x\n  expenses:a  10.004 EUR\n  b  -10.00 EUR\n", "-10.004 EUR"),
        ("2026-02-03 x\n  expenses:a  10 EUR\n  b  -12 USD\n", "-10 EUR"),
        ("2026-02-03 x\n  expenses:a  10 EUR\n  b  -2 X {}\n", "-10 EUR"),
        ("2026-02-03 x\n  expenses:a  10 EUR\n  b\n  c\n", "-10 EUR"),
        ("2026-02-03 x\n  expenses:a  10 EUR\n  b  = 5 EUR\n", "-10 EUR"),
        ("2026-02-03 x\n  expenses:a  10 EUR\n  b", "-10 EUR"),
    ],
)
def test_amounts_that_are_left_out_are_what_balances_the_others(read, journal, expected):
    """At the price of what was given for it, in the decimals of the currency."""
    (row,) = read(journal)

    assert f"{row.amount} {row.currency}" == expected


def test_a_sign_of_several_currencies_is_the_one_that_is_told(read):
    """And so is an amount without any."""
    rows = read("2026-02-03 x\n  expenses:a  $10\n  expenses:b  5\n  c\n", currency="CAD")

    assert [row.currency for row in rows] == ["CAD", "CAD"]
    with pytest.raises(InvalidCurrency):
        read(LUNCH, currency="XXX")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("journal", [LUNCH, BEANS])
def test_a_journal_is_known_in_whatever_unicode_a_shell_has_made_of_it(tmp_path, journal, encoding):
    """PowerShell writes UTF-16 with a mark in front."""
    file = tmp_path / "x.txt"
    file.write_text(journal, encoding=encoding)

    layout = statements.recognise(file)

    assert [row.amount for row in statements.rows(file, layout)] == [Decimal("-12.50")]
    assert layout.summary()["postings"] == "on expenses and income"
    assert (layout.rows, layout.stated) == (1, ())


@pytest.mark.parametrize(
    "content",
    [
        "Date,Description,Amount\n2024-01-02,Shop,-5.00\n",
        "2024-01-02,Shop,-5.00\n  and more\n",
        "2024-01-02\tShop\t-5.00\n2024-01-03\tShop\t-6.00\n",
        "; only\n; comments\n",
        "comment\nfor ever\n",
        "account expenses\n",
        "some words\n",
        "2024-01-02 Shop\n",
    ],
)
def test_other_files_are_no_journals(tmp_path, content):
    """They are left to the other readers."""
    file = tmp_path / "x.txt"
    file.write_text(content, encoding="utf-8")

    with pytest.raises(StatementError) as refused:
        list(statements.rows(file, statements.recognise(file, ReadingOptions(delimiter="|"))))

    assert "journal" not in refused.value.message


def test_where_columns_are_named_a_file_is_no_journal(tmp_path):
    """Whoever names them knows better."""
    for content in (LUNCH, BEANS):
        file = tmp_path / "x.txt"
        file.write_text(content, encoding="utf-8")

        with pytest.raises(StatementError, match="has a date and an amount"):
            statements.recognise(file, ReadingOptions(columns={Role.DATE: ["x"]}))


def test_files_that_a_journal_includes_are_named_and_not_read(tmp_path):
    """Each can be imported by itself; where there is nothing else, that is what is said."""
    file = tmp_path / "x.journal"
    file.write_text(f"include 2025.journal\n!include 2026.journal\n{LUNCH}", encoding="utf-8")
    only = tmp_path / "only.journal"
    only.write_text("; all\ninclude 2025.journal\n", encoding="utf-8")
    beans = tmp_path / "x.beancount"
    beans.write_text('include "2025.beancount"\n', encoding="utf-8")

    told = statements.recognise(file).summary()["included files, which are not read"]

    assert told == "2025.journal, 2026.journal"
    for one in (only, beans):
        with pytest.raises(StatementUnreadable, match="has no transactions; it includes 2025"):
            statements.recognise(one)


def test_a_journal_of_many_roots_is_asked_about_with_the_first_of_them(read):
    """A list of thousands would help nobody."""
    postings = "".join(f"  x{number}:y  0 EUR\n" for number in range(30))

    with pytest.raises(StatementAmbiguous) as asked:
        read(f"2026-11-03 x\n{postings}")

    assert asked.value.choices == tuple(f"x{number}" for number in range(20))


def test_an_account_that_no_posting_is_on_is_refused(read):
    """With the names that there are."""
    with pytest.raises(StatementUnreadable, match="no posting on an account 'assets:bank'; it has expenses, assets"):
        read(LUNCH, account="assets:bank")


# Beancount


def test_a_beancount_journal_is_read_with_its_texts_tags_links_and_metadata(read):
    """What is no transaction is passed over."""
    rows = read(
        """\
        option "operating_currency" "EUR"
        plugin "beancount.plugins.auto_accounts"
        pushtag #trip
        * A heading
        2026-01-01 open Assets:Cash  EUR
        2026-01-01 commodity EUR
        2026-01-01 event "location" "Bern"
        2026-11-03 ! "Café \\"Aurora\\"" "Lunch; late" #work ^bill-7  ; said
          by: "Sam"
          Expenses:Food:Lunch  1,012.50 EUR  ; inside
            no: 3
            #more
          Assets:Cash
        2026-11-04 txn "Owner" | "Rent"
          ! Expenses:Rent  500 EUR
          Assets:Cash  -500 EUR
        2026-11-05 balance Assets:Cash  0 EUR
        2026-11-06 pad Assets:Cash Equity:Opening-Balances
        poptag #trip
        """,
        name="beancount",
    )

    assert shown(rows) == ["2026-11-03 -1012.50 EUR Food:Lunch", "2026-11-04 -500 EUR Rent"]
    assert [row.pending for row in rows] == [True, True]
    assert (rows[0].payee, rows[0].description) == ('Café "Aurora"', 'Café "Aurora" - Lunch; late')
    assert rows[0].notes == '#work ^bill-7\nsaid\nby: "Sam"\ninside\nno: 3\n#more'
    assert (rows[1].payee, rows[1].description, rows[1].account) == ("Owner", "Owner - Rent", "Assets:Cash")


def test_the_names_that_a_beancount_journal_gives_its_roots_are_known(read):
    """Its options say which root is which."""
    rows = read(
        """\
        option "name_expenses" "Menoja"
        option "name_assets" "Varat"
        2026-11-03 * "Lounas"
          Menoja:Ruoka  12 EUR
          Varat:Kassa
        """,
        name="beancount",
    )

    assert shown(rows) == ["2026-11-03 -12 EUR Menoja:Ruoka"]


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        ('2026-02-30 * "x"\n  Expenses:A  1 EUR\n  Assets:B\n', "line 4: 2026-02-30 is no day of the calendar"),
        ('2026-02-03 * "x\n  more"\n', "line 4 is no transaction"),
        ('2026-02-03 * "x"\n  Expenses:A  (1 + 2 EUR\n  Assets:B\n', "line 5: '\\(1 \\+ 2 EUR' is not an amount"),
        ('2026-02-03 * "x"\n  what is this\n', "line 5 is no posting: 'what is this'"),
        ('2026-02-03 * "x"\n' + "  a: 1\n" * 10_001, "the transaction of line 4 is far too long"),
    ],
)
def test_what_cannot_be_read_of_a_beancount_journal_is_told_with_its_line(read, wrong, why):
    """As for the other journals."""
    with pytest.raises(StatementUnreadable, match=why):
        read(BEANS + wrong, name="beancount")


@pytest.mark.parametrize(
    ("amount", "expected"),
    [
        ("40.00 / 3 EUR", "-13.33 EUR"),
        ("(1,000.00 + 2 * 3) EUR", "-1006.00 EUR"),
        ("-(2 - 5) * 2 EUR", "-6.00 EUR"),
        ("+2 * 3 EUR @ 1.10 USD", "-6.00 EUR"),
        ("10 / 4 JPY", "-2 JPY"),
        ("2 - -3 EUR", "-5.00 EUR"),
        ("- 3 EUR", "3 EUR"),
        ("50.00 EUR @", "-50.00 EUR"),
        ("3 APPLES {0.50 EUR} @ 0.60 EUR", "-1.50 EUR"),
    ],
)
def test_a_sum_in_the_place_of_a_number_is_worked_out(read, amount, expected):
    """In the decimals of its currency; at what it has cost, whatever its price is now."""
    (row,) = read(f'2026-11-03 * "x"\n  Expenses:A  {amount}\n  Assets:B\n', name="beancount")

    assert f"{row.amount} {row.currency}" == expected


@pytest.mark.parametrize(
    "amount", ["1 / 0", "(1", "1 2 * 3", "1 + )", "* 3 )", "1 +", "()", "1..2 * 3", "9" * 60 + " * 9", "1+" * 60 + "1"]
)
def test_a_sum_that_is_none_is_refused(read, amount):
    """With its line."""
    with pytest.raises(StatementUnreadable, match="line 5"):
        read(f'{BEANS}2026-11-03 * "x"\n  Expenses:A  {amount} EUR\n  Assets:B\n', name="beancount")


@pytest.mark.parametrize("before", ["", "2026-01-01 open Expenses:Food\n", 'option "title" "Mine"\n'])
@pytest.mark.parametrize("header", ['2026-11-03 * "Lunch"', "2026-11-03 txn", "2026-11-03 *"])
def test_a_journal_is_told_by_its_first_transaction(read, before, header):
    """Both families write days and stars; texts in quotes, accounts that are opened and options are Beancount's."""
    is_beancount = bool(before) or "*" not in header or '"' in header

    rows = read(
        f"{before}{header}\n  Expenses:Food  1 EUR\n  Assets:Cash\n", name="beancount" if is_beancount else "hledger"
    )

    assert [row.amount for row in rows] == [Decimal(-1)]


@settings(max_examples=60, deadline=None)
@given(
    journal=st.sampled_from([LUNCH * 3, BEANS * 3, f"Y2026\nD $1,000.00\n{LUNCH}alias a=b\n{LUNCH}"]),
    changes=st.lists(
        st.tuples(
            st.integers(min_value=0),
            st.integers(0, 8),
            st.sampled_from(
                [
                    "",
                    '"',
                    "\n",
                    "\t",
                    "\0",
                    ";",
                    "  ",
                    "{",
                    "@",
                    "=",
                    "(",
                    "-",
                    "9" * 45,
                    "comment\n",
                    "é",
                    " " * 99,
                    "|",
                ]
            ),
        ),
        max_size=8,
    ),
    account=st.sampled_from([None, "assets", "x"]),
)
def test_no_damage_to_a_journal_leads_to_anything_but_an_error_of_ours(journal, changes, account, tmp_path_factory):
    """Letters are cut out and others put in: it is read, or refused, and it ends."""
    for place, length, replacement in changes:
        start = place % (len(journal) + 1)
        journal = journal[:start] + replacement + journal[start + length :]
    file = tmp_path_factory.mktemp("damaged") / "x.journal"
    file.write_text(journal, encoding="utf-8")

    try:
        found = list(statements.rows(file, statements.recognise(file, ReadingOptions(account=account))))
    except StatementError:
        found = []

    assert all(row.amount.is_finite() for row in found)
    assert len({row.line for row in found}) == len(found)


@pytest.mark.parametrize(
    "line",
    [
        '2026-11-03 * "' + '\\"' * 2_400,
        '2026-11-03 * "x"' + " #a" * 1_500 + " !",
        "  Expenses:" + "A:" * 2_400,
        "  " + "a  " * 1_600 + "{" * 100,
        "  Expenses:A  " + "{" * 180,
        "  Expenses:A  " + "1 " * 90 + "x",
        "2026-11-03=" + "(" * 4_000,
        "alias " + "a:" * 2_400 + " = b",
    ],
    ids=range(8),
)
@pytest.mark.parametrize("journal", [LUNCH, BEANS])
def test_lines_that_are_made_to_take_for_ever_do_not(tmp_path, journal, line):
    """Each is read or refused at once, a thousand times over."""
    file = tmp_path / "x.journal"
    file.write_text(journal + f"{line}\n" * 1_000, encoding="utf-8")
    started = time.process_time()

    with suppress(StatementError):
        list(statements.rows(file, statements.recognise(file), unreadable=lambda *_: None))

    assert time.process_time() - started < 10


def test_memory_does_not_grow_with_the_journal(tmp_path):
    """Fifteen times the transactions take no more."""
    peaks = []
    for count in (100, 1_500):
        file = tmp_path / f"{count}.journal"
        file.write_text(
            "".join(f"2026-11-03 Shop {n}\n    expenses:food  {n}.50 EUR\n    assets:cash\n\n" for n in range(count)),
            encoding="utf-8",
        )
        gc.collect()
        tracemalloc.start()
        for _ in statements.rows(file, statements.recognise(file)):
            pass
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()

    assert peaks[1] < peaks[0] + 1_000_000
