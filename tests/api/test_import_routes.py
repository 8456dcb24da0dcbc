"""A statement over HTTP: sent, looked at row by row, decided, brought in, and taken back."""

from __future__ import annotations

import json

from server import InProcess, done, pointers, problem, settings

from expense_core import ledgers, users
from expense_core.open_imports import KEPT
from expense_core.tables import Role

HEADER = "Date,Payee,Amount,Currency,Category\n"
RENT, BUN = "2026-10-01,Rent,-900.00,EUR,Home\n", "2026-10-02,Bun,-3.20,EUR,\n"
SALARY, YEN = "2026-10-03,Salary,2500.00,EUR,\n", "2026-10-05,Ramen,-15.50,JPY,\n"
CARD = HEADER + RENT + BUN + SALARY

NOTHING = {"count": 0, "totals": {}}


def send(caller, text=CARD, *, name="card.csv", options=None, **more):
    """Send a statement."""
    content = text.encode() if isinstance(text, str) else text
    parts = {"file": (name, content)}
    if options is not None:
        parts["options"] = (None, options if isinstance(options, str) else json.dumps(options))
    return caller.request("POST", "/imports", files=parts, **more)


def sent(caller, text=CARD, **more):
    """An import that is open."""
    return done(send(caller, text, **more), 201)


def rows(caller, number, **query):
    """The rows of a page, by their lines."""
    return {row["line"]: row for row in done(caller.get(f"/imports/{number}/rows", **query))["items"]}


def test_payees_are_cleaned_where_that_is_asked_for(alice):
    """In the rows that are looked at as in what comes in."""
    text = HEADER + "2026-10-20,SQ *COFFEE CO 04/11 LONDON GB,-3.00,EUR,\n"

    made = sent(alice, text, options={"clean_payees": True})
    looked = rows(alice, made["id"])
    done(alice.post(f"/imports/{made['id']}/commit"))

    (expense,) = alice.expenses()
    assert looked[2]["description"] == expense["description"] == "Coffee Co"
    assert expense["notes"] == "SQ *COFFEE CO 04/11 LONDON GB"


def test_pending_foreign_and_purged_rows_come_in_as_asked(alice):
    """By options of the whole; a currency that there is none of is refused."""
    text = "Date,Payee,Amount,Currency,State\n2026-10-02,Bun,-3.20,EUR,booked\n"
    done(alice.post(f"/imports/{sent(alice, text)['id']}/commit"))
    (bun,) = alice.expenses()
    alice.delete(f"/expenses/{bun['id']}")
    done(alice.delete("/expenses/trash"))
    text += "2026-10-03,Tea,-2.00,EUR,pending\n2026-10-04,Taxi,-9.00,USD,booked\n"

    plain = sent(alice, text)
    asked = sent(alice, text, options={"pending": False, "only_currency": "eur", "purged": True})
    committed = done(alice.post(f"/imports/{asked['id']}/commit"))
    refused = send(alice, text, options={"only_currency": "XYZ"})

    assert plain["counts"] == {"duplicate": 1, "new": 2}
    assert asked["counts"] == {"new": 1, "pending": 1, "another currency": 1}
    assert committed["coming"] == {"count": 1, "totals": {"EUR": "3.20"}}
    assert pointers(refused) == {"#/options/only_currency": "invalid_currency"}


def test_a_statement_is_sent_decided_brought_in_and_taken_back(alice):
    """From end to end; nothing is in the book before it is brought in."""
    answer = send(alice)
    made = done(answer, 201)
    path = f"/imports/{made['id']}"
    assert answer.headers["location"].endswith(path)
    assert (made["state"], made["file"], made["format"], made["actor"]) == ("open", "card.csv", "csv", "alice")
    assert (made["rows"], made["counts"]) == (3, {"new": 2, "money in": 1})
    assert made["coming"] == {"count": 2, "totals": {"EUR": "903.20"}}
    assert (made["new_categories"], made["expires_at"]) == (["Home"], "2026-11-12T12:15:00Z")
    assert made["understood"]["delimiter"] == ","
    assert (alice.expenses(), done(alice.get(path))) == ([], made)
    assert rows(alice, made["id"])[3] == {
        "line": 3,
        "spent_on": "2026-10-02",
        "amount": "3.20",
        "currency": "EUR",
        "description": "Bun",
        "category": None,
        "category_from": None,
        "verdict": "new",
        "why": "",
        "comes_in": True,
        "known": None,
    }

    single = [{"line": 2, "take": False}, {"line": 3, "category": "Food"}]
    done(alice.patch(f"{path}/rows", {"rows": single}))
    decided = done(alice.patch(f"{path}/rows", {"verdict": "money in", "take": True}))
    committed = done(alice.post(f"{path}/commit"))

    assert decided["coming"] == committed["coming"] == {"count": 2, "totals": {"EUR": "-2496.80"}}
    assert decided["new_categories"] == committed["new_categories"] == ["Food"]
    assert (committed["state"], committed["expires_at"]) == ("committed", None)
    assert [(one["description"], one["category"]) for one in alice.expenses()] == [("Salary", None), ("Bun", "Food")]
    assert done(alice.get(f"{path}/expenses", limit=1))["items"][0]["description"] == "Bun"
    assert rows(alice, made["id"]) == {}
    assert done(alice.get("/history"))["items"][0]["id"] == committed["entry_id"]
    problem(alice.post(f"{path}/commit"), 409, "import_closed")
    problem(alice.delete(path), 409, "import_closed")
    reverted = done(alice.post(f"{path}/revert"))
    assert (reverted["state"], reverted["coming"], alice.expenses()) == ("reverted", NOTHING, [])


