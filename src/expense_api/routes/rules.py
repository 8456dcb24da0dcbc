"""Rules: make, change, move, delete, and try them on the book."""

from __future__ import annotations

from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Path, Response
from sqlmodel import Session

from expense_api import answers
from expense_api.calls import IfMatch, Key, LedgerCall, edited, require_seen
from expense_api.requests import Route
from expense_api.shapes.given import RulePatch
from expense_api.shapes.rules import RuleList, RuleOut, TrialOut
from expense_core import rules
from expense_core.ledgers import Access
from expense_core.tables import RuleCreate, RulePublic, RuleUpdate

router = APIRouter(prefix="/api/v1/rules", tags=["rules"], route_class=Route)

RuleId = Annotated[int, Path(description="The rule's number.", examples=[1])]

_FIRST_IN_THE_BOOK = {"first": {"__all__": answers.IN_THE_BOOK}}


@router.get("", response_model=RuleList)
async def list_rules(call: LedgerCall) -> Response:
    """List rules.

    All of the ledger's, in the order in which they are tried on a row: the first that it meets counts.
    """
    return await call.read(
        lambda session, access: answers.answer(dict[str, list[RulePublic]], {"items": rules.list(session, access)})
    )


@router.post("", response_model=RuleOut, status_code=HTTPStatus.CREATED)
async def create_rule(call: LedgerCall, new: RuleCreate, key: Key = None) -> Response:
    """Make a rule.

    It is tried behind all others; `place` in a change of it moves it.
    """

    def work(session: Session, access: Access) -> Response:
        made = rules.create(session, access, new)
        return answers.rule(made, location=call.address_of_new(made.id))

    return await call.write_once(key, work)


@router.post("/try", response_model=TrialOut)
async def try_rule(call: LedgerCall, rule: RuleCreate) -> Response:
    """Try a rule.

    Which expenses of the book it would match; nothing is kept. The book knows no accounts: a rule that asks for one
    matches none.
    """
    return await call.read(
        lambda session, access: answers.answer(
            rules.Trial, rules.try_on(session, access, rule), without=_FIRST_IN_THE_BOOK
        )
    )


@router.get("/{rule_id}", response_model=RuleOut)
async def get_rule(call: LedgerCall, rule_id: RuleId) -> Response:
    """Get one rule."""
    return await call.read(lambda session, access: answers.rule(rules.get(session, access, rule_id)))


@router.patch("/{rule_id}", response_model=RuleOut)
async def edit_rule(
    call: LedgerCall, rule_id: RuleId, changes: RulePatch, if_match: IfMatch = None, key: Key = None
) -> Response:
    """Change a rule.

    Only what is sent is changed; `place` moves it, and with it go the versions of those that make room.
    """
    sent = changes.model_dump(exclude_unset=True, exclude={"place"})

    def work(session: Session, access: Access) -> Response:
        def edit(version: int) -> Response:
            given = RuleUpdate.model_validate(sent | {"version": version})
            return answers.rule(rules.edit(session, access, rule_id, given, place=changes.place))

        return edited(if_match, changes.version, rules.lock(session, access, rule_id).version, edit)

    return await call.write_once(key, work)


@router.delete("/{rule_id}", status_code=HTTPStatus.NO_CONTENT)
async def delete_rule(call: LedgerCall, rule_id: RuleId, if_match: IfMatch = None, key: Key = None) -> Response:
    """Delete a rule.

    What was imported by it stays as it is.
    """

    def work(session: Session, access: Access) -> Response:
        require_seen(if_match, lambda: rules.lock(session, access, rule_id).version)
        rules.delete(session, access, rule_id)
        return answers.nothing()

    return await call.write_once(key, work)
