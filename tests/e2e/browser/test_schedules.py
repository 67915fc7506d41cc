"""A person makes a schedule, looks at it, pauses and deletes it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Page, expect

from tests.e2e.browser.steps import BADGE, choose
from tests.e2e.conftest import Stack
from tests.support.api import Api
from tests.support.sample_documents import SAMPLE


@pytest.fixture(autouse=True)
def no_schedule_is_left(stack: Stack) -> Iterator[None]:
    yield
    api = Api(stack.api_url)
    for schedule in api.get("/v1/schedules").json()["items"]:
        httpx.delete(f"{stack.api_url}/v1/schedules/{schedule['name']}", timeout=60, trust_env=False)


def fill_schedule(page: Page, name: str, cron: str, zone: str = "Europe/Berlin") -> None:
    page.get_by_text("Start later, again and again").click()
    page.get_by_label("Start", exact=True).select_option("Again and again")
    page.get_by_label("Name of the schedule").fill(name)
    page.get_by_label("Times").fill(cron)
    page.get_by_label("Time zone").fill(zone)


def test_a_schedule_is_made_shown_paused_and_deleted(page: Page, stack: Stack) -> None:
    page.set_input_files("#file", SAMPLE)
    fill_schedule(page, "by-night", "30 2 * * *")
    preview = page.locator("form .next-runs li")
    expect(preview).to_have_count(3)
    expect(preview.first).to_contain_text(re.compile(r"2:30 AM GMT\+\d \(in \d+ (h|min)\)"))
    page.get_by_role("button", name="Make the schedule").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Schedule by-night")
    card = page.get_by_role("region", name="by-night")
    expect(card).to_contain_text("PDF to images, 30 2 * * * in Europe/Berlin")
    expect(card.locator(".next-runs li")).to_have_count(3)
    for run in card.locator(".next-runs li").all():
        expect(run).to_contain_text(re.compile(r"2:30 AM GMT\+\d"))
    kept = Api(stack.api_url).get("/v1/schedules/by-night").json()
    assert (kept["lane"], kept["last_run"]) == ("standard", None)

    card.get_by_role("button", name="Pause").click()
    expect(card.locator(".badge")).to_have_text("Paused")
    expect(card).to_contain_text("none while it is paused")
    card.get_by_role("button", name="Resume").click()
    expect(card.locator(".badge")).to_have_text("Active")
    page.clock.install()
    choose(page, "Schedules")
    card.get_by_role("button", name="Delete").focus()
    card.evaluate("card => card.classList.add('before')")
    page.clock.run_for(70_000)
    expect(page.locator(".before")).to_have_count(0)  # drawn anew: how far away the next run is has changed
    expect(card.get_by_role("button", name="Delete")).to_be_focused()
    page.clock.resume()
    page.once("dialog", lambda dialog: dialog.accept())
    card.get_by_role("button", name="Delete").click()
    expect(card).to_have_count(0)
    assert Api(stack.api_url).get("/v1/schedules/by-night").status_code == 404


def test_what_is_wrong_with_a_schedule_is_said_at_its_field(page: Page, tmp_path: Path) -> None:
    page.select_option("#task", "message")
    fill_schedule(page, "never", "0 0 30 2 *")
    expect(page.locator("form [role=status] .fault")).to_contain_text("never comes true")
    page.click("#start")
    expect(page.get_by_label("Times")).to_have_attribute("aria-invalid", "true")
    expect(page.get_by_label("Times")).to_be_focused()
    expect(page.locator("#start-cron-fault")).to_contain_text("never comes true")
    page.get_by_label("Times").fill("0 0 * * *")
    page.get_by_label("Time zone").fill("Mars/Olympus")
    page.click("#start")
    expect(page.locator("#start-zone-fault")).to_contain_text("no time zone")

    page.select_option("#task", "pdf-to-images")
    other = tmp_path / "other.pdf"
    other.write_bytes(SAMPLE.read_bytes())
    page.set_input_files("#file", [SAMPLE, other])
    page.click("#start")
    expect(page.get_by_role("alert")).to_contain_text("A schedule has one file")


def test_a_job_of_a_schedule_leads_to_it_and_the_schedule_to_its_jobs(page: Page, stack: Stack) -> None:
    api = Api(stack.api_url)
    message = {"task": "message", "params": {"seconds": 0}}
    assert api.post("/v1/schedules", json={**message, "name": "daily", "rate": "1 day"}).status_code == 201
    # What a run of it submits: the time itself is a day away.
    job = api.post("/v1/jobs", json={**message, "tags": ["schedule:daily"]}).json()["id"]
    page.goto(f"{stack.api_url}/#/jobs/{job}")
    page.get_by_role("link", name="daily").click()
    expect(page.get_by_role("region", name="daily")).to_contain_text("Message, every day")
    page.get_by_label("Latest jobs").locator(".row").click()
    expect(page.locator(BADGE)).to_have_text("Done")
    page.get_by_role("link", name="daily").click()
    page.get_by_role("link", name="all of them").click()
    expect(page.get_by_label("Tag")).to_have_value("schedule:daily")
    expect(page.locator(".rows .row")).to_have_attribute("href", f"#/jobs/{job}")
