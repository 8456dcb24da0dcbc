"""The tree of errors: as it is drawn, each with a code of its own."""

import inspect
import re

import pytest
from pydantic import BaseModel, ValidationError

from expense_core import errors, queries, settings, tables
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


MODELS = {
    model.__name__: model
    for module in (queries, settings, tables)
    for _, model in inspect.getmembers(module, inspect.isclass)
    if issubclass(model, BaseModel) and model.__module__.startswith("expense_core") and not hasattr(model, "__table__")
}
NONSENSE = ["", "x", "x" * 20_000, None, 1.5, [], {}, -1, 10**30, b"x", object(), range(2_000), "none_of_us"]


@pytest.mark.parametrize("model", MODELS.values(), ids=list(MODELS))
def test_whatever_is_wrong_is_said_in_a_persons_words(model):
    """What to do, and nothing of pydantic's "Input should be a valid integer, unable to parse"; its codes stay."""
    refused = 0
    for given in [{}, {"none_of_us": 1}, *({name: wrong} for name in model.model_fields for wrong in NONSENSE)]:
        try:
            model(**given)
        except ValidationError as error:
            said = Invalid.from_validation(error).errors
            for detail, one in zip(error.errors(include_url=False), said, strict=True):
                refused += 1
                assert one.message != detail["msg"], detail["type"]
                assert not re.search(r"should|Input|\{\w", one.message)

    assert refused


def test_what_pydantic_finds_in_a_model_of_somebody_elses_is_told_as_it_tells_it():
    """A front end may use models with rules that ours have not."""

    class Palette(BaseModel):
        colours: set[str]

    with pytest.raises(ValidationError) as caught:
        Palette(colours=1)

    (field,) = Invalid.from_validation(caught.value).errors
    assert (field.code, field.message) == ("set_type", "Input should be a valid set")
