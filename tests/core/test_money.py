"""Amounts of money: exact, of a real currency, read and written as people do, and shared out to the last cent."""

from decimal import Decimal
from fractions import Fraction

import pytest
from babel.numbers import format_decimal
from hypothesis import given
from hypothesis import strategies as st

from expense_core import money
from expense_core.errors import InvalidAmount, InvalidCurrency

CODES = st.sampled_from(sorted(money.currencies()))


@st.composite
def amounts(draw):
    """An amount that its currency can have, and the currency's code."""
    known = money.currency(draw(CODES))
    most = int((money.LIMIT - known.quantum) / known.quantum)
    coins = draw(st.integers(-most, most).filter(bool))
    return coins * known.quantum, known.code


@pytest.mark.parametrize(
    ("code", "decimals"), [("JPY", 0), ("EUR", 2), ("USD", 2), ("KWD", 3), ("CLF", 4), (" eur ", 2)]
)
def test_a_currency_knows_its_decimals(code, decimals):
    """They come from ISO 4217, whatever the letter case and the blanks around the code."""
    known = money.currency(code)

    assert (known.code, known.decimals) == (code.strip().upper(), decimals)


@pytest.mark.parametrize("code", ["", "EU", "EURO", "XXX", "XAU", "ÉUR", "€", "\udc80", "E" * 1_000])
def test_a_code_that_is_no_currency_is_refused(code):
    """Neither gold nor "no currency" is money; what is shown of a long text is short."""
    with pytest.raises(InvalidCurrency, match="is no currency code of ISO 4217, such as EUR") as caught:
        money.currency(code)

    assert len(caught.value.message) < 120


@pytest.mark.parametrize(
    ("given", "exact"),
    [
        ("12.50", "12.50"),
        (" -12.5 ", "-12.5"),
        ("+0007", "7"),
        (12, "12"),
        (Decimal("0.1"), "0.1"),
        (Decimal("1E+3"), "1000"),
        (Decimal("1.50000000"), "1.5"),
    ],
)
def test_a_program_gives_an_exact_amount(given, exact):
    """As digits, as an int or as a Decimal."""
    assert money.exact(given) == Decimal(exact)


@pytest.mark.parametrize(
    "given",
    [
        "",
        "1e3",
        "1e400",
        "NaN",
        "Infinity",
        "1,5",
        "1 000",
        "0x10",
        "--1",
        "1.",
        ".5",
        "1\x00",
        "٣",
        "9" * 41,
        "\udc80",
    ],
)
def test_text_that_is_not_plain_digits_is_no_amount(given):
    """An exponent can name a number that no memory holds; guessing at the rest is for `parse`."""
    with pytest.raises(InvalidAmount, match=r"write plain digits such as 12\.50"):
        money.exact(given)


@pytest.mark.parametrize("given", [0.1, True, None, b"1", [], 1j])
def test_only_exact_types_are_amounts(given):
    """A float least of all: it is not the number that was meant."""
    with pytest.raises(InvalidAmount, match="an amount is a Decimal, an int or a string such as"):
        money.exact(given)


@pytest.mark.parametrize("given", [Decimal("NaN"), Decimal("sNaN"), Decimal("Infinity"), Decimal("-Infinity")])
def test_a_decimal_that_is_no_number_is_no_amount(given):
    """Decimal has values that compare with nothing."""
    with pytest.raises(InvalidAmount, match="is not an amount"):
        money.exact(given)


@pytest.mark.parametrize(
    "given",
    [Decimal("1e999999"), pytest.param(10**5_000, id="5,000 digits"), -(10**12), "1000000000000", Decimal("-1e12")],
)
def test_no_amount_reaches_the_limit(given):
    """Not even one whose digits would fill the memory."""
    with pytest.raises(InvalidAmount, match="an amount must be smaller than 1,000,000,000,000"):
        money.exact(given)


@pytest.mark.parametrize("given", ["0.00001", Decimal("1e-999999"), Decimal("1.23456"), "-0.12345"])
def test_no_amount_is_finer_than_every_currency(given):
    """Where no currency is known yet, as in a filter, four decimals are the most."""
    with pytest.raises(InvalidAmount, match="has more decimals than any currency, which is 4"):
        money.exact(given)


@given(amounts())
def test_an_amount_that_the_currency_can_have_passes_unchanged(amount_and_code):
    """With exactly the currency's decimals, and the same number."""
    amount, code = amount_and_code

    checked = money.check(amount.normalize(), code)

    assert checked == amount
    assert -checked.as_tuple().exponent == money.currency(code).decimals


@pytest.mark.parametrize(
    ("amount", "code", "message"),
    [
        ("0", "EUR", "cannot be zero; a refund is negative"),
        ("-0.00", "EUR", "cannot be zero"),
        ("12.345", "EUR", r"'12.345' cannot be paid in EUR, which has at most 2 decimals"),
        ("0.001", "EUR", "at most 2 decimals"),
        ("0.5", "jpy", "cannot be paid in JPY, which has no decimals"),
        ("1.0005", "KWD", "at most 3 decimals"),
        ("1e12", "EUR", "must be smaller than 1,000,000,000,000"),
        ("-1e12", "JPY", "must be smaller than 1,000,000,000,000"),
        pytest.param("0." + "1" * 10_000, "EUR", "at most 2 decimals", id="10,000 digits"),
    ],
)
def test_an_amount_that_the_currency_cannot_have_is_refused(amount, code, message):
    """The message says what the currency can have, and stays short."""
    with pytest.raises(InvalidAmount, match=message) as caught:
        money.check(Decimal(amount), code)

    assert len(caught.value.message) < 150


