"""The one-line grammar: what a line says, where it says it, and what is wrong with it."""

import itertools
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from expense_core import quick
from expense_core.errors import InvalidCurrency, QuickSyntaxError
from expense_core.quick import Draft, Field

MONDAY = date(2026, 11, 23)
SUNDAY = date(2026, 11, 22)


def understand(text, **options):
    return quick.understand(text, **({"today": MONDAY, "currency": "EUR"} | options))


def parts(text):
    """Each part of a line that was understood, by what it is."""
    return {span.field: text[span.start : span.end] for span in understand(text).spans}


def complaints(text):
    """The code of each problem, and the part of the line that it is about."""
    return [(problem.code, text[problem.start : problem.end]) for problem in understand(text).problems]


def test_a_line_is_an_expense():
    """The example that everything else is explained with."""
    draft = quick.parse("12.50 Lunch with Sam @Food yesterday", today=MONDAY, currency="EUR")

    assert draft == Draft(Decimal("12.50"), "EUR", "Lunch with Sam", "Food", SUNDAY)


def test_a_line_needs_no_more_than_an_amount():
    """The currency is the ledger's, whatever its letter case, and the date today's."""
    draft = quick.parse("12.50", today=MONDAY, currency="eur")

    assert draft == Draft(Decimal("12.50"), "EUR", "", None, MONDAY)


def test_a_line_may_name_another_currency_than_the_ledgers():
    """Then it is that one which says how many decimals there are."""
    draft = quick.parse("Ramen ¥1,200 @Food", today=MONDAY, currency="EUR")

    assert draft == Draft(Decimal(1200), "JPY", "Ramen", "Food", MONDAY)


def test_a_reading_names_a_currency_only_where_the_line_does():
    """A front end can tell what was written from what will be assumed."""
    written, assumed = understand("€5"), understand("5")

    assert (written.currency, assumed.currency) == ("EUR", None)


@pytest.mark.parametrize("line", ["12 BBC licence", "licence 12 BBC @Fun", "12 BBC yesterday"])
def test_letters_that_are_no_currency_are_text_and_can_be_remarked_on(line):
    """Most of them are meant so, and a mistyped code can still be told."""
    draft = quick.parse(line, today=MONDAY, currency="EUR")

    assert (draft.currency, draft.unknown_code) == ("EUR", "BBC")
    assert "BBC" in draft.description


def test_each_part_is_given_with_its_place():
    """A front end colours them while the person types."""
    found = parts('Pizza €12, @"Eating out" last friday')

    assert found == {Field.AMOUNT: "€12,", Field.CATEGORY: '@"Eating out"', Field.SPENT_ON: "last friday"}


def test_spans_come_from_left_to_right():
    """Whatever the order in which the parts were looked for."""
    spans = understand("yesterday @Food 5").spans

    assert [span.field for span in spans] == ["spent_on", "category", "amount"]


@pytest.mark.parametrize(
    ("text", "amount", "description"),
    [
        ("Lunch 12.50 @Food", "12.50", "Lunch"),
        ("Coffee @Food 3 yesterday", "3", "Coffee"),
        ("2 beers 7.40", "7.40", "2 beers"),
        ("12 lunch for 3", "12", "lunch for 3"),
        ("nov 3 12 cake", "12", "cake"),
        ("2026-11-03 5 cake", "5", "cake"),
        ("cake 31/12 5", "5", "cake"),
        ("party for 3 nov fans 12", "12", "party for 3 nov fans"),
        ('5 for the "9.99" shop', "5", 'for the "9.99" shop'),
        ("4 @7.50", "4", ""),
        ("-5 cake", "-5", "cake"),
        ("12 mail to sam@home", "12", "mail to sam@home"),
        ("12 \t tea \n\u00a0 milk", "12", "tea milk"),
    ],
)
def test_the_amount_is_found_wherever_it_stands(text, amount, description):
    """Numbers in dates, categories and quoted text are none."""
    reading = understand(text)

    assert (reading.amount, reading.description) == (Decimal(amount), description)


@pytest.mark.parametrize(
    ("text", "category"),
    [
        ("5 @Food", "Food"),
        ("5 @Food, tea", "Food"),
        ("@Food 5", "Food"),
        ("5 @R&D-2.0_x", "R&D-2.0_x"),
        ("5 @Café", "Café"),
        ("5 @खाना", "खाना"),
        ("5 @食費", "食費"),
        ("5 @Food/Drinks", "Food/Drinks"),
        ('5 @"Eating out"', "Eating out"),
        ('5 @"Eating  out", tea', "Eating out"),
        ("5 @“Eating out”", "Eating out"),
        ('5 @"12.50 @x yesterday"', "12.50 @x yesterday"),
        ("5 sam@home", None),
        ('5 "@Food"', None),
        ("5", None),
    ],
)
def test_a_category_is_a_word_behind_an_at_sign_or_in_quotes(text, category):
    """In any script; an at sign inside of a word or of quotes says nothing."""
    reading = understand(text)

    assert (reading.category, reading.problems) == (category, ())


