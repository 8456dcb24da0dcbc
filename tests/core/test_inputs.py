"""What may go in: text, amounts and dates as the input models take them, and how they say no."""

import inspect
import unicodedata
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, TypeAdapter, ValidationError

from expense_core import batches, queries, tables
from expense_core.errors import FieldError, Invalid
from expense_core.tables import (
    CategoryCreate,
    ExpenseCreate,
    ExpenseUpdate,
    LedgerCreate,
    LocalUserCreate,
    UserCreate,
    UserUpdate,
)
from expense_core.tables.text import Description, Notes, fold, searchable, storable

PASSWORD = "correct horse battery"
ANY_TEXT = st.text(st.characters(), max_size=300)
"""Any text at all, lone surrogates included."""


def refusal(model, **given):
    """What an input model says about what was given."""
    with pytest.raises(ValidationError) as caught:
        model(**given)
    return Invalid.from_validation(caught.value)


def accepted(kind, text):
    """What an input field makes of a text, or None where it refuses it."""
    try:
        return TypeAdapter(kind).validate_python(text)
    except ValidationError:
        return None


def unsuitable(text):
    """The controls and halves of characters in a text."""
    return {character for character in text if unicodedata.category(character) in {"Cc", "Cs"}}


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  Lunch\u3000", "Lunch"),
        ("Épicerie «Chez René»", "Épicerie «Chez René»"),
        ("👩\u200d👩\u200d👧 trip", "👩\u200d👩\u200d👧 trip"),
        ("שלום\u200f", "שלום\u200f"),
        ("1\u202f234 km", "1\u202f234 km"),
        ("100 % \\ _", "100 % \\ _"),
        ("", ""),
    ],
)
def test_a_description_is_kept_as_it_was_typed(typed, kept):
    """But for the blanks around it."""
    assert ExpenseCreate(amount=1, description=typed).description == kept


@pytest.mark.parametrize(
    ("text", "position"),
    [
        ("a\nb", "2 (U+000A)"),
        ("\x00", "1 (U+0000)"),
        ("tab\there", "4 (U+0009)"),
        ("\x1b[31m", "1 (U+001B)"),
        ("a\x7fb", "2 (U+007F)"),
        ("a\u2028b", "2 (U+2028)"),
    ],
)
def test_a_control_character_in_a_line_is_refused(text, position):
    """It says which, since it cannot be seen."""
    said = refusal(ExpenseCreate, amount=1, description=text)

    message = f"character {position} cannot be stored; remove it"
    assert said.errors == (FieldError("description", "invalid_text", message),)


@pytest.mark.parametrize("field", ["description", "notes"])
def test_a_lone_surrogate_is_refused(field):
    """No database takes half a character."""
    said = refusal(ExpenseCreate, amount=1, **{field: "caf\udce9"})

    assert [error.field for error in said.errors] == [field]


def test_notes_have_lines_and_tabs():
    """Line ends of every system become one kind; other controls are refused."""
    notes = ExpenseCreate(amount=1, notes="one\r\ntwo\rthree\n\tfour").notes
    said = refusal(ExpenseCreate, amount=1, notes="one\ntwo\x00")

    assert notes == "one\ntwo\nthree\n\tfour"
    assert said.message == "notes: character 8 (U+0000) cannot be stored; remove it"


@pytest.mark.parametrize(
    ("model", "field", "most"),
    [
        (ExpenseCreate, "description", 500),
        (ExpenseCreate, "notes", 10_000),
        (CategoryCreate, "name", 100),
        (LedgerCreate, "name", 100),
        (LocalUserCreate, "username", 64),
    ],
)
def test_text_has_an_end(model, field, most):
    """Ten megabytes are refused as briefly as one character too many."""
    needed = {"amount": 1} if model is ExpenseCreate else {}

    longest = model(**needed, **{field: "x" * most})

    assert len(getattr(longest, field)) == most
    for length in (most + 1, 10_000_000):
        assert refusal(model, **needed, **{field: "x" * length}).message == (
            f"{field}: write at most {most:,} characters"
        )


