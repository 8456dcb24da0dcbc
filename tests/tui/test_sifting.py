"""What a person decides about the rows of a statement, however many there are."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from time import monotonic

from expense_core.statements.previewing import PreviewedRow
from expense_core.statements.verdicts import Origin, Verdict
from expense_tui.backends.statements import StatementPreview
from expense_tui.sifting import Sifting


def test_a_hundred_thousand_rows_are_sifted_and_turned_in_no_time():
    """What a key does costs what its row costs, however many there are."""
    rows = [
        PreviewedRow(number, date(2026, 10, 1), Decimal("1.00"), "EUR", f"Bun {number}", None, Verdict.NEW)
        for number in range(100_000)
    ]
    began = monotonic()

    sifting = Sifting(StatementPreview({}, rows))
    for row in rows[:1_000]:
        sifting.turn(row)

    assert sifting.count == 99_000
    assert sifting.totals == {"EUR": Decimal("99000.00")}
    assert monotonic() - began < 5


def test_all_new_rows_are_left_at_once_and_taken_again():
    """What is not wanted and what is unclear are decided one by one."""
    verdicts = [Verdict.NEW, Verdict.MONEY_IN, Verdict.UNCLEAR, Verdict.NEW, Verdict.PENDING, Verdict.OTHER_CURRENCY]
    rows = [
        PreviewedRow(number, date(2026, 10, 1), Decimal(1), "EUR", "", None, verdict)
        for number, verdict in enumerate(verdicts)
    ]
    sifting = Sifting(StatementPreview({}, rows))

    sifting.turn_all()
    none = sifting.count
    sifting.turn_all()

    assert (none, sifting.count) == (0, 2)
    assert sifting.open_count == 1
    sifting.turn(rows[2])
    assert sifting.open_count == 0
    assert sifting.choice().leave == {2}
    assert [sifting.turn(row) for row in rows[4:]] == [True, True]
    assert (sifting.choice().take, sifting.count) == ({4, 5}, 4)


def test_who_gave_a_row_its_category_is_known_and_what_another_look_changed():
    """A person's choice goes before all others, and stays when the file is looked at anew."""
    row = PreviewedRow(2, date(2026, 10, 1), Decimal(1), "EUR", "Bun", None, Verdict.NEW)
    ruled = PreviewedRow(2, date(2026, 10, 1), Decimal(1), "EUR", "Bun", "Food", Verdict.NEW, category_from=Origin.RULE)
    before = Sifting(StatementPreview({}, [row, row]))

    after = Sifting(StatementPreview({}, [ruled, row]), before)
    given = after.origin(ruled)
    after.categorise([2], "Fun")
    again = Sifting(StatementPreview({}, [ruled, row]), after)

    assert after.differing(before) == 1
    assert given is Origin.RULE
    assert (again.category(ruled), again.origin(ruled)) == ("Fun", Origin.CHOSEN)
