"""A server, and the way there: what is sent and answered, again where that is safe, and never to another host."""

from __future__ import annotations

import asyncio
import ipaddress
import json
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from http import HTTPStatus
from io import FileIO
from pathlib import Path
from time import monotonic, sleep
from typing import Any

import httpx

from expense_core.errors import AuthenticationFailed, DatabaseUnavailable, Invalid, RequestRunning, StatementUnreadable
from expense_tui.backends import Progress
from expense_tui.backends.refusals import error_of
from expense_tui.backends.unanswered import Unanswered

API = "/api/v1"
USER_AGENT = "expense tui"

_TIMEOUT = httpx.Timeout(60.0, connect=10.0)
_SOON = 20.0
"""Seconds for signing in and renewing: a lost answer can be asked for again only within a minute."""
_LONG = 600.0
"""Seconds for a file to be looked through, or to come in."""
_BROKEN_OFF = (httpx.ReadError, httpx.WriteError, httpx.CloseError, httpx.RemoteProtocolError)
"""What comes of a connection that was cut, perhaps while it lay idle."""
_EVERY = 0.1
"""Seconds, in which somebody who does not want to wait for an answer is asked."""
_PAUSE = 0.25
_MOST_PAUSES = 20
"""How often a request is asked after that is still being carried out: for five seconds."""

Sent = Mapping[str, Any]  # Any: what JSON holds


