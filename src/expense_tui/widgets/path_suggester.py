"""How the name of a file goes on, as one types it."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

from textual.suggester import Suggester

from expense_tui.asking import in_thread


class PathSuggester(Suggester):
    """Suggests the first folder or file that a path may be the beginning of; "~" is one's home."""

    def __init__(self) -> None:
        super().__init__(use_cache=False, case_sensitive=True)

    async def get_suggestion(self, value: str) -> str | None:
        """The path, whole; a folder with a slash behind it. A folder on a slow disk keeps nobody waiting."""
        return await in_thread(lambda: _whole(value))


def _whole(value: str) -> str | None:
    folder, _, begun = value.rpartition("/")
    given = f"{folder}/" if "/" in value else ""
    if not begun:
        return None
    with suppress(OSError, RuntimeError, ValueError):  # no such folder or home: there is nothing to suggest
        with os.scandir(Path(given or ".").expanduser()) as found:
            names = sorted(
                (f"{one.name}/" if one.is_dir() else one.name for one in found if one.name.startswith(begun)),
                key=lambda name: (len(name), name),
            )
        return given + names[0] if names else None
    return None
