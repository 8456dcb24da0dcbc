"""`expense demo`."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import typer

import expense_core as core
from expense_core.cli import reports, show
from expense_core.cli.book import Chosen, demo_url, local_currency, locale_of, settings

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
    context.obj = Chosen(demo=True)
    chosen = settings(context)
    file = chosen.embedded_file
    assert file is not None  # noqa: S101 - the demo book is always a file
    file.parent.mkdir(parents=True, exist_ok=True)
    for old in (file, Path(f"{file}-wal"), Path(f"{file}-shm")):
        old.unlink(missing_ok=True)
    locale = locale_of(chosen)
    currency = chosen.currency or local_currency(locale)
    today = datetime.now().astimezone().date()
    with core.Database(demo_url()) as database:
        database.upgrade()
        with database.transaction() as session:
            owner = core.users.register_local(session, core.LocalUserCreate(username="demo", currency=currency))
            access = core.ledgers.open(session, owner)
            count = core.demo.fill(session, access, today)
        with database.reading() as session:
            begin = today.replace(year=today.year - 1, day=1)
            begin = begin.replace(year=begin.year + begin.month // 12, month=begin.month % 12 + 1)
            last_year = core.ExpenseFilter(spent_from=begin, spent_to=today)
            months = core.reports.spending(session, access, ["month"], last_year)
            categories = core.reports.spending(session, access, ["category"], last_year)
    show.console().print(f"Made a demo book of {count:,} expenses: {file}\n", markup=False)
    reports.print_table(months, locale, "month")
    show.console().print()
    reports.print_table(categories, locale, None)
    show.console().print(_NEXT, markup=False)
