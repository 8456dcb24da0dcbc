"""`expense add`, `list` and `edit`: a line of text becomes an expense, and expenses are found and changed again."""

import csv
import io
import json

import pytest


def lines(ran):
    """What was printed, without the blanks that line it up."""
    return [" ".join(line.split()) for line in ran.out.splitlines()]


@pytest.fixture
def spent(book):
    """Three expenses: a lunch with a category, a taxi in dollars, and a refund that has none."""
    for line in ("12.50 Lunch with Sam @Food 2026-11-03", "$8 Taxi @Travel 2026-10-03", "-5 Deposit 2026-10-01"):
        assert book("add", line).code == 0
    return book


def test_a_line_of_text_is_recorded_and_told_back(each_book):
    """The person sees what was understood, and that a category is new only where it is."""
    first = each_book("add", "12.50 Lunch with Sam @Food 2026-11-03")
    second = each_book("add", "3", "Coffee", "@food", "2026-11-04")

    assert first.out == (
        "Recorded €12.50 · Lunch with Sam · @Food · Tuesday, November 3, 2026 (id 1)\nFood is a new category\n"
    )
    assert second.out == "Recorded €3.00 · Coffee · @Food · Wednesday, November 4, 2026 (id 2)\n"


def test_a_refund_is_typed_with_its_minus(book):
    """A line that begins with "-5" is an amount and no option, quoted or not."""
    quoted = book("add", "-5 Deposit 2026-10-01")
    bare = book("add", "-5", "Deposit", "2026-10-01")

    assert quoted.out == "Recorded -€5.00 · Deposit · Thursday, October 1, 2026 (id 1)\n"
    assert bare.out == "Recorded -€5.00 · Deposit · Thursday, October 1, 2026 (id 2)\n"


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["-5", "Refund", "@Eating out", "2026-10-01"], "-€5.00 · Refund · @Eating out · "),
        (["5", '@"Eating out"', "Tea", "2026-10-01"], "€5.00 · Tea · @Eating out · "),
        (["@Eating out", "5", "Tea", "2026-10-01"], "€5.00 · Tea · @Eating out · "),
        (["5", "200 g ham", "2026-10-01"], "€5.00 · 200 g ham · "),
        (["1", "000", "Rent", "2026-10-01"], "€1,000.00 · Rent · "),
        (["@Food 5 Tea 2026-10-01"], "€5.00 · Tea · @Food · "),
    ],
)
def test_what_the_shell_kept_together_stays_together(book, words, told):
    """Its quotes are gone by then; a single word is the whole line, and read as it is."""
    ran = book("add", *words)

    assert ran.out.startswith(f"Recorded {told}")


def test_letters_that_are_no_currency_are_remarked_on(book):
    """The expense is recorded all the same: most such letters are words."""
    licence = book("add", "12 BBC licence 2026-10-01")
    plain = book("add", "12 CHF Licence 2026-10-01")

    assert licence.out == "Recorded €12.00 · BBC licence · Thursday, October 1, 2026 (id 1)\n"
    assert licence.err == "BBC is no currency code, so it is taken as text and the amount as EUR.\n"
    assert plain.err == ""


@pytest.mark.parametrize("asked", ["-h", "--help"])
def test_add_still_explains_itself(book, asked):
    """What is no amount is an option as anywhere."""
    ran = book("add", asked)

    assert ran.code == 0
    assert "Record an expense from one line of plain text." in ran.out


@pytest.mark.parametrize("words", [["12 Lunch", "-m", "with Sam"], ["12 Lunch", "--notes", "with Sam"]])
def test_an_option_that_add_has_not_is_no_description(book, words):
    """It is wrong usage, and nothing is recorded."""
    ran = book("add", *words)

    assert ran.code == 2
    assert f"No such option: {words[1]}" in ran.err
    assert "No expenses yet" in book("list").err


@pytest.mark.parametrize("line", ["12 tea - green", "-.5 tea", "-€5 tea", "EUR -5 tea"])
def test_a_minus_in_a_line_is_no_option(book, line):
    """Not even where the shell has taken the line apart."""
    assert book("add", *line.split()).code == 0


def test_a_line_without_an_amount_records_nothing(book):
    """It is refused in a sentence, and not even its category is made."""
    ran = book("add", "Lunch @Food")

    assert ran.code == 1
    assert ran.err.startswith("expense: ")
    assert "No categories yet" in book("category", "list").err


def test_expenses_are_listed_the_newest_first_with_their_marks_in_line(spent):
    """Whatever the currency and the sign, amounts can be compared at a glance."""
    ran = spent("list")

    assert [line.rstrip() for line in ran.out.splitlines()] == [
        "id        date  amount  description     category",
        " 1  2026-11-03  €12.50  Lunch with Sam  Food",
        " 2  2026-10-03   $8.00  Taxi            Travel",
        " 3  2026-10-01  -€5.00  Deposit",
    ]
    assert ran.err == ""


