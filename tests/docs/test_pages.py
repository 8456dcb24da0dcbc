"""The pages for people, in a Chromium that can reach nothing but the server."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from documents import CHECKOUT
from playwright.sync_api import Browser, Page, Route, sync_playwright
from server import Process

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
QUIET = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]
QUIET += ["--disable-component-update", "--disable-sync"]
DOCUMENT = json.loads((CHECKOUT / "docs" / "openapi.json").read_text(encoding="utf-8"))

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="there is no Chromium; on Debian: apt-get install chromium")


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path) -> Iterator[str]:
    """Where a server listens."""
    folder = tmp_path_factory.mktemp("pages")
    server = Process(folder, f"sqlite:///{shutil.copyfile(sqlite_template, folder / 'expenses.db')}")
    server.start()
    yield server.address
    server.kill()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """A browser without a window."""
    with sync_playwright() as playwright, playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET) as browser:
        yield browser


@pytest.fixture
def page(browser: Browser, address: str) -> Iterator[Page]:
    """A page that can be opened at the server alone; nothing may go wrong on it, nor be asked for elsewhere."""
    wrong: list[str] = []

    def let_pass(route: Route) -> None:
        if route.request.url.startswith((f"{address}/", "data:")):
            route.continue_()
        else:
            wrong.append(f"asked for {route.request.url}")
            route.abort()

    with browser.new_context(base_url=address, viewport={"width": 1280, "height": 900}) as context:
        page = context.new_page()
        page.route("**/*", let_pass)
        page.on("console", lambda said: wrong.append(said.text) if said.type == "error" else None)
        page.on("pageerror", lambda error: wrong.append(str(error)))
        yield page
    assert wrong == []


def tried(page: Page, operation: str) -> str:
    """What is shown of the answer when somebody tries a call as it is filled in."""
    block = page.locator(f"#operations-{operation}")
    block.locator(".opblock-summary-control").click()
    block.locator("button.execute").click()
    answer = block.locator(".live-responses-table .response").first
    answer.wait_for()
    return answer.inner_text()


@pytest.mark.parametrize(
    ("link", "shown"),
    [("Try every call", "/openapi.json"), ("Describe it", '"openapi"'), ("See whether it is ready", '{"status":"ok"}')],
)
def test_the_first_page_says_what_this_is_and_leads_on(page, link, shown):
    """Somebody who came by the address alone finds the calls, the document, and whether the server is well."""
    page.goto("/")
    told = page.inner_text("body")

    page.get_by_role("link", name=link).click()

    assert "books of expenses" in told
    page.get_by_text(shown).first.wait_for()


def test_the_docs_page_lists_every_call_and_tries_one(page):
    """Its scripts and styles are the server's own, under a policy that lets no other run."""
    page.goto("/docs")
    page.locator(".opblock").first.wait_for()

    answer = tried(page, "operating-check_live")

    assert page.locator(".opblock").count() == sum(len(methods) for methods in DOCUMENT["paths"].values())
    assert answer.startswith("200")
    assert '"status": "ok"' in answer


def test_somebody_can_register_sign_in_and_record_an_expense_on_the_docs_page(page):
    """The form of OAuth 2 works as it stands, and so does each example that is filled in."""
    page.goto("/docs")

    registered = tried(page, "signing_in-register")
    page.locator("button.authorize").first.click()
    form = page.locator(".auth-container", has=page.locator("#oauth_username"))
    form.locator("#oauth_username").fill("alice")
    form.locator("#oauth_password").fill("correct horse battery")
    form.locator("button.authorize").click()
    page.get_by_role("button", name="Logout").first.wait_for()
    page.locator("button.btn-done").first.click()
    recorded = tried(page, "expenses-record_expense")

    assert registered.startswith("201")
    assert recorded.startswith("201")
    assert '"amount": "12.50"' in recorded
