"""The HTTP server as its clients meet it: in this process, which is quick, or as a program of its own.

Whoever calls, every answer is looked at as it passes: it carries what every answer carries, and one that refuses is a
problem of RFC 9457 that tells nothing of the server's insides.
"""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import httpx
from anyio.from_thread import start_blocking_portal
from conftest import FASTEST_ROUNDS, PASSWORD
from terminal import COMMAND

from expense_api.app import create_app
from expense_api.settings import ApiSettings

API = "/api/v1"
SECRET = "a secret for tests alone that is long enough"
MANY = "1000000/minute"
"""A rate that no test reaches."""

_INSIDES = re.compile(
    r"Traceback|File \"|site-packages|sqlalchemy|sqlite3|psycopg|pydantic|SELECT |INSERT |UPDATE |DELETE FROM|\$bcrypt"
)
_MEMBERS = {"type": str, "title": str, "status": int, "detail": str, "code": str, "request_id": str}
_PATIENCE = 60.0

Send = Callable[..., httpx.Response]


def settings(database_url: str, **chosen: Any) -> ApiSettings:
    """The settings of a server for tests: passwords cost little, and nobody comes too often."""
    given = {
        "secret_key": SECRET,
        "bcrypt_rounds": FASTEST_ROUNDS,
        "sign_ins_per_account": MANY,
        "sign_ins_per_address": MANY,
    }
    return ApiSettings(_env_file=None, database_url=database_url, **given | chosen)


class Client:
    """Somebody who calls a server; with a token, once they have signed in."""

    def __init__(self, send: Send, *, base: str = API, **headers: str) -> None:
        self._send = send
        self._base = base
        self.headers = {name.replace("_", "-"): value for name, value in headers.items()}
        self.username = ""
        self.id = 0
        self.refresh_token = ""

    def but(self, *, base: str | None = None, **headers: str | None) -> Client:
        """The same with other headers; None takes one away."""
        changed = {name.replace("_", "-"): value for name, value in headers.items()}
        kept = {name: value for name, value in self.headers.items() if name.lower() not in changed}
        kept |= {name: value for name, value in changed.items() if value is not None}
        other = Client(self._send, base=self._base if base is None else base, **kept)
        other.username, other.id, other.refresh_token = self.username, self.id, self.refresh_token
        return other

    def request(self, method: str, path: str, **options: Any) -> httpx.Response:
        """Call; every answer has to be sound."""
        headers = self.headers | (options.pop("headers", None) or {})
        answer = self._send(method, self._base + path, headers=headers, **options)
        assert_sound(answer)
        return answer

    def get(self, path: str, **params: Any) -> httpx.Response:
        """GET, with a query."""
        return self.request("GET", path, params=params or None)

    def post(self, path: str, json: Any = None, **options: Any) -> httpx.Response:
        """POST of JSON."""
        return self.request("POST", path, **_body(json), **options)

    def post_text(self, path: str, text: str | bytes, **headers: str) -> httpx.Response:
        """POST of JSON that is written like this."""
        sent = {"Content-Type": "application/json"} | {name.replace("_", "-"): one for name, one in headers.items()}
        return self.request("POST", path, content=text, headers=sent)

    def put(self, path: str, json: Any = None, **options: Any) -> httpx.Response:
        """PUT of JSON."""
        return self.request("PUT", path, **_body(json), **options)

    def patch(self, path: str, json: Any = None, **options: Any) -> httpx.Response:
        """PATCH of JSON."""
        return self.request("PATCH", path, **_body(json), **options)

    def delete(self, path: str, json: Any = None, **options: Any) -> httpx.Response:
        """DELETE, perhaps with JSON."""
        return self.request("DELETE", path, **_body(json), **options)

    def register(self, username: str) -> httpx.Response:
        """Register somebody under this name, with the password of all tests."""
        return self.post(
            "/auth/register", {"username": username, "email": f"{username}@example.org", "password": PASSWORD}
        )

    def login(self, username: str, password: str = PASSWORD) -> httpx.Response:
        """Sign in."""
        return self.post("/auth/login", data={"username": username, "password": password})

    def signed_in(self, username: str, password: str = PASSWORD) -> Client:
        """The same caller as somebody who is registered."""
        tokens = done(self.login(username, password))
        caller = self.but(authorization=f"Bearer {tokens['access_token']}")
        caller.username, caller.refresh_token = username, tokens["refresh_token"]
        caller.id = done(caller.get("/users/me"))["id"]
        return caller

    def signed_up(self, username: str) -> Client:
        """The same caller as somebody who has just registered."""
        done(self.register(username), 201)
        return self.signed_in(username)

    def record(self, **given: Any) -> dict[str, Any]:
        """Record an expense of 12.50 for lunch, where nothing else is given."""
        return done(self.post("/expenses", {"amount": "12.50", "description": "Lunch"} | given), 201)

    def create(self, name: str) -> dict[str, Any]:
        """Make a category."""
        return done(self.post("/categories", {"name": name}), 201)

    def expenses(self, **query: Any) -> list[dict[str, Any]]:
        """The expenses on the first page of a list."""
        return done(self.get("/expenses", **{"limit": 500} | query))["items"]


