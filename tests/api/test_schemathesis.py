"""Every call with what schemathesis makes up: no server error, and every answer is one that the document tells of."""

from __future__ import annotations

from http import HTTPStatus
from itertools import count
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis import Case, GenerationMode
from schemathesis.checks import CHECKS, CheckFunction, load_all_checks
from server import Client, InProcess

from expense_api.links import LINKS
from expense_core import money

EXAMPLES = 4
"""Of each call, with input that fits its schema and with input that does not."""
SCENARIOS = 36
STEPS = 10
"""Calls in a row, each made with what was answered before."""

ARE_REACHED = {"delete_expense", "redo", "restore_expense", "undo"}
"""Without these, nobody would have followed a link far."""
LEFT_OUT = {"list_history", "list_trash", "login", "refresh"} | {
    name
    for link in LINKS
    for name in (link.after, link.to)
    if any(word in name for word in ("import", "profile", "rule"))
}
"""Pages and rules, which are as others are, and signing in: these lead to nothing that has to be tried in many ways.
What is made up is hardly ever a statement, so that the way through an import would end where it begins."""
LEDGER, CATEGORY, PASSPHRASE = "ledger_id", "category_id", "Backup-Passphrase"
ENDS_A_SESSION = {"change_password", "delete_me", "end_other_sessions", "end_session", "logout"}
"""Calls after which their caller may have to sign in again: somebody new makes each of them."""
UNCHECKED = {
    "positive_data_acceptance",  # no schema tells every rule, such as how good a password has to be
    "use_after_free",  # what was deleted is in the trash, from where a link leads back
}


@pytest.fixture
def document(api: InProcess) -> schemathesis.BaseSchema:
    """What the server says of itself."""
    schemathesis.openapi.format("iso-4217", st.sampled_from(sorted(money.currencies())))
    return schemathesis.openapi.from_asgi("/openapi.json", api.app)


def of_these(examples: int, **more: Any) -> settings:
    """So many examples; what fails is not made smaller, since another run finds another server."""
    unhealthy = [HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large]
    return settings(max_examples=examples, phases=[Phase.generate], suppress_health_check=unhealthy, **more)


def checks() -> list[CheckFunction]:
    """What is looked at in every answer."""
    load_all_checks()
    return [check for check in CHECKS.get_all() if check.__name__ not in UNCHECKED]


def stay_at_home(case: Case) -> None:
    """Leave out a ledger and a category, which would be nobody's: the answer would be 404 almost always.

    And a passphrase, of which the key takes seconds to make.
    """
    case.query.pop(LEDGER, None)
    case.headers.pop(PASSPHRASE, None)
    if isinstance(case.body, dict):
        case.body.pop(CATEGORY, None)


class Callers:
    """Who makes a call: the same person as before, or somebody new where a call ends what they do it with."""

    def __init__(self, nobody: Client) -> None:
        self._nobody = nobody
        self._names = (f"somebody{number}" for number in count())
        self.renew()

    def renew(self) -> None:
        """Let it be somebody new from now on."""
        self.regular = self._nobody.signed_up(next(self._names))

    def headers(self, case: Case) -> dict[str, str]:
        """What says who calls."""
        is_the_last = named(case) in ENDS_A_SESSION
        caller = self._nobody.signed_up(next(self._names)) if is_the_last else self.regular
        return {"Authorization": caller.headers["authorization"]}


@pytest.fixture
def callers(nobody: Client) -> Callers:
    """Those who call."""
    return Callers(nobody)


def named(case: Case) -> str:
    """The operation's id."""
    name: str = case.operation.definition.raw["operationId"]
    return name


def test_every_answer_to_whatever_is_sent_is_one_that_was_told_of(document, callers, subtests):
    """Input that fits and input that does not, on every call: each answer has a status and a shape of the document."""
    food = callers.regular.create("Food")
    for day in range(1, 6):  # so that small numbers are found
        callers.regular.record(category_id=food["id"], spent_on=f"2026-11-{day:02}")

    for found in document.get_all_operations():
        operation = found.ok()
        takes_something = list(operation.iter_parameters()) or operation.body
        for mode in GenerationMode if takes_something else [GenerationMode.POSITIVE]:
            with subtests.test(operation=operation.label, mode=mode.name):
                answered(operation.as_strategy(generation_mode=mode), mode, callers)


def answered(cases: st.SearchStrategy[Case], mode: GenerationMode, callers: Callers) -> None:
    """Make calls of one kind, and look at the answers."""

    @of_these(EXAMPLES)
    @given(case=cases)
    def call(case: Case) -> None:
        if mode is GenerationMode.POSITIVE:
            stay_at_home(case)
        case.call_and_validate(headers=callers.headers(case), checks=checks())

    call()


def test_what_an_answer_leads_to_is_answered_as_was_told(document, callers):
    """The same along the links: what was recorded is edited, deleted, restored, undone, looked at again."""
    went_well: set[str] = set()
    linked = document.include(operation_id=sorted({one for link in LINKS for one in (link.after, link.to)} - LEFT_OUT))
    linked.config.generation.update(modes=[GenerationMode.POSITIVE])

    class Following(linked.as_state_machine()):  # type: ignore[misc] # a class that is made for this document
        def setup(self) -> None:
            callers.renew()  # hypothesis does not rely on steps that end differently the second time
            callers.regular.record(category_id=callers.regular.create("Food")["id"])
            callers.regular.record()
            callers.regular.post("/history/undo")  # so that there is something to redo at first

        def get_call_kwargs(self, case: Case) -> dict[str, Any]:
            stay_at_home(case)
            case.headers.pop("Idempotency-Key", None)  # examples of it come again, and then nothing is done
            return {"headers": callers.headers(case)}

        def validate_response(self, response: schemathesis.Response, case: Case, **how: Any) -> None:
            case.validate_response(response, checks=checks(), transport_kwargs=how)
            if response.status_code < HTTPStatus.MULTIPLE_CHOICES:
                went_well.add(named(case))

    Following.run(settings=of_these(SCENARIOS, stateful_step_count=STEPS, derandomize=True))

    assert went_well >= ARE_REACHED
