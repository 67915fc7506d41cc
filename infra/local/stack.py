"""Starts, stops and describes the embedded stack."""

from __future__ import annotations

import fcntl
import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx

from infra.digest import compute_digest
from infra.local import emulator, images, staging
from infra.local.console import CommandError, print_step
from infra.local.deploy import deploy, is_deployed, read_outputs
from infra.local.instance import STACK, LocalInstance
from infra.local.worker_packages import find_missing
from pack_tasks import find_heavy_imports

HEALTH_TIMEOUT_S = 30
NOT_RUNNING = "The stack is not running. Start it with: make up"


def up(
    instance: LocalInstance, overrides: dict[str, str] | None = None, *, tied_to_parent: bool = False
) -> dict[str, Any]:
    """Start the emulator, deploy what has changed, and return the content of local.json.

    `overrides` are parameters of template.yaml. With `tied_to_parent` the stack ends when this process ends.
    Raises CommandError if the stack cannot start.
    """
    instance.state_dir.mkdir(parents=True, exist_ok=True)
    with _lock(instance):
        started = _start_emulator(instance, tied_to_parent=tied_to_parent)
        try:
            _deploy_changes(instance, overrides or {})
        except BaseException:
            if started:
                emulator.stop(instance)
            raise
        description = {
            "api_url": instance.api_url,
            "endpoint_url": instance.endpoint_url,
            "stack": STACK,
            "api_key": None,
            "containers": instance.docker,
        }
        instance.description.write_text(json.dumps(description, indent=2) + "\n")
        return description


def down(instance: LocalInstance) -> bool:
    """Stop the stack and keep its state for the next start. Return False if the stack was not running."""
    instance.description.unlink(missing_ok=True)
    return emulator.stop(instance)


def status(instance: LocalInstance) -> dict[str, Any] | None:
    """Return the content of local.json with the stack's outputs, or None if the stack is not running."""
    if find_api_url(instance) is None:
        return None
    description: dict[str, Any] = json.loads(instance.description.read_text())
    return description | {"outputs": read_outputs(instance)}


def find_api_url(instance: LocalInstance) -> str | None:
    """Return the address of the running stack's API, or None if the stack is not running."""
    if emulator.find_port(instance) is None or not instance.description.exists():
        return None
    return str(json.loads(instance.description.read_text())["api_url"])


def _start_emulator(instance: LocalInstance, *, tied_to_parent: bool) -> bool:
    """Return True if this call started the emulator, False if the emulator was running."""
    port = emulator.find_port(instance)
    if port == instance.port:
        if instance.docker != emulator.runs_images(instance):
            raise CommandError("The stack is running with another DOCKER setting. Stop it first: make down")
        return False
    if port is not None:
        raise CommandError(f"The stack is already running on port {port}. Use it, or stop it: make down")
    with print_step(f"Starting the emulator on {instance.endpoint_url}"):
        emulator.start(instance, tied_to_parent=tied_to_parent)
    return True


def _deploy_changes(instance: LocalInstance, overrides: dict[str, str]) -> None:
    if faults := [*map(str, find_missing()), *find_heavy_imports()]:
        raise CommandError("\n".join(faults))
    with print_step("Comparing the sources with the deployed stack"):
        parameters = staging.build_parameters(instance, overrides)
        staging.stage(instance.staged, images.tag_built_images() if instance.docker else None)
        digest = compute_digest(instance.staged, parameters)
        deployed = is_deployed(instance, digest)
    if deployed:
        return
    with print_step("Deploying template.yaml with the SAM CLI"):
        deploy(instance, parameters, digest)
    with print_step("Checking the health of the API"):
        _require_health(instance)


def _require_health(instance: LocalInstance) -> None:
    """Raise CommandError if the API fails: a function that cannot be imported deploys without an error."""
    try:
        answer = httpx.get(f"{instance.api_url}/healthz", timeout=HEALTH_TIMEOUT_S, trust_env=False)
    except httpx.TransportError as fault:
        raise CommandError(f"The API does not answer ({fault}). See {instance.log}") from None
    if not answer.is_success:
        raise CommandError(f"The API answers {answer.status_code}: {answer.text[:500]}")


@contextmanager
def _lock(instance: LocalInstance) -> Iterator[None]:
    with (instance.state_dir / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise CommandError(
                "Another command is starting this stack. Wait until it has finished."
            ) from None
        yield
