"""Runs a session: the services, `sam local` for the API and the workers, and the pollers of event sources."""

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
from infra.local.aws_clients import REGION, AwsClients
from infra.local.console import CommandError, print_step
from infra.local.flatten import load_flat
from infra.local.images import BUILT_TEMPLATE, LOCAL, tag_built_images
from infra.local.instance import HOST, ROOT, STACK, LocalInstance
from infra.local.port_forward import HOST_FROM_INSIDE, forward_ports
from infra.local.template import set_image_uris
from infra.samlocal import schedule
from infra.samlocal.entry_poller import EntryPoller
from infra.samlocal.event_sources import (
    EntrySource,
    QueueSource,
    ScheduleSource,
    Source,
    StreamSource,
    read_event_sources,
)
from infra.samlocal.mappings import Mappings, serve_mappings
from infra.samlocal.merge_layers import merge_layers
from infra.samlocal.processes import POLL_INTERVAL_S, BackgroundProcess, remove_containers
from infra.samlocal.provision import Provisioner
from infra.samlocal.sam_template import derive
from infra.samlocal.sqs_poller import Invoke, SqsPoller, build_invoke
from infra.samlocal.stream_poller import StreamPoller

MAX_INVOCATION_S = 900
HEALTH_TIMEOUT_S = 120


@dataclass(frozen=True)
class Session:
    """The settings of one session. The API listens on `port`, the workers on the next port."""

    port: int
    state_dir: Path
    aws: AwsClients
    overrides: dict[str, str] = field(default_factory=dict)
    name: str = STACK
    """Prefix of the names of the table, the bucket and the queues."""

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
def open_services(state_dir: Path, port: int) -> Iterator[AwsClients]:
    """Yield clients of the services at AWS_ENDPOINT_URL, or of a MiniStack that runs at `port` meanwhile."""
    if url := os.environ.get("AWS_ENDPOINT_URL"):
        prefix = "AWS_ENDPOINT_URL_"
        others = {
            name.removeprefix(prefix).lower(): value
            for name, value in os.environ.items()
            if name.startswith(prefix)
        }
        yield AwsClients(url, others)
        return
    instance = LocalInstance(port, state_dir)
    with print_step(f"Starting the emulator on {instance.endpoint_url}"):
        emulator.start(instance, tied_to_parent=True)
    try:
        yield instance.aws
    finally:
        emulator.stop(instance)


@contextmanager
def run_session(session: Session) -> Iterator[list[BackgroundProcess]]:
    """Run the stack during the block and yield its processes. Raises CommandError if it cannot start."""
    if not BUILT_TEMPLATE.exists():
        raise CommandError("Nothing has been built. Build it with: make build")
    for port in (session.port, session.port + 1):
        emulator.require_free_port(port)
    session.state_dir.mkdir(parents=True, exist_ok=True)
    with ExitStack() as stack:
        template = load_flat(ROOT / "template.yaml")
        addresses = {"PublicS3Endpoint": session.aws.endpoint_url}
        parameters = staging.read_default_parameters() | addresses | session.overrides
        with print_step("Creating the table, the bucket and the queues"):
            provisioner = Provisioner(session.aws, template, parameters, session.name)
            event_sources = read_event_sources(template, provisioner.resolver)
            outputs = provisioner.outputs
        mappings = Mappings()
        lambda_url = stack.enter_context(serve_mappings(mappings, 0))
        derived = derive(
            set_image_uris(load_flat(BUILT_TEMPLATE), tag_built_images(LOCAL)),
            BUILT_TEMPLATE.parent,
            provisioner.resolver,
            build_container_environment(session.aws, lambda_url),
        )
        derived = merge_layers(derived, session.state_dir / "code")
        (session.state_dir / "template.yaml").write_text(yaml.safe_dump(derived, sort_keys=False))
        stack.enter_context(forward_ports(*_list_ports(session.aws), _port_of(lambda_url)))
        with print_step("Starting sam local for the workers and the API"):
            processes = _start_sam_local(session, stack)
        with print_step("Checking the health of the API"):
            _require_health(session)
        stack.enter_context(_run_event_sources(event_sources, session, mappings))
        description = {
            "api_url": session.api_url,
            "endpoint_url": session.aws.endpoint_url,
            "endpoints": {**session.aws.endpoints, "lambda": session.workers_url},
            "stack": "sam local",
            "api_key": None,
            "containers": True,
            "keeps_workers": False,
            "host_from_inside": HOST_FROM_INSIDE,
            "outputs": outputs,
            "logs": [str(process.log) for process in processes],
        }
        session.description.write_text(json.dumps(description, indent=2) + "\n")
        stack.callback(session.description.unlink, missing_ok=True)
        yield processes


