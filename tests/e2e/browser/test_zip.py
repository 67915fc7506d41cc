"""A person saves all outputs of a job as one zip."""

from __future__ import annotations

import re
from pathlib import Path
from zipfile import ZipFile

from playwright.sync_api import Page, Route, expect

from infra.local.instance import ROOT
from tests.e2e.browser.steps import BADGE, start, start_message

SAMPLE = ROOT / "samples" / "sample.pdf"


def test_all_outputs_are_saved_as_one_zip(page: Page, tmp_path: Path) -> None:
    start(page, SAMPLE, dpi="40")
    expect(page.locator(BADGE)).to_have_text("Done")
    button = page.get_by_role("button", name="All as one zip")
    with page.expect_download() as saving:
        button.click()
        expect(page.locator(".zip")).to_be_disabled()
    assert saving.value.suggested_filename == "sample-outputs.zip"
    saving.value.save_as(tmp_path / "all.zip")
    with ZipFile(tmp_path / "all.zip") as opened:
        assert opened.namelist() == [f"sample-page-000{number}.png" for number in (1, 2, 3)]
        assert opened.testzip() is None
    expect(button).to_be_enabled()
    assert re.search(r"#/jobs/", page.url)


def test_a_zip_that_can_not_be_made_says_why(page: Page) -> None:
    def refuse(route: Route) -> None:
        problem = {
            "type": "/problems/conflict",
            "title": "Not now",
            "status": 409,
            "detail": "The zip could not be made.",
        }
        route.fulfill(status=409, json=problem, content_type="application/problem+json")

    page.route("**/outputs.zip", refuse)
    start(page, SAMPLE, dpi="40")
    page.get_by_role("button", name="All as one zip").click()
    expect(page.get_by_text("The zip could not be made.")).to_be_visible()


def test_a_job_without_several_outputs_has_no_such_button(page: Page) -> None:
    start_message(page, seconds="0")
    expect(page.get_by_text("This job has no output files.")).to_be_visible()
    expect(page.locator(".zip")).to_have_count(0)