def done(answer: httpx.Response, status: int = 200) -> Any:
    """What was answered to a call that has to go well."""
    assert answer.status_code == status, answer.text
    return answer.json() if answer.content else None


def problem(answer: httpx.Response, status: int, code: str | None = None) -> dict[str, Any]:
    """The problem with which a call has to be refused."""
    assert answer.status_code == status, answer.text
    told: dict[str, Any] = answer.json()
    assert code in {told["code"], None}, told
    return told


def pointers(answer: httpx.Response) -> dict[str, str]:
    """Where an input was wrong, with the code of what was."""
    return {one["pointer"]: one["code"] for one in problem(answer, 422)["errors"]}


def assert_sound(answer: httpx.Response) -> None:
    """Make sure of what every answer has in common."""
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert re.fullmatch(r"[\w.-]{1,64}", answer.headers["x-request-id"])
    if answer.is_success:
        return
    assert answer.status_code != 500, answer.text
    if answer.status_code < 400 or answer.request.method == "HEAD":
        return
    assert answer.headers["content-type"] == "application/problem+json", answer.text
    told = answer.json()
    assert {name: type(told.get(name)) for name in _MEMBERS} == _MEMBERS
    assert (told["status"], told["request_id"]) == (answer.status_code, answer.headers["x-request-id"])
    for one in told.get("errors", ()):
        assert {name: type(value) for name, value in one.items()} == {"pointer": str, "code": str, "detail": str}
    assert not _INSIDES.search(answer.text), answer.text
    assert ("www-authenticate" in answer.headers) == (answer.status_code == 401)
    assert ("retry-after" in answer.headers) == (answer.status_code in {429, 503} or told["code"] == "request_running")


class InProcess:
    """The app in an event loop of a thread of its own, called without a network."""

    def __init__(self, chosen: ApiSettings, **more: Any) -> None:
        self.app = create_app(chosen, **more)
        self._open = ExitStack()

    def __enter__(self) -> Self:
        self._portal = self._open.enter_context(start_blocking_portal())
        life = self.app.router.lifespan_context(self.app)
        self._open.enter_context(self._portal.wrap_async_context_manager(life))
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._open.__exit__(kind, error, at)

    def client(self, *, address: str = "192.0.2.7", base: str = API, **headers: str) -> Client:
        """Somebody who calls from this network address."""
        transport = httpx.ASGITransport(self.app, client=(address, 50_000))
        caller = httpx.AsyncClient(transport=transport, base_url="http://server")
        self._open.callback(self._portal.call, caller.aclose)
        return Client(lambda *a, **k: self._portal.call(partial(caller.request, *a, **k)), base=base, **headers)


class Process:
    """`expense api` as a program of its own, on a free port of this machine."""

    def __init__(self, folder: Path, database_url: str, *options: str, **environment: str) -> None:
        self.port = _free_port()
        self.log_file = folder / f"server-{self.port}.log"
        self._folder = folder
        self._options = options
        self._environment = {
            "EXPENSE_DATABASE_URL": database_url,
            "EXPENSE_SECRET_KEY": SECRET,
            "EXPENSE_BCRYPT_ROUNDS": str(FASTEST_ROUNDS),
            "EXPENSE_SIGN_INS_PER_ACCOUNT": MANY,
            "EXPENSE_SIGN_INS_PER_ADDRESS": MANY,
        } | environment
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def address(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def log(self) -> str:
        """All that it has logged."""
        return self.log_file.read_text(encoding="utf-8")

    def start(self) -> None:
        """Start it, and wait until it answers."""
        with self.log_file.open("ab") as log:
            self._process = subprocess.Popen(
                [*COMMAND, "api", "--port", str(self.port), *self._options],
                cwd=self._folder,
                env=os.environ | self._environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        deadline = time.monotonic() + _PATIENCE
        while not self._answers():
            assert self._process.poll() is None, self.log
            assert time.monotonic() < deadline, self.log
            time.sleep(0.05)

    def terminate(self) -> None:
        """Ask it to end."""
        self._signal(signal.SIGTERM)

    def wait(self) -> int:
        """Its exit code, once it has ended."""
        assert self._process is not None
        return self._process.wait(_PATIENCE)

    def kill(self) -> None:
        """End it and its workers without a word."""
        if self._process is not None and self._process.poll() is None:
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait(_PATIENCE)

    def _signal(self, number: signal.Signals) -> None:
        assert self._process is not None
        self._process.send_signal(number)

    def _answers(self) -> bool:
        try:
            return httpx.get(f"{self.address}/health/live", trust_env=False).is_success
        except httpx.TransportError:
            return False

    @contextmanager
    def connected(self, *, base: str = API, timeout: float = _PATIENCE, **headers: str) -> Iterator[Client]:
        """Somebody who calls it over the network."""
        with httpx.Client(base_url=self.address, timeout=timeout, trust_env=False) as caller:
            yield Client(caller.request, base=base, **headers)


def _free_port() -> int:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        port: int = listening.getsockname()[1]
        return port


def _body(json: Any) -> dict[str, Any]:
    return {} if json is None else {"json": json}
