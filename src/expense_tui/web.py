"""`expense tui --web`: the same app in a browser on this machine."""

from __future__ import annotations

import shlex
import sys
from collections.abc import Awaitable, Callable, Sequence

from aiohttp import web
from textual_serve.server import Server

_HOST = "127.0.0.1"
_EXPENSE = "from expense_core.cli import main; main()"

_POLICY = (
    "default-src 'self'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
    "font-src 'self' data:; connect-src 'self' ws:; frame-ancestors 'none'"
)
"""Nothing is fetched from elsewhere: the page that textual-serve brings would ask for a font of another site."""

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class LocalServer(Server):
    """Answers a browser on this machine, and no page of another site that is open in it.

    A WebSocket may be opened by any page, and a foreign name may lead to this machine: so whoever asks has to have come
    by this server's own address (OWASP, Cross-Site WebSocket Hijacking; DNS rebinding).
    """

    async def _make_app(self) -> web.Application:
        app = await super()._make_app()
        app.middlewares.append(self._only_from_here)
        return app

    @web.middleware
    async def _only_from_here(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        own = {f"{_HOST}:{self.port}", f"localhost:{self.port}"}
        origin = request.headers.get("Origin")
        if request.host not in own or (origin is not None and origin.removeprefix("http://") not in own):
            raise web.HTTPForbidden(text=f"open http://{_HOST}:{self.port} itself")
        answer = await handler(request)
        if not answer.prepared:
            answer.headers["Content-Security-Policy"] = _POLICY
        return answer


def serve(arguments: Sequence[str], port: int) -> None:
    """Serve `expense` with these arguments until it is told to end."""
    command = shlex.join([sys.executable, "-c", _EXPENSE, *arguments])
    LocalServer(command, host=_HOST, port=port, title="Expenses").serve()
