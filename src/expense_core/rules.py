"""Rules: what becomes of a statement's rows that meet conditions, tried in the order that the ledger has them."""

from __future__ import annotations

import builtins
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from decimal import Decimal
from typing import Any

from pydantic import ValidationError
from sqlalchemy import ColumnElement, Row, and_, func, insert, select
from sqlmodel import Session

from expense_core import categories, expenses, journal, payees
from expense_core.categories import CATEGORIES
from expense_core.errors import Invalid, RuleNotFound, VersionConflict
from expense_core.journal import Fields
from expense_core.ledgers import Access
from expense_core.queries import ExpenseFilter
from expense_core.tables import Action, CategoryCreate, ExpensePublic, Kind, Role, RuleCreate, RulePublic, RuleUpdate
from expense_core.tables.text import fold, searchable

RULES = journal.TABLES[Kind.RULE]
_BETWEEN = " - "
"""What stands between the payee and what it was for, where a file has both."""
SHOWN = 10
"""How many of the expenses that a rule would match are shown."""

_PUBLIC = [
    CATEGORIES.c.name.label("category") if one.name == "category" else RULES.c[one.name] for one in fields(RulePublic)
]
_WITH_CATEGORY = RULES.outerjoin(
    CATEGORIES,
    and_(
        CATEGORIES.c.ledger_id == RULES.c.ledger_id,
        CATEGORIES.c.id == RULES.c.category_id,
        CATEGORIES.c.deleted_at.is_(None),
    ),
)
_LONGEST_PAYEE = 200


@dataclass(slots=True)
class Trial:
    """Which expenses of the book a rule would match."""

    count: int = 0
    first: builtins.list[ExpensePublic] = field(default_factory=builtins.list)
    """The latest `SHOWN` of them."""


@dataclass(frozen=True, slots=True)
class Look:
    """What conditions look at, all but the amount folded by `text.fold`."""

    payee: str
    """As `payees.clean` has it; of a name that is cut off, the whole one on a line of its own."""
    text: str
    amount: Decimal
    """Positive is money spent."""
    account: str = ""


class Conditions:
    """What a rule asks for, made ready for many rows."""

    def __init__(self, rule: RuleCreate | RulePublic) -> None:
        self._payee = fold(rule.payee)
        self._text = fold(rule.text)
        self._account = fold(rule.account)
        self._least = rule.min_amount
        self._most = rule.max_amount

    def met_by(self, look: Look) -> bool:
        """Whether all of them are met."""
        return (
            self._payee in look.payee
            and self._text in look.text
            and self._account in {"", look.account}
            and (self._least is None or look.amount >= self._least)
            and (self._most is None or look.amount <= self._most)
        )


def create(session: Session, access: Access, new: RuleCreate) -> RulePublic:
    """Add a rule, behind all others.

    Raises:
        PermissionDenied: `access` is a viewer's.
        CategoryNotFound: its category is not in this ledger.
        CategoryNameTaken: the ledger has a category of the new one's name, perhaps in other letter case.
    """
    access.require(Role.EDITOR)
    if new.category_id is not None:
        categories.require_live(session, access, new.category_id)
    last = session.scalar(select(func.max(RULES.c.position)).where(_live(access)))
    with session.begin_nested():  # a refusal half-way leaves nothing, whatever the caller makes of it
        entry = journal.begin(session, access, Action.CREATE_RULE, recorded=1)
        values = new.model_dump(exclude={"new_category"}) | {
            "ledger_id": access.ledger_id,
            "position": (last or 0) + 1,
            "owner_id": access.user_id,
            "entry_id": entry.id,
            "version": 1,
            "created_at": entry.at,
            "updated_at": entry.at,
        }
        if new.new_category is not None:
            values["category_id"] = _made(session, access, entry, new.new_category)
        rule_id: int = session.execute(insert(RULES).values(values).returning(RULES.c.id)).scalar_one()
    return get(session, access, rule_id)


