"""What a person answers to a question about a statement becomes what is known of the file."""

from __future__ import annotations

import pytest

from expense_core.errors import Invalid, StatementAmbiguous
from expense_core.statements import DateOrder, ReadingOptions, Role, answered, open_form


@pytest.mark.parametrize(
    ("option", "choices", "text", "field", "value"),
    [
        ("date_order", ("dmy", "mdy"), "mdy", "date_order", DateOrder.MDY),
        ("decimal_mark", (".", ","), ",", "decimal_mark", ","),
        ("invert", ("yes", "no"), "yes", "invert", True),
        ("currency", ("SEK", "NOK"), "NOK", "currency", "NOK"),
        ("account", ("assets", "equity"), "assets:cash", "account", "assets:cash"),
        ("outgoing", ("AF", "BIJ"), "AF, Debet", "outgoing", ["AF", "Debet"]),
        ("columns", ("fee=Fee", "fee="), "fee=", "columns", {Role.DATE: (1,), Role.FEE: ()}),
    ],
)
def test_an_answer_is_added_to_what_is_known(option, choices, text, field, value):
    """And what was known before stays."""
    known = ReadingOptions(columns={Role.DATE: (1,)}, encoding="cp1252")

    told = answered(known, StatementAmbiguous("Which?", option, choices), text)

    assert getattr(told, field) == value
    assert told.encoding == "cp1252"


def test_where_one_of_the_choices_has_to_be_it_anything_else_is_refused():
    """It says what to answer."""
    question = StatementAmbiguous("Which?", "invert", ("yes", "no"))

    with pytest.raises(Invalid, match="answer yes or no"):
        answered(ReadingOptions(), question, "perhaps")

    assert open_form(question) is None
    assert open_form(StatementAmbiguous("Which?", "columns", ())) == "ROLE=COLUMN,..."
