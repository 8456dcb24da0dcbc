"""What is handed out is complete, is no more than that, and keeps a book where the checkout is not."""

import json
import re
import tarfile
import tomllib
from email.message import Message
from email.parser import HeaderParser
from pathlib import Path
from zipfile import ZipFile

import pytest
from installed import CHECKOUT, Installed, build

pytestmark = pytest.mark.network

KEEP_A_BOOK = """
import sys
import expense_core
from expense_core import CategoryCreate, Database, ExpenseCreate, UserCreate
from expense_core import categories, expenses, ledgers, reports, users

assert expense_core.__file__.startswith(sys.prefix), expense_core.__file__
with Database(sys.argv[1]) as db:
    db.upgrade()
    db.check()
    with db.transaction() as session:
        new = UserCreate(username="alice", email="alice@example.org", password="correct horse battery")
        alice = users.register(session, new, rounds=4)
        book = ledgers.open(session, alice)
        food = categories.create(session, book, CategoryCreate(name="Food"))
        lunch = ExpenseCreate(amount="12.50", currency="EUR", description="Lunch", category_id=food.id)
        expenses.record(session, book, lunch)
    db.upgrade()
    with db.reading() as session:
        for row in reports.spending(session, book, by=("month", "category")).rows:
            print(row.category, row.total, row.currency)
"""


def contents(wheel: Path) -> dict[str, bytes]:
    """Every file in a wheel."""
    with ZipFile(wheel) as file:
        return {name: file.read(name) for name in file.namelist()}


def metadata(wheel: Path) -> Message:
    """What the wheel says of itself."""
    with ZipFile(wheel) as file:
        name = next(name for name in file.namelist() if name.endswith(".dist-info/METADATA"))
        return HeaderParser().parsestr(file.read(name).decode())


def distribution(requirement: str) -> str:
    """The name in a requirement such as "pytest>=9"."""
    return re.split(r"[^\w.-]", requirement, maxsplit=1)[0].lower().replace("_", "-")


def test_the_wheel_holds_the_three_packages_and_nothing_else(wheel):
    """Tests, benchmarks and compiled files stay at home."""
    names = contents(wheel)

    folders = {name.split("/")[0] for name in names}

    assert {folder for folder in folders if not folder.endswith(".dist-info")} == {
        "expense_api",
        "expense_core",
        "expense_tui",
    }
    assert not [name for name in names if name.endswith((".pyc", ".pyo")) or "test" in name]


def test_the_wheel_holds_every_file_of_the_packages_every_migration_and_the_licence(wheel):
    """What is no Python is easily forgotten, since nothing fails without it in a checkout."""
    names = contents(wheel)
    homes = {CHECKOUT / "src": Path(), CHECKOUT / "migrations": Path("expense_core", "_migrations")}

    wanted = {
        (place / path.relative_to(folder)).as_posix()
        for folder, place in homes.items()
        for path in folder.rglob("*.*")
        if path.is_file() and "__pycache__" not in path.parts
    }

    assert {f"expense_{package}/py.typed" for package in ("core", "api", "tui")} <= wanted
    assert "expense_core/_migrations/env.py" in wanted
    assert wanted <= names.keys()
    assert any(name.endswith(".dist-info/licenses/LICENSE") for name in names)


def test_the_sdist_and_the_checkout_build_the_same_wheel(wheel, tmp_path):
    """Whoever builds from the sdist, as distributions do, hands out the same files."""
    build(tmp_path, "--wheel")

    from_checkout = next(tmp_path.glob("*.whl"))

    assert contents(from_checkout) == contents(wheel)


def test_the_sdist_can_be_worked_on(sdist):
    """It holds the tests, the migrations and every developer's command."""
    with tarfile.open(sdist) as file:
        names = {name.split("/", 1)[1] for name in file.getnames() if "/" in name}

    assert {"noxfile.py", "alembic.ini", "migrations/env.py", "tests/conftest.py", "README.md", "LICENSE"} <= names
    assert not [name for name in names if name.startswith((".venv", ".nox", ".git/"))]