def get(session: Session, access: Access, rule_id: int) -> RulePublic:
    """The rule with this id.

    Raises:
        RuleNotFound: the ledger has none.
    """
    query = select(*_PUBLIC).select_from(_WITH_CATEGORY).where(_live(access), RULES.c.id == rule_id)
    row = session.execute(query).first()
    if row is None:
        raise RuleNotFound(f"this ledger has no rule {rule_id}")
    return _public(row)


def list(session: Session, access: Access) -> builtins.list[RulePublic]:  # noqa: A001 - reads as it should
    """Every rule, in the order in which they are tried."""
    query = select(*_PUBLIC).select_from(_WITH_CATEGORY).where(_live(access)).order_by(RULES.c.position, RULES.c.id)
    return [_public(row) for row in session.execute(query)]


def edit(
    session: Session, access: Access, rule_id: int, changes: RuleUpdate, *, place: int | None = None
) -> RulePublic:
    """Change a rule.

    Arguments:
        place: where it is tried from now on, as `move` has it; both are one entry of the history.

    Raises:
        PermissionDenied: `access` is a viewer's.
        RuleNotFound: the ledger has no such rule.
        VersionConflict: somebody changed it after the caller had seen it.
        CategoryNotFound: the category that it is to give is not in this ledger.
        CategoryNameTaken: the ledger has a category of the new one's name, perhaps in other letter case.
        Invalid: it would have no condition left, or nothing to do; or there is no such place.
    """
    before = lock(session, access, rule_id)
    _check_version(before, changes.version)
    given = changes.model_dump(exclude_unset=True, exclude={"version"})
    new_category = given.pop("new_category", None)
    after = {name: value for name, value in given.items() if value != getattr(before, name)}
    if new_category is not None:
        after["category_id"] = None  # until the new one is made
    if after:
        names = RuleCreate.model_fields.keys() - {"new_category"}
        whole = {name: getattr(before, name) for name in names} | after
        try:
            RuleCreate(**whole, new_category=new_category)
        except ValidationError as error:
            raise Invalid.from_validation(error) from error
    if after.get("category_id") is not None:
        categories.require_live(session, access, after["category_id"])
    changed = {} if place is None else _moved(session, access, rule_id, place)
    if after:
        changed[rule_id] = changed.get(rule_id, {}) | after
    new = {} if new_category is None else {rule_id: new_category}
    _change(session, access, Action.EDIT_RULE if after else Action.MOVE_RULE, changed, new)
    return get(session, access, rule_id)


def move(session: Session, access: Access, rule_id: int, place: int) -> builtins.list[RulePublic]:
    """Let a rule be tried at another place, counted from 1; all rules in their new order.

    Raises:
        PermissionDenied: `access` is a viewer's.
        RuleNotFound: the ledger has no such rule.
        Invalid: there is no such place.
    """
    lock(session, access, rule_id)
    _change(session, access, Action.MOVE_RULE, _moved(session, access, rule_id, place))
    return list(session, access)


def delete(session: Session, access: Access, rule_id: int) -> RulePublic:
    """Delete a rule; what it was.

    Raises:
        PermissionDenied: `access` is a viewer's.
        RuleNotFound: the ledger has no such rule.
    """
    access.require(Role.EDITOR)
    rule = get(session, access, rule_id)
    entry = journal.begin(session, access, Action.DELETE_RULE)
    journal.change(session, access, entry, Kind.RULE, RULES.c.id == rule_id, after={"deleted_at": entry.at})
    return rule


def lock(session: Session, access: Access, rule_id: int) -> RulePublic:
    """A rule, once nobody else can change or move any that there is before this transaction ends.

    Raises:
        PermissionDenied: `access` is a viewer's.
        RuleNotFound: the ledger has no such rule.
    """
    access.require(Role.EDITOR)
    everyone = select(RULES.c.id).where(_live(access)).order_by(RULES.c.id)  # in one order: nobody waits for each other
    session.execute(everyone.with_for_update()).all()
    return get(session, access, rule_id)


