"""What bodies look like: an example for every field, and one that is whole for every body."""

from __future__ import annotations

from typing import Any

Schema = dict[str, Any]
"""A JSON Schema, or a part of one."""

_FIELDS: Schema = {
    "account": "Giro",
    "amount": "12.50",
    "category": "Food",
    "category_id": 3,
    "currency": "EUR",
    "description": "Lunch with Sam",
    "email": "alice@example.org",
    "expires_at": "2027-01-31T00:00:00Z",
    "id": 1,
    "line": 7,
    "max_amount": "50",
    "min_amount": "5",
    "name": "Food",
    "notes": "we shared the dessert",
    "password": "correct horse battery",
    "payee": "coffee co",
    "scope": "read",
    "skip": False,
    "spent_on": "2026-11-05",
    "take": True,
    "text": "contactless",
    "username": "alice",
    "version": 1,
}
"""Of the fields of the core's inputs, which have none of their own."""

_GIVEN_BY_A_RULE = {"description": "Coffee", "new_category": "Food", "notes": "on the way to work"}
_OTHERWISE: dict[str, Schema] = {
    "AccessTokenCreate": {"name": "backup script"},
    "RuleCreate": _GIVEN_BY_A_RULE,
    "RulePatch": _GIVEN_BY_A_RULE,
}
"""Where the same word means something else."""

_WHOLE: dict[str, Schema] = {
    "CategoryPatch": {"name": "Groceries"},
    "Decision": {"rows": [{"line": 7, "take": True, "category": "Food"}]},
    "ExpenseIn": {"amount": "12.50", "currency": "EUR", "description": "Lunch with Sam", "spent_on": "2026-11-05"},
    "ExpensesPatch": {"category_id": 3, "spent_on": "2026-11-03"},
    "ExpensePatch": {"amount": "13.50", "notes": "we shared the dessert"},
    "Reverse": {},
    "RuleCreate": {"payee": "coffee co", "max_amount": "20", "category_id": 3},
    "RulePatch": {"max_amount": "25", "place": 1},
    "UserUpdate": {"email": "alice@example.com"},
}
"""Bodies that are mostly sent with some of their fields."""


def complete(schemas: dict[str, Schema]) -> None:
    """Give an example to each field that has none."""
    for name, schema in schemas.items():
        fields = _FIELDS | _OTHERWISE.get(name, {})
        for field, described in schema.get("properties", {}).items():
            if "examples" not in described and "const" not in described and field in fields:
                described["examples"] = [fields[field]]


def of(schema: Schema, schemas: dict[str, Schema]) -> Any:  # noqa: ANN401 - whatever JSON holds
    """An example of what a schema describes: its own, or one made of those of its parts."""
    match schema:
        case {"examples": [first, *_]}:
            return first
        case {"const": only} | {"enum": [only, *_]} | {"default": only}:
            return only
        case {"$ref": reference}:
            name = reference.rpartition("/")[2]
            return _WHOLE[name] if name in _WHOLE else of(schemas[name], schemas)
        case {"anyOf": [one, *_]} | {"oneOf": [one, *_]}:
            return of(one, schemas)
        case {"type": "array", "items": items}:
            return [of(items, schemas)]
        case _:
            return {name: of(field, schemas) for name, field in schema["properties"].items()}
