"""Keys: what each does, by an id under which a person can give it another key."""

from __future__ import annotations

from textual.binding import Binding


def key(
    binding_id: str, keys: str, action: str, name: str, does: str, *, shown: bool = False, looks: str = ""
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
    """
    return Binding(keys, action, name, show=shown, key_display=looks or None, tooltip=does, id=binding_id)