def test_imports_are_listed_however_they_came_and_however_far_they_are(alice):
    """The last first, page by page, or those of a state."""
    first, second, third = (sent(alice, name=f"{name}.csv")["id"] for name in "abc")
    done(alice.post(f"/imports/{first}/commit"))
    assert alice.delete(f"/imports/{second}").status_code == 204

    page = done(alice.get("/imports", limit=1))
    rest = done(alice.get("/imports", cursor=page["next_cursor"]))
    states = {
        state: [one["id"] for one in done(alice.get("/imports", state=state))["items"]]
        for state in ("open", "committed", "reverted")
    }

    assert [one["file"] for one in page["items"] + rest["items"]] == ["c.csv", "a.csv"]
    assert states == {"open": [third], "committed": [first], "reverted": []}
    assert pointers(alice.get("/imports", state="open", cursor=page["next_cursor"])) == {
        "query cursor": "invalid_cursor"
    }
    assert alice.get(f"/imports/{second}").status_code == 404


def test_the_rows_of_an_import_come_in_pages_and_by_their_verdict(alice):
    """A cursor is good for the same verdict alone."""
    number = sent(alice, HEADER + RENT + SALARY + BUN)["id"]

    page = alice.get(f"/imports/{number}/rows", verdict="new", limit=1)
    cursor = done(page)["next_cursor"]

    assert 'rel="next"' in page.headers["link"]
    assert [*rows(alice, number, verdict="new", limit=1, cursor=cursor)] == [4]
    assert pointers(alice.get(f"/imports/{number}/rows", cursor=cursor)) == {"query cursor": "invalid_cursor"}
    assert pointers(alice.get(f"/imports/{number}/rows", limit=1_001, verdict="odd")) == {
        "query limit": "less_than_equal",
        "query verdict": "enum",
    }


def test_what_cannot_be_decided_so_is_refused_by_its_row(alice):
    """With where in the body it stands, and nothing is decided."""
    made = sent(alice, HEADER + RENT + YEN)
    path = f"/imports/{made['id']}"

    refused = alice.patch(f"{path}/rows", {"rows": [{"line": 2, "take": False}, {"line": 3, "take": True}]})
    nowhere = alice.patch(f"{path}/rows", {"rows": [{"line": 7}]})
    odd = alice.patch(f"{path}/rows", {"rows": [{"line": 2, "category": "a\nb"}]})

    assert pointers(refused) == {"#/rows/1/take": "row_cannot_come_in"}
    assert pointers(nowhere) == {"#/rows/0/line": "row_not_found"}
    assert pointers(odd) == {"#/rows/0/category": "invalid_text"}
    for body in ({}, {"rows": [{"line": 2}], "verdict": "new"}, {"rows": [{"line": 2}], "take": True}):
        assert pointers(alice.patch(f"{path}/rows", body)) == {"#": "invalid"}
    assert pointers(alice.post(f"{path}/commit")) == {"#/leave_unclear": "rows_unclear"}
    assert done(alice.get(path)) == made
    committed = done(alice.post(f"{path}/commit", {"leave_unclear": True}))
    assert committed["coming"] == {"count": 1, "totals": {"EUR": "900.00"}}


def test_a_statement_that_can_be_read_in_two_ways_comes_back_with_a_question(alice):
    """Which the next try answers; nothing is kept of the first."""
    text = "Date,Payee,Amount\n03/04/2026,Lunch,-12.50\n"

    asked = problem(send(alice, text), 422, "statement_ambiguous")
    made = sent(alice, text, options={asked["option"]: "dmy", "columns": {"description": [2]}})

    assert (asked["option"], asked["choices"]) == ("date_order", ["dmy", "mdy"])
    assert asked["question"] == asked["detail"]
    assert asked["detail"].endswith("No date in the file tells")  # the command goes on: with --date-order
    assert [row["spent_on"] for row in rows(alice, made["id"]).values()] == ["2026-04-03"]
    assert len(done(alice.get("/imports"))["items"]) == 1


