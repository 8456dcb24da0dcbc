"""The way to a server, on which answers are lost; and servers that are not ours."""

from __future__ import annotations

import socket
from collections.abc import Callable
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Lock, Thread
from types import TracebackType
from typing import Self

_AT_ONCE = 65_536


class Wire:
    """Carries everything to a port of this machine and back, but for answers that it is told to lose."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._listening = socket.create_server(("127.0.0.1", 0))
        self._lock = Lock()
        self._to_lose = 0
        self._left: int | None = None
        Thread(target=self._accept, daemon=True).start()

    def __enter__(self) -> Self:
        """The wire; it is cut at the end of the `with` block."""
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._listening.close()

    @property
    def address(self) -> str:
        """Where it begins."""
        return f"http://127.0.0.1:{self._listening.getsockname()[1]}"

    def lose(self, answers: int) -> None:
        """Cut the connection where the next answers should come, so many of them."""
        with self._lock:
            self._to_lose = answers

    def cut_after(self, count: int) -> None:
        """Cut the connection after so many bytes of answers."""
        with self._lock:
            self._left = count

    def _accept(self) -> None:
        with suppress(OSError):  # it is cut
            while True:
                near, _ = self._listening.accept()
                far = socket.create_connection(("127.0.0.1", self._port))
                Thread(target=self._carry, args=(near, far, lambda data: data), daemon=True).start()
                Thread(target=self._carry, args=(far, near, self._answered), daemon=True).start()

    def _carry(self, source: socket.socket, target: socket.socket, let: Callable[[bytes], bytes]) -> None:
        with suppress(OSError):
            while data := source.recv(_AT_ONCE):
                passed = let(data)
                target.sendall(passed)
                if len(passed) < len(data):
                    break
        for end in (source, target):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()

    def _answered(self, data: bytes) -> bytes:
        with self._lock:
            if self._to_lose:
                self._to_lose -= 1
                return b""
            if self._left is not None:
                data, self._left = data[: self._left], self._left - len(data)
                if self._left <= 0:
                    self._left = None
            return data


class Stranger:
    """A server that answers everything alike, and keeps what it was sent; with no status, it does not answer at all."""

    def __init__(self, status: int | None, body: str = "", **headers: str) -> None:
        self.received: list[tuple[str, str, dict[str, str]]] = []
        """The method, path and headers of each request."""
        self._closing = Event()
        stranger = self

        class Handler(BaseHTTPRequestHandler):
            def handle_one_request(self) -> None:
                self.raw_requestline = self.rfile.readline(_AT_ONCE)
                if not self.raw_requestline or not self.parse_request():
                    self.close_connection = True
                    return
                stranger.received.append((self.command, self.path, dict(self.headers)))
                self.rfile.read(int(self.headers.get("Content-Length", 0)))
                if status is None:
                    stranger._closing.wait()
                    self.close_connection = True
                    return
                self.send_response(status)
                content = body.encode()
                for name, value in ({"Content-Length": str(len(content))} | headers).items():
                    self.send_header(name.replace("_", "-"), value)
                self.end_headers()
                self.wfile.write(content)

            def log_message(self, *_: object) -> None:
                """Say nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        Thread(target=self._server.serve_forever, daemon=True).start()

    def __enter__(self) -> Self:
        """The server; it stops at the end of the `with` block."""
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._closing.set()
        self._server.shutdown()
        self._server.server_close()

    @property
    def address(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self._server.server_address[1]}"
