"""All of it: the services, `sam local` for the api and the workers, and what calls the workers."""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import boto3
import httpx
import yaml
from botocore.config import Config

from infra.local import emulator, staging
from infra.local.console import CommandError, print_step
from infra.local.images import BUILT
from infra.local.instance import HOST, REGION, ROOT, STACK, Aws, LocalInstance
from infra.local.port_forward import HOST_FROM_INSIDE, reachable
from infra.local.template import load
from infra.samlocal import schedule
from infra.samlocal.event_sources import QueueSource, ScheduleSource, Source, StreamSource, sources
from infra.samlocal.merge_layers import beside_code
from infra.samlocal.processes import TICK_S, Program, remove_containers
from infra.samlocal.provision import Provision
from infra.samlocal.sam_template import derive
from infra.samlocal.sqs_poller import Invoke, Slot, lambda_invoke
from infra.samlocal.stream_poller import Reader

LONGEST_S = 900
HEALTH_S = 120


@dataclass(frozen=True)
class Run:
    """`port` is the api's, the next one the workers'; `services` are the addresses of AWS's services."""

    port: int
    state_dir: Path
    aws: Aws
    overrides: dict[str, str] = field(default_factory=dict)
    name: str = STACK
    """What the names of its table, bucket and queues begin with."""

    @property
    def api_url(self) -> str:
        return f"http://{HOST}:{self.port}"

    @property
    def workers_url(self) -> str:
        return f"http://{HOST}:{self.port + 1}"

    @property
    def description(self) -> Path:
        return self.state_dir / "local.json"


@contextmanager
def services(state_dir: Path) -> Iterator[Aws]:
    """Those that AWS_ENDPOINT_URL names, or else a MiniStack of our own."""
    if url := os.environ.get("AWS_ENDPOINT_URL"):
        prefix = "AWS_ENDPOINT_URL_"
        others = {
            name.removeprefix(prefix).lower(): value
            for name, value in os.environ.items()
            if name.startswith(prefix)
        }
        yield Aws(url, others)
        return
    place = LocalInstance(state_dir=state_dir)
    with print_step(f"starting the emulator on {place.endpoint_url}"):
        emulator.start(place, tied_to_parent=True)
    try:
        yield place.aws
    finally:
        emulator.stop(place)


@contextmanager
def running(run: Run) -> Iterator[list[Program]]:
    """The stack is up inside the block; what it started has ended after it."""
    if not BUILT.exists():
        raise CommandError("Nothing is built yet: make build")
    for port in (run.port, run.port + 1):
        emulator.refuse_taken(port)
    run.state_dir.mkdir(parents=True, exist_ok=True)
    with ExitStack() as stack:
        template = load((ROOT / "template.yaml").read_text())
        here = {"PublicS3Endpoint": run.aws.endpoint_url}
        parameters = staging.on_this_machine() | here | run.overrides
        with print_step("making the table, the bucket and the queues"):
            made = Provision(run.aws, template, parameters, run.name)
            calls = sources(template, made.values)
            outputs = made.outputs
        derived = derive(load(BUILT.read_text()), BUILT.parent, made.values, inside(run.aws))
        derived = beside_code(derived, run.state_dir / "code")
        (run.state_dir / "template.yaml").write_text(yaml.safe_dump(derived, sort_keys=False))
        stack.enter_context(reachable(*_ports(run.aws)))
        with print_step("starting sam local, for the workers and for the api"):
            programs = _start(run, stack)
        with print_step("asking the API whether it is well"):
            _require_health(run)
        stack.enter_context(_called(calls, run))
        described = {
            "api_url": run.api_url,
            "endpoint_url": run.aws.endpoint_url,
            "endpoints": {**run.aws.endpoints, "lambda": run.workers_url},
            "stack": "sam local",
            "api_key": None,
            "containers": True,
            "keeps_workers": False,
            "host_from_inside": HOST_FROM_INSIDE,
            "outputs": outputs,
            "logs": [str(program.log) for program in programs],
        }
        run.description.write_text(json.dumps(described, indent=2) + "\n")
        stack.callback(run.description.unlink, missing_ok=True)
        yield programs


