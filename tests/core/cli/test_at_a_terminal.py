"""The command at a terminal: what it asks a person, what it shows meanwhile, and Ctrl-C."""

from __future__ import annotations

import json
import re

import pytest
from terminal import Terminal, run

from expense_core import Database, users

PASSWORD = "correct horse battery"
HEADER = "Date,Description,Amount\n"

pytestmark = pytest.mark.usefixtures("book")


@pytest.fixture
def file(home):
    """Write a statement; its name."""

    def write(rows, header=HEADER):
        (home / "file.csv").write_text(header + rows, encoding="utf-8")
        return "file.csv"

    return write


def by_turns(dialogue):
    """What is shown and what is typed then."""
    return zip(dialogue[::2], dialogue[1::2], strict=True)


def rows(expense):
    """What is in the book."""
    exported = json.loads(expense("export", "--format", "json").out)
    return [(row["spent_on"], row["amount"], row["currency"]) for row in exported]


CONFIRM = "? [Y/n]: "
ORDER, MARK, SPENT = "Order [dmy/mdy]: ", "Mark [./,]: ", "Are they money spent? [yes/no]: "


@pytest.mark.parametrize(
    ("content", "dialogue", "imported"),
    [
        ("3/4/2026,Tea,-1.50\n", [ORDER, "dmy"], ("2026-04-03", "1.50", "EUR")),
        ("3/4/2026,Tea,-1.50\n", [ORDER, "ymd", "Answer dmy or mdy.", "", ORDER, "mdy"], ("2026-03-04", "1.50", "EUR")),
        ("2026-10-05,Tea,1.50\n", [SPENT, "perhaps", SPENT, "yes"], ("2026-10-05", "1.50", "EUR")),
        ("2026-10-05,Tea,-1.500\n2026-10-04,Cake,2.500\n", [MARK, ","], ("2026-10-05", "1500.00", "EUR")),
        ("3/4/2026,Tea,1.50\n", [ORDER, "dmy", SPENT, "yes"], ("2026-04-03", "1.50", "EUR")),
        ("2026-10-05,Tea,-kr 1.50\n", ["Currency [", "NOK"], ("2026-10-05", "1.50", "NOK")),
    ],
)
def test_what_a_file_does_not_say_is_asked(book, file, content, dialogue, imported):
    """Until the answer is one of those that there are; one question may follow another."""
    with Terminal("import", file(content)) as terminal:
        for shown, typed in by_turns(dialogue):
            terminal.wait_for(shown)
            terminal.type(typed)
        terminal.wait_for(CONFIRM)
        terminal.type("")
        terminal.wait_for("Imported 1 of")
        code = terminal.finish()

    assert code == 0
    assert rows(book) == [imported]


def test_no_means_that_positive_amounts_came_in(book, file):
    """The other answer is as good."""
    with Terminal("import", file("2026-10-05,Salary,1.50\n")) as terminal:
        terminal.wait_for("[yes/no]: ")
        terminal.type("no")
        terminal.wait_for("Left out 1 row of money in")
        code = terminal.finish()

    assert code == 0
    assert rows(book) == []


def test_a_column_that_is_not_recognised_is_asked_for(book, file):
    """By name or number; what is no answer is asked again."""
    with Terminal("import", file("2026-10-05,1.50,2.50\n", "Tag,Spalte,Reihe\n"), "--invert") as terminal:
        terminal.wait_for("ROLE=COLUMN,...: ")
        terminal.type("nonsense")
        terminal.wait_for("'nonsense' is not ROLE=COLUMN")
        terminal.wait_for("ROLE=COLUMN,...: ")
        terminal.type("amount=3")
        terminal.wait_for(CONFIRM)
        terminal.type("y")
        code = terminal.finish()

    assert code == 0, terminal.shown
    assert rows(book) == [("2026-10-05", "2.50", "EUR")]


def test_words_for_the_direction_are_asked_for(book, file):
    """Those that are not known."""
    content = "2026-10-05,Tea,1.50,blub\n2026-10-06,Salary,2.50,blab\n"

    with Terminal("import", file(content, "Date,Description,Amount,Direction\n")) as terminal:
        terminal.wait_for("WORD,...: ")
        terminal.type("blub")
        terminal.wait_for(CONFIRM)
        terminal.type("")
        code = terminal.finish()

    assert code == 0, terminal.shown
    assert rows(book) == [("2026-10-05", "1.50", "EUR")]


@pytest.mark.parametrize(("answer", "count"), [("y", 2), ("n", 1), ("", 1)])
def test_what_may_be_in_the_book_already_is_asked_about(book, file, answer, count):
    """It is shown beside the expense that it may be; whoever just presses Enter leaves it out."""
    book("add", "1.50 Breakfast 2026-10-04")

    with Terminal("import", file("2026-10-05,Tea,-1.50\n")) as terminal:
        terminal.wait_for("Breakfast")
        terminal.wait_for("Take this row too? [y/N]: ")
        terminal.type(answer)
        if answer == "y":
            terminal.wait_for("Import 1 expense, €1.50? [Y/n]: ")
            terminal.type("")
        terminal.wait_for("Imported")
        code = terminal.finish()

    assert code == 0, terminal.shown
    assert len(rows(book)) == count


