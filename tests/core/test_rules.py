"""Rules say what becomes of a statement's rows; each write of one can be taken back."""

from datetime import date
from decimal import Decimal

import pytest
from pydantic import ValidationError
from writes import create, everything, last, record

from expense_core import categories, expenses, history, rules
from expense_core.errors import CategoryNameTaken, CategoryNotFound, Invalid, VersionConflict
from expense_core.statements.importing import import_rows
from expense_core.statements.row import RawRow
from expense_core.tables import Action, RuleCreate, RuleUpdate


def made(session, access, **given):
    """A rule that leaves rows out, where nothing else is given."""
    return rules.create(session, access, RuleCreate(**({"skip": True} if given.keys() <= CONDITIONS else {}), **given))


CONDITIONS = {"payee", "text", "min_amount", "max_amount", "account"}


def row(description, amount="-12.50", *, line=2, category=None, pending=False, notes="", payee="", account=None):
    return RawRow(
        line,
        date(2026, 11, 4),
        None,
        Decimal(amount),
        "EUR",
        description,
        category,
        None,
        pending,
        notes,
        payee,
        account,
    )


def order(session, access):
    return [rule.id for rule in rules.list(session, access)]


def expense_of(session, access, *rows, **more):
    """The expense that comes of the only row that comes in."""
    import_rows(session, access, rows, **more)
    (expense,) = [one for one in expenses.each(session, access) if one.notes != "before"]
    return expense


# Keeping them


def test_a_rule_comes_back_as_it_was_made(session, access, food):
    """Behind those that are there, an amount with the decimals it needs."""
    first = made(session, access, payee="Deli", category_id=food.id, min_amount="10", max_amount="20.50", notes="n")

    second = made(session, access, text="own account")

    assert rules.list(session, access) == [first, second]
    assert (first.category, str(first.min_amount), str(first.max_amount), first.version) == ("Food", "10", "20.5", 1)


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ({"category_id": 1}, "needs a condition"),
        ({"payee": "Deli"}, "has to do something"),
        ({"payee": "Deli", "skip": True, "notes": "n"}, "can give them nothing"),
        ({"min_amount": "2", "max_amount": "1", "skip": True}, "smallest amount"),
        ({"payee": "Deli", "category_id": 1, "new_category": "Food"}, "one category"),
        ({"payee": "Deli", "skip": True, "new_category": "Food"}, "can give them nothing"),
    ],
)
def test_what_is_no_rule_is_refused(given, why):
    """It would match everything, or nothing, or do nothing."""
    with pytest.raises(ValidationError, match=why):
        RuleCreate(**given)


def test_an_edit_keeps_what_it_does_not_name(session, access, food):
    """And a stale one, or one that leaves no rule, changes nothing."""
    rule = made(session, access, payee="Deli", category_id=food.id)

    edited = rules.edit(session, access, rule.id, RuleUpdate(version=1, min_amount="5", category_id=food.id))
    before = everything(session)

    assert (edited.payee, edited.category, edited.min_amount, edited.version) == ("Deli", "Food", Decimal(5), 2)
    assert rules.edit(session, access, rule.id, RuleUpdate(version=2, min_amount="5")) == edited
    for changes, error in (
        (RuleUpdate(version=1, payee="x"), VersionConflict),
        (RuleUpdate(version=2, category_id=None), Invalid),
        (RuleUpdate(version=2, category_id=food.id + 99), CategoryNotFound),
    ):
        with pytest.raises(error):
            rules.edit(session, access, rule.id, changes)
    assert everything(session) == before


def test_another_category_is_given_from_now_on(session, access, food):
    """If the ledger has it."""
    rule = made(session, access, payee="Deli", category_id=food.id)
    fun = create(session, access, "Fun")

    assert rules.edit(session, access, rule.id, RuleUpdate(version=1, category_id=fun.id)).category == "Fun"
    with pytest.raises(CategoryNotFound):
        made(session, access, payee="x", category_id=fun.id + 99)


@pytest.mark.parametrize(
    "move",
    [categories.merge, lambda session, access, away, to: categories.delete(session, access, away, move_to=to)],
    ids=["merge", "delete"],
)
def test_a_rule_gives_the_category_that_its_own_one_goes_into(session, access, food, lunch, move):
    """An undo gives it back its own; a rule that was deleted stays as it was."""
    fun, gone = create(session, access, "Fun"), made(session, access, payee="bar", category_id=food.id)
    deli = made(session, access, payee="deli", category_id=food.id)
    rules.delete(session, access, gone.id)

    move(session, access, food.id, fun.id)

    assert import_rows(session, access, [row("Deli", "-3")], dry_run=True).first[0].category == "Fun"
    assert (last(session, access).changed, rules.get(session, access, deli.id).category) == (3, "Fun")
    history.undo(session, access)
    assert rules.get(session, access, deli.id).category == "Food"
    history.redo(session, access)
    assert rules.get(session, access, deli.id).category == "Fun"
    assert [one.category_id for one in everything(session)["rules"] if one.id == gone.id] == [food.id]


