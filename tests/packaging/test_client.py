"""Other people's clients can be made from docs/openapi.json: one is generated, type-checked, and used."""

import sys
from pathlib import Path

import pytest
from installed import CHECKOUT, Installed, run

pytestmark = pytest.mark.network

ROUND_TRIP = Path(__file__).parent / "round_trip" / "round_trip.py"


@pytest.fixture(scope="module")
def generator(tmp_path_factory: pytest.TempPathFactory) -> Installed:
    """An environment with a generator of clients; it needs other versions of libraries than ours."""
    folder = tmp_path_factory.mktemp("generator") / "venv"
    run([sys.executable, "-m", "venv", folder])
    environment = Installed(folder)
    environment.install("openapi-python-client", "mypy")
    return environment


def test_a_generated_client_passes_the_type_checker_and_keeps_a_book(generator, installed_server, tmp_path):
    """Nothing in the document is beyond the generator, and its client and our server understand each other."""
    book = tmp_path / "book.db"
    config = tmp_path / "config.yml"
    config.write_text("post_hooks: []\n", encoding="utf-8")
    client = tmp_path / "expense_client"
    document = CHECKOUT / "docs" / "openapi.json"
    generate = ["openapi-python-client", "generate", "--fail-on-warning", "--meta", "none"]
    program = tmp_path / ROUND_TRIP.name
    program.write_bytes(ROUND_TRIP.read_bytes())  # beside the client, where it finds it

    generator.run([*generate, "--config", config, "--path", document, "--output-path", client], book)
    generator.run(["mypy", "--strict", client, program], book)
    with installed_server.serving(book) as address:
        said = generator.run(["python", program, address], book)

    assert said == "[('12.50', 'EUR', 'Lunch with Sam')] None expense_not_found\n"
