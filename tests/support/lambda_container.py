"""A worker's image as Lambda runs it: no root, capability, shared memory, writable disk or internet.

The container has the network of another one, which resolves names: those of the services, and no other.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx

from infra.local.flatten import load_flat
from infra.local.images import BUILT_TEMPLATE, copy_interface_emulator, run_docker
from infra.local.port_forward import HOST_FROM_INSIDE, forward_ports
from infra.samlocal.sqs_poller import InvocationFailed
from tests.support import recording_resolver
from tests.support.built_stack import BuiltStack

LAMBDAS_USER = "993:990"
"""A user that the images do not know."""
CREDENTIALS = {
    "AWS_ACCESS_KEY_ID": "test",
    "AWS_SECRET_ACCESS_KEY": "STOLEN-secret-of-the-worker",
    "AWS_SESSION_TOKEN": "the-token-of-the-worker",
}
RESOLVER = Path(recording_resolver.__file__)
PATH = "/2015-03-31/functions/function/invocations"
START_S, INVOCATION_S = 30, 300


@dataclass(frozen=True)
class Limits:
    """What a container gets that a test may change. None: as in the template."""

    user: str = LAMBDAS_USER
    memory_mb: int | None = None
    timeout_s: int | None = None
    options: Sequence[str] = ()
    """Further options of `docker run`."""
    command: Sequence[str] = ()
    """Instead of the image's: the handler."""


@dataclass(frozen=True)
class LambdaContainer:
    name: str
    resolver: str
    address: str

    def invoke(self, function: str, event: dict[str, Any]) -> Any:
        """Return the function's answer. Raises InvocationFailed for an error."""
        try:
            answer = httpx.post(
                f"http://{self.address}:8080{PATH}", json=event, timeout=INVOCATION_S, trust_env=False
            ).json()
        except (httpx.TransportError, ValueError) as fault:
            raise InvocationFailed(f"{function}: {fault!r}") from fault
        if isinstance(answer, dict) and "errorMessage" in answer:
            raise InvocationFailed(f"{function}: {answer}\n{self.read_log()}")
        return answer

    def execute(self, *command: str) -> str:
        """Return the output of a command that runs as the worker's user."""
        return run_docker("exec", self.name, *command)

    def read_log(self) -> str:
        return run_docker("logs", "--tail", "100", self.name)

    def names_asked(self) -> list[str]:
        """Return each name that was resolved or refused, in the order of the queries."""
        return run_docker("logs", self.resolver).splitlines()[1:]


@contextmanager
def run_as_lambda(
    stack: BuiltStack, function: str, folder: Path, limits: Limits | None = None
) -> Iterator[LambdaContainer]:
    """Yield the function's container while it runs."""
    limits, name = limits or Limits(), f"heavylift-{uuid4().hex[:8]}"
    properties = stack.template["Resources"][function]["Properties"]
    memory_mb = limits.memory_mb or int(properties["MemorySize"])
    variables = properties["Environment"]["Variables"] | _list_variables(
        memory_mb, limits.timeout_s or int(properties["Timeout"])
    )
    emulator = copy_interface_emulator(folder)
    with _run_resolver(name, properties["ImageUri"], stack.place.port, folder) as (resolver, address):
        run_docker(
            *("run", "--detach", "--name", name, *restrict(function, memory_mb, limits.user)),
            *(f"--network=container:{resolver}", f"--volume={folder}/resolv.conf:/etc/resolv.conf:ro"),
            f"--volume={emulator}:/usr/local/bin/aws-lambda-rie:ro",
            *(f"--env={key}={value}" for key, value in variables.items()),
            *(*limits.options, properties["ImageUri"], *limits.command),
        )
        try:
            container = LambdaContainer(name, resolver, address)
            _wait_for(container)
            yield container
        finally:
            run_docker("rm", "--force", name)


def restrict(function: str, memory_mb: int, user: str = LAMBDAS_USER) -> list[str]:
    """Return the options of `docker run` that restrict a container as Lambda does."""
    disk_mb = load_flat(BUILT_TEMPLATE)["Resources"][function]["Properties"]["EphemeralStorage"]["Size"]
    return [
        *("--read-only", f"--tmpfs=/tmp:size={disk_mb}m", "--ipc=none", "--pids-limit=1024"),
        *(f"--user={user}", "--cap-drop=ALL", "--security-opt=no-new-privileges"),
        *("--ulimit=nofile=1024:1024", f"--memory={memory_mb}m", f"--memory-swap={memory_mb}m"),
    ]


def _list_variables(memory_mb: int, timeout_s: int) -> dict[str, str]:
    return CREDENTIALS | {
        "AWS_REGION": "us-east-1",
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_LAMBDA_FUNCTION_NAME": "function",
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(memory_mb),
        "AWS_LAMBDA_FUNCTION_TIMEOUT": str(timeout_s),
    }


@contextmanager
def _run_resolver(name: str, image: str, port: int, folder: Path) -> Iterator[tuple[str, str]]:
    """Yield the resolver's container and its address, on a network without a way out.

    Of this machine its containers reach `port` alone.
    """
    (folder / "resolv.conf").write_text("nameserver 127.0.0.1\noptions attempts:1 timeout:5\n")
    run_docker("network", "create", "--internal", name)
    resolver = f"{name}-resolver"
    try:
        gateway = run_docker("network", "inspect", "--format={{(index .IPAM.Config 0).Gateway}}", name)
        run_docker(
            *("run", "--detach", "--name", resolver, "--network", name, "--cap-drop=ALL"),
            *("--cap-add=NET_BIND_SERVICE", f"--volume={RESOLVER}:/resolver.py:ro"),
            *("--entrypoint=python3", image, "-u", "/resolver.py", f"{HOST_FROM_INSIDE}={gateway}"),
        )
        address = f"{{{{(index .NetworkSettings.Networks {json.dumps(name)}).IPAddress}}}}"
        with forward_ports(port, address=gateway):
            yield resolver, run_docker("inspect", f"--format={address}", resolver)
    finally:
        run_docker("rm", "--force", resolver)
        run_docker("network", "rm", name)


def _wait_for(container: LambdaContainer) -> None:
    """Wait until both containers answer. Raises TimeoutError."""
    deadline = time.monotonic() + START_S
    while time.monotonic() < deadline:
        try:
            httpx.get(f"http://{container.address}:8080/", timeout=2, trust_env=False)
        except httpx.TransportError:
            time.sleep(0.1)
            continue
        if recording_resolver.READY in run_docker("logs", container.resolver):
            return
    raise TimeoutError(container.read_log())
