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

from heavylift.adapters.aws.dynamodb import DynamoTable
from heavylift.adapters.aws.s3 import S3Objects
from heavylift.adapters.aws.sqs import SqsQueue
from heavylift.adapters.system_clock import SystemClock
from heavylift.jobs.job import Job, Status, job_key
from heavylift.ports.system import System
from heavylift.service.submit import Submission, submit
from heavylift.settings import Settings
from infra.local import emulator, staging
from infra.local.flatten import load_flat
from infra.local.images import BUILT_TEMPLATE
from infra.local.instance import ROOT, LocalInstance
from infra.local.port_forward import HOST_FROM_INSIDE, forward_ports
from infra.samlocal.event_sources import QueueSource, Source, StreamSource, read_event_sources
from infra.samlocal.merge_layers import merge_layers
from infra.samlocal.provision import Provisioner
from infra.samlocal.sam_template import derive
from infra.samlocal.session import build_container_environment
from infra.samlocal.sqs_poller import InvocationFailed, SqsPoller
from infra.samlocal.stream_poller import StreamPoller
from tests.support.pictures import encode_image, make_picture
from tests.support.ports import find_free_port
from tests.support.receiver import run_receiver
from tests.support.sample_documents import SAMPLE

CSV = b"size,price\n" + b"".join(b"%d,%d\n" % (n, 3 * n + n % 5) for n in range(60))


@dataclass
class Functions:
    """Invokes the built functions, on running services."""

    place: LocalInstance
    system: System
    calls: list[Source]
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
            for name, value in self.place.environment.items()
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
        [found] = [each for each in self.calls if isinstance(each, QueueSource) and each.function == function]
        SqsPoller(found, self.place.aws.client("sqs"), self.invoke, threading.Event()).step()

    def submit(self, task: str, content: bytes | None = None, **params: Any) -> Job:
        return submit(self.system, Submission("me", task, params, content))

    def job(self, job: Job) -> Job:
        item = self.system.table.get(job_key(job.id))
        assert item is not None
        return Job.of(item)

    def outputs(self, job: Job) -> set[str]:
        """Return the names of the job's outputs in the bucket."""
        prefix, bucket = f"jobs/{job.id}/outputs/", self.system.settings.bucket_name
        found = self.place.aws.client("s3").list_objects_v2(Bucket=bucket, Prefix=prefix)
        return {each["Key"].removeprefix(prefix) for each in found.get("Contents", [])}


@pytest.fixture(name="functions", scope="module")
def build_functions(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Functions]:
    folder = tmp_path_factory.mktemp("invoke")
    place = LocalInstance(find_free_port(), folder / "place")
    place.state_dir.mkdir()
    emulator.start(place, tied_to_parent=True)
    try:
        template = load_flat(ROOT / "template.yaml")
        parameters = staging.read_default_parameters() | {"PublicS3Endpoint": place.endpoint_url}
        made = Provisioner(place.aws, template, parameters)
        derived = derive(
            load_flat(BUILT_TEMPLATE),
            BUILT_TEMPLATE.parent,
            made.resolver,
            build_container_environment(place.aws),
        )
        (folder / "layers.yaml").write_text(yaml.safe_dump(derived, sort_keys=False))
        derived = merge_layers(derived, folder / "code")
        (folder / "template.yaml").write_text(yaml.safe_dump(derived, sort_keys=False))
        with forward_ports(place.port):
            variables = made.resolver.resolve(template["Globals"]["Function"]["Environment"]["Variables"])
            yield Functions(
                place,
                system(place, Settings.read(variables)),
                read_event_sources(template, made.resolver),
                folder,
            )
    finally:
        emulator.stop(place)


def system(place: LocalInstance, settings: Settings) -> System:
    dynamodb, sqs, s3 = (place.aws.client(name) for name in ("dynamodb", "sqs", "s3"))
    return System(
        DynamoTable(dynamodb, settings.table_name),
        SqsQueue(sqs, settings.queue_prefix),
        S3Objects(s3, settings.bucket_name),
        SystemClock(),
        settings,
    )


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
    job = functions.submit(task, content, **params)
    assert functions.system.queue.get_depth(queue).visible == 1

    functions.take(function)

    ended = functions.job(job)
    assert ended.status is Status.DONE, ended
    assert functions.outputs(job) >= outputs
    depth = functions.system.queue.get_depth(queue)
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
    job = functions.submit("message", seconds=0)
    assert functions.invoke("JanitorFunction", {"source": "aws.scheduler"})["SweepsCutShort"] == 0
    queue, dead = (
        next(each for each in functions.calls if isinstance(each, QueueSource) and part in each.queue_arn)
        for part in ("-work-message", "-dead-letters")
    )
    sqs = functions.place.aws.client("sqs")
    here, there = (
        sqs.get_queue_url(QueueName=each.queue_arn.rpartition(":")[2])["QueueUrl"] for each in (queue, dead)
    )
    # Move the message to the dead-letter queue, as SQS does.
    [message] = sqs.receive_message(QueueUrl=here)["Messages"]
    sqs.send_message(QueueUrl=there, MessageBody=message["Body"])
    sqs.delete_message(QueueUrl=here, ReceiptHandle=message["ReceiptHandle"])

    SqsPoller(dead, sqs, functions.invoke, threading.Event()).step()

    assert functions.job(job).status is Status.FAILED


def test_the_end_of_a_job_goes_through_the_stream_to_its_receiver(
    functions: Functions, tmp_path: Path
) -> None:
    [found] = [each for each in functions.calls if isinstance(each, StreamSource)]
    streams = functions.place.aws.client("dynamodbstreams")
    with run_receiver() as receiver, forward_ports(receiver.port):
        receiver.host = HOST_FROM_INSIDE
        job = submit(
            functions.system, Submission("me", "message", {"seconds": 0}, callback_url=receiver.url("/"))
        )
        functions.take("MessageWorkerFunction")
        reader = StreamPoller(found, streams, functions.invoke, threading.Event(), tmp_path / "memory")
        while reader.step():  # skip the records of other jobs
            pass
        functions.take("CallbackFunction")
        [callback_request] = receiver.at("/")
    assert json.loads(callback_request.body)["id"] == job.id
    callback = functions.job(job).callback
    assert callback is not None
    assert callback["state"] == "delivered"
