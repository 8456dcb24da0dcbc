"""Pages for people: what this is, and how it is used. They need no network but this server."""

from __future__ import annotations

import base64
import re
from hashlib import sha256

from fastapi import APIRouter, FastAPI, Request
from fastapi.openapi.docs import get_swagger_ui_html
from starlette.responses import HTMLResponse
from starlette.staticfiles import StaticFiles

router = APIRouter(include_in_schema=False)

_ASSETS = "/docs/assets"
_SCRIPT = re.compile(r"<script>(.*?)</script>", re.DOTALL)

_WELCOME = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Expenses</title>
<style>
body { font: 1.1rem/1.6 system-ui, sans-serif; max-width: 38rem; margin: 4rem auto; padding: 0 1rem; color: #222 }
a { color: #0a58ca } code { background: #f2f2f2; padding: .1rem .3rem; border-radius: .2rem }
@media (prefers-color-scheme: dark) {
body { background: #181818; color: #ddd } a { color: #7ab7ff } code { background: #333 }
}
</style>
<h1>Expenses</h1>
<p>This is a server for a book of expenses, exact to the cent. Programs talk to it; this page is for people.</p>
<ul>
<li><a href="/docs">Try every call</a>, with what it takes and what it answers</li>
<li><a href="/openapi.json">The same for programs</a> (OpenAPI 3.1)</li>
<li><a href="/health/ready">Is it ready?</a></li>
</ul>
<p>From a terminal, <code>expense tui --server THIS_ADDRESS</code> keeps your book here.</p>
</html>
"""


@router.get("/")
async def welcome() -> HTMLResponse:
    """What this is, for a person in a browser."""
    return HTMLResponse(_WELCOME, headers={"Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'"})


@router.get("/docs")
async def show_docs(request: Request) -> HTMLResponse:
    """Every call, to be tried."""
    base = request.scope.get("root_path", "").rstrip("/")
    page = get_swagger_ui_html(
        openapi_url=f"{base}{request.app.openapi_url}",
        title="Expenses: every call",
        swagger_js_url=f"{base}{_ASSETS}/swagger-ui-bundle.js",
        swagger_css_url=f"{base}{_ASSETS}/swagger-ui.css",
        swagger_favicon_url=f"{base}{_ASSETS}/favicon-32x32.png",
        swagger_ui_parameters={"persistAuthorization": True, "filter": True, "tryItOutEnabled": True},
    )
    script = _SCRIPT.search(bytes(page.body).decode())
    assert script is not None  # noqa: S101 - FastAPI's page has one, which a test sees run
    digest = base64.b64encode(sha256(script[1].encode()).digest()).decode()
    page.headers["Content-Security-Policy"] = (
        f"default-src 'none'; script-src 'self' 'sha256-{digest}'; style-src 'self' 'unsafe-inline'; "
        "img-src 'self' data:; connect-src 'self'; font-src 'self'; frame-ancestors 'none'"
    )
    return page


def install(app: FastAPI) -> None:
    """Serve the pages, and what they are made of."""
    app.include_router(router)
    app.mount(_ASSETS, StaticFiles(packages=[("fastapi_swagger", "resources")]), name="assets")
