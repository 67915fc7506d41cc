"""Every task of the images, with good and bad input, in containers restricted as Lambda restricts them."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from heavylift.jobs.job import Job
from heavylift.jobs.states import Status
from heavylift.worker.work_folder import PREFIX
from infra.local.port_forward import HOST_FROM_INSIDE
from tests.support.built_stack import BuiltStack
from tests.support.lambda_container import LambdaContainer, Limits, run_as_lambda
from tests.support.pictures import encode_image, make_picture, make_png_header
from tests.support.sample_documents import SAMPLE, make_text_pdf

CSV = b"size,price\n" + b"".join(b"%d,%d\n" % (n, 3 * n + n % 5) for n in range(60))
PICTURE = encode_image(make_picture("Read me", size=(240, 90)))
Container = Callable[[str], LambdaContainer]


@dataclass(frozen=True)
class Case:
    function: str
    task: str
    content: bytes
    params: dict[str, Any] = field(default_factory=dict)
    outputs: frozenset[str] = frozenset()
    """Some of the job's outputs."""
    problem: str = ""
    """The problem that a bad input ends with."""


PAGES, OCR, LEARN = "PagesWorkerFunction", "OcrWorkerFunction", "LearnWorkerFunction"
READ = Case(OCR, "ocr", PICTURE, {}, frozenset({"text.txt", "result.json", "searchable.pdf"}))
GOOD = [
    Case(PAGES, "pdf-to-images", SAMPLE.read_bytes(), {"dpi": 36}, frozenset({"page-0003.png"})),
    Case(PAGES, "pdf-to-images", make_text_pdf(30), {"dpi": 36}, frozenset({"page-0030.png"})),
    Case(PAGES, "pdf-to-images", SAMPLE.read_bytes(), {"dpi": 36, "engine": "poppler"}),
    READ,
    Case(OCR, "ocr", SAMPLE.read_bytes(), {"pages": "1"}, frozenset({"text.txt"})),
    Case(LEARN, "train-model", CSV, {"target": "price"}, frozenset({"report.html"})),
    Case(LEARN, "plot", CSV, {"kind": "scatter", "x": "size", "columns": ["price"]}, frozenset({"plot.svg"})),
    Case(LEARN, "profile", CSV),
]
BAD = [
    Case(PAGES, "pdf-to-images", b"%PDF-1.7\nno pages\n%%EOF", problem="pdf-damaged"),
    Case(OCR, "ocr", make_png_header(300, 300), problem="image-damaged"),
    Case(OCR, "ocr", b"%PDF-1.7\nno pages\n%%EOF", problem="pdf-damaged"),
    Case(LEARN, "train-model", CSV, {"target": "weight"}, problem="column-missing"),
    Case(LEARN, "plot", CSV, {"kind": "scatter", "x": "weight"}, problem="column-missing"),
    Case(LEARN, "profile", b'a,b\n1,"2\n', problem="csv-unreadable"),
]


def describe(case: Case) -> str:
    return f"{case.task} {len(case.content)} {case.problem}"


@pytest.fixture(name="container", scope="module")
def keep_containers(stack: BuiltStack, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Container]:
    """Yield a function that returns a function's container; each is started once."""
    running: dict[str, LambdaContainer] = {}
    with ExitStack() as containers:

        def find(function: str) -> LambdaContainer:
            if function not in running:
                folder = tmp_path_factory.mktemp("container")
                # Lambda on arm64 has no list of its processors.
                limits = Limits(options=("--tmpfs=/sys/devices/system/cpu:ro",))
                running[function] = containers.enter_context(run_as_lambda(stack, function, folder, limits))
            return running[function]

        yield find


def run(stack: BuiltStack, container: Container, case: Case) -> Job:
    there = container(case.function)
    job = stack.submit(case.task, case.content, **case.params)
    ended = stack.work_off(job, case.function, there.invoke)
    assert set(there.names_asked()) == {HOST_FROM_INSIDE}
    return ended


@pytest.mark.parametrize("case", GOOD, ids=describe)
def test_a_task_does_its_job(stack: BuiltStack, container: Container, case: Case) -> None:
    ended = run(stack, container, case)
    assert ended.status is Status.DONE, ended
    assert ended.attempt == 1
    assert stack.outputs(ended) >= case.outputs


@pytest.mark.parametrize("case", BAD, ids=describe)
def test_a_bad_input_is_named(stack: BuiltStack, container: Container, case: Case) -> None:
    ended = run(stack, container, case)
    assert ended.error is not None
    assert ended.error["type"] == f"/problems/{case.problem}", ended.error
    assert ended.attempt == 1


def test_a_model_predicts(stack: BuiltStack, container: Container) -> None:
    invoke = container(LEARN).invoke
    trained = stack.work_off(stack.submit("train-model", CSV, target="price"), LEARN, invoke)
    good = stack.submit("predict", model_job=trained.id, rows=[{"size": 7}])
    bad = stack.submit("predict", model_job=trained.id, rows=[{"weight": 7}])
    assert stack.work_off(good, LEARN, invoke).status is Status.DONE
    error = stack.work_off(bad, LEARN, invoke).error
    assert error is not None
    assert error["type"] == "/problems/column-missing"


@pytest.mark.parametrize("function", [PAGES, OCR, LEARN])
def test_no_scratch_file_is_left(container: Container, function: str) -> None:
    left = ("find", "/tmp", "-type", "f", "-path", f"*/{PREFIX}*", "-not", "-path", "*/inputs-*")
    assert container(function).execute(*left) == ""


SESSION = """
import time, onnxruntime, rapidocr
from pathlib import Path
network = Path(rapidocr.__file__).parent / "models" / "ch_ppocr_mobile_v2.0_cls_mobile.onnx"
session = onnxruntime.InferenceSession(str(network))
time.sleep(120)
"""
MAKER, SEEN_S = "mobile.events.data.microsoft.com", 60


def test_the_networks_report_nothing_where_their_library_would(
    stack: BuiltStack, container: Container, tmp_path: Path
) -> None:
    """Unless it is forbidden, the library asks for its maker's address some seconds after it loads a network.

    If no look-up is seen, a new version may have another form of telemetry: see Privacy.md in its wheel.
    """
    worker = container(OCR)
    ended = run(stack, container, READ)  # the worker has loaded its networks first
    assert ended.status is Status.DONE
    with run_as_lambda(stack, OCR, tmp_path) as allowed:
        session = [
            "docker",
            "exec",
            allowed.name,
            "env",
            "-u",
            "ORT_DISABLE_TELEMETRY",
            "python3",
            "-c",
            SESSION,
        ]
        with subprocess.Popen(session) as process:
            try:
                deadline = time.monotonic() + SEEN_S
                while MAKER not in allowed.names_asked():
                    assert time.monotonic() < deadline, allowed.names_asked()
                    time.sleep(0.5)
            finally:
                process.kill()
    assert set(worker.names_asked()) == {HOST_FROM_INSIDE}