@pytest.mark.parametrize(
    ("asked", "ids"),
    [
        (["lunch", "with"], [1]),
        (["--from", "2026-10-03"], [1, 2]),
        (["--to", "2026-10-03"], [2, 3]),
        (["--from", "2026-10-02", "--to", "2026-10-31"], [2]),
        (["--category", "food"], [1]),
        (["-c", ""], [3]),
        (["-c", "Travel", "-c", ""], [2, 3]),
        (["--min", "8"], [1, 2]),
        (["--max", "8.00"], [2, 3]),
        (["--currency", "usd"], [2]),
        (["--sort", "amount"], [3, 2, 1]),
        (["--sort", "created_at", "--limit", "2"], [1, 2]),
        (["--limit", "99999999999999999999"], [1, 2, 3]),
    ],
)
def test_each_option_of_list_chooses_what_it_says(spent, asked, ids):
    """Alone and together; a limit beyond every book is all of it."""
    ran = spent("list", "--format", "json", *asked)

    assert [row["id"] for row in json.loads(ran.out)] == ids


def test_a_list_that_was_cut_off_says_so_and_how_to_see_more(spent):
    """The remark is beside the list, not in it."""
    ran = spent("list", "-n", "1")

    assert len(ran.out.splitlines()) == 2
    assert ran.err == "There are more; --limit 2 shows twice as many.\n"


def test_an_empty_list_says_whether_the_book_is_empty_or_the_question_too_narrow(book):
    """Somebody new is shown how to begin."""
    empty = book("list")
    book("add", "3 Coffee")
    narrow = book("list", "lunch")

    assert (empty.out, empty.err) == ("", 'No expenses yet: expense add "12.50 Lunch @Food"\n')
    assert (narrow.out, narrow.err) == ("", "No expenses found.\n")


def test_a_program_gets_the_same_rows_as_csv_and_as_json(spent):
    """Amounts are plain digits and dates ISO 8601 in both; nothing else is on standard output."""
    as_csv = spent("list", "--format", "csv")
    as_json = spent("list", "--format", "json")

    assert as_csv.out.splitlines()[:2] == [
        "id,spent_on,amount,currency,description,category,notes",
        "1,2026-11-03,12.50,EUR,Lunch with Sam,Food,",
    ]
    named = [{name: str(value or "") for name, value in row.items()} for row in json.loads(as_json.out)]
    assert named == list(csv.DictReader(io.StringIO(as_csv.out)))


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        (["--sort", "colour"], "sort by one of -spent_on, spent_on"),
        (["--limit", "0"], "'0' is not a number from 1 on"),
        (["--limit", "many"], "'many' is not a number from 1 on"),
        (["--limit", "9" * 5_000], "is not a number from 1 on"),
        (["--format", "xml"], "'xml' is not one of"),
    ],
)
def test_an_option_that_list_cannot_follow_is_wrong_usage(book, asked, told):
    """The exit code is 2, and the message says what can be asked for."""
    ran = book("list", *asked)

    assert ran.code == 2
    assert told in " ".join(ran.err.split())


def test_an_edit_changes_what_is_given_and_nothing_else(spent):
    """Each field has its option; the answer is the expense as it is now."""
    all_of_it = spent(
        *("edit", "1", "--amount", "13.20", "--currency", "usd", "--description", "Dinner"),
        *("--date", "2026-11-04", "--category", "Eating out", "--notes", "with Sam"),
    )
    amount = spent("edit", "2", "--amount", "9")

    assert all_of_it.out == (
        "Now $13.20 · Dinner · @Eating out · Wednesday, November 4, 2026 (id 1)\nEating out is a new category\n"
    )
    assert amount.out == "Now $9.00 · Taxi · @Travel · Saturday, October 3, 2026 (id 2)\n"
    assert json.loads(spent("list", "dinner", "-f", "json").out)[0]["notes"] == "with Sam"


def test_an_edit_takes_an_expense_into_a_category_and_out_of_it(spent):
    """An empty name is none; a category that is there already is not called new."""
    moved = spent("edit", "1", "--category", "travel")
    taken_out = spent("edit", "1", "--category", "")

    assert moved.out == "Now €12.50 · Lunch with Sam · @Travel · Tuesday, November 3, 2026 (id 1)\n"
    assert taken_out.out == "Now €12.50 · Lunch with Sam · Tuesday, November 3, 2026 (id 1)\n"


def test_an_edit_that_changes_nothing_says_what_to_give(spent):
    """A bare `expense edit 1` is wrong usage."""
    ran = spent("edit", "1")

    assert ran.code == 2
    assert "say what to change, such as --amount 13.20" in ran.err


def test_what_is_not_there_cannot_be_edited(book):
    """Neither an id that has no expense, nor one that no database could have."""
    absent = book("edit", "17", "--amount", "1")
    too_large = book("edit", "9223372036854775808", "--amount", "1")

    assert (absent.code, absent.out) == (1, "")
    assert "17" in absent.err
    assert too_large.code == 2
    assert "no number is that large" in too_large.err


def test_amounts_and_dates_are_read_and_written_as_their_owner_does(book, monkeypatch):
    """In German a comma is the decimal mark, and the day comes first."""
    monkeypatch.setenv("EXPENSE_LOCALE", "de_DE")

    added = book("add", "1.234,50 Miete 3.11.2026")
    edited = book("edit", "1", "--amount", "1.300,00", "--date", "4.11.2026")
    found = book("list", "--min", "1.300,00", "--from", "4.11.2026")

    assert added.out == "Recorded 1.234,50\N{NO-BREAK SPACE}€ · Miete · Dienstag, 3. November 2026 (id 1)\n"
    assert edited.out == "Now 1.300,00\N{NO-BREAK SPACE}€ · Miete · Mittwoch, 4. November 2026 (id 1)\n"
    assert lines(found)[1] == "1 2026-11-04 1.300,00 € Miete"
