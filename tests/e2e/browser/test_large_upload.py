"""A person sends a large file: it goes in parts, shows how far it is, and goes on where it was stopped."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, Request, Route, expect

from heavylift.jobs.uploads import PART_BYTES
from tests.e2e.browser.steps import BADGE
from tests.e2e.conftest import Stack

NUMBER = re.compile(r"partNumber=(\d+)")


@pytest.fixture(name="large")
def a_large_file(tmp_path: Path) -> Path:
    """A table of two parts."""
    path = tmp_path / "large.csv"
    path.write_bytes(b"a,b\n" + b"1,2\n" * (PART_BYTES // 4 + 100_000))
    return path


@pytest.fixture(name="sent")
def the_parts_that_are_sent(page: Page, stack: Stack) -> list[int]:
    """Open the page with a smaller threshold than 100 MB. Return the numbers of the parts that are sent."""
    sent: list[int] = []

    def lower(route: Route) -> None:
        answer = route.fetch()
        text = answer.text()
        assert text.count("100_000_000") == 1
        route.fulfill(response=answer, body=text.replace("100_000_000", "10_000_000"))

    def note(request: Request) -> None:
        if request.method == "PUT":
            sent.append(int(NUMBER.findall(request.url)[0]))

    page.route("**/assets/*/app.js", lower)
    page.on("requestfinished", note)
    page.reload()
    return sent


def test_a_large_file_goes_in_parts(page: Page, sent: list[int], large: Path) -> None:
    page.select_option("#task", "profile")
    page.set_input_files("#file", large)
    page.click("#start")
    expect(page.locator(BADGE)).to_be_visible()
    assert sorted(sent) == [1, 2]
    assert page.evaluate("localStorage.length") == 0
    page.get_by_role("button", name="Cancel").click()


def test_an_upload_that_was_stopped_goes_on(page: Page, sent: list[int], large: Path) -> None:
    page.route(re.compile("partNumber=2"), lambda _: None)  # the request hangs
    page.select_option("#task", "profile")
    page.set_input_files("#file", large)
    page.click("#start")
    bar = page.get_by_role("progressbar", name="Upload progress")
    expect(bar).to_have_js_property("value", PART_BYTES / large.stat().st_size)
    page.get_by_role("button", name="Stop").click()
    expect(page.locator("#start")).to_be_enabled()
    assert sent == [1]
    page.unroute(re.compile("partNumber=2"))
    page.reload()  # nothing is kept but the upload's id
    page.select_option("#task", "profile")
    page.set_input_files("#file", large)
    page.click("#start")
    expect(page.locator(BADGE)).to_be_visible()
    assert sorted(sent) == [1, 2]
    page.get_by_role("button", name="Cancel").click()