def try_on(session: Session, access: Access, rule: RuleCreate | RulePublic) -> Trial:
    """Which expenses of the book a rule would match.

    The book keeps no accounts, so a rule that asks for one matches none.
    """
    longest_word = max(rule.payee.split(), key=len, default="")
    wanted = ExpenseFilter(text=rule.text or longest_word, min_amount=rule.min_amount, max_amount=rule.max_amount)
    conditions = Conditions(rule)
    trial = Trial()
    for expense in expenses.each(session, access, wanted):
        if conditions.met_by(look_at(expense.description, expense.notes, expense.amount)):
            trial.count += 1
            if trial.count <= SHOWN:
                trial.first.append(expense)
    return trial


def look_at(description: str, notes: str, amount: Decimal, *, payee: str = "", account: str | None = None) -> Look:
    """What conditions look at, of an expense or of a row; the payee is found in the description where none is given.

    Where the description goes on with the payee's name, as banks cut names off after some letters, both are looked at.
    """
    named, head = payees.clean(payee or description), description.partition(_BETWEEN)[0]
    if payee and head != payee and fold(head).startswith(fold(payee)):
        named = f"{named}\n{payees.clean(head)}"
    return Look(fold(named), searchable(description, notes), amount, fold(account or ""))


def payee_of(description: str) -> str:
    """The payee to ask for, so that a rule is met by a row of this description.

    Of one that is put together of a payee and what it was for, that is the payee alone: it is what a rule looks at.
    """
    whole, first = payees.clean(description), payees.clean(description.partition(_BETWEEN)[0])
    return (first if first and fold(whole).startswith(fold(first)) else whole)[:_LONGEST_PAYEE].strip()


def like(description: str, category_id: int | None) -> RuleCreate:
    """A rule that puts whatever comes of the same payee into a category.

    Raises:
        Invalid: there is no payee in the description, or no category.
    """
    try:
        return RuleCreate(payee=payee_of(description), category_id=category_id)
    except ValidationError as error:
        raise Invalid.from_validation(error) from error


def _moved(session: Session, access: Access, rule_id: int, place: int) -> dict[int, Fields]:
    """The new position of every rule that gets another one where a rule is moved to a place."""
    query = select(RULES.c.id, RULES.c.position).where(_live(access)).order_by(RULES.c.position, RULES.c.id)
    positions = {row.id: row.position for row in session.execute(query)}
    order = [known for known in positions if known != rule_id]
    if not 1 <= place <= len(positions):
        raise Invalid(f"rules have the places 1 to {len(positions)}, not {place}")
    order.insert(place - 1, rule_id)
    return {known: {"position": to} for to, known in enumerate(order, start=1) if positions[known] != to}


def _change(
    session: Session, access: Access, action: Action, changed: dict[int, Fields], new: Mapping[int, str] | None = None
) -> None:
    """Give rules other values, as one entry of the history; none where nothing is to be changed.

    Arguments:
        new: the names of categories that are made for rules, in the same entry.
    """
    if changed:
        with session.begin_nested():
            entry = journal.begin(session, access, action)
            for rule_id, name in (new or {}).items():
                changed[rule_id]["category_id"] = _made(session, access, entry, name)
            for rule_id, after in changed.items():
                journal.change(session, access, entry, Kind.RULE, RULES.c.id == rule_id, after=after)


def _made(session: Session, access: Access, entry: journal.Entry, name: str) -> int:
    """The id of a category that is made for a rule."""
    category = categories.add(session, access, entry, CategoryCreate(name=name))
    journal.finish(session, access, entry, recorded=1)
    return category.id


def _check_version(rule: RulePublic, seen: int) -> None:
    if rule.version != seen:
        raise VersionConflict(
            f"rule {rule.id} was changed meanwhile: it is at version {rule.version}, not {seen}",
            current_version=rule.version,
        )


def _live(access: Access) -> ColumnElement[bool]:
    return and_(RULES.c.ledger_id == access.ledger_id, RULES.c.deleted_at.is_(None))


def _amount(stored: Decimal | None) -> Decimal | None:
    """With as many decimals as it needs."""
    if stored is None:
        return None
    whole = stored.to_integral_value()
    return whole if stored == whole else stored.normalize()


def _public(row: Row[*tuple[Any, ...]]) -> RulePublic:  # Any: what the columns hold
    rule = RulePublic(*row)
    rule.min_amount, rule.max_amount = _amount(rule.min_amount), _amount(rule.max_amount)
    return rule