@pytest.mark.parametrize(("kind", "controls"), [(Description, set()), (Notes, {"\n", "\t"})])
@given(text=ANY_TEXT)
def test_what_is_accepted_can_be_stored_and_shown(kind, controls, text):
    """Any text either passes as it is or is refused."""
    kept = accepted(kind, text)

    assert kept is None or (kept.encode().decode() == kept and not unsuitable(kept) - controls)


@given(ANY_TEXT)
def test_any_text_can_be_made_storable(text):
    """A file's name, say: one line, nothing lost but what could not be kept."""
    kept = storable(text)

    assert len(kept) == len(text)
    assert TypeAdapter(Description).validate_python(kept) == kept.strip()


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Food", "FOOD"),
        ("ÉPICERIE", "épicerie"),
        ("Straße", "STRASSE"),
        ("Ｆｏｏｄ", "food"),  # noqa: RUF001 - wide letters
        ("e\u0301", "É"),
        ("\ufeffFood", "Food"),
        ("Fo\u200bod", "food"),
        ("❤️", "❤"),
        ("Οδυσσεύς", "ΟΔΥΣΣΕΎΣ"),
    ],
)
def test_names_that_look_alike_are_one_name(one, other):
    """Whatever their case, their width, how accents are put together, and what cannot be seen in them."""
    assert fold(one) == fold(other)


@pytest.mark.parametrize(("one", "other"), [("resume", "résumé"), ("Food", "Fo od"), ("1", "I"), ("ı", "i")])  # noqa: RUF001
def test_names_that_read_differently_stay_different(one, other):
    """Accents and blanks matter."""
    assert fold(one) != fold(other)


@given(st.text(), st.text())
def test_a_search_looks_through_description_and_notes(description, notes):
    """Without regard to case."""
    searched = searchable(description, notes)

    assert fold(description) in searched
    assert fold(notes) in searched


@pytest.mark.parametrize("name", ["", "   ", "\u200b", "\ufeff\u2060", "\N{HANGUL FILLER}"])
@pytest.mark.parametrize(
    ("model", "field"), [(CategoryCreate, "name"), (LedgerCreate, "name"), (LocalUserCreate, "username")]
)
def test_a_name_can_be_seen(model, field, name):
    """A name of blanks or of nothing visible is no name."""
    assert refusal(model, **{field: name}).errors[0].field == field


@pytest.mark.parametrize(
    "username",
    ["alice@example.org", "@", "alice\N{FULLWIDTH COMMERCIAL AT}example.org", "deleted\N{FULLWIDTH COMMERCIAL AT}7"],
)
def test_a_username_is_never_taken_for_an_email_address(username):
    """Not even with a wide @, which is the same to whoever signs in."""
    assert "a username has no @ in it" in refusal(LocalUserCreate, username=username).message


@pytest.mark.parametrize(
    "email",
    [
        "alice",
        "@example.org",
        "alice@",
        "alice@example",
        "alice@example.",
        "alice@.org.",
        "a b@example.org",
        "a\u00a0b@example.org",
        "alice@@",
        "@@.a.b@",
    ],
)
def test_an_email_address_looks_like_one(email):
    """Whether mail arrives is for whoever sends it."""
    said = refusal(UserCreate, username="alice", email=email, password=PASSWORD)

    assert said.errors == (FieldError("email", "invalid_text", "an email address looks like alice@example.org"),)


@pytest.mark.parametrize("email", ["alice@example.org", "a.b+c@sub.example.org", "用户@例子.公司"])
def test_an_email_address_is_kept_as_it_was_typed(email):
    """Of any country's letters."""
    assert UserUpdate(email=f" {email} ").email == email


def test_a_password_is_never_shown():
    """Not in what an input looks like."""
    new = UserCreate(username="alice", email="alice@example.org", password=PASSWORD)

    assert PASSWORD not in repr(new) + str(new) + new.model_dump_json()


