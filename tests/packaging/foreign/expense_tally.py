"""Count what is in the book."""

import typer

from expense_core import Database, Settings, ledgers, reports, users

app = typer.Typer()


@app.callback(invoke_without_command=True)
def tally() -> None:
    """Print how many expenses there are and what they come to, one line for each currency."""
    with Database(Settings.load().database_url) as database, database.reading() as session:
        report = reports.spending(session, ledgers.open(session, users.list(session)[0]))
    for whole in report.totals:
        typer.echo(f"{whole.count} expenses, {whole.total} {whole.currency}")
