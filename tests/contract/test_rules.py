"""Rules: tried, made, changed, put in order and taken away, wherever the book is."""

from __future__ import annotations

import pytest
from backends import record

from expense_core import RuleCreate, RuleUpdate
from expense_core.errors import CategoryNameTaken, CategoryNotFound, Invalid, RuleNotFound, VersionConflict

NOTHING = 987_654


def payees(backend):
    """What the rules ask for, in their order."""
    return [one.payee for one in backend.rules()]


def test_a_rule_is_tried_on_the_book_before_it_is_made(book):
    """How many expenses it matches, and the latest of them, as they are in the book."""
    for number in range(12):
        record(book, f"Coffee Co {number}", "Eating out")
    tea = record(book, "Tea house")

    trial = book.try_rule(RuleCreate(payee="coffee co", skip=True))

    assert (trial.count, len(trial.first)) == (12, 10)
    assert {(one.category, one.amount) for one in trial.first} == {("Eating out", tea.amount)}
    assert book.try_rule(RuleCreate(text="TEA", skip=True)).first == [tea]
    assert book.rules() == []


def test_rules_are_made_changed_and_taken_away_and_undo_brings_them_back(book):
    """Each with all that it asks for and does."""
    category = book.create_category("Eating out")
    new = RuleCreate(
        payee="Coffee Co", min_amount="-5", max_amount="20.50", account="Main", category_id=category.id, notes="Beans"
    )

    rule = book.create_rule(new)
    changed = book.edit_rule(rule.id, RuleUpdate(version=rule.version, max_amount=None, payee="Bean"))
    listed = book.rules()
    book.delete_rule(rule.id)
    gone = book.rules()
    book.undo()

    kept = new.model_dump(exclude={"new_category"})
    assert {name: getattr(rule, name) for name in kept} == kept
    assert (rule.category, rule.version) == ("Eating out", 1)
    assert (changed.payee, changed.max_amount, changed.notes, changed.version) == ("Bean", None, "Beans", 2)
    assert (listed, gone) == ([changed], [])
    assert payees(book) == ["Bean"]


def test_a_rule_can_make_its_category_and_one_undo_takes_both(book):
    """Whether it is made with it or changed; a name that is taken makes neither."""
    rule = book.create_rule(RuleCreate(payee="bun", new_category="Snacks"))
    edited = book.edit_rule(rule.id, RuleUpdate(version=1, category_id=None, new_category="Lunches"))
    with pytest.raises(CategoryNameTaken):
        book.create_rule(RuleCreate(payee="roll", new_category="SNACKS"))

    told = [book.undo().action, book.undo().action]

    assert (rule.category, edited.category) == ("Snacks", "Lunches")
    assert told == ["rule.edit", "rule.create"]
    assert (book.rules(), book.categories()) == ([], [])


def test_rules_are_put_in_another_order(book):
    """The first that a row meets counts, so it matters."""
    first, *_ = [book.create_rule(RuleCreate(payee=name, skip=True)) for name in ("a", "b", "c")]

    book.move_rule(first, 3)

    assert payees(book) == ["b", "c", "a"]
    book.undo()
    assert payees(book) == ["a", "b", "c"]
    with pytest.raises(Invalid, match="places 1 to 3"):
        book.move_rule(book.rules()[0], 4)


def test_a_rule_that_is_not_there_or_was_changed_meanwhile_is_told_of(book):
    """So is a category that is not there."""
    rule = book.create_rule(RuleCreate(payee="a", skip=True))
    book.edit_rule(rule.id, RuleUpdate(version=1, payee="b"))

    with pytest.raises(VersionConflict) as stale:
        book.edit_rule(rule.id, RuleUpdate(version=1, payee="c"))
    with pytest.raises(VersionConflict):
        book.move_rule(rule, 1)
    with pytest.raises(RuleNotFound):
        book.edit_rule(NOTHING, RuleUpdate(version=1, payee="c"))
    with pytest.raises(RuleNotFound):
        book.delete_rule(NOTHING)
    with pytest.raises(CategoryNotFound):
        book.create_rule(RuleCreate(payee="a", category_id=NOTHING))

    assert stale.value.current_version == 2
    assert payees(book) == ["b"]