@pytest.mark.parametrize("amount", ["999999999999.99", "-999999999999.99"])
def test_the_largest_amounts_pass(amount):
    """All that is smaller than the limit."""
    assert money.check(Decimal(amount), "EUR") == Decimal(amount)


@pytest.mark.parametrize(
    ("text", "locale", "number"),
    [
        ("12.50", "en", "12.50"),
        ("12,50", "en", "12.50"),
        ("1.234,50", "en", "1234.50"),
        ("1,234.50", "de", "1234.50"),
        ("1,234", "en", "1234"),
        ("1.234", "en", "1.234"),
        ("1.234", "de", "1234"),
        ("1,234", "de", "1.234"),
        ("1.234", "fr", "1234"),
        ("0.125", "de", "0.125"),
        ("1234,567", "en", "1234.567"),
        ("1.234.567", "en", "1234567"),
        ("1,234,567", "de", "1234567"),
        ("1,23,456.00", "hi", "123456"),
        ("1 234,5", "fr", "1234.5"),
        ("1\u202f234,50", "fr", "1234.5"),
        ("1'234.50", "de_CH", "1234.5"),
        ("1’234.50", "de_CH", "1234.5"),  # noqa: RUF001 - as the Swiss write it
        ("1_000", "en", "1000"),
        ("-5", "en", "-5"),
        ("\N{MINUS SIGN}5", "en", "-5"),
        ("5-", "en", "-5"),
        ("(5.00)", "en", "-5"),
        ("+5", "en", "5"),
        (".5", "en", "0.5"),
        ("5.", "en", "5"),
        ("٣", "en", "3"),
        ("1" * 40, "en", "1" * 40),
    ],
)
def test_a_person_writes_amounts_in_many_ways(text, locale, number):
    """The marks say what they are; where they could be both, the locale does."""
    assert money.parse(text, locale) == Decimal(number)


@pytest.mark.parametrize(
    "text", ["", ".", "-", "()", "5+", "--5", "-5-", "1.2.3", "1,23,4", "1.234,5.6", "12a", "1e5", "NaN", "1" * 41]
)
def test_text_that_is_no_number_is_refused(text):
    """Nothing is guessed."""
    with pytest.raises(InvalidAmount, match=r"is not an amount; write it like 12\.50"):
        money.parse(text)


@given(st.decimals(-money.LIMIT, money.LIMIT, places=2), st.sampled_from(["en", "de", "fr", "de_CH", "hi", "pt_BR"]))
def test_a_number_that_a_locale_writes_is_read_again(amount, locale):
    """What another program shows can be pasted."""
    assert money.parse(format_decimal(amount, "#,##0.00", locale=locale), locale) == amount


@pytest.mark.parametrize(
    ("amount", "code", "locale", "text"),
    [
        ("1234.5", "EUR", "en", "€1,234.50"),
        ("1234.5", "EUR", "de", "1.234,50\xa0€"),
        ("-1234.5", "usd", "en", "-$1,234.50"),
        ("1234", "JPY", "en", "¥1,234"),
        ("1.5", "KWD", "de", "1,500\xa0KWD"),
        ("1.5", "AFN", "en", "AFN1.50"),
        ("999999999999.99", "EUR", "en", "€999,999,999,999.99"),
    ],
)
def test_an_amount_is_written_as_the_locale_does(amount, code, locale, text):
    """With all decimals of its currency, and its sign."""
    assert money.write(Decimal(amount), code, locale) == text


@given(amounts(), st.lists(st.integers(0, 1_000) | st.decimals(0, 10**30), min_size=1).filter(any))
def test_sharing_out_loses_no_cent(amount_and_code, weights):
    """The parts add up, and none is a whole coin away from its exact share."""
    amount, code = amount_and_code

    parts = money.allocate(amount, weights, code)

    exact = [Fraction(amount) * Fraction(weight) / sum(map(Fraction, weights)) for weight in weights]
    assert sum(parts) == amount
    assert all(
        abs(Fraction(part) - wanted) < money.currency(code).quantum for part, wanted in zip(parts, exact, strict=True)
    )


def test_the_cents_that_are_left_go_to_those_who_lost_most():
    """The earlier one first, where they lost the same."""
    thirds = money.allocate(Decimal(100), [1, 1, 1], "EUR")
    uneven = money.allocate(Decimal("-0.05"), [1, Decimal("0.5"), 0], "EUR")

    assert thirds == [Decimal("33.34"), Decimal("33.33"), Decimal("33.33")]
    assert uneven == [Decimal("-0.03"), Decimal("-0.02"), Decimal("0.00")]


@pytest.mark.parametrize("weights", [[], [0], [0, 0], [1, -1], [3, -1]])
def test_weights_that_share_nothing_out_are_refused(weights):
    """One at least must be more than zero, and none less."""
    with pytest.raises(ValueError, match="weights must not be negative, and one at least must be more than zero"):
        money.allocate(Decimal(1), weights, "EUR")


def test_what_the_currency_cannot_have_is_not_shared_out():
    """Half a cent is in nobody's part."""
    with pytest.raises(InvalidAmount):
        money.allocate(Decimal("0.005"), [1, 1], "EUR")
