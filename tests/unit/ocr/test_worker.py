"""The worker and its child: memory, time, threads, and what is loaded at the start."""

from __future__ import annotations

import os
import subprocess
import sys
from textwrap import dedent

import pytest
from PIL import Image

from heavylift.errors import OutOfTime
from ocr.settings import OcrSettings
from ocr.task import OcrTask
from sandbox.errors import OverMemory
from tests.support.capabilities import LINUX
from tests.support.pictures import encode_image, make_picture
from tests.unit.ocr.conftest import WorkMaker
from tests.unit.ocr.task_case import TEXT, run_all, strip_spaces


@LINUX.needed  # elsewhere the memory of a process is not limited
def test_a_picture_over_the_childs_memory_limit_is_a_typed_problem(make_work: WorkMaker) -> None:
    work = make_work(encode_image(Image.new("RGB", (7000, 7000))))  # 147 MB of pixels, 0.2 MB of PNG
    with pytest.raises(OverMemory):
        run_all(work, child_memory_mb=200)


def test_a_page_longer_than_the_workers_time_is_handed_back(make_work: WorkMaker) -> None:
    work = make_work(encode_image(make_picture(*TEXT)))
    task = OcrTask(OcrSettings)
    (part,) = task.plan(work).parts
    original = work.advance

    def time_passes(units: int = 1, text: str | None = None) -> None:
        original(units, text)
        work.seconds = -1

    work.advance = time_passes  # type: ignore[method-assign]
    with pytest.raises(OutOfTime):
        task.run(work, part)


def test_the_models_load_and_read_without_a_network() -> None:
    """In a new process, in which every connection is refused."""
    code = """
        import socket, sys
        def refused(*args, **more):
            raise AssertionError("something reached for the network")
        socket.socket.connect = socket.getaddrinfo = refused
        from tests.support.pictures import make_picture
        from ocr.models import load_models
        from ocr.recognize import read_lines, to_bgr
        image = make_picture("no network", size=(240, 70))
        found = read_lines(to_bgr(image.tobytes(), *image.size), load_models(1), lambda: None)
        load_models(1).find_regions(found.image)
        print(found.lines[0].text)
    """
    done = subprocess.run(
        [sys.executable, "-c", dedent(code)],
        env={"PYTHONPATH": ":".join([*sys.path, "."])},
        capture_output=True,
        text=True,
        check=True,
    )
    assert strip_spaces(done.stdout) == "nonetwork"
    assert done.stderr == ""


def test_threads_and_the_childs_memory_follow_the_functions_memory() -> None:
    settings = OcrSettings.read({"AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "3538"})
    assert settings.child_memory_mb == 1838
    assert settings.threads == min(2, os.cpu_count() or 1)
    assert OcrSettings.read({"AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "3538", "THREADS": "1"}).threads == 1
    assert OcrSettings.read({}).threads == 1


def test_the_worker_itself_loads_no_model_library(make_work: WorkMaker) -> None:
    code = "import ocr.task, sys; print({'rapidocr', 'cv2', 'PIL', 'onnxruntime'} & set(sys.modules))"
    env = {"PYTHONPATH": ":".join(sys.path)}
    done = subprocess.run([sys.executable, "-c", code], env=env, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"
