"""The whole flow on LocalStack without Docker: the API and the worker run in the test's process.

The SQS poller passes messages to the worker's handler, as under `make sam-local`.
"""

from __future__ import annotations

import io
import json
import threading
import time
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

import httpx
import pytest
from PIL import Image

from heavylift.adapters.aws import clients
from heavylift.runtime import bootstrap
from infra.local.flatten import load_flat
from infra.local.instance import ROOT
from infra.samlocal.event_sources import QueueSource, read_event_sources
from infra.samlocal.provision import Provisioner
from infra.samlocal.sqs_poller import SqsPoller
from tests.support.in_process_api import InProcessTransport
from tests.support.localstack import LocalStack
from tests.support.sample_documents import make_text_pdf

TEMPLATE = load_flat(ROOT / "template.yaml")
TIMEOUT_S = 60
PARAMETERS = {
    "Tracing": "PassThrough",
    "RequireApiKey": "false",
    "RequestsPerMinute": "0",
    "CallsPerMinute": "0",
    "PagesTimeout": "60",
}
FUNCTION, WORKER = "PagesWorkerFunction", "pages"


@pytest.fixture(name="made", scope="module")
def provision() -> Iterator[Provisioner]:
    """Create the template's table, bucket and queues under a new name, and set the functions' environment."""
    aws = LocalStack()
    made = Provisioner(
        aws, TEMPLATE, PARAMETERS | {"PublicS3Endpoint": aws.endpoint_url}, f"t{uuid4().hex[:8]}"
    )
    functions = (
        TEMPLATE["Globals"]["Function"],
        *(TEMPLATE["Resources"][n]["Properties"] for n in ("ApiFunction", FUNCTION)),
    )
    with pytest.MonkeyPatch.context() as patch:
        for function in functions:
            for name, value in made.resolver.resolve(function["Environment"]["Variables"]).items():
                patch.setenv(name, str(value))
        patch.setenv("AWS_ENDPOINT_URL", aws.endpoint_url)
        for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
            patch.setenv(name, "test")
        patch.setenv("AWS_DEFAULT_REGION", "us-east-1")
        clear_caches()
        yield made
    clear_caches()


def clear_caches() -> None:
    """Clear the caches that hold clients of another environment."""
    bootstrap.get_system.cache_clear()
    for cached in (clients.dynamodb_client, clients.sqs_client, clients.s3_client):
        cached.cache_clear()


@pytest.fixture(name="api")
def make_api(made: Provisioner) -> httpx.Client:
    from api.app import create_app  # noqa: PLC0415 - it reads the environment

    return httpx.Client(transport=InProcessTransport(create_app()), base_url="http://api")


@pytest.fixture(autouse=True)
def _run_worker(made: Provisioner) -> Iterator[None]:
    """Run the poller that passes the queue's messages to the worker's handler."""
    from pages.handler import handler  # noqa: PLC0415 - it reads the environment

    def invoke(function: str, event: dict[str, Any]) -> Any:
        ends_at = time.monotonic() + TIMEOUT_S
        context: Any = SimpleNamespace(
            function_name=function,
            memory_limit_in_mb=1769,
            invoked_function_arn=function,
            aws_request_id=str(uuid4()),
            get_remaining_time_in_millis=lambda: int((ends_at - time.monotonic()) * 1000),
        )
        return json.loads(json.dumps(handler(event, context)))

    source = next(
        each
        for each in read_event_sources(TEMPLATE, made.resolver)
        if isinstance(each, QueueSource) and each.function == FUNCTION
    )
    stop = threading.Event()
    slot = threading.Thread(
        target=SqsPoller(source, LocalStack().client("sqs"), invoke, stop).run, daemon=True, name="bridge"
    )
    slot.start()
    yield
    stop.set()
    slot.join(30)


def wait_until_finished(api: httpx.Client, job_id: str) -> dict[str, Any]:
    until = time.monotonic() + 60
    while time.monotonic() < until:
        job: dict[str, Any] = api.get(f"/v1/jobs/{job_id}", headers={"Prefer": "wait=5"}).json()
        if job["phase"] == "finished":
            return job
    raise AssertionError(job)


def fetch_pages(api: httpx.Client, job_id: str) -> list[bytes]:
    listed = api.get(f"/v1/jobs/{job_id}/outputs").json()["items"]
    return [httpx.get(each["url"], trust_env=False).raise_for_status().content for each in listed]


def test_a_pdf_in_a_form_becomes_page_images(api: httpx.Client) -> None:
    form = {"task": "pdf-to-images", "params": json.dumps({"dpi": 72})}
    answer = api.post("/v1/jobs", data=form, files={"file": ("a.pdf", make_text_pdf(3), "application/pdf")})
    assert answer.status_code == 202, answer.text

    job = wait_until_finished(api, answer.json()["id"])

    assert job["status"] == "DONE", job
    images = [Image.open(io.BytesIO(page)) for page in fetch_pages(api, job["id"])]
    assert [image.size for image in images] == [(596, 842)] * 3


def test_a_presigned_upload_is_taken_and_its_size_enforced(api: httpx.Client) -> None:
    form = api.post("/v1/uploads", json={"task": "pdf-to-images"}).json()
    sent = httpx.post(
        form["url"], data=form["fields"], files={"file": ("a.pdf", make_text_pdf(2))}, trust_env=False
    )
    assert sent.is_success, sent.text
    answer = api.post(
        "/v1/jobs",
        json={"task": "pdf-to-images", "params": {"dpi": 36}, "input": {"upload_id": form["upload_id"]}},
    )
    assert answer.status_code == 202, answer.text
    assert wait_until_finished(api, answer.json()["id"])["outputs"]["count"] == 2


def test_a_document_that_can_not_be_read_fails_with_its_problem(api: httpx.Client, made: Provisioner) -> None:
    answer = api.post(
        "/v1/jobs",
        data={"task": "pdf-to-images"},
        files={"file": ("a.pdf", b"%PDF-1.7\n", "application/pdf")},
    )
    job = wait_until_finished(api, answer.json()["id"])
    assert job["status"] == "FAILED"
    assert job["error"]["type"].startswith("/problems/")
    assert job["error"]["detail"]  # an older DynamoDB Local takes no empty text
    sqs = LocalStack().client("sqs")
    url = sqs.get_queue_url(QueueName=made.outputs["PagesQueueName"])["QueueUrl"]
    until = time.monotonic() + 10
    while time.monotonic() < until:
        depth = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
        if depth["ApproximateNumberOfMessages"] == depth["ApproximateNumberOfMessagesNotVisible"] == "0":
            return
        time.sleep(0.1)
    raise AssertionError(depth)
