"""Names for categories in formats that forbid some characters: categories that differ are never called the same."""

from __future__ import annotations

from collections.abc import Callable

UNCATEGORISED = "Uncategorised"


class Names(dict[str | None, str]):
    """What each category is called, once somebody has asked.

    Arguments:
        spelled: makes a name of a category's, one that the format allows.
        none: what those without a category are in, spelled already.
        taken: names that no category may have.
    """

    def __init__(self, spelled: Callable[[str], str], none: str, *taken: str) -> None:
        super().__init__()
        self._spelled = spelled
        self._none = none
        self._taken = {none, *taken}

    def __missing__(self, category: str | None) -> str:
        """The name of a category that nobody has asked for yet; a number behind it where another one has it."""
        name = first = self._none if category is None else self._spelled(category)
        number = 1
        while category is not None and name in self._taken:
            number += 1
            name = f"{first}-{number}"
        self._taken.add(name)
        self[category] = name
        return name