@pytest.mark.parametrize(
    ("amount", "kept"), [("12.50", "12.50"), (12, "12.00"), (Decimal("12.5"), "12.50"), ("-3", "-3.00")]
)
def test_an_amount_has_the_decimals_of_its_currency(amount, kept):
    """From the start, where the currency is given."""
    assert str(ExpenseCreate(amount=amount, currency="eur").amount) == kept


@pytest.mark.parametrize(
    ("amount", "currency", "code", "message"),
    [
        (
            0.1,
            "EUR",
            "invalid_amount",
            'amount: an amount is a Decimal, an int or a string such as "12.50", not a float',
        ),
        ("1e400", "EUR", "invalid_amount", "amount: '1e400' is not an amount; write plain digits such as 12.50"),
        ("NaN", None, "invalid_amount", "amount: 'NaN' is not an amount; write plain digits such as 12.50"),
        ("1000000000000", None, "invalid_amount", "amount: an amount must be smaller than 1,000,000,000,000"),
        ("12.345", "EUR", "invalid_amount", "'12.345' cannot be paid in EUR, which has at most 2 decimals"),
        ("0", "EUR", "invalid_amount", "an amount cannot be zero; a refund is negative"),
        ("1", "EURO", "invalid_currency", "currency: 'EURO' is no currency code of ISO 4217, such as EUR, USD or JPY"),
    ],
)
def test_a_wrong_amount_is_refused_in_our_own_words(amount, currency, code, message):
    """With the field, a code for programs and a sentence for people."""
    said = refusal(ExpenseCreate, amount=amount, currency=currency)

    assert said.errors[0].code == code
    assert said.message == message


@pytest.mark.parametrize("day", ["1899-12-31", "10000-01-01", "2026-02-29", "yesterday", "05.11.2026", 0.5])
def test_a_date_that_no_expense_can_have_is_refused(day):
    """From 1900 to 9999, in ISO 8601."""
    assert refusal(ExpenseCreate, amount=1, spent_on=day).errors[0].field == "spent_on"


@pytest.mark.parametrize("day", [date(1900, 1, 1), date(9999, 12, 31), "2024-02-29"])
def test_every_other_date_is_fine(day):
    """The first and the last included."""
    assert str(ExpenseCreate(amount=1, spent_on=day).spent_on) == str(day)


def test_every_wrong_field_is_named():
    """Not only the first one."""
    said = refusal(ExpenseCreate, amount="x", currency="x", description="\x00", category_id="x")

    assert [error.field for error in said.errors] == ["amount", "currency", "description", "category_id"]
    assert said.errors[3] == FieldError("category_id", "int_parsing", "write a whole number, such as 12")


@pytest.mark.parametrize("field", ["amount", "currency", "description", "spent_on", "notes"])
def test_only_a_category_can_be_taken_away(field):
    """None means "take it away", and every other field has to have a value."""
    said = refusal(ExpenseUpdate, version=1, **{field: None})

    assert said.message == f"{field} cannot be taken away; leave it out to keep it"
    assert ExpenseUpdate(version=1, category_id=None).model_fields_set == {"version", "category_id"}


INPUTS = {
    model.__name__: model
    for module in (batches, queries, tables)
    for _, model in inspect.getmembers(module, inspect.isclass)
    if issubclass(model, BaseModel) and not hasattr(model, "__table__") and model.__module__.startswith("expense_core.")
}


@pytest.mark.parametrize("model", INPUTS.values(), ids=INPUTS)
@pytest.mark.parametrize("name", ["amonut", "id_", "model_config", "ledger_id", "__class__"])
def test_a_field_that_nobody_knows_is_refused_by_every_input(model, name):
    """It is a slip of the pen, and what was meant by it would be lost without a word."""
    with pytest.raises(ValidationError) as caught:
        model.model_validate({name: 1})

    (field,) = [error for error in Invalid.from_validation(caught.value).errors if error.field == name]
    assert field.code == "extra_forbidden"
    assert field.message == "there is no such field; take it out, or mend its name"
