"""What a server refuses, as the core's own errors: each comes back as what it was made of."""

from __future__ import annotations

import json

import pytest

from expense_api import problems
from expense_core import errors
from expense_core.errors import (
    AuthenticationFailed,
    Conflict,
    DatabaseUnavailable,
    ExpenseError,
    FieldError,
    Invalid,
    NotFound,
    PermissionDenied,
    QuickProblem,
    QuickSyntaxError,
    StatementAmbiguous,
    VersionConflict,
)
from expense_tui.backends.refusals import KINDS, error_of

SAID = "what is wrong, and what to do about it"
OURS = {
    kind
    for kind in vars(errors).values()
    if isinstance(kind, type) and issubclass(kind, ExpenseError) and kind.__module__ == errors.__name__
}
HIDDEN = {errors.UsernameTaken, errors.EmailTaken}
"""Which of the two it was, a server keeps to itself."""


def made(kind):
    """An error of a class."""
    if issubclass(kind, VersionConflict):
        return kind(SAID, current_version=7)
    if issubclass(kind, QuickSyntaxError):
        return kind([QuickProblem(2, 5, "date", "no such day"), QuickProblem(0, 1, "amount", "no amount")])
    if issubclass(kind, StatementAmbiguous):
        return kind(SAID, "date_order", ["dmy", "mdy"])
    return kind(SAID)


def sent(error):
    """The error, as it comes over the wire."""
    answer = problems.of(error, {"id": "request"})
    return error_of(answer.status_code, json.loads(answer.body))


def test_every_error_of_the_core_has_its_code():
    """And none of anybody else's is taken for one."""
    assert set(KINDS.values()) == OURS


@pytest.mark.parametrize("kind", sorted(OURS - HIDDEN, key=lambda kind: kind.__name__))
def test_every_error_comes_back_as_what_it_was(kind):
    """With its sentence, unless that would tell of the server's insides."""
    error = made(kind)

    got = sent(error)

    assert type(got) is kind
    if issubclass(kind, errors.DatabaseError):
        assert got.message
    else:
        assert got.message == error.message


@pytest.mark.parametrize("kind", sorted(HIDDEN, key=lambda kind: kind.__name__))
def test_a_name_that_is_taken_is_a_conflict(kind):
    """Not told which."""
    assert type(sent(kind(SAID))) is Conflict


def test_fields_problems_and_versions_come_back_too():
    """All that a screen shows beside the sentence."""
    fields = [FieldError("lines.0.amount", "invalid_amount", "too much"), FieldError("a/b~c", "missing", "is missing")]

    assert sent(Invalid(SAID, fields)).errors == tuple(fields)
    assert sent(Invalid(SAID)).errors == ()
    assert sent(made(VersionConflict)).current_version == 7
    assert sent(made(QuickSyntaxError)).problems == made(QuickSyntaxError).problems


def test_a_sentence_that_was_put_together_reads_as_the_cores_own():
    """Without the pointers of JSON."""
    told = {
        "code": "invalid",
        "detail": "#/amount: too much; query limit: too many; #: odd",
        "errors": [
            {"pointer": "#/amount", "code": "x", "detail": "too much"},
            {"pointer": "query limit", "code": "x", "detail": "too many"},
            {"pointer": "#", "code": "x", "detail": "odd"},
        ],
    }

    got = error_of(422, told)

    assert got.message == "amount: too much; limit: too many; odd"
    assert [one.field for one in got.errors] == ["amount", "limit", ""]


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (401, AuthenticationFailed),
        (403, PermissionDenied),
        (404, NotFound),
        (409, Conflict),
        (413, Invalid),
        (422, Invalid),
        (429, DatabaseUnavailable),
        (503, DatabaseUnavailable),
        (500, ExpenseError),
        (418, ExpenseError),
    ],
)
def test_a_code_of_a_later_version_is_told_by_its_status(status, kind):
    """In the server's own words, where it has any."""
    assert type(error_of(status, {"code": "new_one", "detail": SAID})) is kind
    assert error_of(status, {"code": "new_one", "detail": SAID}).message == SAID
    assert str(status) in error_of(status, {}).message