def test_whoever_does_not_answer_has_imported_nothing(book, file):
    """Ctrl-C at a question."""
    with Terminal("import", file("3/4/2026,Tea,-1.50\n")) as terminal:
        terminal.wait_for("Order [dmy/mdy]: ")
        code = terminal.interrupt()

    assert code == 1
    assert "Aborted" in terminal.shown
    assert rows(book) == []


def test_nobody_is_asked_where_nobody_is(file):
    """A pipe gets the question as a message, with the option that answers it."""
    ended = run("import", file("3/4/2026,Tea,-1.50\n"))

    assert (ended.returncode, ended.stdout) == (1, "")
    assert "--date-order dmy or mdy" in ended.stderr


def test_a_long_import_shows_how_far_it_is_and_ctrl_c_takes_it_back(book, file):
    """130 is the exit code; the book is as it was, and not locked."""
    book("add", "5 Tea 2026-11-04")
    before = rows(book)
    many = "".join(f"2026-10-05,Row {number},-1.00\n" for number in range(60_000))

    with Terminal("import", file(many), "--yes") as terminal:
        terminal.wait_for("Importing")
        terminal.wait_for("/60000")
        code = terminal.interrupt()

    assert code == 130
    assert terminal.shown.rstrip().endswith("expense: interrupted; a change that was not finished was not saved")
    assert rows(book) == before
    assert book("add", "6 Cake").code == 0


def test_the_progress_bar_is_gone_at_the_end(book, file):
    """What is left on the screen is the report."""
    with Terminal("import", file("2026-10-05,Tea,-1.50\n")) as terminal:
        terminal.wait_for(CONFIRM)
        terminal.type("")
        code = terminal.finish()

    assert code == 0
    assert terminal.shown.rstrip().splitlines()[-1].endswith("`expense undo 1` takes it all back")


def test_a_table_fits_the_terminal(book):
    """A long description goes on in the next line; amounts are never cut."""
    book("add", "5 " + "Tea and cake " * 20)

    with Terminal("list") as terminal:
        code = terminal.finish()

    assert code == 0
    assert max(map(len, re.sub(r"\x1b\[[\d;]*m", "", terminal.shown).splitlines())) <= 80
    assert terminal.shown.count("cake") == 20
    assert "€5.00" in terminal.shown


def test_a_password_is_asked_for_twice_and_not_shown(sqlite_url):
    """As is the address, which is shown; two that differ are asked for again."""
    with Terminal("user", "create", "bob") as terminal:
        terminal.wait_for("Email: ")
        terminal.type("bob@example.org")
        for prompt, typed in (
            ("Password: ", PASSWORD),
            ("Repeat for confirmation: ", "something else"),
            ("Password: ", PASSWORD),
            ("Repeat for confirmation: ", PASSWORD),
        ):
            terminal.wait_for(prompt)
            terminal.type(typed)
        terminal.wait_for("Created bob")
        code = terminal.finish()

    assert code == 0
    assert PASSWORD not in terminal.shown
    with Database(sqlite_url) as database, database.reading() as session:
        assert users.authenticate(session, "bob", PASSWORD).email == "bob@example.org"


def test_ctrl_c_at_a_question_changes_nothing(book):
    """What would be purged is still in the trash."""
    book("add", "5 Tea")
    book("delete", "1")

    with Terminal("purge") as terminal:
        terminal.wait_for("[y/N]: ")
        code = terminal.interrupt()

    assert code == 1
    assert "Tea" in book("trash").out


def test_what_would_come_in_is_shown_before_it_does(book, file):
    """Whoever says no has imported nothing, and has given no answer that lasts."""
    with Terminal("import", file("3/4/2026,Tea,-1.50\n")) as terminal:
        terminal.wait_for(ORDER)
        terminal.type("dmy")
        terminal.wait_for("2026-04-03")
        terminal.wait_for("Would import 1 of 1 row, €1.50")
        terminal.wait_for("Import 1 expense, €1.50? [Y/n]: ")
        terminal.type("n")
        code = terminal.finish()

    assert code == 1
    assert rows(book) == []
    assert book("profile", "list").err == "Nothing was answered yet.\n"


def test_a_question_is_asked_once_for_all_files_of_a_shape(book, file):
    """And a command that prints JSON does not ask whether to import."""
    with Terminal("import", file("3/4/2026,Tea,-1.50\n")) as terminal:
        terminal.wait_for(ORDER)
        terminal.type("dmy")
        terminal.wait_for(CONFIRM)
        terminal.type("")
        terminal.wait_for("Remembered for files like this one: --date-order dmy")
        first = terminal.finish()
    with Terminal("import", file("5/4/2026,Tea,-1.50\n"), "--format", "json") as terminal:
        terminal.wait_for("As you answered before")
        second = terminal.finish()

    assert (first, second) == (0, 0)
    assert rows(book) == [("2026-04-03", "1.50", "EUR"), ("2026-04-05", "1.50", "EUR")]


def test_what_is_ambiguous_is_refused_where_nobody_is_to_be_asked(book, file):
    """Nothing is guessed; what may be in the book already is left."""
    book("add", "1.50 Breakfast 2026-10-04")
    with Terminal("import", file("3/4/2026,Tea,-1.50\n"), "--yes") as terminal:
        refused = terminal.finish()
    with Terminal("import", file("2026-10-05,Tea,-1.50\n"), "-y") as terminal:
        left = terminal.finish()

    assert (refused, left) == (1, 0)
    assert "Left out 1 row that may be in the book already" in terminal.shown
    assert len(rows(book)) == 1
