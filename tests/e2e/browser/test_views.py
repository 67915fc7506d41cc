"""What holds for every view: its address, its key, its size, and how it loads."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, Request, Route, expect

from tests.e2e.browser.steps import choose


@pytest.mark.parametrize("width", [360, 1200])
def test_every_view_fits_its_window_and_names_its_controls(page: Page, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 740})
    for link in ("New job", "Jobs", "Schedules", "Queues", "Dead letters"):
        choose(page, link)
        assert page.evaluate("() => document.documentElement.scrollWidth") <= width, link
        unnamed = page.locator("input, select, textarea, button").evaluate_all(
            "all => all.filter(one => !one.labels?.length && !one.ariaLabel && !one.textContent.trim())"
            ".map(one => one.outerHTML)"
        )
        assert unnamed == [], link


def test_a_view_that_takes_long_shows_at_once_that_it_is_coming(page: Page) -> None:
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page.route("**/v1/queues", hold, times=1)
    choose(page, "Queues")
    expect(page.locator("main")).to_contain_text("Loading")
    held[0].continue_()
    expect(page.get_by_role("heading", name="message", exact=True)).to_be_visible()
    expect(page.locator("main")).not_to_contain_text("Loading")


def test_a_key_is_asked_for_once_and_kept_in_the_tab(page: Page) -> None:
    def guard(route: Route, request: Request) -> None:
        headers = request.headers
        if headers.pop("authorization", None) == "Bearer sesame":
            route.continue_(headers=headers)  # an open stack would ask whose key that is
        else:
            problem = {"type": "/problems/unauthorized", "title": "A valid API key is needed", "status": 401}
            route.fulfill(status=401, json=problem, content_type="application/problem+json")

    page.route("**/v1/**", guard)
    page.reload()
    page.get_by_role("textbox", name="API key").fill("sesame")
    page.get_by_role("button", name="Use this key").click()
    expect(page.locator("#start")).to_be_visible()
    expect(page.locator("dialog")).to_have_count(0)
    assert page.evaluate("() => Object.values(sessionStorage)") == ["sesame"]
    assert page.evaluate("() => localStorage.length") == 0
    page.reload()
    expect(page.locator("#start")).to_be_visible()
    page.get_by_role("button", name="Forget the key").click()
    expect(page.locator("dialog")).to_be_visible()


@pytest.mark.parametrize("address", ["#/nowhere", "#/constructor"])
def test_an_address_that_names_no_page_says_so(page: Page, address: str) -> None:
    page.evaluate("address => { location.hash = address; }", address)
    expect(page.get_by_role("heading", level=1)).to_have_text("Page not found")
    expect(page.locator("main").get_by_role("link", name="Start a job")).to_be_visible()


def test_an_address_that_names_no_job_shows_what_the_api_says(page: Page) -> None:
    page.evaluate("() => { location.hash = '#/jobs/%'; }")  # a stray %, which can't be decoded
    expect(page.get_by_role("heading", level=1)).to_have_text("Job")
    expect(page.get_by_role("alert")).to_be_visible()
    expect(page.get_by_role("button", name="Try again")).to_be_visible()


def test_the_reference_tries_out_at_the_address_that_it_came_from(page: Page) -> None:
    """A proxy in front of the API may have another host than the one that the document names."""

    def rename(route: Route) -> None:
        document = route.fetch().json()
        route.fulfill(json={**document, "servers": [{"url": "https://other.example"}]})

    page.route("**/openapi.json", rename)
    page.get_by_role("link", name="API", exact=True).click()
    shown = page.locator(".servers")
    expect(shown).to_contain_text(page.url.removesuffix("/docs"))
    expect(shown).not_to_contain_text("other.example")
