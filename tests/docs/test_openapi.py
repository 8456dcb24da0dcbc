"""The OpenAPI document: what is committed is what the server says, and it leaves nothing untold."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest
from documents import CHECKOUT
from jsonschema_rs import Draft202012Validator

COMMITTED = CHECKOUT / "docs" / "openapi.json"
DOCUMENT: dict[str, Any] = json.loads(COMMITTED.read_text(encoding="utf-8"))
SCHEMAS = DOCUMENT["components"]["schemas"]
OPERATIONS = {
    operation["operationId"]: operation | {"method": method, "path": path}
    for path, methods in DOCUMENT["paths"].items()
    for method, operation in methods.items()
}
OPEN_TO_ALL = {"register", "login", "refresh", "list_currencies", "check_live", "check_ready", "read_metrics"}
CALLS = """
POST /auth/register, /auth/login, /auth/refresh, /auth/logout
GET /auth/sessions
DELETE /auth/sessions/{session_id}, /auth/sessions
GET /auth/tokens
POST /auth/tokens
DELETE /auth/tokens/{token_id}
GET /users/me
PATCH /users/me
DELETE /users/me
PUT /users/me/password
GET /categories, /categories/{category_id}
POST /categories, /categories/{category_id}/merge
PATCH /categories/{category_id}
DELETE /categories/{category_id}
GET /rules, /rules/{rule_id}
POST /rules, /rules/try
PATCH /rules/{rule_id}
DELETE /rules/{rule_id}
GET /expenses, /expenses/{expense_id}, /expenses/trash, /expenses/{expense_id}/history, /expenses/export
GET /expenses/suggestions
POST /expenses, /expenses/{expense_id}/restore, /expenses/quick, /expenses/batch
PATCH /expenses/{expense_id}, /expenses
DELETE /expenses/{expense_id}, /expenses, /expenses/trash
GET /history, /reports/spending, /ledgers, /ledgers/{ledger_id}, /ledgers/{ledger_id}/backup, /currencies
POST /ledgers/restore
POST /history/undo, /history/redo
GET /imports, /imports/{import_id}, /imports/{import_id}/rows, /imports/{import_id}/expenses
POST /imports, /imports/{import_id}/commit, /imports/{import_id}/revert
PATCH /imports/{import_id}/rows
DELETE /imports/{import_id}
GET /profiles
DELETE /profiles/{profile_id}
"""

each_operation = pytest.mark.parametrize("name", sorted(OPERATIONS))
each_schema = pytest.mark.parametrize("name", sorted(SCHEMAS))


def resolved(thing: dict[str, Any]) -> dict[str, Any]:
    """What a reference leads to."""
    found: Any = DOCUMENT
    for part in thing["$ref"].removeprefix("#/").split("/") if "$ref" in thing else ():
        found = found[part]
    return found if "$ref" in thing else thing


def contents(name: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every type of every body that an operation takes or gives, each with what is said of it."""
    operation = OPERATIONS[name]
    for where, holder in {"body": operation.get("requestBody", {}), **operation["responses"]}.items():
        for kind, content in resolved(holder).get("content", {}).items():
            yield f"{where} {kind}", content


def is_valid(example: Any, schema: dict[str, Any]) -> bool:
    """Whether an example is what its schema says."""
    whole = schema | {"components": DOCUMENT["components"]}
    return Draft202012Validator(whole, validate_formats=True).is_valid(example)


def test_the_committed_document_is_what_the_server_says():
    """Whoever makes a client from the file gets one for this server; the command that the test names mends it."""
    command = [sys.executable, "-W", "error", "-m", "expense_api.openapi"]

    printed = subprocess.run(command, cwd=CHECKOUT, stdout=subprocess.PIPE, encoding="utf-8", check=True).stdout

    is_current = printed == COMMITTED.read_text(encoding="utf-8")
    assert is_current, "python -m expense_api.openapi > docs/openapi.json"


