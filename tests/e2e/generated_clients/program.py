"""Submits jobs with the generated client: without an input, by an upload, as a form. Prints their ends."""

from __future__ import annotations

import json
import sys
import time
from io import BytesIO
from pathlib import Path

import httpx
from generated_client import AuthenticatedClient
from generated_client.api.jobs import get_job, submit_job
from generated_client.api.outputs import list_outputs
from generated_client.api.uploads import create_upload
from generated_client.models import (
    Job,
    NewJobForm,
    NewMessage,
    NewPdfToImages,
    NewUploadPdfToImages,
    OutputPage,
    ParamsMessage,
    ParamsPdfToImages,
    Phase,
    UploadReference,
    UploadView,
)
from generated_client.types import File

API, KEY, FILE = sys.argv[1:]
DEADLINE_S = 90
CONTENT = Path(FILE).read_bytes()
client = AuthenticatedClient(base_url=API, token=KEY)


def submit(body: NewMessage | NewPdfToImages | NewJobForm) -> Job:
    """Return the job of the body once it has finished."""
    job = submit_job.sync(client=client, body=body)
    assert isinstance(job, Job), job
    until = time.monotonic() + DEADLINE_S
    while job.phase != Phase.FINISHED and time.monotonic() < until:
        now = get_job.sync(job.id, client=client, prefer="wait=10")
        assert isinstance(now, Job), now
        job = now
    return job


def send_file() -> UploadReference:
    upload = create_upload.sync(client=client, body=NewUploadPdfToImages(task="pdf-to-images"))
    assert isinstance(upload, UploadView), upload
    files = {"file": CONTENT}
    answer = httpx.post(upload.url, data=upload.fields.to_dict(), files=files, trust_env=False)
    assert answer.is_success, answer.text
    return UploadReference(upload_id=upload.upload_id)


def count_outputs(job: Job) -> int:
    page = list_outputs.sync(job.id, client=client)
    assert isinstance(page, OutputPage), page
    return int(page.count)


message = NewMessage(task="message", params=ParamsMessage(message="by Python", seconds=0))
by_upload = NewPdfToImages(task="pdf-to-images", input_=send_file(), params=ParamsPdfToImages(dpi=36))
form = NewJobForm(
    task="pdf-to-images", params='{"dpi": 36}', file=File(BytesIO(CONTENT), "a.pdf", "application/pdf")
)
jobs = [submit(body) for body in (message, by_upload, form)]
sys.stdout.write(json.dumps([[job.status, count_outputs(job)] for job in jobs]))
