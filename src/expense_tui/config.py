"""What a person has chosen in `config.toml`: keys, a theme, and what statements are made into.

[tui]
theme = "high-contrast"
preset = "vi"
clean_payees = true

[tui.keys]
"expenses.add" = "a,insert"
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from pkgutil import walk_packages
from typing import Any

from platformdirs import user_config_path

from expense_core.errors import SettingsError
from expense_tui.keys import BINDINGS, PRESETS, clashes

_YES = {"1", "true", "t", "yes", "y", "on"}
"""As the command line has it in the environment."""


@dataclass(frozen=True)
class Config:
    """What was chosen; what was not is as it comes."""

    theme: str | None = None
    keymap: Mapping[str, str] = field(default_factory=dict)
    """Keys by the ids of what they do: those of the preset, and over them the person's own."""
    own: Mapping[str, str] = field(default_factory=dict)
    """The person's own alone."""
    clean_payees: bool = False
    """Whether expenses of a statement are called by their payees alone, until a person says otherwise."""
    path: Path | None = field(default=None, compare=False)
    """The file; None where nothing is kept."""

    @classmethod
    def load(cls, path: Path | None = None) -> Config:
        """What the file says, or the one in the usual place.

        Raises:
            SettingsError: it cannot be read, or says something that cannot be.
        """
        place = path or default_path()
        try:
            said = tomllib.loads(place.read_text(encoding="utf-8"))
        except FileNotFoundError:
            said = {}
        except (OSError, UnicodeError, tomllib.TOMLDecodeError) as error:
            raise SettingsError(f"{place} cannot be read: {error}") from error
        return cls._checked(said.get("tui", {}), place)

    @classmethod
    def _checked(cls, said: Any, place: Path) -> Config:  # noqa: ANN401 - whatever the file says
        if not isinstance(said, dict) or said.keys() - {"theme", "preset", "clean_payees", "keys"}:
            raise SettingsError(f"{place}: [tui] knows theme, preset, clean_payees and [tui.keys]")
        preset, own = said.get("preset"), said.get("keys", {})
        if preset is not None and preset not in PRESETS:
            raise SettingsError(f"{place}: there is no preset {preset!r}; take one of {', '.join(PRESETS)}")
        if not isinstance(own, dict) or not all(isinstance(keys, str) and keys for keys in own.values()):
            raise SettingsError(f'{place}: write keys as text, such as "expenses.add" = "a,insert"')
        theme = said.get("theme")
        if not isinstance(theme, str | None):
            raise SettingsError(f'{place}: write the theme as text, such as theme = "high-contrast"')
        clean_payees = said.get("clean_payees", os.environ.get("EXPENSE_CLEAN_PAYEES", "").casefold() in _YES)
        if not isinstance(clean_payees, bool):
            raise SettingsError(f"{place}: write clean_payees = true, or false")
        return cls(theme, {**PRESETS.get(preset or "", {}), **own}, own, clean_payees, place)

    def keep_theme(self, theme: str) -> None:
        """Write a theme into the file, for the next start; what else stands there stays as it is written.

        Raises:
            SettingsError: the file cannot be written.
        """
        import tomlkit
        from tomlkit.exceptions import TOMLKitError

        if self.path is None:
            return
        place = self.path.resolve()  # a file that is kept elsewhere and linked to from here stays so
        written = place.with_name(f"{place.name}.new")
        try:
            said = tomlkit.parse(place.read_text(encoding="utf-8") if place.exists() else "")
            said.setdefault("tui", tomlkit.table())["theme"] = theme
            place.parent.mkdir(parents=True, exist_ok=True)
            written.write_text(tomlkit.dumps(said), encoding="utf-8")
            written.replace(place)
        except (OSError, UnicodeError, TOMLKitError) as error:
            raise SettingsError(
                f"the theme is not kept for the next start, as {place} cannot be written: {error}"
            ) from error

    def problems(self) -> list[str]:
        """What cannot be as it was chosen, in a sentence each."""
        load_all_keys()
        unknown = [f"there is nothing called {name} to give a key to" for name in self.own if name not in BINDINGS]
        return [*unknown, *clashes(self.keymap)]

    def print_keys(self) -> None:
        """Print what every key does, and under which id it can be given another one."""
        from expense_core.cli import show

        problems = self.problems()
        table = show.table("id", "keys", "does")
        for name, binding in sorted(BINDINGS.items()):
            table.add_row(name, self.keymap.get(name, binding.key).replace(",", ", "), binding.tooltip)
        show.Output().print(table)
        show.say(f"\nGive one another key in {default_path()}, under [tui.keys].")
        for problem in problems:
            show.notice(problem)


def default_path() -> Path:
    """Where the file is: in the platform's folder for this user's settings, or where EXPENSE_CONFIG says."""
    named = os.environ.get("EXPENSE_CONFIG")
    return Path(named) if named else user_config_path("expense", appauthor=False) / "config.toml"


def load_all_keys() -> None:
    """Load every screen and dialog, so that their keys are known."""
    import expense_tui

    for place in ("screens", "dialogs", "widgets"):
        package = import_module(f"{expense_tui.__name__}.{place}")
        for found in walk_packages(package.__path__, f"{package.__name__}."):
            import_module(found.name)
    import_module("expense_tui.app")