def test_the_wheel_asks_its_users_for_no_tool_of_its_developers(wheel):
    """Only what the packages import is installed with them."""
    groups = tomllib.loads((CHECKOUT / "pyproject.toml").read_text(encoding="utf-8"))["dependency-groups"]
    tools = {distribution(one) for group in groups.values() for one in group if isinstance(one, str)}
    tools.remove("textual")  # which the group only pins, for its pictures

    asked = {distribution(requirement) for requirement in metadata(wheel).get_all("Requires-Dist", [])}

    assert "sqlmodel" in asked
    assert not asked & tools


def test_each_front_end_has_an_extra_and_all_has_every_one(wheel):
    """`pip install 'expense-core[all]'` brings what `[api]` and `[tui]` bring; `[redis]` is for many workers alone."""
    asked = metadata(wheel).get_all("Requires-Dist", [])
    extras = metadata(wheel).get_all("Provides-Extra", [])

    brought = {extra: {distribution(line) for line in asked if f"extra == '{extra}'" in line} for extra in extras}

    assert brought.keys() == {"api", "tui", "all", "redis"}
    assert brought["api"]
    assert brought["tui"]
    assert brought["all"] == brought["api"] | brought["tui"]


def test_a_book_is_kept_with_the_installed_library(installed: Installed, tmp_path):
    """The migrations travel inside the wheel: a book is made, upgraded and read with no checkout at hand."""
    book = tmp_path / "book.db"

    said = installed.run(["python", "-W", "error", "-c", KEEP_A_BOOK, f"sqlite:///{book}"], book)

    assert said.splitlines() == ["Food 12.50 EUR"]


def test_a_book_is_kept_with_the_installed_command(installed: Installed, tmp_path):
    """The same from a shell."""
    book = tmp_path / "book.db"

    installed.run(["expense", "db", "upgrade"], book)
    installed.run(["expense", "add", "12.50 EUR Lunch with Sam @Food"], book)
    installed.run(["expense", "db", "check"], book)
    listed = json.loads(installed.run(["expense", "list", "--format", "json"], book))

    assert [(row["amount"], row["description"], row["category"]) for row in listed] == [
        ("12.50", "Lunch with Sam", "Food")
    ]


def test_the_server_comes_with_its_extra(installed: Installed, installed_server: Installed, tmp_path):
    """`pip install 'expense-core[api]'` is what `expense api` needs, and what it says where it is missing."""
    book = tmp_path / "book.db"

    with pytest.raises(AssertionError, match=r"pip install 'expense-core\[api\]'"):
        installed.run(["expense", "api"], book)
    assert "--workers" in installed_server.run(["expense", "api", "--help"], book)
    with pytest.raises(AssertionError, match=r"pip install 'expense-core\[tui\]'"):
        installed_server.run(["expense", "tui"], book)


def test_a_strangers_front_end_and_statement_reader_are_used_as_ours_are(installed: Installed, tmp_path):
    """Installing a package that names itself in the entry-point groups is all it takes."""
    book = tmp_path / "book.db"
    installed.run(["expense", "add", "12.50 EUR Lunch"], book)
    assert "tally" not in installed.run(["expense", "--help"], book)

    installed.install(CHECKOUT / "tests" / "packaging" / "foreign")

    assert re.search(r"tally\s+Count what is in the book", installed.run(["expense", "--help"], book))
    assert installed.run(["expense", "tally"], book) == "1 expenses, 12.50 EUR\n"
    jotted = tmp_path / "trip.txt"
    jotted.write_text("JOTTED\n2026-11-03 3.20 Coffee\n", encoding="utf-8")
    assert "Imported 1 of 1 row, " in installed.run(["expense", "import", str(jotted)], book)
    assert installed.run(["expense", "tally"], book) == "2 expenses, 15.70 EUR\n"
