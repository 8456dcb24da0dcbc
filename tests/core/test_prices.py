"""Finding the amount of money in a text, and the currency beside it."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from expense_core import money, prices
from expense_core.errors import InvalidAmount, InvalidCurrency


def found(text, *, locale="en", currency="EUR"):
    """The amount as a string, which shows its decimals, and the currency."""
    price = prices.find(text, locale=locale, currency=currency)
    assert price
    assert price.problem is None
    return str(price.amount), price.currency


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("12", "12.00"),
        ("12.5", "12.50"),
        ("12,50", "12.50"),
        (".50", "0.50"),
        ("12.50,", "12.50"),
        ("1,234.50", "1234.50"),
        ("1.234,50", "1234.50"),
        ("1'234.50", "1234.50"),
        ("1 234,50", "1234.50"),
        ("1 234 567.50", "1234567.50"),
        ("1 000 rent", "1000.00"),
        ("1 000,50 rent", "1000.50"),
        ("-1 500 000 refund", "-1500000.00"),
        ("1\u00a0234", "1234.00"),
        ("12\u202f345,6", "12345.60"),
        ("-5", "-5.00"),
        ("\N{MINUS SIGN}5", "-5.00"),
        ("\N{EN DASH}5", "-5.00"),
    ],
)
def test_an_amount_is_read_as_people_write_it(text, amount):
    """Either decimal mark, any way of grouping digits, and a minus for a refund."""
    read = found(text)

    assert read == (amount, None)


@pytest.mark.parametrize(
    ("text", "amount", "currency"),
    [
        ("€12", "12.00", "EUR"),
        ("12€", "12.00", "EUR"),
        ("12 €.", "12.00", "EUR"),
        ("€ 12", "12.00", "EUR"),
        ("12 EUR", "12.00", "EUR"),
        ("12EUR", "12.00", "EUR"),
        ("EUR 12", "12.00", "EUR"),
        ("usd 5", "5.00", "USD"),
        ("5 chf", "5.00", "CHF"),
        ("5 ALL", "5.00", "ALL"),
        ("JPY 500", "500", "JPY"),
        ("-€5", "-5.00", "EUR"),
        ("€-5", "-5.00", "EUR"),
        ("-5 EUR", "-5.00", "EUR"),
        ("EUR -5", "-5.00", "EUR"),
        ("$12 CAD", "12.00", "CAD"),
        ("EUR 12 USD", "12.00", "EUR"),
        ("1 234 €", "1234.00", "EUR"),
        ("1 234 567 EUR", "1234567.00", "EUR"),
    ],
)
def test_a_currency_stands_on_either_side_of_its_amount(text, amount, currency):
    """As a sign or a code, glued or not; a code says more than a sign."""
    read = found(text)

    assert read == (amount, currency)


@pytest.mark.parametrize(
    ("text", "locale", "ledger", "currency"),
    [
        ("$5", "en", "EUR", "USD"),
        ("$5", "en", "CAD", "CAD"),
        ("$5", "en_CA", "EUR", "CAD"),
        ("$5", "en_CA", "USD", "USD"),
        ("$5", "en", "HKD", "HKD"),
        ("US$5", "en_CA", "CAD", "USD"),
        ("£5", "en", "EUR", "GBP"),
        ("£5", "fr", "EUR", "GBP"),
        ("¥500", "en", "EUR", "JPY"),
        ("￥500", "en", "JPY", "JPY"),
        ("¥500", "zh_CN", "EUR", "CNY"),
        ("50 kr", "en", "SEK", "SEK"),
        ("50 kr", "nb_NO", "EUR", "NOK"),
        ("50 kr", "en_DK", "EUR", "DKK"),
        ("50 zł", "en", "EUR", "PLN"),
        ("₺50", "en", "EUR", "TRY"),
        ("R 50", "en_ZA", "EUR", "ZAR"),
        ("5 000 F CFA", "fr_SN", "XOF", "XOF"),
        ("12 ron", "ro_RO", "EUR", "RON"),
        ("12 ron", "en", "RON", "RON"),
    ],
)
def test_a_sign_means_what_it_means_to_this_person(text, locale, ledger, currency):
    """The ledger's currency comes first, then the locale's, then the one that the sign is best known for."""
    read = found(text, locale=locale, currency=ledger)

    assert read[1] == currency


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("2 beers 7.40", "7.40"),
        ("2 beers €7", "7.00"),
        ("12.50 gift €2", "2.00"),
        ("20 petrol 12.5 litres", "20.00"),
        ("12 lunch for 3", "12.00"),
        ("€5 tip on €50", "5.00"),
        ("2 500 g flour 3.20", "3.20"),
        ("2 500 g flour 3 €", "3.00"),
        ("2  500 g flour", "2.00"),
        ("7up B12 1.5l 50% #9 10:30 x3 007 00.50 8", "8.00"),
        ("dinner +1 30", "30.00"),
        ("pizza (2) 12", "12.00"),
        ("12 film +1", "12.00"),
        ("iOS 17.2.1 5", "5.00"),
    ],
)
def test_of_several_numbers_the_likeliest_is_the_amount(text, amount):
    """One with a currency, else one with the decimals of the ledger's, else the first; parts of words are none."""
    price = prices.find(text, locale="en", currency="EUR")

    assert price.amount == Decimal(amount)