def test_it_is_a_document_of_openapi_3_1_with_every_call_of_the_interface():
    """No call is missing from it, and none has come in by the way."""
    promised = {
        (line.split()[0].lower(), f"/api/v1{path.strip()}")
        for line in CALLS.strip().splitlines()
        for path in line.partition(" ")[2].split(",")
    }

    found = {(operation["method"], operation["path"]) for operation in OPERATIONS.values()}

    assert DOCUMENT["openapi"].startswith("3.1.")
    assert {(method, path) for method, path in found if path.startswith("/api/")} == promised
    assert {path for _, path in found if not path.startswith("/api/")} == {"/health/live", "/health/ready", "/metrics"}


@each_operation
def test_an_operation_says_what_it_is(name):
    """A name that reads well in a client, a line for a list, and a description."""
    operation = OPERATIONS[name]

    assert re.fullmatch(r"[a-z]+(_[a-z]+)*", name)
    assert re.fullmatch(r"[A-Z][^\n]{2,60}[^.]", operation["summary"]) or operation["summary"] in {"Undo", "Redo"}
    assert operation["description"].endswith((".", "?"))
    assert len(operation["tags"]) == 1
    assert operation["tags"][0] in {tag["name"] for tag in DOCUMENT["tags"]}


@each_operation
def test_every_parameter_is_described_with_an_example_that_fits(name):
    """Its name alone does not say what goes in."""
    for parameter in OPERATIONS[name].get("parameters", ()):
        schema = parameter["schema"]
        assert parameter["description"].endswith("."), parameter["name"]
        assert all(is_valid(example, schema) for example in schema["examples"]), parameter["name"]
        assert "null" not in json.dumps(schema), f"{parameter['name']} cannot be sent as null"


@each_operation
def test_every_body_has_an_example_that_fits(name):
    """What is sent and what comes back can be seen, and is what the schema says."""
    found = list(contents(name))

    assert any(where.startswith("2") for where, _ in found) or "204" in OPERATIONS[name]["responses"]
    for where, content in found:
        assert is_valid(content["example"], content["schema"]), where
        parts = resolved(content["schema"]).get("properties", {}) if "form" in where else {}
        assert not [part for part, one in parts.items() if is_valid(None, one)], "a part of a form cannot be null"
        files = [one for one in parts.values() if "contentMediaType" in one]
        assert all(one["format"] == "binary" for one in files), "generators of clients know a file by that"


@each_operation
def test_every_answer_has_a_shape(name):
    """A client knows what to expect of each status, problems included, and of what header."""
    for status, answer in OPERATIONS[name]["responses"].items():
        found = resolved(answer)
        assert found["description"].endswith("."), status
        assert status == "204" or all(content["schema"] for content in found["content"].values()), status
        assert "X-Request-ID" in found["headers"], status
        assert int(status) < 400 or found["content"].keys() == {"application/problem+json"}, status


@each_operation
def test_an_operation_says_who_may_call_it(name):
    """With either kind of token, but for what anybody may call."""
    wanted = [] if name in OPEN_TO_ALL else [{"session": []}, {"accessToken": []}]

    assert OPERATIONS[name].get("security", []) == wanted
    assert DOCUMENT["components"]["securitySchemes"].keys() == {"session", "accessToken"}


@each_schema
def test_every_field_is_described_with_an_example_that_fits(name):
    """One that is made of others has theirs."""
    for field, schema in SCHEMAS[name].get("properties", {}).items():
        is_made_of_others = "Out" in json.dumps(schema.get("anyOf", "")) or "$ref" in schema.get("items", {})
        assert schema["description"].endswith("."), field
        assert "const" in schema or is_made_of_others or schema["examples"], field
        assert all(is_valid(example, schema) for example in schema.get("examples", ())), field


@each_schema
def test_every_schema_is_described_and_closed(name):
    """A field that is not told of is in none but a problem, which RFC 9457 lets grow."""
    schema = SCHEMAS[name]

    assert schema["description"].endswith(".")
    assert schema["type"] == "string" or name == "Problem" or schema["additionalProperties"] is False


@each_operation
def test_every_link_leads_to_an_operation_that_takes_what_it_gives(name):
    """Whoever follows one is not led astray."""
    for answer in OPERATIONS[name]["responses"].values():
        for link in answer.get("links", {}).values():
            target = OPERATIONS[link["operationId"]]
            taken = {parameter["name"] for parameter in target["parameters"]} if link.get("parameters") else set()
            assert link.get("parameters", {}).keys() <= taken
            assert "requestBody" not in link or "requestBody" in target