def test_an_answer_is_remembered_once_the_statement_has_come_in(alice):
    """For files of its shape, unless somebody wants to be asked; what is asked keeps nothing."""
    text = "Date,Payee,Amount\n03/04/2026,Lunch,-12.50\n"
    asked = sent(alice, text, options={"date_order": "dmy"})
    before = problem(send(alice, text), 422, "statement_ambiguous")
    done(alice.post(f"/imports/{asked['id']}/commit"))

    known = sent(alice, text.replace("03", "05"))
    again = problem(send(alice, text, options={"profile": False}), 422, "statement_ambiguous")
    crowns = "Date,Payee,Amount\n2026-10-05,Lunch,-kr 12.50\n"
    problem(send(alice, crowns), 422, "statement_ambiguous")

    assert (before["option"], again["option"]) == ("date_order", "date_order")
    assert (known["understood"]["date order"], known["understood"]["as answered before"]) == ("dmy", "date order")
    assert "as answered before" not in asked["understood"]
    assert rows(alice, known["id"])[2]["spent_on"] == "2026-04-05"
    assert len(done(alice.get("/imports"))["items"]) == 2


def test_remembered_answers_are_listed_and_forgotten(alice):
    """The next such file is asked about again, and what came in stays; a script that only reads forgets nothing."""
    for name, text, options in (
        ("card.csv", "Date,Payee,Amount\n03/04/2026,Lunch,-12.50\n", {"date_order": "dmy"}),
        ("till.csv", "Date,Shop,Amount\n2026-04-03,Deli,4.20\n", {"invert": True}),
    ):
        done(alice.post(f"/imports/{sent(alice, text, name=name, options=options)['id']}/commit"))

    later, earlier = done(alice.get("/profiles"))["items"]
    token = done(alice.post("/auth/tokens", {"name": "reader"}), 201)["token"]
    reader = alice.but(authorization=f"Bearer {token}")
    problem(reader.delete(f"/profiles/{earlier['id']}"), 403, "permission_denied")
    assert alice.delete(f"/profiles/{earlier['id']}").status_code == 204

    assert earlier == {
        "id": earlier["id"],
        "looks": "Date, Payee, Amount",
        "answers": {"date_order": "dmy"},
        "file": "card.csv",
        "updated_at": "2026-11-05T12:15:00Z",
    }
    assert later["answers"] == {"invert": "yes"}
    assert done(reader.get("/profiles")) == {"items": [later]}
    problem(alice.delete(f"/profiles/{earlier['id']}"), 404, "profile_not_found")
    problem(send(alice, "Date,Payee,Amount\n05/04/2026,Lunch,-1.00\n"), 422, "statement_ambiguous")
    assert len(alice.expenses()) == 2


def test_a_balance_that_jumps_is_told_with_its_line(alice):
    """When it is looked at, and after it came in."""
    lines = "".join(f"2026-10-0{day},Row,-1.00,{100 - day}.00\n" for day in (1, 2, 3, 5, 6))

    made = sent(alice, f"Date,Payee,Amount,Balance\n{lines}")

    jump = {"account": None, "currency": None, "figure": "balance", "stated": "95.00", "found": "96.00", "line": 5}
    assert made["differences"] == [jump]
    assert done(alice.post(f"/imports/{made['id']}/commit"))["differences"] == [jump]


def test_a_statement_that_cannot_be_read_is_refused_with_where(alice):
    """By the name that it was sent under; nothing is kept of it."""
    empty = problem(send(alice, "", name="../../card.csv"), 422, "statement_unreadable")
    damaged = problem(send(alice, HEADER + RENT + "2026-10-02,B\0n,-3.20,EUR,\n"), 422, "statement_unreadable")

    assert "card.csv is empty" in empty["detail"]
    assert "line" not in empty
    assert damaged["line"] == 3
    assert done(alice.get("/imports"))["items"] == []


