"""`sam local invoke` of every function, with events as AWS sends them.

MiniStack provides the services. The pollers of infra/samlocal build the events from its queues and stream.
"""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml

from heavylift.jobs.states import Status
from heavylift.service.submission import Submission
from heavylift.service.submit import submit
from infra.local.instance import ROOT
from infra.local.port_forward import HOST_FROM_INSIDE, forward_ports
from infra.samlocal.event_sources import QueueSource, StreamSource
from infra.samlocal.merge_layers import merge_layers
from infra.samlocal.sqs_poller import InvocationFailed, SqsPoller
from infra.samlocal.stream_poller import StreamPoller
from tests.support.built_stack import BuiltStack, run_built_stack
from tests.support.pictures import encode_image, make_picture
from tests.support.receiver import run_receiver
from tests.support.sample_documents import SAMPLE

CSV = b"size,price\n" + b"".join(b"%d,%d\n" % (n, 3 * n + n % 5) for n in range(60))


@dataclass
class Functions:
    """Invokes the built functions, on running services."""

    stack: BuiltStack
    folder: Path

    def invoke(self, function: str, event: dict[str, Any], template: str = "template.yaml") -> Any:
        """Return the function's answer. Raises InvocationFailed for an error."""
        file = self.folder / "event.json"
        file.write_text(json.dumps(event))
        command = [
            *(sys.executable, "-m", "samcli", "local", "invoke", function, "--event", str(file)),
            *("--template-file", str(self.folder / template), "--skip-pull-image"),
            *("--add-host", f"{HOST_FROM_INSIDE}:host-gateway"),
            *("--layer-cache-basedir", str(self.folder / "layers")),
        ]
        # `sam local` replaces a function's variables by its own of the same name.
        environment = {
            name: value
            for name, value in self.stack.place.environment.items()
            if not name.startswith("AWS_ENDPOINT_URL")
        }
        ran = subprocess.run(
            command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=300, check=False
        )
        assert ran.returncode == 0, ran.stderr
        answer = json.loads(ran.stdout)
        if isinstance(answer, dict) and "errorMessage" in answer:
            raise InvocationFailed(f"{answer}\n{ran.stderr}")
        return answer

    def take(self, function: str) -> None:
        """Let the function process a batch of its queue."""
        self.stack.take(function, self.invoke)


@pytest.fixture(name="functions", scope="module")
def build_functions(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Functions]:
    folder = tmp_path_factory.mktemp("invoke")
    with run_built_stack(folder) as stack, forward_ports(stack.place.port):
        (folder / "layers.yaml").write_text(yaml.safe_dump(stack.template, sort_keys=False))
        merged = merge_layers(stack.template, folder / "code")
        (folder / "template.yaml").write_text(yaml.safe_dump(merged, sort_keys=False))
        yield Functions(stack, folder)


WORK: list[tuple[str, str, str, bytes | None, dict[str, Any], set[str]]] = [
    (
        *("PagesWorkerFunction", "pages", "pdf-to-images", SAMPLE.read_bytes(), {"dpi": 36}),
        {"page-0001.png", "page-0002.png", "page-0003.png"},
    ),
    (
        *("OcrWorkerFunction", "ocr", "ocr", encode_image(make_picture("Read me", size=(240, 90)))),
        *({"regions": False, "annotated": False}, {"text.txt", "result.json", "searchable.pdf"}),
    ),
    (
        *(
            "LearnWorkerFunction",
            "learn",
            "plot",
            CSV,
            {"kind": "scatter", "x": "size", "columns": ["price"]},
        ),
        {"plot.png", "plot.svg", "plot.html"},
    ),
    ("MessageWorkerFunction", "message", "message", None, {"seconds": 0}, set()),
]


@pytest.mark.parametrize(
    ("function", "queue", "task", "content", "params", "outputs"), WORK, ids=[each[0] for each in WORK]
)
def test_a_worker_does_the_job_of_its_queue(
    functions: Functions,
    function: str,
    queue: str,
    task: str,
    content: bytes | None,
    params: dict[str, Any],
    outputs: set[str],
) -> None:
    job = functions.stack.submit(task, content, **params)
    assert functions.stack.system.queue.get_depth(queue).visible == 1

    functions.take(function)

    ended = functions.stack.job(job)
    assert ended.status is Status.DONE, ended
    assert functions.stack.outputs(job) >= outputs
    depth = functions.stack.system.queue.get_depth(queue)
    assert (depth.visible, depth.in_flight) == (0, 0)


def test_the_api_answers_with_its_layers_as_they_are(functions: Functions) -> None:
    http = {"method": "GET", "path": "/healthz", "protocol": "HTTP/1.1", "sourceIp": "127.0.0.1"}
    event = {
        "version": "2.0",
        "routeKey": "$default",
        "rawPath": "/healthz",
        "rawQueryString": "",
        "headers": {"host": "api"},
        "isBase64Encoded": False,
        "requestContext": {"http": http | {"userAgent": "test"}, "stage": "$default"},
    }
    answer = functions.invoke("ApiFunction", event, "layers.yaml")
    assert (answer["statusCode"], json.loads(answer["body"])) == (200, {"status": "ok"})


def test_the_janitor_sweeps_and_ends_the_job_of_a_dead_letter(functions: Functions) -> None:
    job = functions.stack.submit("message", seconds=0)
    assert functions.invoke("JanitorFunction", {"source": "aws.scheduler"})["SweepsCutShort"] == 0
    queue, dead = (
        next(
            each
            for each in functions.stack.sources
            if isinstance(each, QueueSource) and part in each.queue_arn
        )
        for part in ("-work-message", "-dead-letters")
    )
    sqs = functions.stack.place.aws.client("sqs")
    here, there = (
        sqs.get_queue_url(QueueName=each.queue_arn.rpartition(":")[2])["QueueUrl"] for each in (queue, dead)
    )
    # Move the message to the dead-letter queue, as SQS does.
    [message] = sqs.receive_message(QueueUrl=here)["Messages"]
    sqs.send_message(QueueUrl=there, MessageBody=message["Body"])
    sqs.delete_message(QueueUrl=here, ReceiptHandle=message["ReceiptHandle"])

    SqsPoller(dead, sqs, functions.invoke, threading.Event()).step()

    assert functions.stack.job(job).status is Status.FAILED


def test_the_end_of_a_job_goes_through_the_stream_to_its_receiver(
    functions: Functions, tmp_path: Path
) -> None:
    [found] = [each for each in functions.stack.sources if isinstance(each, StreamSource)]
    streams = functions.stack.place.aws.client("dynamodbstreams")
    with run_receiver() as receiver, forward_ports(receiver.port):
        receiver.host = HOST_FROM_INSIDE
        job = submit(
            functions.stack.system,
            Submission("me", "message", {"seconds": 0}, callback_url=receiver.url("/")),
        )
        functions.take("MessageWorkerFunction")
        reader = StreamPoller(found, streams, functions.invoke, threading.Event(), tmp_path / "memory")
        while reader.step():  # skip the records of other jobs
            pass
        functions.take("CallbackFunction")
        [callback_request] = receiver.at("/")
    assert json.loads(callback_request.body)["id"] == job.id
    callback = functions.stack.job(job).callback
    assert callback is not None
    assert callback["state"] == "delivered"
