"""A person looks at a batch: what has failed, what was left out, and what can be done to all of its jobs."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from zipfile import ZipFile

import httpx
import pytest
from playwright.sync_api import Dialog, Page, Route, expect

from tests.e2e.browser.steps import BADGE
from tests.e2e.conftest import Stack
from tests.support.api import Api
from tests.support.sample_documents import SAMPLE


def upload(api: Api, content: bytes) -> dict[str, str]:
    """Store a PDF, and return it as the input of an item."""
    form = api.post("/v1/uploads", json={"task": "pdf-to-images"}).json()
    files = {"file": ("input.pdf", content)}
    assert httpx.post(form["url"], data=form["fields"], files=files, trust_env=False).is_success
    return {"upload_id": form["upload_id"]}


def submit(api: Api, items: list[dict[str, Any]], **more: Any) -> str:
    answer = api.post("/v1/batches", json={"items": items, **more})
    assert answer.status_code == 202, answer.text
    return str(answer.json()["id"])


@pytest.fixture(name="mixed", scope="module")
def a_batch_of_all_kinds(stack: Stack) -> str:
    """A batch with a job that is DONE, one that failed, and an item that was left out."""
    api = Api(stack.api_url)
    sample = upload(api, SAMPLE.read_bytes())
    items: list[dict[str, Any]] = [
        {"input": sample, "file_name": "good.pdf"},
        {"input": upload(api, b"%PDF-1.4 nothing more"), "file_name": "broken.pdf"},
        {"input": sample, "params": {"dpi": 0}},
    ]
    params = {"dpi": 36, "pages": "1"}
    batch = submit(api, items, task="pdf-to-images", params=params, on_invalid="skip", name="November")
    assert api.wait_until_finished(batch)["status"] == "FAILED"
    return batch


def test_a_batch_shows_first_what_has_failed_and_what_was_left_out(
    page: Page, stack: Stack, mixed: str
) -> None:
    page.goto(f"{stack.api_url}/#/jobs")
    page.locator(f".row[href='#/batches/{mixed}']").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("November")
    expect(page.locator(".state .figures")).to_have_text("2 of 2 jobs ended")
    expect(page.get_by_role("img", name="1 done, 1 failed")).to_be_visible()
    expect(page.locator(".skipped")).to_contain_text("Item 3 /params/dpi")
    failed = page.get_by_role("region", name="Failed", exact=True)
    expect(failed.locator(".row")).to_have_count(1)
    expect(failed).to_contain_text("broken.pdf")
    expect(failed).to_contain_text("Item 2: ")
    expect(page.get_by_role("region", name="All jobs").locator(".row")).to_have_count(2)
    failed.locator(".row").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("broken.pdf")
    page.get_by_role("link", name="Item 2 of a batch").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("November")


def test_the_jobs_of_one_status_are_listed_and_a_far_one_is_looked_for(
    page: Page, stack: Stack, mixed: str
) -> None:
    page.goto(f"{stack.api_url}/#/batches/{mixed}")
    page.get_by_role("list", name="Jobs by status").get_by_role("link", name="1 done").click()
    rows = page.get_by_role("region", name="Jobs: done").locator(".row")
    expect(rows).to_have_count(1)
    expect(rows).to_contain_text("good.pdf")
    page.get_by_role("link", name="All jobs").click()

    asked: list[str] = []

    def answer_with_nothing(route: Route) -> None:
        asked.append(route.request.url)
        route.fulfill(json={"items": [], "next": f"cursor-{len(asked)}"})

    page.route("**/v1/batches/*/jobs?*status=DONE*", answer_with_nothing)
    page.get_by_role("list", name="Jobs by status").get_by_role("link", name="1 done").click()
    expect(page.locator(".empty")).to_have_text(
        "None among the jobs that were looked at. Next looks further."
    )
    expect(page.get_by_role("link", name="Next")).to_have_attribute(
        "href", "#" + f"/batches/{mixed}?status=DONE&cursor=cursor-10"
    )
    assert len(asked) == 10


def test_all_outputs_of_a_batch_are_saved_as_one_zip(
    page: Page, stack: Stack, mixed: str, tmp_path: Path
) -> None:
    page.goto(f"{stack.api_url}/#/batches/{mixed}")
    with page.expect_download() as saving:
        page.get_by_role("button", name="All as one zip").click()
    saving.value.save_as(tmp_path / "all.zip")
    with ZipFile(tmp_path / "all.zip") as opened:
        assert sorted(opened.namelist()) == ["good/page-0001.png", "missing.csv"]


def test_what_failed_runs_again_and_the_batch_is_deleted(page: Page, stack: Stack) -> None:
    api = Api(stack.api_url)
    broken = upload(api, b"%PDF-1.4 nothing more")
    batch = submit(api, [{"input": broken}], task="pdf-to-images")
    assert api.wait_until_finished(batch)["status"] == "FAILED"
    page.goto(f"{stack.api_url}/#/jobs/{batch}")  # a batch has a page of its own
    expect(page.get_by_role("heading", level=1)).to_have_text("Batch: PDF to images")
    page.get_by_role("button", name="Try 1 job again").click()
    expect(page.get_by_role("region", name="What happened")).to_contain_text("asked to run the job again")
    expect(page.locator(BADGE)).to_have_text("Failed")
    page.once("dialog", lambda dialog: dialog.accept())
    page.get_by_role("button", name="Delete").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Jobs")
    assert api.get(f"/v1/batches/{batch}").status_code == 410


def test_all_jobs_of_a_batch_are_canceled(page: Page, stack: Stack) -> None:
    api = Api(stack.api_url)
    batch = submit(api, [{}, {}, {}], task="message", params={"seconds": 60}, lane="standard")
    page.goto(f"{stack.api_url}/#/batches/{batch}")
    expect(page.get_by_role("img", name="3 in progress")).to_be_visible()
    asked: list[str] = []

    def accept(dialog: Dialog) -> None:
        asked.append(dialog.message)
        dialog.accept()

    page.once("dialog", accept)
    page.get_by_role("button", name="Cancel all").click()
    expect(page.locator(BADGE)).to_have_text("Canceled")
    assert asked == ["Cancel 3 jobs of this batch?"]
    expect(page.get_by_role("img", name="3 canceled")).to_be_visible()
    expect(page.get_by_role("region", name="All jobs").locator(".badge")).to_have_text(["Canceled"] * 3)
