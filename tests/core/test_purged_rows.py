"""What was imported and then deleted for good does not come in again with its file, unless it is asked for."""

from __future__ import annotations

import pytest

from expense_core import expenses, history, imports, ledgers, statements, users
from expense_core.statements.importing import import_rows
from expense_core.statements.previewing import preview
from expense_core.statements.verdicts import Verdict
from expense_core.tables import ExpenseCreate

TWINS = "Date,Payee,Amount\n2026-10-05,Bus,-2.90\n2026-10-05,Bus,-2.90\n2026-10-06,Cake,-4.00\n"


@pytest.fixture
def path(tmp_path):
    """A statement with two rows that are equal."""
    file = tmp_path / "statement.csv"
    file.write_text(TWINS, encoding="utf-8")
    return file


@pytest.fixture
def come(session, access, path):
    """Import the statement; what came of it."""

    def imported(**more):
        rows = statements.rows(path, statements.recognise(path))
        return import_rows(session, access, rows, **more)

    return imported


@pytest.fixture
def purge(session, access):
    """Delete the first expenses of an import for good."""

    def purged(import_id, count=1):
        ids = [one.id for one in imports.expenses(session, access, import_id).items][:count]
        expenses.delete(session, access, *ids)
        expenses.purge(session, access, *ids)

    return purged


def counts(report):
    """What became of the rows."""
    return report.new, report.duplicates, report.purged


def test_what_was_purged_stays_out(come, purge):
    """Of two that were equal only the one that was purged; it is told why."""
    purge(come().import_id)

    again = come()

    assert counts(again) == (0, 2, 1)
    assert again.rows == sum(counts(again))


def test_a_row_more_than_there_were_comes_in(session, access, come, purge, path):
    """The third of three equal ones, whatever became of the first two; to the import they are all duplicates."""
    purge(come().import_id)
    path.write_text(TWINS + "2026-10-05,Bus,-2.90\n", encoding="utf-8")

    again = come()

    assert counts(again) == (1, 2, 1)
    assert imports.get(session, access, again.import_id).counts == {"new": 1, "duplicate": 3}


def test_what_was_purged_comes_in_again_where_it_is_asked_for(session, access, come, purge):
    """Once: then it is a duplicate, and what was purged of it a second time stays out again."""
    purge(come().import_id, 2)

    looked = come(purged=True, dry_run=True)
    taken, again = come(purged=True), come()
    purge(taken.import_id)

    assert (counts(looked), counts(taken), counts(again)) == ((2, 1, 0), (2, 1, 0), (0, 3, 0))
    assert counts(come()) == (0, 2, 1)


def test_of_two_that_were_equal_only_the_one_that_is_asked_for_comes_in_again(come, purge, path):
    """The other one stays out for as long as nobody asks for it."""
    purge(come().import_id, 2)
    path.write_text(TWINS.replace("2026-10-05,Bus,-2.90\n", "", 1), encoding="utf-8")
    taken = come(purged=True)
    path.write_text(TWINS, encoding="utf-8")

    again = come()

    assert (counts(taken), counts(again)) == ((1, 1, 0), (0, 2, 1))


def test_once_that_is_undone_it_stays_out_as_before(session, access, come, purge):
    """As if it had never been taken."""
    purge(come().import_id)
    history.undo(session, access, come(purged=True).entry_id)

    assert counts(come()) == (0, 2, 1)


def test_an_import_of_which_some_was_purged_stays_out_once_it_is_reverted(session, access, come, purge):
    """What is left of it goes to the trash, where it is known as well."""
    first = come().import_id
    purge(first)
    imports.revert(session, access, first, edited=True)

    assert counts(come()) == (0, 2, 1)


def test_what_was_recorded_by_hand_leaves_nothing_behind(session, access, come):
    """No file brought it."""
    bus = expenses.record(session, access, ExpenseCreate(amount="2.90", description="Bus"))
    expenses.delete(session, access, bus.id)
    expenses.empty_trash(session, access)

    assert counts(come()) == (3, 0, 0)


@pytest.mark.parametrize(("asked", "verdicts"), [(False, "ddd"), (True, "dnd")])
def test_a_preview_says_what_was_purged(session, access, come, purge, path, asked, verdicts):
    """It is a duplicate of no expense, unless it is asked for."""
    purge(come().import_id)

    rows = list(preview(session, access, path, statements.recognise(path), purged=asked))

    assert [one.verdict for one in rows] == [{"d": Verdict.DUPLICATE, "n": Verdict.NEW}[letter] for letter in verdicts]
    assert [one.known is None for one in rows] == [False, True, False]
    assert [one.why for one in rows if one.why] == (
        [] if asked else ["it was imported before, and deleted for good since"]
    )


def test_another_ledgers_purge_is_no_matter(session, access, bob, come, purge, path):
    """Each remembers its own."""
    purge(come().import_id)

    own = ledgers.open(session, users.get(session, bob.user_id))

    report = import_rows(session, own, statements.rows(path, statements.recognise(path)))

    assert counts(report) == (3, 0, 0)