def test_a_form_that_is_none_is_refused(alice):
    """Each with what is wrong with it."""
    file, options = ("file", ("card.csv", CARD.encode())), ("options", (None, "{}"))
    in_json = alice.post("/imports", {"file": CARD})
    broken = alice.request("POST", "/imports", content=b"x", headers={"Content-Type": "multipart/form-data"})
    two_files = alice.request("POST", "/imports", files=[file, file])
    twice = alice.request("POST", "/imports", files=[file, options, options])

    problem(in_json, 415, "unsupported_media_type")
    assert "the form could not be read" in problem(broken, 400, "bad_request")["detail"]
    problem(two_files, 400, "bad_request")
    assert pointers(twice) == {"#": "repeated_part"}
    assert pointers(alice.request("POST", "/imports", files={"options": (None, "{}")})) == {"#/file": "missing"}
    assert pointers(alice.request("POST", "/imports", files={"file": (None, "text")})) == {"#/file": "invalid"}
    assert pointers(send(alice, options="{")) == {"#/options": "model_type"}
    assert pointers(send(alice, options={"colour": "red"})) == {"#/options/colour": "extra_forbidden"}
    assert pointers(send(alice, options={"columns": {"colour": [1]}})) == {"#/options/columns/colour": "invalid"}
    assert pointers(send(alice, params={"colour": "red"})) == {"query colour": "unknown_parameter"}


def test_a_file_may_be_larger_than_any_other_body_but_not_larger_than_files_may_be(sqlite_url, clock):
    """Whether its length was told before or not; who has no token is told nothing else."""
    chosen = settings(sqlite_url, body_limit=1_024, upload_limit=10_000)
    with InProcess(chosen, clock=clock) as server:
        alice = server.client().signed_up("alice")
        lines = [f"2026-10-{day:02},Row,-{day}.00,EUR,\n" for day in range(1, 31)]

        made = sent(alice, HEADER + "".join(lines) * 3)
        refused = send(alice, HEADER + "".join(lines) * 20)
        stream = alice.request(
            "POST",
            "/imports",
            content=in_parts(
                b'--x\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\n', b"a" * 20_000
            ),
            headers={"Content-Type": "multipart/form-data; boundary=x"},
        )
        nobodys = send(alice.but(authorization="Bearer x"), HEADER)

    assert made["rows"] == 90
    problem(refused, 413, "content_too_large")
    problem(stream, 413, "content_too_large")
    problem(nobodys, 401, "invalid_token")


async def in_parts(*parts):
    """A body whose length is not told."""
    for part in parts:
        yield part


def test_an_import_that_is_sent_again_under_its_key_is_answered_alike(alice):
    """Whatever stands between the parts of the form; another file under the same key is refused."""
    key = {"Idempotency-Key": "8e03978e"}

    first, again = send(alice, headers=key), send(alice, headers=key)
    other = send(alice, HEADER + RENT, headers=key)

    assert (done(again, 201), again.headers["idempotency-replayed"]) == (done(first, 201), "true")
    problem(other, 422, "idempotency_key_reused")
    assert len(done(alice.get("/imports"))["items"]) == 1


def test_what_was_edited_since_is_told_before_an_import_is_reverted(alice):
    """It goes all the same where the caller says so."""
    path = f"/imports/{sent(alice)['id']}"
    done(alice.post(f"{path}/commit"))
    expense = done(alice.get(f"{path}/expenses"))["items"][0]
    done(alice.patch(f"/expenses/{expense['id']}", {"notes": "seen"}))

    refused = problem(alice.post(f"{path}/revert"), 409, "history_conflict")
    reverted = done(alice.post(f"{path}/revert", {"edited": True}))

    assert "1 of the expenses of card.csv were edited" in refused["detail"]
    assert (reverted["state"], reverted["in_trash"], alice.expenses()) == ("reverted", 2, [])


def test_who_may_only_look_sends_nothing_and_decides_nothing(database, nobody, alice, bob):
    """A viewer of the ledger, and a token that may only read."""
    number = sent(alice)["id"]
    ledger = done(alice.get("/ledgers"))["items"][0]["id"]
    with database.transaction() as session:
        ledgers.admit(session, ledgers.open(session, users.named(session, "alice")), "bob", Role.VIEWER)
    reader = nobody.but(authorization=f"Bearer {done(alice.post('/auth/tokens', {'name': 'look'}), 201)['token']}")

    assert done(bob.get(f"/imports/{number}", ledger_id=ledger))["id"] == number
    problem(send(bob, params={"ledger_id": ledger}), 403, "permission_denied")
    problem(bob.post(f"/imports/{number}/commit", params={"ledger_id": ledger}), 403, "permission_denied")
    problem(send(reader), 403, "permission_denied")


def test_an_import_that_nobody_decides_on_is_there_no_more(alice, clock):
    """After a week."""
    number = sent(alice)["id"]

    clock.advance(days=KEPT.days)

    fresh = alice.signed_in("alice")
    problem(fresh.get(f"/imports/{number}"), 404, "import_not_found")
