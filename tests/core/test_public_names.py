"""What `import expense_core` offers: every name is there when it is asked for, and known to type checkers."""

import ast
import sys
from pathlib import Path
from types import ModuleType, UnionType

import pytest

import expense_core


@pytest.mark.parametrize("name", expense_core.__all__)
def test_every_name_is_there(name):
    """A module of that name, a class that has it, or one of several classes."""
    value = getattr(expense_core, name)

    assert isinstance(value, ModuleType | type | UnionType)
    assert isinstance(value, UnionType) or value.__name__.removeprefix("expense_core.") == name


def test_type_checkers_know_the_same_names():
    """They read imports that never run."""
    read = [
        node
        for node in ast.walk(ast.parse(Path(expense_core.__file__).read_text()))
        if isinstance(node, ast.ImportFrom)
    ]
    known = {alias.asname: node.module for node in read for alias in node.names if alias.asname}

    assert set(known) == set(expense_core.__all__)
    for name, module in known.items():
        assert getattr(sys.modules[module], name) is getattr(expense_core, name)


def test_completion_shows_these_names_alone():
    """And none of how they are found."""
    assert dir(expense_core) == sorted(expense_core.__all__)


def test_everything_can_be_imported_at_once():
    """By whoever likes to."""
    names = {}

    exec("from expense_core import *", names)  # noqa: S102 - what somebody types

    assert set(names) - {"__builtins__"} == set(expense_core.__all__)


def test_a_name_that_is_not_there_is_an_error_as_usual():
    """Nothing is made up."""
    with pytest.raises(AttributeError, match="module 'expense_core' has no attribute 'Databse'"):
        expense_core.Databse  # noqa: B018
