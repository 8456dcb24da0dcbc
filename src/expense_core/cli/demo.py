"""`expense demo`."""

from __future__ import annotations

from datetime import date

import typer

import expense_core as core
from expense_core.cli import book, reports, show

app = typer.Typer()

_NEXT = """
This book is invented, and in a file of its own. Try it:

  expense --demo list coffee
  expense --demo report --by year,category
  expense --demo add "4.80 Cappuccino @\\"Eating out\\" yesterday"
  expense --demo undo

And then begin your own:

  expense add "12.50 Lunch with Sam @Food yesterday"
  expense import statement.csv
"""


@app.command(epilog="Example: expense demo")
def demo(context: typer.Context) -> None:
    """Make a demo book of three years in a file of its own, and show what its last twelve months cost."""
    context.obj = book.Chosen(demo=True)
    chosen = book.settings(context)
    count = make(chosen)
    today = book.today()
    with core.Database(chosen.database_url) as database, database.reading() as session:
        access = core.ledgers.open(session, core.users.named(session, core.demo.USERNAME))
        last_year = core.ExpenseFilter(spent_from=_a_year_before(today), spent_to=today)
        months = core.reports.spending(session, access, ["month"], last_year)
        categories = core.reports.spending(session, access, ["category"], last_year)
    show.say(f"Made a demo book of {show.counted(count, 'expense')}: {chosen.embedded_file}\n")
    for report in (months, categories):
        reports.print_table(report, book.written_as(chosen))
        show.say("")
    show.say(_NEXT.strip())


def make(chosen: core.Settings) -> int:
    """Make the demo book anew, in its file; how many expenses it has."""
    from expense_core.opening import make_demo

    return make_demo(chosen, book.today(), book.new_ledger_currency(chosen))


def _a_year_before(today: date) -> date:
    """The first day of the twelve months that end with this one."""
    month = today.year * 12 + today.month - 12
    return date(month // 12, month % 12 + 1, 1)