@pytest.mark.parametrize(
    ("text", "day", "description"),
    [
        ("12 fish friday", date(2026, 11, 20), "fish"),
        ("friday 12 fish", date(2026, 11, 20), "fish"),
        ("12 friday @Food fish", date(2026, 11, 20), "fish"),
        ("friday", date(2026, 11, 20), ""),
        ("yesterday fish 12", SUNDAY, "fish"),
        ("12 yesterday fish", SUNDAY, "fish"),
        ("fish yesterday 12 @Food", SUNDAY, "fish"),
        ("12 fish 3.11.", date(2026, 11, 3), "fish"),
        ("12 fish on 3 nov.", date(2026, 11, 3), "fish"),
        ("3 nov 12.50 fish", date(2026, 11, 3), "fish"),
        ("fish 2 days ago 12", date(2026, 11, 21), "fish"),
        ("yesterday fish 12 today", MONDAY, "yesterday fish"),
        ("5 may fish 12.50", date(2026, 5, 5), "fish"),
        ("fish 5 may", date(2026, 5, 5), "fish"),
        ("5 may", date(2026, 5, 5), ""),
        ("5th may fish", date(2026, 5, 5), "fish"),
    ],
)
def test_a_date_is_the_last_thing_of_the_line_or_the_first(text, day, description):
    """Amount and category do not count, and the end wins."""
    reading = understand(text)

    assert (reading.spent_on, reading.description) == (day, description)


@pytest.mark.parametrize(
    ("text", "description"),
    [
        ("12 Sunday roast", "Sunday roast"),
        ("Sunday roast 12", "Sunday roast"),
        ("12 roast on sunday with Sam", "roast on sunday with Sam"),
        ("12.50 March for Life shoes", "March for Life shoes"),
        ("5 March for Life shoes", "March for Life shoes"),
        ("9 May contain nuts", "May contain nuts"),
        ("12 tea may", "tea may"),
        ("12 second sun", "second sun"),
        ("12 hotel 2 days", "hotel 2 days"),
        ('12 film "yesterday"', 'film "yesterday"'),
        ('"3 nov" 12', '"3 nov"'),
    ],
)
def test_words_that_could_be_dates_stay_in_the_description(text, description):
    """A weekday that begins what was bought, a month alone, a date in the midst of words or in quotes."""
    reading = understand(text)

    assert (reading.spent_on, reading.description) == (MONDAY, description)


def test_a_line_is_read_in_the_language_of_its_locale():
    """Decimal mark, words and order of day and month."""
    draft = quick.parse("1.234,50 Miete @Wohnen vorgestern", today=MONDAY, currency="EUR", locale="de_AT")

    assert draft == Draft(Decimal("1234.50"), "EUR", "Miete", "Wohnen", date(2026, 11, 21))


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("", ("amount_missing", "")),
        ("Lunch @Food", ("amount_missing", "")),
        ("1e400 Lunch", ("amount_missing", "")),
        ("0 Lunch", ("invalid_amount", "0")),
        ("12.505 Lunch", ("invalid_amount", "12.505")),
        ("1 500 Rent @Home", ("invalid_amount", "1 500")),
        ("@Food +12 Deposit", ("invalid_amount", "+12")),
        ("Lunch €1.2.3", ("invalid_amount", "€1.2.3")),
        ("50 kr Lunch", ("invalid_currency", "50 kr")),
        ("12 Lunch 31 feb", ("invalid_date", "31 feb")),
        ("31/12/1899 12 Lunch", ("invalid_date", "31/12/1899")),
        ("12 @ home", ("category_empty", "@")),
        ("12 @, home", ("category_empty", "@,")),
        ('12 @"" home', ("category_empty", '@""')),
        ('12 @"Eating out', ("category_unclosed", '@"Eating out')),
        ('@"Eating out 12', ("category_unclosed", '@"Eating out 12')),
        ('12 @"', ("category_unclosed", '@"')),
        ("12 @Food @Fun", ("category_twice", "@Fun")),
        ("12 Lu\x00\x07nch", ("unfit_character", "\x00\x07")),
        ("12 Lu\ud800nch", ("unfit_character", "\ud800")),
        ("12 " + "x" * 1998, ("too_long", "x")),
    ],
)
def test_what_is_wrong_is_pointed_at(text, complaint):
    """Each problem has a code and a place in the text; a missing amount is missed at the end."""
    found = complaints(text)

    assert found == [complaint]


