"""Bodies that no careful client sends."""

from __future__ import annotations

import json

import pytest
from server import InProcess, pointers, problem, settings

JSON = {"Content-Type": "application/json"}


@pytest.mark.parametrize("body", ["12.5", "12", '"text"', "true", "null", "[]", "[{}]"])
@pytest.mark.parametrize("path", ["/users/me", "/expenses/1", "/categories/1"])
def test_a_body_that_is_no_object_is_refused(alice, path, body):
    """A lone number with decimals is not taken for a change of nothing."""
    alice.record(category_id=alice.create("Food")["id"])

    answer = alice.request("PATCH", path, content=body, headers=JSON)

    assert pointers(answer).keys() == {"#"}


@pytest.mark.parametrize("version", ["x", [[]], {}, {"int": 1}, 1.5])
def test_a_value_of_no_kind_that_it_could_be_is_told_by_its_place(alice, version):
    """Whatever stands there, the pointer leads to it and no further."""
    answer = alice.patch("/categories/1", {"name": "Food", "version": version})

    assert pointers(answer).keys() == {"#/version"}


@pytest.mark.parametrize("is_told", [True, False], ids=["with its length told", "in pieces"])
def test_a_body_over_the_limit_is_refused_as_a_problem(sqlite_url, clock, is_told):
    """Before anything of it is read where its length is told, and else as soon as it has gone too far."""
    body = json.dumps({"username": "x" * 3_000}).encode()

    async def in_pieces():
        for start in range(0, len(body), 1_000):
            yield body[start : start + 1_000]

    with InProcess(settings(sqlite_url, body_limit=2_048), clock=clock) as server:
        answer = server.client().request(
            "POST", "/auth/register", content=body if is_told else in_pieces(), headers=JSON
        )

    assert "send it in several requests" in problem(answer, 413, "content_too_large")["detail"]
