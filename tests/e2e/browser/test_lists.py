"""A person looks through jobs and dead letters."""

from __future__ import annotations

import re

from playwright.sync_api import Dialog, Page, expect

from tests.e2e.browser.steps import BADGE, choose
from tests.e2e.conftest import Stack
from tests.support.api import Api


def test_the_list_is_filtered_and_paged(page: Page, stack: Stack) -> None:
    api = Api(stack.api_url)
    message = {"task": "message", "params": {"seconds": 0}}
    ids = [api.post("/v1/jobs", json=message).json()["id"] for _ in range(21)]
    choose(page, "Jobs")
    page.get_by_label("Task").select_option("message")
    rows = page.locator(".rows .row")
    expect(rows).to_have_count(20)
    expect(rows.first).to_have_attribute("href", f"#/jobs/{ids[-1]}")
    expect(page.locator(".rows")).not_to_contain_text("Queued")  # the list follows them to their end
    page.get_by_role("link", name="Older").click()
    expect(rows.first).to_have_attribute("href", f"#/jobs/{ids[0]}")
    page.get_by_role("link", name="Newest").click()
    expect(rows.first).to_have_attribute("href", f"#/jobs/{ids[-1]}")
    page.get_by_label("Status").select_option("FAILED")
    expect(page.locator(".rows, .empty")).not_to_contain_text("Done")
    page.get_by_label("Status").select_option("DONE")
    expect(rows.first).to_have_attribute("href", f"#/jobs/{ids[-1]}")
    rows.first.click()
    expect(page.locator(BADGE)).to_have_text("Done")


def test_a_job_is_found_by_its_name_and_its_tag(page: Page, stack: Stack) -> None:
    api = Api(stack.api_url)
    message = {"task": "message", "params": {"seconds": 0}}
    named = {
        **message,
        "name": "Annual <b>report</b>",
        "reference": "order 7",
        "tags": ["2026", "näh & fern"],
    }
    job = api.post("/v1/jobs", json=named).json()["id"]
    api.post("/v1/jobs", json=message)
    choose(page, "Jobs")
    page.get_by_label("Name or file").fill("annual <b>")
    page.keyboard.press("Enter")
    rows = page.locator(".rows .row")
    expect(rows).to_have_count(1)
    expect(rows.locator("strong")).to_have_text("Annual <b>report</b>")
    rows.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Annual <b>report</b>")
    page.get_by_text("Settings and times").click()
    page.get_by_role("link", name="näh & fern").click()
    expect(page.get_by_label("Tag")).to_have_value("näh & fern")
    expect(rows).to_have_count(1)
    expect(rows).to_have_attribute("href", f"#/jobs/{job}")


def test_a_job_is_deleted_when_the_question_is_confirmed(page: Page, stack: Stack) -> None:
    api = Api(stack.api_url)
    job = api.post("/v1/jobs", json={"task": "message", "params": {"seconds": 0}}).json()["id"]
    page.goto(f"{stack.api_url}/#/jobs/{job}")
    expect(page.locator(BADGE)).to_have_text("Done")
    page.once("dialog", lambda dialog: dialog.dismiss())
    page.get_by_role("button", name="Delete").click()
    assert api.get(f"/v1/jobs/{job}").status_code == 200
    page.once("dialog", lambda dialog: dialog.accept())
    page.get_by_role("button", name="Delete").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Jobs")
    expect(page.locator(f".rows a[href='#/jobs/{job}']")).to_have_count(0)
    assert api.get(f"/v1/jobs/{job}").status_code == 410


def test_all_jobs_of_a_filter_are_canceled_run_again_and_deleted(page: Page, stack: Stack) -> None:
    api = Api(stack.api_url)
    long = {"task": "message", "params": {"seconds": 60}, "tags": ["many"]}
    ids = [api.post("/v1/jobs", json=long).json()["id"] for _ in range(3)]
    counted: list[str] = []
    page.on("request", lambda request: counted.append(request.url) if "/counts" in request.url else None)
    choose(page, "Jobs")
    expect(page.locator(".rows .row").first).to_be_visible()
    assert counted == []  # a count reads many records: only for who asks
    page.get_by_text("Count the jobs").click()
    counts = page.get_by_label("How many jobs")
    expect(counts).to_contain_text("processing")
    assert len(counted) == 1
    expect(page.get_by_role("button", name="Delete all")).to_have_count(0)  # of all jobs there are
    page.get_by_label("Tag").fill("many")
    page.keyboard.press("Enter")
    page.get_by_text("Count these jobs, or act on all of them").click()
    expect(counts).to_contain_text("3 processing")
    for label, question, done in (
        ("Cancel all", "Cancel 3 jobs?", "3 jobs canceled."),
        ("Try all again", "Run again 3 jobs?", "3 jobs started again."),
        ("Cancel all", "Cancel 3 jobs?", "3 jobs canceled."),
        (
            "Delete all",
            "Delete 3 jobs and their files now? They can't be brought back.",
            "3 jobs deleted.",
        ),
    ):
        asked: list[str] = []

        def accept(dialog: Dialog, asked: list[str] = asked) -> None:
            asked.append(dialog.message)
            dialog.accept()

        page.once("dialog", accept)
        page.get_by_role("button", name=label).click()
        expect(page.get_by_role("status").filter(has_text=done)).to_be_visible()
        assert asked == [question]
    expect(page.locator(".empty")).to_be_visible()
    assert [api.get(f"/v1/jobs/{each}").status_code for each in ids] == [410] * 3


def test_a_dead_letter_shows_each_attempt_and_runs_again(page: Page, stack: Stack, hopeless: str) -> None:
    assert Api(stack.api_url).wait_until_finished(hopeless)["status"] == "FAILED"
    choose(page, "Queues")
    card = page.get_by_role("region", name="message")
    card.locator(".alarm a").click()
    letter = page.locator(".letters li", has=page.locator(f"input[value='{hopeless}']"))
    letter.get_by_text("All attempts").click()
    expect(letter.locator(".attempts li")).to_have_count(3)
    letter.get_by_role("checkbox").check()
    page.get_by_role("button", name="Run selected jobs again").click()
    expect(page.get_by_role("status").filter(has_text="1 job started again")).to_be_visible()
    expect(letter).to_have_count(0)
    page.goto(f"{stack.api_url}/#/jobs/{hopeless}")
    expect(page.locator(BADGE)).to_have_text(re.compile("Queued|Running|Failed"))