def test_a_date_that_is_wrong_leaves_the_expense_on_today():
    """The reading stays usable for a preview while the person mends it."""
    reading = understand("12 Lunch 31 feb")

    assert (reading.spent_on, reading.description) == (MONDAY, "Lunch")


def test_an_unfinished_category_is_already_known():
    """So that a front end can offer categories that begin so."""
    reading = understand('12 Lunch @"Eating ou')

    assert (reading.category, reading.description) == ("Eating ou", "Lunch")


def test_all_problems_are_raised_at_once():
    """From left to right, so that nobody mends a line three times."""
    with pytest.raises(QuickSyntaxError) as refusal:
        quick.parse("Lu\x00nch @Food @ 12.345 31 feb", today=MONDAY, currency="EUR")

    codes = [problem.code for problem in refusal.value.problems]
    assert codes == ["unfit_character", "category_empty", "category_twice", "invalid_amount", "invalid_date"]
    assert [error.field for error in refusal.value.errors] == ["text"] * 5


def test_every_problem_says_what_to_do():
    """The message of the error is all of theirs, each a part of a sentence that a person can follow."""
    with pytest.raises(QuickSyntaxError, match=r"name the category behind the @, such as @Food.*; write an amount"):
        quick.parse("Lunch @", today=MONDAY, currency="EUR")


def test_a_ledger_in_no_known_currency_is_the_callers_mistake():
    """It is raised and not returned, since no line could mend it."""
    with pytest.raises(InvalidCurrency):
        understand("12", currency="XXX")


def test_a_very_long_text_is_not_looked_at():
    """Ten million characters are refused as fast as ten."""
    reading = understand("12 " * 5_000_000)

    assert (reading.amount, reading.spans) == (None, ())
    assert [problem.code for problem in reading.problems] == ["too_long"]


GRAMMAR = """
    12 12.50 -5 1 234,50 3 31 1.2.3 € EUR $5 kr @ @Food @" " @"Eating out" , on the lunch
    feb nov may friday last next 2 days ago yesterday vor Tagen 11月3日 2026-11-03 03/11
"""
AWKWARD = st.builds(
    str.join,
    st.sampled_from(["", " ", "\u00a0 "]),
    st.lists(st.sampled_from([*GRAMMAR.split(), "\x00", "\ud800", "\ufffc"]), max_size=12),
)


@given(
    text=st.text(max_size=60) | AWKWARD,
    locale=st.sampled_from(["en", "en_GB", "de", "fr", "ja", "ar_EG"]),
    currency=st.sampled_from(["EUR", "JPY", "KWD"]),
)
@example(text='-€-5 @@ @"@"', locale="en", currency="EUR")
def test_any_text_is_understood_or_objected_to(text, locale, currency):
    """Spans are in the text and apart from each other, the rest is the description, and no amount is a problem."""
    reading = understand(text, locale=locale, currency=currency)

    ends = [0, *itertools.chain.from_iterable((span.start, span.end) for span in reading.spans), len(text)]
    assert ends == sorted(ends)
    assert all(span.start < span.end for span in reading.spans)
    outside = " ".join(text[start:end] for start, end in zip(ends[::2], ends[1::2], strict=True))
    assert reading.description == " ".join(outside.split())
    assert all(0 <= problem.start <= problem.end <= len(text) for problem in reading.problems)
    assert reading.amount is not None or reading.problems


PLAIN_WORDS = st.lists(st.text(alphabet="bdfgklprstvxzäøñжשあ", min_size=4, max_size=9), max_size=4)


@given(
    amount=st.decimals(min_value=-999_999, max_value=999_999, places=2).filter(bool),
    words=PLAIN_WORDS,
    category=st.text(alphabet="abcXYZ012_-&é食", min_size=1) | st.text(alphabet="ab 12.€", min_size=1),
    day=st.dates(min_value=date(1900, 1, 1)),
    order=st.permutations(range(4)),
    locale=st.sampled_from(["en", "en_GB", "de", "fr"]),
)
def test_a_line_reads_back_as_it_was_composed(*, amount, words, category, day, order, locale):
    """Amount, description, category and date, in any order."""
    name = " ".join(category.split()) or "x"
    composed = [str(amount), " ".join(words), f'@"{name}"', day.isoformat()]
    line = " ".join(composed[index] for index in order)

    draft = quick.parse(line, today=MONDAY, currency="EUR", locale=locale)

    assert draft == Draft(amount, "EUR", " ".join(words), name, day)
