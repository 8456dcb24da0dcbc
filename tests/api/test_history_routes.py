"""History, undo and redo, reports and exports over HTTP."""

from __future__ import annotations

import csv
import io
import json

import pytest
from anyio import sleep_forever, to_thread
from server import done, pointers, problem
from structlog.testing import capture_logs

only_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def test_the_history_tells_every_write_the_last_one_first(alice):
    """And of one expense, what was done to it."""
    food = alice.create("Food")
    lunch = alice.record(category_id=food["id"])
    done(alice.patch(f"/expenses/{lunch['id']}", {"amount": 13}))

    edit, record, create = done(alice.get("/history"))["items"]

    assert [one["action"] for one in (edit, record, create)] == ["expense.edit", "expense.record", "category.create"]
    assert edit == {
        "id": edit["id"],
        "ledger_id": lunch["ledger_id"],
        "action": "expense.edit",
        "actor_id": alice.id,
        "actor": "alice",
        "created_at": "2026-11-05T12:15:00Z",
        "recorded": 0,
        "changed": 1,
        "note": "",
        "undone_at": None,
        "rows": [
            {
                "kind": "expense",
                "id": lunch["id"],
                "label": "Lunch",
                "fields": [{"name": "amount", "before": "12.50", "after": "13.00"}],
            }
        ],
    }
    assert done(alice.get(f"/expenses/{lunch['id']}/history")) == {"items": [edit, record]}
    problem(alice.get("/expenses/999/history"), 404, "expense_not_found")


def test_what_was_done_is_undone_and_done_again(alice):
    """One's own last write, or the one that is named."""
    lunch = alice.record()
    done(alice.patch(f"/expenses/{lunch['id']}", {"amount": 13}))
    edit, record = done(alice.get("/history"))["items"]

    undone = done(alice.post("/history/undo"))
    assert undone["id"] == edit["id"]
    assert undone["undone_at"] == "2026-11-05T12:15:00Z"
    assert alice.expenses()[0]["amount"] == "12.50"
    redone = done(alice.post("/history/redo", {}))
    assert (redone["id"], redone["undone_at"]) == (edit["id"], None)
    assert alice.expenses()[0]["amount"] == "13.00"
    problem(alice.post("/history/undo", {"entry_id": record["id"]}), 409, "history_conflict")
    done(alice.post("/history/undo", {"entry_id": edit["id"]}))
    done(alice.post("/history/undo", {"entry_id": record["id"]}))
    assert alice.expenses() == []
    problem(alice.post("/history/undo"), 409, "nothing_to_undo")
    problem(alice.post("/history/undo", {"entry_id": 999}), 404, "entry_not_found")
    assert set(pointers(alice.post("/history/redo", {"entry_id": 0}))) == {"#/entry_id"}


def test_a_report_adds_up_what_meets_the_filters(alice):
    """By month and category, in each currency."""
    food = alice.create("Food")
    alice.record(amount="10.10", spent_on="2026-10-31", category_id=food["id"])
    alice.record(amount="20.20", spent_on="2026-11-01", category_id=food["id"])
    alice.record(amount="-0.20", spent_on="2026-11-30", category_id=food["id"])
    alice.record(amount="0.001", currency="KWD", spent_on="2026-11-30")

    report = done(alice.get("/reports/spending", by="month,category", **{"from": "2026-11-01"}))

    assert report["by"] == ["month", "category"]
    assert report["rows"] == [
        {
            "currency": "EUR",
            "total": "20.00",
            "count": 2,
            "share": "1.0000",
            "period": "2026-11-01",
            "category_id": food["id"],
            "category": "Food",
        },
        {
            "currency": "KWD",
            "total": "0.001",
            "count": 1,
            "share": "1.0000",
            "period": "2026-11-01",
            "category_id": None,
            "category": None,
        },
    ]
    assert [(one["currency"], one["total"], one["count"]) for one in report["totals"]] == [
        ("EUR", "20.00", 2),
        ("KWD", "0.001", 1),
    ]
    whole = done(alice.get("/reports/spending", currency="EUR"))
    assert [(one["total"], one["count"]) for one in whole["rows"]] == [("30.10", 3)]
    assert whole["by"] == []


def test_a_report_by_what_it_knows_nothing_of_is_refused(alice):
    """And one by two periods, or with a filter that there is not."""
    for by in ("mood", "month,mood", "month,year", "month,month", "Month", "month,", ","):
        problem(alice.get("/reports/spending", by=by), 422)
    assert pointers(alice.get("/reports/spending", limit=5)) == {"query limit": "unknown_parameter"}
    assert set(pointers(alice.get("/reports/spending", **{"from": "soon", "to": "later"}))) == {
        "query from",
        "query to",
    }


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_total_that_is_too_large_is_said_to_be(alice):
    """The database could not add it up; the selection is to be narrowed."""
    done(alice.post("/expenses/batch", {"lines": [{"do": "create", "amount": "999999999999.99"}] * 1_000}))

    problem(alice.get("/reports/spending"), 422, "total_too_large")

    assert done(alice.get("/reports/spending", q="nothing"))["totals"] == []


def exported(caller, form, **query):
    """The text of an export, and its answer."""
    answer = caller.get("/expenses/export", format=form, **query)
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-disposition"] == f'attachment; filename="expenses.{form}"'
    return answer


