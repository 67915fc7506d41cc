"""A person starts jobs for several files: bad ones, tries that went wrong, and waits for room."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest
from playwright.sync_api import FilePayload, Locator, Page, Request, Route, expect

from tests.e2e.browser.steps import choose, posts_of
from tests.support.sample_documents import make_text_pdf

BUSY = {"type": "/problems/rate-limited", "title": "Too many requests", "status": 429, "detail": "Wait."}
BROKEN = {"type": "/problems/internal-error", "title": "Something went wrong", "status": 500, "detail": ""}
PDF = make_text_pdf(1)


def files(*names: str) -> list[FilePayload]:
    return [FilePayload(name=name, mimeType="application/pdf", buffer=PDF) for name in names]


def row(page: Page, name: str) -> Locator:
    return page.get_by_role("list", name="Files").get_by_role("listitem").filter(has_text=name)


@pytest.fixture(name="keys")
def keys_of_submissions(page: Page) -> list[str]:
    """The idempotency key of each submission that the page will have sent."""
    found: list[str] = []

    def note(request: Request) -> None:
        if request.method == "POST" and request.url.endswith("/v1/jobs"):
            found.append(request.headers["idempotency-key"])

    page.on("request", note)
    return found


def test_a_bad_file_is_named_and_does_not_stop_the_rest(page: Page, keys: list[str], tmp_path: Path) -> None:
    sent = posts_of(page)
    paths = [tmp_path / name for name in ("a.pdf", "b.pdf", "bad.pdf", "c.pdf")]
    for path in paths:
        path.write_bytes(b"none" if path.name == "bad.pdf" else PDF)
    page.set_input_files("#file", paths)
    page.click("#start")
    expect(page.get_by_role("alert")).to_contain_text("bad.pdf could not be started")
    expect(row(page, "bad.pdf")).to_contain_text("does not take this kind of input")
    for name in ("a.pdf", "b.pdf", "c.pdf"):
        expect(row(page, name)).to_contain_text("Started")
        expect(page.get_by_label("Latest jobs")).to_contain_text(name)
    assert [status for _, status in sent] == [202, 202, 415, 202]

    page.get_by_role("button", name="Start the rest").click()
    expect(row(page, "bad.pdf")).to_contain_text("does not take this kind of input")
    expect(page.get_by_role("button", name="Start the rest")).to_be_enabled()
    assert [status for _, status in sent] == [202, 202, 415, 202, 415]
    assert (len(set(keys)), keys[4]) == (4, keys[2])

    # The same files, dropped again: those that have a job get no other one.
    page.set_input_files("#file", paths)
    page.get_by_role("button", name="Remove bad.pdf").click()
    page.click("#start")
    expect(page.get_by_role("heading", level=1)).to_have_text("Jobs")
    assert len(sent) == 5


def test_a_try_whose_answer_was_lost_makes_no_second_job(page: Page, keys: list[str]) -> None:
    made: list[str] = []

    def lose(route: Route) -> None:
        made.append(route.fetch().json()["id"])
        route.abort()

    page.route("**/v1/jobs", lose, times=1)
    page.set_input_files("#file", files("lost.pdf", "other.pdf"))
    page.click("#start")
    expect(page.get_by_role("alert")).to_contain_text("The API can't be reached")
    page.click("#start")
    expect(page.get_by_role("heading", level=1)).to_have_text("Jobs")
    listed = page.locator(".row").filter(has_text="lost.pdf")
    expect(listed).to_have_count(1)
    expect(listed).to_have_attribute("href", f"#/jobs/{made[0]}")
    assert sorted(Counter(keys).values()) == [1, 2]


def test_other_settings_are_another_submission(page: Page, keys: list[str]) -> None:
    page.set_input_files("#file", files("a.pdf"))
    page.route("**/v1/jobs", lambda route: route.fulfill(status=500, json=BROKEN), times=1)
    page.click("#start")
    expect(page.get_by_role("alert")).to_contain_text("Something went wrong")
    page.fill("#param-dpi", "72")
    page.click("#start")
    expect(page.get_by_role("heading", level=1)).to_contain_text("a.pdf")
    assert len(set(keys)) == 2


def test_a_wait_for_room_is_shown_and_goes_on_by_itself(page: Page, keys: list[str]) -> None:
    expect(page.locator("#start")).to_be_visible()
    page.clock.install()
    sent = posts_of(page)
    headers = {"Retry-After": "42"}
    page.route("**/v1/jobs", lambda route: route.fulfill(status=429, json=BUSY, headers=headers), times=1)
    page.set_input_files("#file", files("a.pdf", "b.pdf"))
    page.click("#start")
    expect(row(page, "a.pdf")).to_contain_text("Waiting: too many requests")
    expect(page.locator(".status")).to_contain_text("Too many requests: the page waits")
    expect(page.locator("#announcer")).to_have_text("Too many requests: waiting")
    page.clock.run_for(20_000)
    expect(page.locator(".status")).to_have_text(re.compile("in (1[89]|2[0-3]) s"))
    assert len(sent) == 1
    page.clock.run_for(25_000)
    page.clock.resume()
    expect(page.get_by_role("heading", level=1)).to_have_text("Jobs")
    assert [status for _, status in sent] == [429, 202, 202]
    assert (keys[0], len(set(keys))) == (keys[1], 2)


def test_a_wait_can_be_stopped_and_started_again(page: Page, keys: list[str]) -> None:
    headers = {"Retry-After": "600"}
    page.route("**/v1/jobs", lambda route: route.fulfill(status=429, json=BUSY, headers=headers), times=1)
    page.set_input_files("#file", files("a.pdf", "b.pdf"))
    page.click("#start")
    expect(page.locator(".status")).to_be_visible()
    expect(page.locator("#start")).to_be_disabled()
    page.get_by_role("button", name="Stop").click()
    expect(page.locator(".status")).to_be_hidden()
    assert len(keys) == 1
    page.click("#start")
    expect(page.get_by_role("heading", level=1)).to_have_text("Jobs")
    assert keys[0] == keys[1]


def test_files_go_on_while_a_person_looks_at_another_page(page: Page) -> None:
    headers = {"Retry-After": "600"}
    page.route("**/v1/jobs", lambda route: route.fulfill(status=429, json=BUSY, headers=headers), times=1)
    page.set_input_files("#file", files("a.pdf", "b.pdf"))
    page.click("#start")
    expect(row(page, "a.pdf")).to_contain_text("Waiting")
    choose(page, "Queues")
    choose(page, "New job")
    expect(row(page, "a.pdf")).to_contain_text("Waiting")
    expect(page.locator(".status")).to_contain_text("Too many requests")
    page.get_by_role("button", name="Stop").click()
    expect(page.locator("#start")).to_be_enabled()
    expect(page.locator(".drop")).to_contain_text("2 files, one job each")


def test_a_file_that_has_changed_since_is_named(page: Page, tmp_path: Path) -> None:
    """The browser reports it as it reports a network that failed."""
    paths = [tmp_path / name for name in ("changed.pdf", "good.pdf")]
    for path in paths:
        path.write_bytes(PDF)
    page.set_input_files("#file", paths)
    paths[0].write_bytes(PDF + b"more")
    page.click("#start")
    expect(row(page, "changed.pdf")).to_contain_text("The file can't be read")
    expect(row(page, "good.pdf")).to_contain_text("Started")


def test_a_file_that_is_in_the_store_is_not_sent_again(page: Page) -> None:
    sent = posts_of(page)
    large = FilePayload(name="large.pdf", mimeType="application/pdf", buffer=PDF + bytes(4_600_000))
    page.set_input_files("#file", large)
    page.route("**/v1/jobs", lambda route: route.fulfill(status=500, json=BROKEN), times=1)
    page.click("#start")
    expect(page.get_by_role("alert")).to_contain_text("Something went wrong")
    page.click("#start")
    expect(page.get_by_role("heading", level=1)).to_contain_text("large.pdf")
    assert [path for path, _ in sent] == ["/v1/uploads", "/store", "/v1/jobs", "/v1/jobs"]
