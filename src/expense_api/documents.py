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
_OF_WELCOME = "default-src 'none'; style-src 'unsafe-inline'; img-src 'self'; frame-ancestors 'none'"
_SCRIPT = re.compile(r"<script>(.*?)</script>", re.DOTALL)

_WELCOME = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>Expenses</title>
<link rel="icon" href="docs/assets/favicon-32x32.png">
<style>
:root { --ink: #1f2328; --quiet: #59636e; --line: #d1d9e0; --card: #fff; --page: #f6f8fa; --link: #0a58ca }
@media (prefers-color-scheme: dark) {
:root { --ink: #e6edf3; --quiet: #9198a1; --line: #3d444d; --card: #161b22; --page: #0d1117; --link: #7ab7ff }
}
body { font: 1.05rem/1.6 system-ui, sans-serif; max-width: 44rem; margin: 0 auto; padding: 10vh 1.25rem 3rem;
  background: var(--page); color: var(--ink) }
h1 { font-size: 2.4rem; line-height: 1.2; margin: 0 0 .5rem } p { margin: 0 0 2rem; color: var(--quiet) }
nav { display: grid; gap: .75rem; margin-bottom: 2rem }
nav a { display: block; padding: 1rem 1.25rem; background: var(--card); border: 1px solid var(--line);
  border-radius: .6rem; color: inherit; text-decoration: none }
nav a:hover, nav a:focus-visible { border-color: var(--link); outline: none }
nav b { display: block; color: var(--link) } nav span { color: var(--quiet) }
code { font-size: .9em; background: var(--card); border: 1px solid var(--line); padding: .05rem .35rem;
  border-radius: .3rem }
</style>
<h1>Expenses</h1>
<p>This server keeps books of expenses, exact to the cent. Programs talk to it under <code>/api/v1</code>;
this page tells people where to go.</p>
<nav>
<a href="docs"><b>Try every call</b> <span>What each one takes and answers, in this browser</span></a>
<a href="openapi.json"><b>Describe it to a program</b> <span>The same as OpenAPI 3.1, to make a client from</span></a>
<a href="health/ready"><b>See whether it is ready</b> <span>It says so when its database can be reached</span></a>
</nav>
<p>New here? <code>POST /api/v1/auth/register</code> makes your account and your own book;
<code>POST /api/v1/auth/login</code> signs you in.</p>
</html>
"""


@router.get("/")
async def welcome() -> HTMLResponse:
    """What this is, for a person in a browser."""
    return HTMLResponse(_WELCOME, headers={"Content-Security-Policy": _OF_WELCOME})


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