def _start(run: Run, stack: ExitStack) -> list[Program]:
    # Of a function's variables, `sam local` takes those that it has itself: it must not have an address.
    environment = {
        name: value
        for name, value in LocalInstance(state_dir=run.state_dir).environment.items()
        if not name.startswith("AWS_ENDPOINT_URL")
    }
    started = []
    # A request to the api finds a warm container, one at a time. A worker has one for each invocation, so
    # that several run side by side and each is held to its time.
    api = ["--warm-containers", "LAZY"]
    for module, command, port, options in (
        ("samcli", "start-lambda", run.port + 1, []),
        ("infra.samlocal.start_api", "start-api", run.port, api),
    ):
        arguments = [
            *("-m", module, "local", command, "--template-file", str(run.state_dir / "template.yaml")),
            *("--host", HOST, "--port", str(port), "--region", REGION, "--skip-pull-image"),
            *("--add-host", f"{HOST_FROM_INSIDE}:host-gateway"),
            *options,
        ]
        program = Program(arguments, environment, run.state_dir / f"{command}.log")
        stack.callback(remove_containers, program.log)
        stack.callback(program.end)
        program.wait_for(port)
        started.append(program)
    return started


def _ports(aws: Aws) -> set[int]:
    return {urlsplit(url).port or 80 for url in (aws.endpoint_url, *aws.endpoints.values())}


def inside(aws: Aws) -> dict[str, str]:
    """The services' addresses as containers reach them."""

    def seen(url: str) -> str:
        return f"http://{HOST_FROM_INSIDE}:{urlsplit(url).port or 80}"

    others = {f"AWS_ENDPOINT_URL_{name.upper()}": seen(url) for name, url in aws.endpoints.items()}
    return {"AWS_ENDPOINT_URL": seen(aws.endpoint_url), **others}


@contextmanager
def _called(calls: list[Source], run: Run) -> Iterator[None]:
    """Every source of events calls its function, inside the block."""
    invoke, stop = _invoke(run), threading.Event()
    threads = [
        threading.Thread(target=target, args=arguments, daemon=True)
        for call in calls
        for target, arguments in _loops(call, run, invoke, stop)
    ]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        stop.set()
        for thread in threads:
            thread.join(TICK_S)  # those in the middle of a call end with this process


def _loops(
    call: Source, run: Run, invoke: Invoke, stop: threading.Event
) -> list[tuple[Any, tuple[Any, ...]]]:
    match call:
        case QueueSource():
            sqs = run.aws.client("sqs")
            return [(Slot(call, sqs, invoke, stop).run, ()) for _ in range(call.concurrency)]
        case ScheduleSource():
            return [(schedule.run, (call, invoke, stop))]
        case StreamSource():
            where_the_table_is = Aws(run.aws.endpoints.get("dynamodb", run.aws.endpoint_url))
            streams = where_the_table_is.client("dynamodbstreams")
            return [
                (Reader(call, streams, invoke, stop, run.state_dir / f"{call.function}.stream.json").run, ())
            ]


def _invoke(run: Run) -> Invoke:
    client: Any = boto3.client(
        "lambda",
        endpoint_url=run.workers_url,
        region_name=REGION,
        aws_access_key_id="test",
        aws_secret_access_key="test",  # noqa: S106 - any will do
        config=Config(
            read_timeout=LONGEST_S + 60,
            retries={"total_max_attempts": 1},
            max_pool_connections=100,
            proxies={},
        ),
    )
    return lambda_invoke(client)


def _require_health(run: Run) -> None:
    try:
        answer = httpx.get(f"{run.api_url}/healthz", timeout=HEALTH_S, trust_env=False)
    except httpx.TransportError as fault:
        raise CommandError(f"The API does not answer ({fault}): see {run.state_dir}/start-api.log") from None
    if not answer.is_success:
        raise CommandError(f"The API answers {answer.status_code}: see {run.state_dir}/start-api.log")