def test_an_export_has_every_expense_in_each_format(alice):
    """The oldest first, exact, with quotes where they are needed."""
    food = alice.create("Food, and drink")
    late = alice.record(description='Lunch "special"', category_id=food["id"], notes="one\ntwo")
    early = alice.record(amount="0.001", currency="KWD", spent_on="2026-01-01", description="Çay 🍵")
    names = ("id", "spent_on", "amount", "currency", "description", "category", "notes")
    rows = [{name: one[name] for name in names} for one in (early, late)]

    as_csv, as_json, as_lines = (exported(alice, form) for form in ("csv", "json", "ndjson"))

    assert as_csv.headers["content-type"] == "text/csv; charset=utf-8"
    in_csv = [*csv.DictReader(io.StringIO(as_csv.text, newline=""))]
    assert in_csv == [{name: "" if value is None else str(value) for name, value in row.items()} for row in rows]
    assert as_json.headers["content-type"] == "application/json"
    assert as_json.json() == rows
    assert as_lines.headers["content-type"] == "application/x-ndjson"
    assert [json.loads(line) for line in as_lines.text.splitlines()] == rows
    assert [one["id"] for one in exported(alice, "json", currency="KWD").json()] == [early["id"]]


@pytest.mark.parametrize(
    ("form", "kind", "begins"),
    [
        ("ofx", "application/x-ofx", b"OFXHEADER:100\n"),
        ("qif", "application/qif", b"!Account\n"),
        ("hledger", "text/plain; charset=utf-8", b"decimal-mark .\naccount Assets:Bank\n"),
        ("beancount", "text/plain; charset=utf-8", b"1900-01-01 open Assets:Bank\n"),
        ("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", b"PK"),
    ],
)
def test_an_export_may_be_for_another_program(alice, form, kind, begins):
    """The same file as the command writes."""
    alice.record(description="Çay 🍵")

    answer = exported(alice, form, account="Assets:Bank")

    assert answer.headers["content-type"] == kind
    assert answer.content.startswith(begins)
    assert form == "xlsx" or "Çay 🍵".encode() in answer.content


def test_an_export_of_nothing_is_a_file_too(alice):
    """A header, an empty list, no line."""
    assert exported(alice, "csv").text == "id,spent_on,amount,currency,description,category,notes\n"
    assert exported(alice, "json").json() == []
    assert exported(alice, "ndjson").text == ""


def test_an_export_of_more_than_a_page_has_each_expense_once(alice):
    """In order, whichever the format."""
    done(alice.post("/expenses/batch", {"lines": [{"do": "create", "amount": n} for n in range(1, 602)]}))

    for form in ("csv", "json", "ndjson"):
        text = exported(alice, form).text
        found = (
            [int(row["id"]) for row in csv.DictReader(io.StringIO(text))]
            if form == "csv"
            else [one["id"] for one in (json.loads(text) if form == "json" else map(json.loads, text.splitlines()))]
        )
        assert (len(found), found) == (601, sorted(set(found)))


def test_an_export_that_cannot_be_is_refused(alice, nobody):
    """Before its first line."""
    assert set(pointers(alice.get("/expenses/export", format="pdf"))) == {"query format"}
    assert pointers(alice.get("/expenses/export", format="hledger", account="(x)")) == {"query account": "invalid"}
    assert pointers(alice.get("/expenses/export", cursor="x", sort="amount")) == {
        "query cursor": "unknown_parameter",
        "query sort": "unknown_parameter",
    }
    problem(alice.get("/expenses/export", ledger_id=999), 404, "ledger_not_found")
    problem(nobody.get("/expenses/export"), 401)


@only_sqlite
def test_an_export_whose_user_signs_out_meanwhile_ends_unfinished_and_is_logged_as_what_it_was(api, nobody, alice):
    """The client sees that the last chunk is missing; the operator reads 401, and not that all was well."""
    for _ in range(2):
        done(alice.post("/expenses/batch", {"lines": [{"do": "create", "amount": 1}] * 1_000}))
    sent: list[dict[str, object]] = []

    async def send(message):
        sent.append(message)
        if len(sent) == 2:
            answer = await to_thread.run_sync(alice.post, "/auth/logout")
            assert answer.status_code == 204

    async def receive():
        await sleep_forever()

    headers = [(b"authorization", alice.headers["authorization"].encode())]
    scope = {"type": "http", "asgi": {"spec_version": "2.3"}, "http_version": "1.1", "method": "GET", "scheme": "http"}
    scope |= {
        "path": "/api/v1/expenses/export",
        "query_string": b"",
        "headers": headers,
        "client": None,
        "server": None,
    }
    with capture_logs() as log, pytest.raises(RuntimeError):
        api._portal.call(api.app, scope, receive, send)

    assert sent[0]["status"] == 200
    assert all(message["more_body"] for message in sent[1:])
    assert [(one["event"], one["status"], one.get("code")) for one in log[-1:]] == [("request", 401, "invalid_token")]
    counted = 'expense_requests_total{method="GET",route="/api/v1/expenses/export",status="401"} 1.0'
    assert counted in nobody.but(base="").get("/metrics").text


@only_sqlite
def test_an_export_is_a_use_of_its_token(nobody, alice):
    """Though nothing else is done with it, as by a script that makes backups."""
    token = done(alice.post("/auth/tokens", {"name": "backup"}), 201)["token"]
    nobody.but(authorization=f"Bearer {token}").get("/expenses/export")

    (shown,) = done(alice.get("/auth/tokens"))["items"]

    assert shown["last_used_at"] is not None
