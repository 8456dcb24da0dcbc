"""The wheel and the sdist, built once, and a virtual environment outside the checkout to install the wheel in."""

import sys
from pathlib import Path

import pytest
from installed import Installed, build, run


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the sdist made from the checkout, and the wheel made from that sdist."""
    folder = tmp_path_factory.mktemp("built")
    build(folder)
    return folder


@pytest.fixture(scope="session")
def wheel(built: Path) -> Path:
    """The wheel."""
    return next(built.glob("*.whl"))


@pytest.fixture(scope="session")
def sdist(built: Path) -> Path:
    """The sdist."""
    return next(built.glob("*.tar.gz"))


@pytest.fixture(scope="session")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Installed:
    """An environment outside the checkout, with the wheel and what it depends on."""
    folder = tmp_path_factory.mktemp("elsewhere") / "venv"
    run([sys.executable, "-m", "venv", folder])
    environment = Installed(folder)
    environment.install(wheel)
    return environment


@pytest.fixture(scope="session")
def installed_server(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Installed:
    """Another one, with the wheel and what its server depends on."""
    folder = tmp_path_factory.mktemp("server") / "venv"
    run([sys.executable, "-m", "venv", folder])
    environment = Installed(folder)
    environment.install(f"{wheel}[api]")
    return environment