def _start_sam_local(session: Session, stack: ExitStack) -> list[BackgroundProcess]:
    # `sam local` overrides a function's variables with its own, so it must not have an endpoint URL itself.
    environment = {
        name: value
        for name, value in LocalInstance(state_dir=session.state_dir).environment.items()
        if not name.startswith("AWS_ENDPOINT_URL")
    }
    started = []
    # The API keeps one warm container. The workers get a container per invocation, so that several run at the
    # same time and each is stopped at its timeout.
    api = ["--warm-containers", "LAZY"]
    for module, command, port, options in (
        ("samcli", "start-lambda", session.port + 1, []),
        ("infra.samlocal.start_api", "start-api", session.port, api),
    ):
        arguments = [
            *("-m", module, "local", command, "--template-file", str(session.state_dir / "template.yaml")),
            *("--host", HOST, "--port", str(port), "--region", REGION, "--skip-pull-image"),
            *("--add-host", f"{HOST_FROM_INSIDE}:host-gateway"),
            *options,
        ]
        process = BackgroundProcess(arguments, environment, session.state_dir / f"{command}.log")
        stack.callback(remove_containers, process.log)
        stack.callback(process.stop)
        process.wait_for(port)
        started.append(process)
    return started


def _list_ports(aws: AwsClients) -> set[int]:
    return {_port_of(url) for url in (aws.endpoint_url, *aws.endpoints.values())}


def _port_of(url: str) -> int:
    return urlsplit(url).port or 80


def build_container_environment(aws: AwsClients, lambda_url: str) -> dict[str, str]:
    """Return the endpoint variables with the services' addresses as containers reach them.

    `lambda_url`: where the event source mappings are (mappings.py).
    """

    def from_container(url: str) -> str:
        return f"http://{HOST_FROM_INSIDE}:{_port_of(url)}"

    endpoints = {**aws.endpoints, "lambda": lambda_url}
    others = {f"AWS_ENDPOINT_URL_{name.upper()}": from_container(url) for name, url in endpoints.items()}
    return {"AWS_ENDPOINT_URL": from_container(aws.endpoint_url), **others}


@contextmanager
def _run_event_sources(sources: list[Source], session: Session, mappings: Mappings) -> Iterator[None]:
    """Invoke the functions of all event sources during the block."""
    invoke, stop = _connect_lambda(session), threading.Event()
    threads = [
        threading.Thread(target=target, args=arguments, daemon=True)
        for source in sources
        for target, arguments in _build_loops(source, session, invoke, stop, mappings)
    ]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        stop.set()
        for thread in threads:
            thread.join(POLL_INTERVAL_S)  # a thread that waits for an invocation ends with this process


def _build_loops(
    source: Source, session: Session, invoke: Invoke, stop: threading.Event, mappings: Mappings
) -> list[tuple[Any, tuple[Any, ...]]]:
    match source:
        case QueueSource():
            sqs = session.aws.client("sqs")
            pollers = (SqsPoller(source, sqs, invoke, stop, mappings.poll) for _ in range(source.concurrency))
            return [(poller.run, ()) for poller in pollers]
        case ScheduleSource():
            return [(schedule.run, (source, invoke, stop))]
        case EntrySource():
            return [(EntryPoller(source, session.aws.client("scheduler"), invoke, stop).run, ())]
        case StreamSource():
            dynamodb = AwsClients(session.aws.endpoints.get("dynamodb", session.aws.endpoint_url))
            streams = dynamodb.client("dynamodbstreams")
            checkpoints = session.state_dir / f"{source.function}.stream.json"
            return [(StreamPoller(source, streams, invoke, stop, checkpoints).run, ())]


def _connect_lambda(session: Session) -> Invoke:
    client: Any = boto3.client(
        "lambda",
        endpoint_url=session.workers_url,
        region_name=REGION,
        aws_access_key_id="test",
        aws_secret_access_key="test",  # noqa: S106 - `sam local` accepts any key
        config=Config(
            read_timeout=MAX_INVOCATION_S + 60,
            retries={"total_max_attempts": 1},
            max_pool_connections=100,
            proxies={},
        ),
    )
    return build_invoke(client)


def _require_health(session: Session) -> None:
    try:
        answer = httpx.get(f"{session.api_url}/healthz", timeout=HEALTH_TIMEOUT_S, trust_env=False)
    except httpx.TransportError as fault:
        raise CommandError(
            f"The API does not answer ({fault}). See {session.state_dir}/start-api.log"
        ) from None
    if not answer.is_success:
        raise CommandError(f"The API answers {answer.status_code}. See {session.state_dir}/start-api.log")
