"""The tree of errors: as it is drawn, each with a code of its own."""

import inspect
import re

import pytest

from expense_core import errors
from expense_core.errors import ExpenseError, FieldError, Invalid, InvalidAmount

CLASSES = [
    kind
    for _, kind in inspect.getmembers(errors, inspect.isclass)
    if issubclass(kind, ExpenseError) and kind.__module__ == errors.__name__
]


def drawn():
    """Each class of the drawing in the module's docstring, with the one that it hangs from."""
    above = {}
    for indent, name in re.findall(r"^    ((?:[│ ] {3})*(?:[├└]── )?)(\w+)", errors.__doc__, re.MULTILINE):
        depth = len(indent) // 4
        above[depth] = name
        yield name, above.get(depth - 1)


def test_the_tree_is_what_is_drawn():
    """Whoever catches a class there catches what hangs from it."""
    tree = {kind.__name__: kind.__mro__[1].__name__ for kind in CLASSES}

    assert dict(drawn()) == tree | {"ExpenseError": None}


def test_every_error_is_told_from_the_others_by_its_code():
    """Programs go by it, so it never changes with the wording."""
    codes = [kind.code for kind in CLASSES]

    assert len(codes) == len(set(codes))
    assert all(re.fullmatch("[a-z_]+", code) for code in codes)


@pytest.mark.parametrize("error", [Invalid("no"), InvalidAmount("no", [FieldError("amount", "x", "no")])])
def test_an_invalid_input_is_a_value_error_too(error):
    """For whoever knows nothing of us; its message is what it says."""
    assert isinstance(error, ValueError)
    assert error.message == str(error) == "no"
