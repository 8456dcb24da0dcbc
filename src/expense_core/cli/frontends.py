"""The commands of `expense`, and front ends that other packages plug in: `expense NAME` runs what an entry point names.

An entry point of the group `expense_core.frontends` names a Typer app, as in `web = "my_package.cli:app"`. It is loaded
when it is run and not before, so that `expense --help` stays quick however many there are.
"""

from __future__ import annotations

import ast
from functools import cached_property
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from typer.core import TyperCommand, TyperGroup
from typer.main import get_command

from expense_core.cli.given import take_as_given
from expense_core.cli.own import OwnCommands
from expense_core.cli.refusals import refusals
from expense_core.errors import FrontEndMissing

if TYPE_CHECKING:
    from importlib.metadata import EntryPoint

    import typer

    # Typer carries click inside itself; these are the types of what it hands on.
    from typer._click.core import Command, Context

GROUP = "expense_core.frontends"


class Commands(TyperGroup):
    """The commands of `expense`: its own, and one for each front end that is installed."""

    def __init__(self, **given: Any) -> None:  # noqa: ANN401 - what typer makes a group with
        super().__init__(**given)
        self.commands = OwnCommands()  # type: ignore[assignment] # none is ever added

    def list_commands(self, ctx: Context) -> list[str]:
        """The names, in the order of the help page."""
        own = super().list_commands(ctx)
        return [*own, *sorted(self._front_ends.keys() - set(own))]

    def get_command(self, ctx: Context, cmd_name: str) -> Command | None:
        """The command of this name; our own come first."""
        own = super().get_command(ctx, cmd_name)
        if own is not None:
            return own
        entry = self._front_ends.get(cmd_name)
        return FrontEnd(entry) if entry is not None else None

    @cached_property
    def _front_ends(self) -> dict[str, EntryPoint]:
        """What is installed, by name."""
        from importlib.metadata import entry_points

        return {entry.name: entry for entry in entry_points(group=GROUP)}

    def parse_args(self, ctx: Context, args: list[str]) -> list[str]:
        """Take what is given before the command."""
        take_as_given(self.get_params(ctx))
        return super().parse_args(ctx, args)

    def invoke(self, ctx: Context) -> object:
        """Run a command, and end as a command should whatever goes wrong."""
        with refusals():
            return super().invoke(ctx)


class FrontEnd(TyperCommand):
    """A front end's command, which becomes itself when it is run."""

    def __init__(self, entry: EntryPoint) -> None:
        super().__init__(name=entry.name, callback=None, help=_summary(entry))
        self.entry = entry

    def make_context(
        self, info_name: str | None, args: list[str], parent: Context | None = None, **extra: object
    ) -> Context:
        """Go on as the front end's own command.

        Raises:
            FrontEndMissing: something it needs is not installed; the message says what to install.
        """
        try:
            app: typer.Typer = self.entry.load()
        except ModuleNotFoundError as error:
            raise FrontEndMissing(_how_to_install(self.entry, str(error.name))) from error
        command = get_command(app)
        take_as_given(command.get_params(command.context_class(command, info_name=info_name, parent=parent)))
        return command.make_context(info_name, args, parent, **extra)


def _summary(entry: EntryPoint) -> str:
    """The first line of its module's docstring, read without running the module."""
    try:
        found = find_spec(entry.module)
        described = ast.get_docstring(ast.parse(Path(str(found and found.origin)).read_bytes()))
    except Exception:  # noqa: BLE001 - what is wrong with one package must not cost everybody the help page
        return f"Cannot be loaded: {entry.value}"
    return (described or entry.value).splitlines()[0]


def _how_to_install(entry: EntryPoint, missing: str) -> str:
    package = entry.dist
    extras = (package and package.metadata.get_all("Provides-Extra")) or []
    wanted = f"'{package.name}[{entry.name}]'" if package and entry.name in extras else missing
    return f"`expense {entry.name}` needs {missing}, which is not installed; `pip install {wanted}` brings it"
