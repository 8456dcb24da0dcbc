"""`expense demo`: somebody who just looks around has a full book, and no book of theirs is touched."""

import json


def test_the_demo_is_a_book_of_its_own_that_can_be_made_again(book, home):
    """Three years of expenses, listed under one heading; what was tried out is gone when it is made anew."""
    made = book("demo")
    added = book("--demo", "add", "4.80 Cappuccino with a friend")
    listed = book("--demo", "list", "--limit", "600")
    again = book("demo")

    assert made.code == 0
    assert made.out.startswith("Made a demo book of ")
    assert str(home / ".local" / "share" / "expense" / "demo.db") in made.out
    assert "expense --demo report --by year,category" in made.out
    assert added.code == 0
    rows = listed.out.splitlines()
    assert len(rows) == 601
    assert [number for number, row in enumerate(rows) if "description" in row] == [0]
    assert again.out == made.out
    assert json.loads(book("--demo", "list", "a friend", "-f", "json").out) == []
    assert book("list", "--format", "csv").out.count("\n") == 1


def test_there_is_no_demo_book_until_it_is_made(book):
    """The refusal names the command that makes it."""
    ran = book("--demo", "list")

    assert (ran.code, ran.err) == (1, "expense: there is no demo book yet; `expense demo` makes one\n")
