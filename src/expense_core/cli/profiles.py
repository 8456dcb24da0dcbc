"""`expense profile list` and `forget`."""

from __future__ import annotations

from typing import Annotated

import typer

from expense_core.cli import questions, show
from expense_core.cli.book import reading, writing
from expense_core.cli.options import FormatOption, row_id
from expense_core.cli.show import Format

app = typer.Typer(
    no_args_is_help=True,
    help="What you answered about statements, by what they look like.",
    epilog="Example: expense profile list",
)

_FIELDS = ("id", "looks", "answers", "file", "updated_at")


@app.command("list", epilog="Example: expense profile list --format json")
def list_(context: typer.Context, form: FormatOption = Format.TABLE) -> None:
    """List what is remembered and not asked again, the latest answer first."""
    from expense_core.statements import profiles

    with reading(context) as book:
        found = profiles.list(book.session, book.access)
    if form is not Format.TABLE:
        plain: dict[str, show.Value]
        rows = []
        for one in found:
            plain = {name: getattr(one, name) for name in _FIELDS}
            rows.append(plain | {"answers": [{"option": name, "answer": text} for name, text in one.answers.items()]})
        show.write(rows, _FIELDS, form)
        return
    table = show.table("id", "files with", "answer", "last", right=("id",))
    for one in found:
        table.add_row(str(one.id), one.looks, questions.said(one), one.file)
    if found:
        show.Output().print(table)
    else:
        show.notice("Nothing was answered yet.")


@app.command(epilog="Example: expense profile forget 2")
def forget(
    context: typer.Context,
    profile_id: Annotated[
        int, typer.Argument(metavar="ID", parser=row_id, help="Its number, as `expense profile list` shows it.")
    ],
) -> None:
    """Forget an answer: the next such file is asked about again."""
    from expense_core.statements import profiles

    with writing(context) as book:
        profile = profiles.forget(book.session, book.access, profile_id)
    show.say(f"Forgot {questions.said(profile)}")
