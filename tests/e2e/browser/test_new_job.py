"""A person starts a job: files, settings, uploads."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta

from fpdf import FPDF
from playwright.sync_api import FilePayload, Page, Request, Route, expect

from tests.e2e.browser.steps import BADGE, posts_of, start
from tests.e2e.conftest import Stack
from tests.support.api import Api
from tests.support.sample_documents import SAMPLE


def test_a_dropped_file_is_taken(page: Page) -> None:
    expect(page.locator("#start")).to_be_visible()
    data = page.evaluate_handle(
        "() => { const data = new DataTransfer();"
        " data.items.add(new File(['%PDF-1.4'], 'dropped.pdf', {type: 'application/pdf'})); return data; }"
    )
    page.dispatch_event("main", "drop", {"dataTransfer": data})
    expect(page.locator(".drop")).to_contain_text("dropped.pdf")
    page.get_by_role("button", name="Remove").click()
    expect(page.locator(".drop")).to_contain_text("Drop a file here")
    page.click("#start")
    expect(page.get_by_role("alert")).to_contain_text("No file chosen")


def test_a_param_that_does_not_fit_is_marked(page: Page) -> None:
    start(page, SAMPLE, pages="9-1")
    field = page.get_by_label("Pages")
    expect(field).to_have_attribute("aria-invalid", "true")
    expect(field).to_be_focused()
    expect(page.locator("#param-pages-fault")).to_contain_text("backwards")
    expect(page.get_by_role("alert")).not_to_contain_text("/params")  # the field shows it
    field.fill("1")
    expect(page.locator("#param-pages-fault")).to_have_text("")
    page.fill("#param-dpi", "9999")
    page.click("#start")
    assert page.locator("#param-dpi").evaluate("field => field.validity.rangeOverflow")


def test_a_job_is_started_later_and_in_the_bulk_lane(page: Page, stack: Stack) -> None:
    page.set_input_files("#file", SAMPLE)
    page.get_by_text("Start later, again and again").click()
    page.get_by_label("Start", exact=True).select_option("After a delay")
    page.get_by_label("Delay").fill("2")
    page.get_by_label("Unit").select_option("hours")
    page.get_by_label("Lane").select_option("bulk")
    page.click("#start")
    expect(page.locator(BADGE)).to_have_text("Scheduled")
    expect(page.locator(".state dd").first).to_contain_text("(in 2 h)")
    page.get_by_text("Settings and times").click()
    expect(page.locator("details dd", has_text="bulk")).to_be_visible()
    page.get_by_role("button", name="Cancel").click()
    expect(page.locator(BADGE)).to_have_text("Canceled")


def test_a_time_beyond_the_limit_is_marked_and_an_earlier_one_is_kept(page: Page, stack: Stack) -> None:
    page.select_option("#task", "message")
    page.get_by_text("Start later, again and again").click()
    page.get_by_label("Start", exact=True).select_option("At a time")
    page.get_by_text("Start later, again and again").click()  # closed: what is missing must still be seen
    page.click("#start")
    expect(page.locator("#start-time")).to_be_visible()
    now = datetime.now(UTC)
    page.locator("#start-time").fill((now + timedelta(days=40)).strftime("%Y-%m-%dT%H:%M"))
    page.click("#start")
    expect(page.locator("#start-time-fault")).to_contain_text("30 days")
    page.locator("#start-time").fill((now + timedelta(days=20)).strftime("%Y-%m-%dT10:00"))
    page.click("#start")
    expect(page.locator(BADGE)).to_have_text("Scheduled")
    job = Api(stack.api_url).job(page.url.rsplit("/", 1)[1])
    assert (job["run_at"], job["lane"]) == (
        (now + timedelta(days=20)).strftime("%Y-%m-%dT10:00:00Z"),
        "standard",
    )
    page.get_by_role("button", name="Cancel").click()
    expect(page.locator(BADGE)).to_have_text("Canceled")


def test_a_large_file_goes_by_an_upload(page: Page) -> None:
    document = FPDF()
    document.add_page()
    document.embed_file(bytes=os.urandom(5_000_000), basename="noise.bin")
    sent = posts_of(page)
    start(page, FilePayload(name="large.pdf", mimeType="application/pdf", buffer=bytes(document.output())))
    expect(page.locator(BADGE)).to_have_text("Done")
    assert [path for path, _ in sent] == ["/v1/uploads", "/store", "/v1/jobs"]


def test_where_a_file_can_not_go_with_the_request_it_goes_by_an_upload(page: Page) -> None:
    """As under `sam local`, which answers 500 to every binary body."""

    def refuse(route: Route, request: Request) -> None:
        if request.headers["content-type"].startswith("multipart/"):
            route.fulfill(status=500, json={"message": "Internal server error"})
        else:
            route.continue_()

    page.route("**/v1/jobs", refuse)
    sent = posts_of(page)
    start(page, SAMPLE, dpi="36")
    expect(page.locator(BADGE)).to_have_text("Done")
    assert sent == [("/v1/jobs", 500), ("/v1/uploads", 201), ("/store", 204), ("/v1/jobs", 202)]
