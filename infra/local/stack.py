"""The embedded stack, up and down."""

from __future__ import annotations

import fcntl
import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx

from infra.local import emulator, images, staging
from infra.local.console import CommandError, print_step
from infra.local.deploy import deploy, is_deployed, outputs
from infra.local.instance import STACK, LocalInstance

HEALTH_S = 30


def up(
    place: LocalInstance, overrides: dict[str, str] | None = None, *, tied_to_parent: bool = False
) -> dict[str, Any]:
    """Start what does not run, deploy what has changed; returns local.json's content.

    `overrides` are parameters of template.yaml; `tied_to_parent` ends the stack with this process.
    """
    place.state_dir.mkdir(parents=True, exist_ok=True)
    with _alone(place):
        started = _start(place, tied_to_parent=tied_to_parent)
        try:
            _bring_up_to_date(place, overrides or {})
        except BaseException:
            if started:
                emulator.stop(place)
            raise
        description = {
            "api_url": place.api_url,
            "endpoint_url": place.endpoint_url,
            "stack": STACK,
            "api_key": None,
            "containers": place.docker,
        }
        place.description.write_text(json.dumps(description, indent=2) + "\n")
        return description


def down(place: LocalInstance) -> bool:
    """End the stack; its state is kept for the next time. False if it was not up."""
    place.description.unlink(missing_ok=True)
    return emulator.stop(place)


def status(place: LocalInstance) -> dict[str, Any] | None:
    """Where the stack is and what it is made of; None if it is down."""
    if api_url(place) is None:
        return None
    description: dict[str, Any] = json.loads(place.description.read_text())
    return description | {"outputs": outputs(place)}


def api_url(place: LocalInstance) -> str | None:
    """The address of the API of the stack that is up; None if it is down."""
    if emulator.running_port(place) is None or not place.description.exists():
        return None
    return str(json.loads(place.description.read_text())["api_url"])


def _start(place: LocalInstance, *, tied_to_parent: bool) -> bool:
    port = emulator.running_port(place)
    if port == place.port:
        if place.docker != emulator.runs_images(place):
            raise CommandError("The stack is up, but not with the same DOCKER=: first make down")
        return False
    if port is not None:
        raise CommandError(f"The stack is already up on port {port}: use that one, or first: make down")
    with print_step(f"starting the emulator on {place.endpoint_url}"):
        emulator.start(place, tied_to_parent=tied_to_parent)
    return True


def _bring_up_to_date(place: LocalInstance, overrides: dict[str, str]) -> None:
    with print_step("comparing the sources with what is deployed"):
        parameters = staging.parameters(place, overrides)
        staging.stage(place.staged, images.built() if place.docker else None)
        digest = staging.digest(place.staged, parameters)
        current = is_deployed(place, digest)
    if current:
        return
    with print_step("deploying template.yaml with the SAM CLI"):
        deploy(place, parameters, digest)
    with print_step("asking the API whether it is well"):
        _require_health(place)


def _require_health(place: LocalInstance) -> None:
    """A function that can't be imported deploys well; it is the first request that fails."""
    try:
        answer = httpx.get(f"{place.api_url}/healthz", timeout=HEALTH_S, trust_env=False)
    except httpx.TransportError as fault:
        raise CommandError(f"The API does not answer ({fault}): see {place.log}") from None
    if not answer.is_success:
        raise CommandError(f"The API answers {answer.status_code}: {answer.text[:500]}")


@contextmanager
def _alone(place: LocalInstance) -> Iterator[None]:
    with (place.state_dir / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise CommandError("Another command is starting this stack: wait until it is done") from None
        yield
