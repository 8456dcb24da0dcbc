"""Every developer's command: `nox -l` lists them, `nox` runs what a change has to pass, `nox -s tests` one of them."""

import os
import sys
from pathlib import Path

import nox

nox.needs_version = ">=2025.10.14"
nox.options.default_venv_backend = "uv|virtualenv"
nox.options.reuse_existing_virtualenvs = True
nox.options.download_python = "never"

PYPROJECT = nox.project.load_toml("pyproject.toml")
PYTHONS = nox.project.python_versions(PYPROJECT)
SECONDS_TO_CLEAN_UP = 20.0
"""How long an interrupted run may take to stop the database server that it started."""


def install(session: nox.Session, *groups: str, project: str | None = None) -> None:
    """Install dependency groups of pyproject.toml and, where its path is given, the project in place."""
    editable = [] if project is None else ["--editable", project]
    session.install(*nox.project.dependency_groups(PYPROJECT, *groups), *editable)


@nox.session
def lint(session: nox.Session) -> None:
    """Check style and formatting with ruff; `ruff check --fix` and `ruff format` mend most of it."""
    install(session, "lint")
    session.run("ruff", "check")
    session.run("ruff", "format", "--check")


@nox.session
def types(session: nox.Session) -> None:
    """Check the types of every package with mypy, strictly."""
    install(session, "types", project=".[all]")
    session.run("mypy")


@nox.session
def imports(session: nox.Session) -> None:
    """Check which package may import which, with import-linter."""
    install(session, "imports")
    session.run("lint-imports", "--no-logo", env={"PYTHONPATH": "src"})


def run_tests(session: nox.Session, *chosen: str) -> None:
    """Run pytest, with more tests at once than there are processors: some wait for a server, or for the screen."""
    install(session, "test", project=".[all,redis]")
    session.run(
        "pytest",
        f"--numprocesses={2 * (os.cpu_count() or 1)}",
        *chosen,
        interrupt_timeout=SECONDS_TO_CLEAN_UP,
        terminate_timeout=SECONDS_TO_CLEAN_UP,
    )


@nox.session
def tests(session: nox.Session) -> None:
    """Run the tests; arguments after `--` go to pytest instead."""
    run_tests(session, *(session.posargs or ["-m", "not network"]))


@nox.session(default=False)
def coverage(session: nox.Session) -> None:
    """Run the core's own tests, in half as much time again, and see that they reach every branch of it."""
    run_tests(session, "tests/core", "--cov", "--cov-report=term")


for version in PYTHONS:
    nox.session(python=version, name=f"tests-{version}", default=False)(tests.func)


@nox.session(default=False, venv_backend="none")
def dev(session: nox.Session) -> None:
    """Make .venv an environment to work in: the project in place, and every tool."""
    session.run(sys.executable, "-m", "venv", ".venv")
    python = Path(".venv", "Scripts" if os.name == "nt" else "bin", "python")
    tools = nox.project.dependency_groups(PYPROJECT, "dev")
    session.run(str(python), "-m", "pip", "install", "--quiet", *tools, "--editable", ".[all,redis]")


@nox.session
def wheel(session: nox.Session) -> None:
    """Build the wheel and the sdist, install the wheel elsewhere, and run the tests that keep a book with it there."""
    install(session, "packaging")
    # The fixtures above this folder are for tests of a project that is installed here, which it is not.
    session.run("pytest", "--confcutdir=tests/packaging", "-m", "network", "tests/packaging", *session.posargs)


@nox.session(default=False)
def bench(session: nox.Session) -> None:
    """Measure the speed that is claimed, each figure beside its floor; arguments after `--` go to the benchmark."""
    install(session, "test", project=".[all]")
    session.run("python", "-m", "bench", *session.posargs)


@nox.session(default=False)
def fuzz(session: nox.Session) -> None:
    """Give the statement readers what atheris thinks of, for ten minutes; see tests/fuzz/readers.py for arguments."""
    install(session, "fuzz", project=".")
    found = session.create_tmp()
    seeds = ["tests/fuzz/seeds", "tests/core/statements/banks"]
    options = ["-max_total_time=600", "-timeout=20", "-rss_limit_mb=600", "-max_len=6000", f"-artifact_prefix={found}/"]
    command = ["python", "tests/fuzz/readers.py", *options, *session.posargs, found, *seeds]
    session.run(*command, env={"PYTHONPATH": "tests"})


@nox.session(default=False)
def openapi(session: nox.Session) -> None:
    """Write docs/openapi.json anew, as the server describes itself; a test fails while it is another."""
    install(session, project=".[api]")
    described = session.run("python", "-m", "expense_api.openapi", silent=True)
    Path("docs", "openapi.json").write_text(str(described), encoding="utf-8")
