"""Keys: what each does, by an id under which a person can give it another one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from textual.binding import Binding

BINDINGS: dict[str, Binding] = {}
"""All there are by now, by their ids; a screen's are there once it was loaded."""

PRESETS: Mapping[str, Mapping[str, str]] = {
    "vi": {
        "expenses.earlier": "h,left_square_bracket",
        "expenses.later": "l,right_square_bracket",
        "reports.earlier": "h,left_square_bracket",
        "reports.later": "l,right_square_bracket",
        "table.page_up": "ctrl+u,ctrl+b,pageup",
        "table.page_down": "ctrl+d,ctrl+f,pagedown",
    },
    "emacs": {
        "app.palette": "alt+x",
        "app.undo": "u,ctrl+underscore",
        "expenses.back": "escape,ctrl+g",
        "expenses.search": "ctrl+s,slash",
        "table.up": "up,ctrl+p",
        "table.down": "down,ctrl+n",
        "table.page_up": "pageup,alt+v",
        "table.page_down": "pagedown,ctrl+v",
        "table.first": "home,alt+less_than_sign",
        "table.last": "end,alt+greater_than_sign",
    },
}
"""Keys as other programs have them; arrows and the keys of vi for them work in each."""

_EVERYWHERE = "app"
_SCREENS = frozenset({"categories", "expenses", "import", "reports", "rules", "trash"})
_LISTS = frozenset({"listing", "table"})
"""Parts of every screen."""
_ONLY_ON: Mapping[str, frozenset[str]] = {
    "listing.open": _SCREENS - {"expenses"},
    "table.mark": frozenset({"expenses", "trash"}),
    "table.mark_range": frozenset({"expenses"}),
}
"""Keys of lists that not every screen's has."""
_INSTEAD = ({"reports.group", "table.first"}, {"import.rule", "import.revert"})
"""Of these the first stands before the other on its screen, or in its list alone, on purpose."""


def key(
    binding_id: str,
    keys: str,
    action: str,
    name: str,
    does: str,
    *,
    shown: bool = False,
    looks: str = "",
    opens: bool = False,
) -> Binding:
    """What keys do.

    Arguments:
        binding_id: what it is called in the settings, such as "expenses.add".
        keys: the keys, with commas between them, as Textual names them.
        action: the action, as Textual has it.
        name: in a word or two, for the line of keys.
        does: in a sentence, for the help page and the palette.
        shown: whether the line of keys has it.
        looks: how the key is shown where its name would not do.
        opens: whether it opens a line to type in. It is then looked at before any other, so that keys that were pressed
            right after it are typed there; the screen has to let it pass where a line is open (`check_action`).
    """
    binding = Binding(
        keys, action, name, show=shown, key_display=looks or None, priority=opens, tooltip=does, id=binding_id
    )
    BINDINGS[binding_id] = binding
    return binding


def clashes(chosen: Mapping[str, str]) -> Iterator[str]:
    """Keys that do two things in one place, where somebody has chosen them; in a sentence each."""
    taken: dict[str, list[str]] = {}
    for binding_id, binding in BINDINGS.items():
        for one in chosen.get(binding_id, binding.key).split(","):
            taken.setdefault(one.strip(), []).append(binding_id)
    for pressed, ids in taken.items():
        for number, first in enumerate(ids):
            for second in ids[number + 1 :]:
                if (first in chosen or second in chosen) and _meet(first, second):
                    yield f"{pressed} is the key of both {first} and {second}"


def _meet(first: str, second: str) -> bool:
    """Whether two bindings listen at the same time."""
    place, other = first.partition(".")[0], second.partition(".")[0]
    if {first, second} in _INSTEAD:
        return False
    return place == other or not _screens(first).isdisjoint(_screens(second))


def _screens(binding_id: str) -> frozenset[str]:
    """The screens on which a binding listens while no dialog or line is open."""
    place = binding_id.partition(".")[0]
    if place == _EVERYWHERE or place in _LISTS:
        return _ONLY_ON.get(binding_id, _SCREENS)
    return _SCREENS & {place}