class Connection:
    """A server's address, and connections that are kept open. Several threads may use it at once.

    Arguments:
        address: such as https://book.example.org; https where it does not say.
        insecure: let passwords and the book go unencrypted to another machine.
        timeout: how long to wait for an answer.
        clock: gives seconds, for how long a write is remembered to which no answer came.

    Raises:
        Invalid: the address is none, or without encryption and of another machine.
    """

    def __init__(
        self,
        address: str,
        *,
        insecure: bool = False,
        timeout: httpx.Timeout = _TIMEOUT,
        clock: Callable[[], float] = monotonic,
    ) -> None:
        url, is_here = _address(address, insecure=insecure)
        self.name = str(url).removesuffix(API)
        """The address, as it is shown and as what is kept is kept for."""
        self._how: dict[str, Any] = {  # Any: what a client of httpx takes
            "base_url": url,
            "timeout": timeout,
            "follow_redirects": False,
            "trust_env": not is_here,  # no proxy stands between a machine and itself
            "headers": {"User-Agent": USER_AGENT, "Accept": "application/json"},
        }
        limits = httpx.Limits(max_connections=10, max_keepalive_connections=5)
        self._client = httpx.Client(**self._how, limits=limits)
        self._soon = httpx.Timeout(min(_SOON, timeout.read or _SOON), connect=timeout.connect)
        self._later = httpx.Timeout(_LONG, connect=timeout.connect)
        self._unanswered = Unanswered(clock)

    def close(self) -> None:
        """Close every connection."""
        self._client.close()

    def check(self) -> None:
        """Make sure that there is a server of expenses.

        Raises:
            DatabaseUnavailable: there is none, or something else.
        """
        found = self.ask("/currencies")
        if not isinstance(found, dict) or "items" not in found:
            raise self._foreign()

    def ask(
        self, path: str, *, token: str | None = None, params: Sent | None = None, content: Sent | None = None
    ) -> Any:  # noqa: ANN401 - JSON
        """What is answered to a GET; or to a POST of a question that does not fit into an address.

        Raises:
            ExpenseError: the server refuses, or cannot be reached.
        """
        method = "GET" if content is None else "POST"
        request = self._client.build_request(method, path, params=params, json=content, headers=_authorised(token))
        return self._read(self._send(request))

    def post(
        self,
        path: str,
        *,
        token: str | None = None,
        content: Sent | None = None,
        form: Sent | None = None,
        again: bool = False,
    ) -> Any:  # noqa: ANN401 - whatever JSON holds
        """What is answered to a POST about signing in, which nothing makes safe to repeat.

        Arguments:
            again: send it a second time all the same where the connection breaks.

        Raises:
            ExpenseError: the server refuses, or cannot be reached.
        """
        request = self._client.build_request(
            "POST", path, json=content, data=form, headers=_authorised(token), timeout=self._soon
        )
        return self._read(self._send(request, again=again))

    def tell(
        self,
        method: str,
        path: str,
        *,
        token: str,
        params: Sent | None = None,
        content: Sent | None = None,
        lasts: bool = False,
        is_long: bool = False,
    ) -> Any:  # noqa: ANN401 - whatever JSON holds
        """Have the server do something once, however often that has to be sent; what it answers.

        Where no answer comes and somebody tries the same again, it goes out under the same key.

        Arguments:
            lasts: it says the same whatever is recorded or edited before it is tried again, see `Unanswered`.
            is_long: it may take the server minutes.

        Raises:
            ExpenseError: the server refuses, or cannot be reached.
        """
        said = json.dumps([method, path, params, content], sort_keys=True)
        key = self._unanswered.key(said, lasts=lasts)
        headers = {**_authorised(token), "Idempotency-Key": key}
        timeout = self._later if is_long else self._client.timeout
        request = self._client.build_request(
            method, path, params=params, json=content, headers=headers, timeout=timeout
        )
        try:
            return self._read(self._once_done(request))
        except (DatabaseUnavailable, RequestRunning, AuthenticationFailed):  # nobody knows whether it is done
            self._unanswered.keep(said, key, lasts=lasts)
            raise

    def upload(
        self, path: str, file: Path, *, token: str, params: Sent, fields: Mapping[str, str], progress: Progress
    ) -> Any:  # noqa: ANN401 - whatever JSON holds
        """Send a file, with which nothing is done yet; what the server answers.

        It goes over a connection of its own, which is closed as soon as it is stopped.

        Arguments:
            fields: what is sent beside it.
            progress: told how many bytes are sent, also while the server takes its time; what it raises stops it.

        Raises:
            StatementUnreadable: the file cannot be read.
            ExpenseError: the server refuses, or cannot be reached.
        """
        try:
            sent = _Sent(file, progress)
        except OSError as error:
            raise StatementUnreadable(f"{file} cannot be read: {error.strerror}") from error
        with sent:
            request = self._client.build_request(
                "POST",
                path,
                params=params,
                data=fields,
                files={"file": (file.name, sent)},
                headers=_authorised(token),
                timeout=self._later,
            )
            with self._reaching(), ThreadPoolExecutor(1) as thread:  # the caller's may have an event loop already
                answer = thread.submit(asyncio.run, self._sent(request, sent)).result()
            return self._read(answer)

    @contextmanager
    def download(self, path: str, *, token: str, params: Sent) -> Iterator[Iterator[str]]:
        """A text that is answered to a GET, piece by piece.

        Raises:
            ExpenseError: the server refuses, cannot be reached, or breaks off half-way.
        """
        request = self._client.build_request("GET", path, params=params, headers=_authorised(token))
        answer = self._send(request, stream=True)
        try:
            if not answer.is_success:
                with self._reaching():
                    answer.read()
                self._read(answer)
            yield self._pieces(answer)
        finally:
            answer.close()

    def _pieces(self, answer: httpx.Response) -> Iterator[str]:
        with self._reaching():
            yield from answer.iter_text()

    def _once_done(self, request: httpx.Request) -> httpx.Response:
        """The answer, also where the server is still busy with the same request, whose answer was lost."""
        for _ in range(_MOST_PAUSES):
            answer = self._send(request)
            if answer.status_code != HTTPStatus.CONFLICT or _problem(answer).get("code") != RequestRunning.code:
                break
            sleep(_PAUSE)
        return answer

    def _send(self, request: httpx.Request, *, again: bool = True, stream: bool = False) -> httpx.Response:
        with self._reaching():
            try:
                return self._client.send(request, stream=stream)
            except _BROKEN_OFF:
                if not again:
                    raise
                return self._client.send(request, stream=stream)

    async def _sent(self, request: httpx.Request, file: _Sent) -> httpx.Response:
        """The answer to a request with a file, unless it is stopped before."""
        async with httpx.AsyncClient(**self._how) as client:
            sending = asyncio.ensure_future(_sent_twice(client, request))
            try:
                while not (await asyncio.wait({sending}, timeout=_EVERY))[0]:
                    file.tell_progress()  # once there is an answer, whoever gets it has to deal with it
                return await sending
            finally:
                sending.cancel()  # and the connection is closed with the client

    @contextmanager
    def _reaching(self) -> Iterator[None]:
        """Say of whatever goes wrong on the way which server it was.

        Raises:
            DatabaseUnavailable: it did.
        """
        try:
            yield
        except (httpx.ConnectError, httpx.ConnectTimeout) as error:
            told = f"{self.name} cannot be reached ({error}); check the address and your network"
            raise DatabaseUnavailable(told) from error
        except httpx.TimeoutException as error:
            told = f"{self.name} does not answer; try again in a moment, and nothing is done twice"
            raise DatabaseUnavailable(told) from error
        except httpx.HTTPError as error:
            told = f"the connection to {self.name} broke off; try again, and nothing is done twice"
            raise DatabaseUnavailable(told) from error

    def _read(self, answer: httpx.Response) -> Any:  # noqa: ANN401 - whatever JSON holds
        """What an answer holds.

        Raises:
            ExpenseError: the server refuses.
            DatabaseUnavailable: it is not one of ours, or another stands before it.
        """
        if answer.is_success:
            try:
                return answer.json() if answer.content else None
            except ValueError as error:
                raise self._foreign() from error
        if problem := _problem(answer):
            raise error_of(answer.status_code, problem)
        if answer.is_redirect:
            there = answer.headers.get("location", "elsewhere")
            raise DatabaseUnavailable(f"{self.name} sends us on to {there}; if that is right, name that address")
        if answer.is_server_error:
            told = f"{self.name} cannot do it just now ({answer.status_code}); try again in a moment"
            raise DatabaseUnavailable(told)
        raise self._foreign()

    def _foreign(self) -> DatabaseUnavailable:
        return DatabaseUnavailable(f"at {self.name} is something else than a server of expenses; check the address")


