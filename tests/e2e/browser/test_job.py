"""A person follows a job to its end, or ends it."""

from __future__ import annotations

import re
from pathlib import Path

from playwright.sync_api import FilePayload, Page, expect

from tests.e2e.browser.steps import BADGE, is_drawn, start, start_message
from tests.e2e.conftest import Stack
from tests.support.api import Api
from tests.support.sample_documents import SAMPLE


def test_a_pdf_becomes_a_gallery(page: Page) -> None:
    start(page, SAMPLE, dpi="60")
    expect(page.get_by_role("heading", name="sample.pdf")).to_be_visible()
    expect(page.locator(BADGE)).to_have_text("Done")
    tiles = page.locator(".gallery .tile")
    expect(tiles).to_have_count(3)
    for tile in tiles.all():
        tile.scroll_into_view_if_needed()
        assert is_drawn(tile.locator("img"))
    for what in ("Waited", "Ran", "Cost"):
        expect(page.locator(".state dt", has_text=what)).to_be_visible()
    assert "done" in page.locator("#announcer").inner_text()

    tiles.first.press("Enter")
    viewer = page.locator("dialog.viewer")
    expect(viewer.locator("h2")).to_contain_text("page-0001.png")
    viewer.press("ArrowRight")
    expect(viewer.locator("h2")).to_contain_text("page-0002.png")
    large = viewer.get_by_alt_text("page-0002.png")
    expect(large).to_be_visible()
    assert is_drawn(large)
    with page.expect_download() as saving:
        viewer.get_by_role("button", name="Download").click()
    assert saving.value.suggested_filename == "sample-page-0002.png"
    assert Path(saving.value.path()).read_bytes().startswith(b"\x89PNG")
    viewer.press("Escape")
    expect(viewer).to_have_count(0)


def test_a_damaged_file_fails_with_its_reason(page: Page) -> None:
    start(page, FilePayload(name="broken.pdf", mimeType="application/pdf", buffer=b"%PDF-1.4 nothing more"))
    expect(page.locator(BADGE)).to_have_text("Failed")
    card = page.locator(".state [role=alert]")
    expect(card).to_contain_text("damaged")
    assert card.inner_text().count("damaged") == 1  # where the detail says no more than the title
    expect(page.get_by_role("button", name="Try again")).to_be_visible()


def test_a_running_job_is_canceled_and_tried_again(page: Page) -> None:
    start_message(page, seconds="15")
    expect(page.locator(BADGE)).to_have_text("Running")
    page.get_by_role("button", name="Cancel").click()
    expect(page.locator(BADGE)).to_have_text("Canceled")
    page.get_by_role("button", name="Try again").click()
    expect(page.locator(BADGE)).to_have_text(re.compile("Queued|Running"))
    page.get_by_role("button", name="Cancel").click()
    expect(page.locator(BADGE)).to_have_text("Canceled")


def test_a_job_that_starts_later_shows_its_time_and_one_after_it_what_it_waits_for(
    page: Page, stack: Stack
) -> None:
    api, body = Api(stack.api_url), {"task": "message", "params": {"seconds": 0}}
    first = api.post("/v1/jobs", json={**body, "delay_s": 3600, "name": "The first"}).json()["id"]
    second = api.post("/v1/jobs", json={**body, "after": [first]}).json()["id"]
    page.goto(f"{stack.api_url}/#/jobs/{second}")
    expect(page.locator(BADGE).first).to_have_text("Waiting")
    expect(page.locator(".upstream")).to_have_text("The first Scheduled")
    page.locator(".state").get_by_role("link", name="The first").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("The first")
    expect(page.locator(BADGE)).to_have_text("Scheduled")
    expect(page.locator(".state progress")).to_be_hidden()
    expect(page.locator(".state dt", has_text="Starts")).to_be_visible()
    page.get_by_role("button", name="Cancel").click()
    expect(page.locator(BADGE)).to_have_text("Canceled")
    page.goto(f"{stack.api_url}/#/jobs/{second}")
    # The first badge: until the end of the other job has reached it, this one shows that one's, too.
    expect(page.locator(BADGE).first).to_have_text("Failed")
    expect(page.locator(".state [role=alert]")).to_contain_text(first)


def test_a_lost_connection_is_said_and_the_page_goes_on(page: Page, stack: Stack) -> None:
    start_message(page, seconds="4")
    expect(page.locator(BADGE)).to_have_text("Running")
    page.route("**/v1/jobs/*", lambda route: route.abort())
    expect(page.locator(".note")).to_contain_text("can't be reached")
    page.unroute("**/v1/jobs/*")
    expect(page.locator(BADGE)).to_have_text("Done")
    expect(page.locator(".note")).to_have_count(0)


def test_a_job_shows_what_happened_and_its_log(page: Page) -> None:
    start_message(page, seconds="4")
    story = page.get_by_role("region", name="What happened")
    expect(story.locator("li").first).to_contain_text("The job was accepted.")
    expect(page.locator(".state .hint")).to_contain_text(re.compile(r"second \d of 4"))
    expect(page.locator(BADGE)).to_have_text("Done")
    expect(story.locator(".story:not(.log) li").last).to_contain_text("The job is DONE")
    expect(story.locator(".log li")).to_have_text(re.compile(r"Waits for 4 s\.$"))
    expect(page.locator(".state .hint")).to_have_count(0)