def test_a_rule_is_tried_at_the_place_that_it_is_moved_to(session, access):
    """Counted from 1; a move to where it is writes nothing."""
    one, two, three = (made(session, access, payee=name).id for name in "abc")

    assert [rule.id for rule in rules.move(session, access, three, 1)] == [three, one, two]
    written = last(session, access)
    assert (written.action, written.changed) == (Action.MOVE_RULE, 3)
    rules.move(session, access, three, 1)
    assert last(session, access) == written
    with pytest.raises(Invalid, match="the places 1 to 3, not 4"):
        rules.move(session, access, one, 4)


def test_every_write_of_a_rule_can_be_taken_back_and_done_again(session, access, food):
    """Each is one entry of the history, and shows what it did."""
    rule = made(session, access, payee="Deli", category_id=food.id, notes="n", description="d")
    other = made(session, access, payee="b")
    rules.move(session, access, other.id, 1)
    rules.edit(session, access, rule.id, RuleUpdate(version=2, payee="Bar", description="e", notes="", min_amount="1"))
    rules.delete(session, access, rule.id)
    told = [(one.action, one.recorded, one.changed) for one in history.list(session, access, limit=5).items]

    for _ in range(2):
        for _ in range(5):
            history.undo(session, access)
        assert order(session, access) == []
        for _ in range(5):
            history.redo(session, access)
        assert order(session, access) == [other.id]
    history.undo(session, access)
    history.undo(session, access)

    assert told == [
        (Action.DELETE_RULE, 0, 1),
        (Action.EDIT_RULE, 0, 1),
        (Action.MOVE_RULE, 0, 2),
        (Action.CREATE_RULE, 1, 0),
        (Action.CREATE_RULE, 1, 0),
    ]
    back = rules.get(session, access, rule.id)
    assert order(session, access) == [other.id, rule.id]
    assert (back.payee, back.description, back.notes, back.min_amount) == ("Deli", "d", "n", None)


def test_a_rule_can_make_its_category_and_one_undo_takes_both(session, access, food):
    """Whether it is made with it or changed, and moved in the same breath."""
    other = made(session, access, payee="b")
    rule = rules.create(session, access, RuleCreate(payee="Deli", new_category="Snacks"))
    one = last(session, access)
    history.undo(session, access)
    undone = order(session, access), [known.name for known in categories.list(session, access)]
    history.redo(session, access)
    edited = rules.edit(session, access, rule.id, RuleUpdate(version=rule.version, new_category="Lunches"), place=1)
    two = last(session, access)

    assert (rule.category, edited.category) == ("Snacks", "Lunches")
    assert (one.action, one.recorded, one.changed, {row.kind for row in one.rows}) == (
        Action.CREATE_RULE,
        2,
        0,
        {"category", "rule"},
    )
    assert undone == ([other.id], ["Food"])
    assert (two.action, two.recorded, two.changed) == (Action.EDIT_RULE, 1, 2)
    history.undo(session, access)
    assert (rules.get(session, access, rule.id).category, order(session, access)) == ("Snacks", [other.id, rule.id])
    assert [known.name for known in categories.list(session, access)] == ["Food", "Snacks"]


def test_a_rule_whose_category_cannot_be_made_is_not_kept_either(session, access, food):
    """The name is taken, or the change leaves no rule."""
    rule = made(session, access, payee="Deli")
    before = everything(session)

    with pytest.raises(CategoryNameTaken):
        rules.create(session, access, RuleCreate(payee="a", new_category="FOOD"))
    with pytest.raises(CategoryNameTaken):
        rules.edit(session, access, rule.id, RuleUpdate(version=1, skip=False, new_category="FOOD"))
    with pytest.raises(Invalid, match="can give them nothing"):
        rules.edit(session, access, rule.id, RuleUpdate(version=1, new_category="Snacks"))

    assert everything(session) == before


def test_an_entry_shows_the_rule_that_it_made(session, access, food):
    """By its payee, with the name of its category."""
    rule = made(session, access, payee="Deli", category_id=food.id)

    (shown,) = last(session, access).rows

    assert (shown.kind, shown.id, shown.label) == ("rule", rule.id, "Deli")
    assert {field.name: field.after for field in shown.fields} == {
        "payee": "Deli",
        "category_id": food.id,
        "category": "Food",
        "skip": False,
    }


# Trying them


def test_a_rule_is_tried_on_the_book_before_it_is_kept(session, access):
    """All that it matches are counted, the latest shown; the book keeps no accounts."""
    for number in range(12):
        record(session, access, f"SQ *CORNER DELI {number:04} LEEDS", amount=f"{number + 1}")
    record(session, access, "Bar", notes="after the corner deli")

    trial = rules.try_on(session, access, RuleCreate(payee="corner deli", min_amount="2", skip=True))

    assert (trial.count, len(trial.first), trial.first[0].amount) == (11, rules.SHOWN, Decimal("12.00"))
    assert rules.try_on(session, access, RuleCreate(text="corner deli", max_amount="12.50", skip=True)).count == 13
    assert rules.try_on(session, access, RuleCreate(text="LEEDS", account="x", skip=True)).count == 0


