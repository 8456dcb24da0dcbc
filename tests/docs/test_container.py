"""Dockerfile, docker-compose.yml and what goes with them speak of a project that is there, and keep its secrets."""

import json
import re
import tomllib
from fnmatch import fnmatch
from typing import Any

import pytest
import typer.main
import yaml
from documents import CHECKOUT, blocks

from expense_api import cli as api_command
from expense_api.settings import ApiSettings
from expense_core.cli.app import app

Instruction = tuple[str, str]
SETTINGS = {f"EXPENSE_{name.upper()}" for name in ApiSettings.model_fields}
PATHS = json.loads((CHECKOUT / "docs" / "openapi.json").read_text(encoding="utf-8"))["paths"]
API = {param.name: param for param in typer.main.get_command(api_command.app).params}


def read(name: str) -> str:
    """A file of the checkout."""
    return (CHECKOUT / name).read_text(encoding="utf-8")


def instructions() -> list[Instruction]:
    """Each instruction of the Dockerfile, in capitals, with what follows it."""
    lines = re.sub(r"^#.*\n", "", read("Dockerfile"), flags=re.MULTILINE).replace("\\\n", " ").splitlines()
    return [(word, rest.strip()) for word, _, rest in (line.partition(" ") for line in lines if line)]


def last(word: str) -> str:
    """What follows the last instruction of this name."""
    return [rest for name, rest in instructions() if name == word][-1]


def services() -> dict[str, Any]:
    """The services of docker-compose.yml."""
    services: dict[str, Any] = yaml.safe_load(read("docker-compose.yml"))["services"]
    return services


def command(words: list[str]) -> None:
    """Make sure that `expense` has this command with these options."""
    if words[0] == "api":
        assert {word for word in words[1:] if word.startswith("--")} <= {param.opts[0] for param in API.values()}
        return
    found: Any = typer.main.get_command(app)
    for word in words:
        found = found.commands[word]


def test_the_image_is_built_from_files_that_are_there():
    """And from no others: whatever else is in the checkout, such as a book or a secret, stays out."""
    copied = [
        path for word, rest in instructions() if word == "COPY" and "--from" not in rest for path in rest.split()[:-1]
    ]
    let_in = [line[1:] for line in read(".dockerignore").splitlines() if line.startswith("!")]

    assert all((CHECKOUT / path).exists() for path in copied)
    assert sorted(let_in) == sorted(copied)
    assert "*" in read(".dockerignore").splitlines()
    built_of = tomllib.loads(read("pyproject.toml"))
    needed = {built_of["project"]["readme"], *built_of["project"]["license-files"], "pyproject.toml"}
    needed |= {path.split("/")[0] for path in built_of["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"]}
    needed |= set(built_of["tool"]["hatch"]["build"]["targets"]["wheel"]["force-include"])
    assert needed == set(copied)


def test_the_image_has_the_servers_extra_from_wheels_alone():
    """Nothing is compiled, so that no compiler is needed, and no code of a stranger's runs while it is built."""
    installing = next(rest for word, rest in instructions() if word == "RUN" and "pip install" in rest)
    extras = tomllib.loads(read("pyproject.toml"))["project"]["optional-dependencies"]

    asked = re.search(r'"\.\[([\w,]+)\]"', installing)

    assert asked is not None
    assert set(asked[1].split(",")) <= set(extras)
    assert "--only-binary=:all:" in installing


def test_the_image_is_small_and_runs_as_nobody_of_note():
    """The tools that built it stay behind, and whoever breaks in is not root."""
    stages = [rest for word, rest in instructions() if word == "FROM"]
    python = re.search(r"python:3\.(\d+)-slim", last("ARG"))

    assert len(stages) == 2
    assert python is not None
    assert f"Programming Language :: Python :: 3.{python[1]}" in read("pyproject.toml")
    assert last("USER") == "expense"
    words = [word for word, _ in instructions()]
    assert words.index("USER") > words.index("RUN")
    assert "RUN" not in words[words.index("USER") :]