@pytest.mark.parametrize("locale", ["fr", "sv", "pl", "en_ZA"])
def test_where_blanks_group_digits_they_do(locale):
    """CLDR says which locales write 1 500 so."""
    price = prices.find("1 500 x", locale=locale, currency="EUR")

    assert price.amount == 1500


@pytest.mark.parametrize(
    ("text", "written", "currency", "ways"),
    [
        ("1 500 rent", "1 500", "EUR", "write 1500 EUR, or 1 EUR"),
        ("-2 500,5 x", "-2 500,5", "EUR", "write -2500,5 EUR, or -2 EUR"),
        ("¥3 500 ml beers", "¥3 500", "EUR", "write 3500 JPY, or 3 JPY"),
        ("12 007 film", "12 007", "USD", "write 12007 USD, or 12 USD"),
        ("1 500 rent for 3 months", "1 500", "EUR", "write 1500 EUR"),
    ],
)
def test_two_numbers_or_one_is_asked_where_nobody_can_tell(text, written, currency, ways):
    """A thousand euros are never taken for one, nor half a kilo of flour for thousands."""
    price = prices.find(text, locale="en", currency=currency)

    assert text[price.start : price.end] == written
    assert price.amount is None
    assert isinstance(price.problem, InvalidAmount)
    assert ways in price.problem.message


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("+12 x", "+12"),
        ("+12 refund for 2 shirts", "+12"),
        ("2 shirts back +12.50", "+12.50"),
        ("+€12", "+€12"),
        ("x +12 EUR", "+12 EUR"),
        ("(12) x", "(12)"),
        ("(12.50 €) x", "(12.50 €)"),
        ("(5),", "(5),"),
    ],
)
def test_a_plus_or_brackets_may_mean_either_way_so_it_is_asked(text, written):
    """To some, +12 is money that came in, to others just twelve; the answer is a number with or without a minus."""
    price = prices.find(text, locale="en", currency="EUR")

    assert text[price.start : price.end] == written
    assert price.amount is None
    assert isinstance(price.problem, InvalidAmount)
    assert "for a refund" in price.problem.message


@pytest.mark.parametrize("word", ["XYZ", "BBC", "ATM"])
@pytest.mark.parametrize("form", ["12 {} licence", "{} 12", "-12 {},"])
def test_letters_beside_an_amount_that_look_like_a_code_are_given(word, form):
    """So that a front end can remark that they are none."""
    price = prices.find(form.format(word), locale="en", currency="EUR")

    assert price.unknown_code == word