class _Sent(FileIO):
    """A file that tells how much of it is read."""

    def __init__(self, path: Path, progress: Progress) -> None:
        super().__init__(path)
        self._length = path.stat().st_size
        self._progress = progress

    def read(self, size: int | None = -1, /) -> bytes:
        """The next bytes."""
        self.tell_progress()
        return super().read(size)

    def tell_progress(self) -> None:
        """Tell it now."""
        self._progress(self.tell(), self._length)


async def _sent_twice(client: httpx.AsyncClient, request: httpx.Request) -> httpx.Response:
    """The answer to a request, sent a second time where the connection breaks."""
    try:
        return await client.send(request)
    except _BROKEN_OFF:
        return await client.send(request)


def _authorised(token: str | None) -> dict[str, str]:
    return {} if token is None else {"Authorization": f"Bearer {token}"}


def _problem(answer: httpx.Response) -> dict[str, Any]:  # Any: as above
    """The problem that an answer is, or nothing."""
    if not answer.headers.get("content-type", "").startswith("application/problem+json"):
        return {}
    try:
        found = answer.json()
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _address(address: str, *, insecure: bool) -> tuple[httpx.URL, bool]:
    """The URL of a server, and whether it is on this machine."""
    text = address.strip()
    try:
        url = httpx.URL(text if "://" in text else f"https://{text}")
    except httpx.InvalidURL as error:
        raise Invalid(f"{address!r} is no address of a server; write it like https://book.example.org") from error
    if url.scheme not in {"http", "https"} or not url.host or url.userinfo or url.query or url.fragment:
        raise Invalid(f"{address!r} is no address of a server; write it like https://book.example.org")
    is_here = _is_loopback(url.host)
    if url.scheme == "http" and not is_here and not insecure:
        raise Invalid(
            f"{address} would send your password and your book unencrypted; write https://, or add --insecure where "
            "nobody else can listen"
        )
    return url.copy_with(path=url.path.rstrip("/") + API), is_here


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
