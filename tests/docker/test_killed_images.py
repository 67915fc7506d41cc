"""A worker that is killed in its container. The next one has the same /tmp, and no file of others in it.

After a crash, a timeout or too much memory Lambda starts the runtime anew in the same environment. So does
the runtime interface emulator.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from heavylift.jobs.job import Job
from heavylift.jobs.states import Status
from heavylift.worker.work_folder import PREFIX
from infra.samlocal.sqs_poller import InvocationFailed
from tests.support.built_stack import BuiltStack
from tests.support.lambda_container import LambdaContainer, Limits, run_as_lambda
from tests.support.pictures import encode_image, make_picture, make_png_header
from tests.support.sample_documents import SAMPLE

PAGES, OCR = "PagesWorkerFunction", "OcrWorkerFunction"
TIMEOUT_S = 12
TOO_LITTLE_MB = 220
"""Enough for a worker that rejects a damaged image, too little for the networks."""
SIGNAL = """
import os, pathlib, sys
for each in pathlib.Path("/proc").glob("[0-9]*/cmdline"):
    if each.read_bytes().startswith(b"python3\\0-m\\0awslambdaric"):
        os.kill(int(each.parent.name), int(sys.argv[1]))
"""
KILL, STOP = "9", "19"


def list_folders(there: LambdaContainer) -> set[str]:
    """Return the work folders in the container."""
    return set(there.execute("find", "/tmp", "-maxdepth", "1", "-name", f"{PREFIX}*").split())


def has_input(there: LambdaContainer, job: Job) -> bool:
    return bool(there.execute("find", "/tmp", "-name", f"*{job.id}*", "-type", "f"))


def draw(stack: BuiltStack, there: LambdaContainer, tenant: str) -> Job:
    job = stack.submit("pdf-to-images", SAMPLE.read_bytes(), tenant, dpi=36)
    ended = stack.work_off(job, PAGES, there.invoke)
    assert ended.status is Status.DONE
    return job


@pytest.mark.parametrize("signal", [KILL, STOP], ids=["killed", "hangs until its timeout"])
def test_the_next_worker_starts_on_an_empty_folder(stack: BuiltStack, tmp_path: Path, signal: str) -> None:
    with run_as_lambda(stack, PAGES, tmp_path, Limits(timeout_s=TIMEOUT_S)) as there:
        first = draw(stack, there, "acme")
        before = list_folders(there)
        there.execute("python3", "-c", SIGNAL, signal)
        lost = stack.submit("pdf-to-images", SAMPLE.read_bytes(), "acme", dpi=36)
        with pytest.raises(InvocationFailed):
            stack.take(PAGES, there.invoke)
        assert has_input(there, first)
        assert list_folders(there) >= before

        draw(stack, there, "other")

        assert not has_input(there, first)
        assert not has_input(there, lost)
        assert len(list_folders(there)) == 1
        assert not list_folders(there) & before


def test_too_much_memory_leaves_nothing_either(stack: BuiltStack, tmp_path: Path) -> None:
    picture = encode_image(make_picture("Read me", size=(240, 90)))
    with run_as_lambda(stack, OCR, tmp_path, Limits(memory_mb=TOO_LITTLE_MB)) as there:
        killed = stack.submit("ocr", picture, "acme")
        with pytest.raises(InvocationFailed):
            stack.take(OCR, there.invoke)
        assert has_input(there, killed)

        rejected = stack.submit("ocr", make_png_header(300, 300), "other")
        ended = stack.work_off(rejected, OCR, there.invoke)

        assert ended.error is not None
        assert ended.error["type"] == "/problems/image-damaged"
        assert not has_input(there, killed)
        assert len(list_folders(there)) == 1
