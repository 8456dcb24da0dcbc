"""Where each command of `expense` is: it is loaded when it is run, or when the help page lists it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING

from typer.main import get_group

if TYPE_CHECKING:
    # Typer carries click inside itself; this is the type of what it makes.
    from typer._click.core import Command
    from typer.core import TyperGroup

_PLACES: Mapping[str, str] = {
    "demo": "demo.app",
    "add": "expenses.app",
    "list": "expenses.app",
    "edit": "expenses.app",
    "delete": "trash.app",
    "trash": "trash.app",
    "restore": "trash.app",
    "purge": "trash.app",
    "history": "history.app",
    "undo": "history.app",
    "redo": "history.app",
    "report": "reports.app",
    "import": "imports.app",
    "imports": "past_imports.app",
    "revert": "past_imports.app",
    "export": "exports.app",
    "backup": "backups.app",
    "secret": "users.app",
    "category": "categories.app",
    "rule": "rules.app",
    "profile": "profiles.app",
    "db": "databases.app",
    "user": "users.accounts",
}
"""By its name, in the order of the help page: the module, and the Typer app that has it, or that it is itself."""


class OwnCommands(Mapping[str, "Command"]):
    """The commands by their names."""

    def __iter__(self) -> Iterator[str]:
        return iter(_PLACES)

    def __len__(self) -> int:
        return len(_PLACES)

    def __getitem__(self, name: str) -> Command:
        group = _group(_PLACES[name])
        command = group.commands.get(name, group)
        command.name = name
        return command


@cache
def _group(place: str) -> TyperGroup:
    """What a Typer app is on the command line. Making it is most of the work of a help page, which asks twice."""
    module, app = place.split(".")
    return get_group(getattr(import_module(f"expense_core.cli.{module}"), app))
