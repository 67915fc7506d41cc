"""A real browser before the deployed stack.

Chromium is looked for where a system has it, or at $CHROMIUM. Without one these tests are skipped and say so;
HEAVYLIFT_BROWSER=required, as in CI and `make test-browser`, makes that a failure.
"""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, ViewportSize, expect, sync_playwright

from tests.e2e.conftest import Stack
from tests.support.api import Api
from tests.support.capabilities import CHROMIUM, find_browser

DESKTOP = ViewportSize(width=1200, height=800)
PATIENCE_MS = 30_000

expect.set_options(timeout=PATIENCE_MS)


@pytest.fixture(scope="module", name="chromium")
def started() -> Iterator[Browser]:
    """Ended with the module: as long as Playwright is there, no other test can run an event loop."""
    CHROMIUM.require("HEAVYLIFT_BROWSER")
    with sync_playwright() as playwright:
        # A container's root can't use the sandbox; what is opened here is our own page only.
        browser = playwright.chromium.launch(executable_path=find_browser(), args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def hopeless(stack: Stack) -> str:
    """A job that fails in all its attempts, begun early because they take some seconds; its id."""
    params = {"message": "hopeless", "seconds": 0, "fail_rate": 1}
    answer = Api(stack.api_url).post("/v1/jobs", json={"task": "message", "params": params})
    assert answer.status_code == 202, answer.text
    return str(answer.json()["id"])


@pytest.fixture(name="visit")
def a_visit(chromium: Browser) -> Iterator[BrowserContext]:
    """A person's own session: nothing is kept from one test to the next."""
    context = chromium.new_context(viewport=DESKTOP, locale="en-US")
    context.set_default_timeout(PATIENCE_MS)
    yield context
    context.close()


@pytest.fixture(name="page")
def the_page(visit: BrowserContext, stack: Stack, hopeless: str) -> Iterator[Page]:
    """The page, open. Afterwards: no script failed, the policy stopped nothing, no other host was asked."""
    page = visit.new_page()
    wrong: list[str] = []
    asked: set[str] = set()
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("console", lambda said: wrong.append(said.text) if "Content Security" in said.text else None)
    page.on("request", lambda request: asked.add(urlsplit(request.url).netloc))
    page.goto(f"{stack.api_url}/")
    yield page
    assert not wrong
    assert asked - {""} == {urlsplit(stack.endpoint_url).netloc}