def test_the_image_serves_where_it_says_and_looks_after_itself():
    """Its command, its port, its health check and its settings are ones that the program has."""
    entry, words = json.loads(last("ENTRYPOINT")), json.loads(last("CMD"))
    check = re.search(r"http://127\.0\.0\.1:(\d+)(/[\w/]+)", last("HEALTHCHECK"))

    assert entry == [*tomllib.loads(read("pyproject.toml"))["project"]["scripts"]]
    assert words[0] == "api"
    assert words[words.index("--host") + 1] == "0.0.0.0"  # noqa: S104 - in a container, where else
    command(words)
    assert check is not None
    assert check[1] == last("EXPOSE") == str(API["port"].default)
    assert check[2] in PATHS
    assert set(re.findall(r"EXPENSE_\w+", last("ENV"))) <= SETTINGS


@pytest.mark.parametrize("name", ["upgrade", "api"])
def test_the_services_are_given_settings_that_there_are(name):
    """A setting that is spelled wrong would be passed over in silence."""
    service = services()[name]

    assert service["build"] == "."
    assert service["environment"].keys() <= SETTINGS
    assert {"EXPENSE_DATABASE_URL", "EXPENSE_SECRET_KEY"} <= service["environment"].keys()
    command([str(word) for word in service["command"]])


def test_the_server_starts_behind_a_database_that_is_well_and_up_to_date():
    """One service upgrades the schema and ends; the server waits for it."""
    found = services()

    assert found["upgrade"]["command"] == ["db", "upgrade"]
    assert found["upgrade"]["depends_on"] == {"database": {"condition": "service_healthy"}}
    assert found["api"]["depends_on"]["upgrade"] == {"condition": "service_completed_successfully"}
    assert found["database"]["healthcheck"]["test"][:2] == ["CMD", "pg_isready"]
    assert found["api"]["ports"][0].endswith(f":{last('EXPOSE')}")


def test_the_database_is_on_a_private_network_and_keeps_what_it_is_told():
    """Nobody reaches it but the server, and its files outlive it."""
    composed = yaml.safe_load(read("docker-compose.yml"))
    database = composed["services"]["database"]

    assert database["networks"] == ["private"]
    assert composed["networks"]["private"] == {"internal": True}
    assert "ports" not in database
    assert {volume.split(":")[0] for volume in database["volumes"]} == composed["volumes"].keys()
    url = composed["services"]["api"]["environment"]["EXPENSE_DATABASE_URL"]
    user, name = database["environment"]["POSTGRES_USER"], database["environment"]["POSTGRES_DB"]
    assert re.fullmatch(rf"postgresql\+psycopg2://{user}:\$\{{.*\}}@database/{name}", url)


def test_what_is_taken_from_outside_is_explained_and_secrets_have_no_default():
    """`.env.example` names each variable, and `.env` itself goes into no repository and no image."""
    composed = read("docker-compose.yml")
    taken = dict(re.findall(r"\$\{(\w+):([-?])", composed))
    explained = re.findall(r"^#?([A-Z_]+)=(.*)$", read(".env.example"), re.MULTILINE)

    assert taken.keys() == {name for name, _ in explained}
    assert {name for name, value in explained if not value} == {"POSTGRES_PASSWORD", "EXPENSE_SECRET_KEY"}
    assert {name for name, how in taken.items() if how == "?"} == {"POSTGRES_PASSWORD", "EXPENSE_SECRET_KEY"}
    assert ".env" in read(".gitignore").splitlines()
    assert not any(fnmatch(".env", line[1:]) for line in read(".dockerignore").splitlines() if line.startswith("!"))


def test_a_proxy_lets_through_whatever_the_server_takes():
    """A file that the server would take is not refused in front of it: of itself nginx takes a megabyte."""
    nginx = next(block.text for block in blocks(CHECKOUT / "docs" / "operating.md", "nginx"))
    sizes = dict(re.findall(r"location ~? *(\S+) \{(?:[^}]*client_max_body_size (\w+);)?", nginx))

    uploads = [
        path
        for path, methods in PATHS.items()
        if "multipart/form-data" in methods.get("post", {}).get("requestBody", {}).get("content", {})
    ]

    wide = [at for at, size in sizes.items() if size == f"{ApiSettings.model_fields['upload_limit'].default >> 20}m"]
    assert len(uploads) == 2
    assert [path for path in uploads if not any(re.match(at, path) for at in wide)] == []