@pytest.mark.parametrize("text", ["12 EUR BBC", "12 bbc", "12 BBCs", "12 x BBC", "12", "$12 BBC"])
def test_nothing_is_given_where_the_currency_is_plain(text):
    """Or where the letters are a word."""
    price = prices.find(text, locale="en", currency="EUR")

    assert price.unknown_code is None


def test_a_currency_without_decimals_prefers_no_number_for_its_decimals():
    """In yen, 7.40 is no likelier than 2 to be the amount."""
    read = found("2 beers 7.40", currency="JPY")

    assert read == ("2", None)


@pytest.mark.parametrize("word", ["all", "cup", "gel", "mad", "pen", "ron", "top", "try", "xyz", "g", "kg", "Lek"])
def test_a_word_behind_a_number_is_no_currency(word):
    """Many codes are words in small letters, and then they are words."""
    price = prices.find(f"5 {word}", locale="en", currency="EUR")

    assert (price.start, price.end, price.currency) == (0, 1, None)


def test_the_locale_decides_on_a_mark_that_can_be_read_both_ways():
    """In German, 1.234 is more than a thousand; in English it is a little more than one, which no euro has."""
    german = prices.find("1.234", locale="de", currency="EUR")
    english = prices.find("1.234", locale="en", currency="EUR")

    assert german.amount == 1234
    assert isinstance(english.problem, InvalidAmount)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("0", "cannot be zero"),
        ("12.505", "at most 2 decimals"),
        ("JPY 12.5", "which has no decimals"),
        ("1000000000000", "smaller than 1,000,000,000,000"),
        ("1" * 60, "is not an amount"),
        ("1.2.3", "is not an amount"),
        ("€1.2.3 for 2", "is not an amount"),
    ],
)
def test_an_amount_that_cannot_be_paid_says_why(text, message):
    """It keeps its place in the text, so that the person sees which number is meant."""
    price = prices.find(text, locale="en", currency="EUR")

    assert price.amount is None
    assert isinstance(price.problem, InvalidAmount)
    assert message in price.problem.message
    assert price.start == 0


@pytest.mark.parametrize("text", ["50 kr", "Rs 50", "₿5", "5¢", "₨50"])
def test_a_sign_that_could_be_several_currencies_is_not_guessed(text):
    """Money in the wrong currency is worse than a question."""
    price = prices.find(text, locale="en", currency="EUR")

    assert price.amount is None
    assert isinstance(price.problem, InvalidCurrency)
    assert "write its code, such as EUR" in price.problem.message


@pytest.mark.parametrize("text", ["", "lunch", "€", "1e400", "NaN", "--5", "-", "5-", "(5", "+", "()"])
def test_a_text_without_a_number_has_no_price(text):
    """Nothing is found, rather than a part of what is there."""
    price = prices.find(text, locale="en", currency="EUR")

    assert price is None


@given(
    amount=st.decimals(min_value=-10_000_000, max_value=10_000_000, places=2).filter(bool),
    currency=st.sampled_from(["EUR", "USD", "GBP", "CHF", "PLN", "SEK"]),
    locale=st.sampled_from(["en", "en_GB", "de", "fr", "de_CH", "sv", "pl", "pt_BR", "ja", "en_CA", "it_CH"]),
)
def test_an_amount_that_is_written_for_people_reads_back(amount, currency, locale):
    """What a report shows can be typed, or pasted, into a new line."""
    read = found(money.write(amount, currency, locale), locale=locale, currency=currency)

    assert read == (str(amount), currency)


@given(text=st.text(alphabet="0123456789.,'-€$ \u00a0EURkr"), locale=st.sampled_from(["en", "de", "fr_CH"]))
def test_a_price_never_reaches_out_of_its_text(text, locale):
    """Whatever stands there, the answer is a place between blanks, or nothing."""
    price = prices.find(text, locale=locale, currency="EUR")

    assert price is None or text[price.start : price.end] == text[price.start : price.end].strip() != ""
