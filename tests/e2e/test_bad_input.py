"""Bad inputs of each task through HTTP: typed problems, and workers that keep running."""

from __future__ import annotations

import io
import os
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import FunctionTransformer
from skops.io import dump

from tests.e2e.conftest import Stack
from tests.support.api import Api
from tests.support.pictures import encode_image, make_picture, make_png_header
from tests.support.sample_documents import make_text_pdf

ENDS_S = 180
TABLE = "a,b\n" + "".join(f"{n % 7},{3 * (n % 7) + n % 2}\n" for n in range(60))
TIFF = encode_image(Image.effect_noise((300, 300), 50), "TIFF")

FAILED: list[tuple[str, str, str | bytes, dict[str, Any], str]] = [
    ("a header only", "plot", "a,b\n", {}, "csv-empty"),
    ("a cell without end", "plot", "a,b\n1," + "x" * 4_100_000, {}, "csv-too-large"),
    ("no numbers", "plot", "a\nx\ny\n", {"kind": "histogram"}, "column-unfit"),
    ("a header only", "train-model", "a,b\n", {"target": "b"}, "csv-empty"),
    ("one column", "train-model", "a\n" + "1\n2\n" * 30, {"target": "a"}, "column-unfit"),
    ("the target missing", "train-model", TABLE, {"target": "c"}, "column-missing"),
    ("an image bomb", "ocr", make_png_header(60_000, 60_000), {}, "image-too-large"),
    ("a TIFF cut short", "ocr", TIFF[: len(TIFF) // 2], {}, "image-damaged"),
    ("a PDF cut short", "ocr", make_text_pdf(1)[:200], {}, "pdf-damaged"),
    ("a PDF cut short", "pdf-to-images", make_text_pdf(1)[:200], {}, "pdf-damaged"),
]
REFUSED: list[tuple[str, str, str | bytes | None, dict[str, Any], int]] = [
    ("nothing", "plot", b"", {}, 415),
    ("a PDF for a table", "train-model", make_text_pdf(1), {"target": "a"}, 415),
    ("a table for a picture", "ocr", TABLE, {}, 415),
    ("no model of mine", "predict", None, {"model_job": "0197b4e2-7d1c-7c3e-9a51-3f6f0c2d8e11"}, 404),
    ("a negative time", "message", None, {"message": "a", "seconds": -1}, 422),
]


def content_of(what: str | bytes | None) -> bytes | None:
    return what.encode() if isinstance(what, str) else what


def test_bad_input_fails_with_its_problem_and_the_workers_keep_running(stack: Stack) -> None:
    api = Api(stack.api_url)
    good = {
        "LearnFunctionName": api.submit_job(TABLE.encode(), "plot"),
        "OcrFunctionName": api.submit_job(encode_image(make_picture("a", size=(90, 60))), "ocr"),
        "PagesFunctionName": api.submit_job(make_text_pdf(1)),
    }
    for job in good.values():
        assert api.wait_until_finished(job["id"], ENDS_S)["status"] == "DONE"
    before = {name: set(stack.workers(stack.outputs[name])) for name in good}
    jobs = [
        api.submit_job(content_of(content), task, params=params) for _, task, content, params, _ in FAILED
    ]
    for (what, task, _, _, slug), job in zip(FAILED, jobs, strict=True):
        ended = api.wait_until_finished(job["id"], ENDS_S)
        assert (ended["status"], ended["attempt"]) == ("FAILED", 1), (task, what, ended)
        assert ended["error"]["type"] == f"/problems/{slug}", (task, what, ended["error"])
        assert ended["error"]["title"]
    for name, workers in before.items() if stack.keeps_workers else ():
        assert workers
        assert workers <= set(stack.workers(stack.outputs[name])), name


@pytest.mark.parametrize(("what", "task", "content", "params", "status"), REFUSED, ids=lambda v: str(v)[:20])
def test_a_fault_that_the_api_sees_is_refused_at_once(
    stack: Stack, what: str, task: str, content: str | bytes | None, params: dict[str, Any], status: int
) -> None:
    answer = Api(stack.api_url).submit(content_of(content), task, params=params)
    assert answer.status_code in ({404, 410} if status == 404 else {status}), (what, answer.text)
    assert answer.headers["content-type"] == "application/problem+json"


def test_a_model_that_was_poisoned_in_the_bucket_is_refused(stack: Stack, tmp_path: Path) -> None:
    api = Api(stack.api_url)
    trained = api.submit_job(TABLE.encode(), "train-model", params={"target": "b", "model": "linear"})
    assert api.wait_until_finished(trained["id"], ENDS_S)["status"] == "DONE"
    poison = tmp_path / "model"
    dump({"about": "{}", "pipeline": Pipeline([("act", FunctionTransformer(os.mkdir))])}, poison)
    stack.aws.client("s3").upload_fileobj(
        io.BytesIO(poison.read_bytes()),
        stack.outputs["BucketName"],
        f"jobs/{trained['id']}/outputs/model.skops",
    )
    params = {"model_job": trained["id"], "rows": [{"a": 1}]}
    answer = api.post("/v1/jobs", json={"task": "predict", "params": params})
    ended = api.wait_until_finished(answer.json()["id"], ENDS_S)
    assert (ended["status"], ended["error"]["type"]) == ("FAILED", "/problems/model-unsafe"), ended
