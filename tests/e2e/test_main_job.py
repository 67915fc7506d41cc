"""The main job through HTTP: a PDF in, page images out."""

from __future__ import annotations

import io

import httpx
import pytest
from PIL import Image

from tests.e2e.conftest import Stack
from tests.support.api import Api
from tests.support.sample_documents import find_in_corpus, list_corpus, make_scans, make_text_pdf


@pytest.fixture
def api(stack: Stack) -> Api:
    return Api(stack.api_url)


def test_a_pdf_becomes_page_images_that_open(api: Api) -> None:
    job = api.submit_job(make_text_pdf(3), params={"dpi": 72})
    assert (job["status"], job["links"]["self"].rsplit("/", 1)[1]) == ("PROCESSING", job["id"])
    ended = api.wait_until_finished(job["id"])
    assert ended["status"] == "DONE"
    assert ended["progress"] == {"done": 3, "total": 3, "text": None}
    outputs = api.outputs(job["id"])
    assert [output["name"] for output in outputs] == [f"page-000{n}.png" for n in (1, 2, 3)]
    for output in outputs:
        content = api.fetch(output["url"])
        assert len(content) == output["bytes"]
        with Image.open(io.BytesIO(content)) as image:
            image.load()
            assert image.size == (596, 842)  # 595.28 points, rounded up
    assert ended["outputs"] == {"count": 3, "bytes": sum(output["bytes"] for output in outputs)}


def test_an_output_is_found_by_its_name(api: Api) -> None:
    job = api.submit_job(make_text_pdf(1), params={"dpi": 36}, headers={"Prefer": "wait=20"})
    job = api.wait_until_finished(job["id"])
    answer = api.get(f"/v1/jobs/{job['id']}/outputs/page-0001.png")
    assert answer.status_code == 307
    image = httpx.get(answer.headers["location"], trust_env=False)
    assert image.headers["content-type"] == "image/png"
    assert image.content.startswith(b"\x89PNG")
    missing = api.get(f"/v1/jobs/{job['id']}/outputs/page-0002.png")
    assert missing.status_code == 404


def test_seventeen_scanned_pages(api: Api) -> None:
    job = api.submit_job(find_in_corpus("regal-17pages.pdf") or make_scans(), params={"dpi": 200})
    ended = api.wait_until_finished(job["id"])
    assert ended["status"] == "DONE"
    assert ended["outputs"]["count"] == 17
    sizes = set()
    for output in api.outputs(job["id"]):
        with Image.open(io.BytesIO(api.fetch(output["url"]))) as image:
            image.load()
            sizes.add(image.size)
    assert sizes <= {(1654, 2338), (2338, 1654), (3307, 2338)}


def test_a_file_too_large_for_a_request_goes_by_an_upload(api: Api) -> None:
    form = api.post("/v1/uploads", json={"task": "pdf-to-images"}).json()
    sent = httpx.post(
        form["url"], data=form["fields"], files={"file": ("a.pdf", make_text_pdf(2))}, trust_env=False
    )
    assert sent.status_code in (200, 201, 204), sent.text
    answer = api.post(
        "/v1/jobs",
        json={"task": "pdf-to-images", "params": {"dpi": 36}, "input": {"upload_id": form["upload_id"]}},
    )
    assert answer.status_code == 202, answer.text
    assert api.wait_until_finished(answer.json()["id"])["outputs"]["count"] == 2


def test_every_document_ends_done_or_with_a_typed_problem(api: Api, stack: Stack) -> None:
    jobs = {path.name: api.submit_job(path, params={"dpi": 100})["id"] for path in list_corpus()}
    statuses = set()
    for name, job_id in jobs.items():
        ended = api.wait_until_finished(job_id, 60 * len(jobs))
        statuses.add(ended["status"])
        if ended["status"] == "DONE":
            assert ended["outputs"]["count"] == ended["progress"]["total"], name
        else:
            assert ended["status"] == "FAILED", name
            assert ended["error"]["type"].startswith("/problems/"), name
            assert ended["error"]["type"] != "/problems/task-failed", (name, ended["error"])
    assert "DONE" in statuses
    assert api.get("/healthz").json() == {"status": "ok"}
    assert not stack.tracebacks()