@pytest.mark.parametrize(
    ("description", "payee"),
    [
        ("SQ *CORNER DELI 04/11 LEEDS", "Corner Deli"),
        ("Corner Deli - Order 12", "Corner Deli"),
        ("CORNER DELI LTD - Order 12", "Corner Deli Ltd"),
        ("2945 - Corner Deli", "Corner Deli"),
        ("x" * 300, "x" * 200),
    ],
)
def test_the_payee_of_a_description_is_one_that_its_row_has(description, payee):
    """A file's payee stands before what it was for, and a rule looks at the payee alone."""
    assert rules.payee_of(description) == payee


def test_a_rule_is_made_like_an_expense(food):
    """Out of its payee; without a category there is nothing to do."""
    assert rules.like("SQ *CORNER DELI 04/11 LEEDS", food.id) == RuleCreate(payee="Corner Deli", category_id=food.id)
    with pytest.raises(Invalid, match="has to do something"):
        rules.like("Deli", None)


# Importing by them


def test_a_rule_gives_a_row_what_it_says(session, access, food):
    """A category before the file's own, a description, and notes behind the bank's."""
    made(session, access, payee="corner deli", category_id=food.id, description="Deli", notes="by rule")

    expense = expense_of(session, access, row("SQ *CORNER DELI 04/11 LEEDS", category="Bank's", notes="memo"))

    assert (expense.category, expense.description, expense.notes) == ("Food", "Deli", "memo\nby rule")
    assert import_rows(session, access, [row("SQ *CORNER DELI 04/11 LEEDS")]).duplicates == 1


@pytest.mark.parametrize(
    ("condition", "meets", "fails"),
    [
        ({"payee": "DELI"}, row("Corner deli 04/11 Bar"), row("Bar 04/11 deli")),
        ({"payee": "deli"}, row("x", payee="Deli"), row("Deli", payee="Bar")),
        (
            {"payee": rules.payee_of("CORNER DELICATESSEN LTD - memo")},
            row("CORNER DELICATESSEN LTD - memo", payee="CORNER DELICATES"),
            row("CORNER DELICATES - memo LTD", payee="CORNER DELICATES"),
        ),
        ({"text": "leeds"}, row("Deli 04/11 Leeds"), row("Deli")),
        ({"text": "memo"}, row("Deli", notes="Memo"), row("Deli")),
        ({"min_amount": "12.50"}, row("Deli"), row("Deli", "-12.49")),
        ({"max_amount": "12.50"}, row("Deli"), row("Deli", "-12.51")),
        ({"account": "giro"}, row("Deli", account="GIRO"), row("Deli", account="giro 2")),
        ({"payee": "deli", "max_amount": "20"}, row("Deli"), row("Deli", "-21")),
    ],
)
def test_a_rule_is_met_by_all_of_its_conditions(session, access, condition, meets, fails):
    """And leaves out what meets them, counted."""
    made(session, access, **condition)

    report = import_rows(session, access, [meets, fails._replace(line=3)])

    assert (report.rows, report.ruled_out, report.new) == (2, 1, 1)
    assert report.first[0].line == 3


def test_the_first_rule_that_is_met_counts(session, access, food):
    """One whose category was deleted gives none, and the file's own stands."""
    fun = create(session, access, "Fun")
    made(session, access, payee="deli", category_id=fun.id)
    made(session, access, payee="corner", category_id=food.id)
    assert expense_of(session, access, row("Corner Deli"), note="x").category == "Fun"
    history.undo(session, access)
    categories.delete(session, access, fun.id)

    assert rules.list(session, access)[0].category is None
    assert expense_of(session, access, row("Corner Deli", category="Bank's")).category == "Bank's"


def test_a_row_without_a_category_gets_the_one_chosen_before(session, access, food):
    """The file's own goes before it, and the report counts where each is from."""
    record(session, access, "Corner Deli", category_id=food.id, amount="9")
    made(session, access, payee="garage", category_id=food.id)
    file = [
        row("POS CORNER DELI 2945", line=2),
        row("CORNER DELI", line=3, category="Bank's"),
        row("Garage", line=4),
        row("Zebra", line=5),
    ]

    report = import_rows(session, access, file)

    assert [one.category for one in report.first] == ["Food", "Bank's", "Food", None]
    assert (report.by_rule, report.as_before, report.uncategorised) == (1, 1, 1)
    assert report.new_categories == ["Bank's"]


def test_nothing_is_proposed_where_it_is_not_wanted(session, access, food):
    """By the whole import, or for a row that somebody has decided about; nor for money in that only counts."""
    from expense_core.statements.staging import Choices

    record(session, access, "Deli", category_id=food.id, amount="9")
    made(session, access, payee="bar")
    file = [row("Deli"), row("Bar", line=3), row("Bar", "3", line=4), row("Bar", "3", line=5)]

    plain = import_rows(session, access, file, categorise=False, dry_run=True)
    chosen = import_rows(session, access, file, choices=Choices(categories={2: "", 3: "Food", 5: ""}, take={5}))

    assert [one.category for one in plain.first] == [None, None]
    assert [one.category for one in chosen.first] == [None, "Food", None]
    assert (chosen.ruled_out, chosen.money_in) == (0, 1)
