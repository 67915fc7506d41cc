"""Starts and ends MiniStack, which plays AWS: one background process, and its workers, per place."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import httpx
import psutil

from infra.local.console import CommandError
from infra.local.images import interface_emulator
from infra.local.instance import HOST, ROOT, LocalInstance

SERVICES = (
    *("apigateway", "cloudformation", "cloudwatch", "dynamodb", "dynamodbstreams", "events", "iam"),
    *("lambda", "logs", "s3", "scheduler", "sqs", "sts"),
)
START_S = 30
STOP_S = 10
DIE_WITH_PARENT = Path(__file__).with_name("die_with_parent.py")

_children: dict[int, subprocess.Popen[bytes]] = {}
"""What this process started, by process id: held so that it can be reaped."""


def start(place: LocalInstance, *, tied_to_parent: bool = False) -> None:
    """Start the emulator and wait until it answers. `tied_to_parent`: it ends when this process does.

    Raises Stop if the port is taken or it does not come up.
    """
    refuse_taken(place.port)
    _forget_stream_positions(place)
    shutil.rmtree(place.tmp, ignore_errors=True)
    place.tmp.mkdir(parents=True)
    reach = ["-m", "infra.local.port_forward", str(place.port)] if place.docker else []
    command = [sys.executable, *([str(DIE_WITH_PARENT)] if tied_to_parent else []), *reach, "-m", "ministack"]
    with place.log.open("ab") as log:
        process = subprocess.Popen(
            command,
            cwd=ROOT if place.docker else place.state_dir,
            env=_environment(place),
            stdin=subprocess.PIPE if tied_to_parent else subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    _children[process.pid] = process
    born = psutil.Process(process.pid).create_time()
    record = {"pid": process.pid, "born": born, "port": place.port, "docker": place.docker}
    place.pid_file.write_text(json.dumps(record))
    try:
        _wait_until_ready(place, process)
    except BaseException:
        stop(place)
        raise


def stop(place: LocalInstance) -> bool:
    """End the emulator and every process it started, however they are. False if there was none."""
    leader = _leader(place)
    if leader is None:
        return False
    family = _family(leader)
    try:
        os.kill(leader, signal.SIGTERM)  # it saves its state and ends
        psutil.Process(leader).wait(STOP_S)
    except (ProcessLookupError, psutil.NoSuchProcess, psutil.TimeoutExpired):
        pass
    for process in family | _family(leader):
        try:
            process.kill()
        except psutil.NoSuchProcess:
            continue
    psutil.wait_procs(list(family), timeout=STOP_S)
    _reap(leader)
    place.pid_file.unlink(missing_ok=True)
    shutil.rmtree(place.tmp, ignore_errors=True)
    return True


def _reap(leader: int) -> None:
    child = _children.pop(leader, None)
    if child is not None:
        child.wait(STOP_S)
        if child.stdin is not None:
            child.stdin.close()


def running(place: LocalInstance) -> int | None:
    """The process id of the emulator that runs in this place; None if none does."""
    leader = _leader(place)
    return leader if leader is not None and psutil.pid_exists(leader) else None


def running_port(place: LocalInstance) -> int | None:
    """The port of the emulator that runs in this place; None if none does."""
    return int(json.loads(place.pid_file.read_text())["port"]) if running(place) else None


def runs_images(place: LocalInstance) -> bool:
    """Whether the emulator that runs in this place was started so that containers reach it."""
    return bool(json.loads(place.pid_file.read_text()).get("docker")) if running(place) else False


def refuse_taken(port: int) -> None:
    """Raises Stop if something listens there already."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            raise CommandError(
                f"Port {port} is taken by another program: end that one, or choose another port,"
                f" as in: make run PORT={port + 1}"
            ) from None


def _forget_stream_positions(place: LocalInstance) -> None:
    """A kept state says how far each table's stream was read, but holds no records: reading starts anew."""
    kept = place.emulator_state / "lambda.json"
    if not kept.exists():
        return
    state = json.loads(kept.read_text())
    if state.get("payload", {}).pop("dynamodb_stream_positions", None):
        kept.write_text(json.dumps(state))


def _environment(place: LocalInstance) -> dict[str, str]:
    """Bound to loopback; only what the template uses; everything it writes stays in the place."""
    return place.environment | {
        "BIND_HOST": HOST,
        "MINISTACK_HOST": HOST,
        "GATEWAY_PORT": str(place.port),
        "SERVICES": ",".join(SERVICES),
        "IOT_MTLS_ENABLED": "0",
        "SFTP_ENABLED": "0",
        "PERSIST_STATE": "1",
        "STATE_DIR": str(place.emulator_state),
        "S3_PERSIST": "1",
        "S3_DATA_DIR": str(place.emulator_state / "s3"),
        "TMPDIR": str(place.tmp),
        "PYTHONUNBUFFERED": "1",
        **(_for_images(place) if place.docker else {}),
    }


def _for_images(place: LocalInstance) -> dict[str, str]:
    """An image answers no requests by itself: it is given the runtime interface emulator."""
    rie = interface_emulator(place.state_dir)
    return {"LAMBDA_DOCKER_FLAGS": f"-v {rie}:/usr/local/bin/aws-lambda-rie:ro"}


def _wait_until_ready(place: LocalInstance, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + START_S
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise CommandError(f"The emulator ended while it was starting: see {place.log}")
        try:
            answer = httpx.get(f"{place.endpoint_url}/_ministack/ready", timeout=2, trust_env=False)
        except httpx.TransportError:
            time.sleep(0.05)
            continue
        if answer.is_success:
            return
        time.sleep(0.05)
    raise CommandError(f"The emulator did not answer within {START_S} s: see {place.log}")


def _leader(place: LocalInstance) -> int | None:
    """The process id under which the emulator was started, if anything of it can still be there.

    Its id is its group's too, and stays the group's after its death; so a group is told from a
    stranger's by the leader's birth, or by there being no leader.
    """
    try:
        record = json.loads(place.pid_file.read_text())
        pid, born = int(record["pid"]), float(record["born"])
    except (FileNotFoundError, ValueError, KeyError):
        return None
    try:
        return pid if abs(psutil.Process(pid).create_time() - born) < 1 else None
    except psutil.NoSuchProcess:
        return pid if _group(pid) else None


def _group(leader: int) -> set[psutil.Process]:
    members = set()
    for process in psutil.process_iter():
        try:
            if os.getpgid(process.pid) == leader:
                members.add(process)
        except (ProcessLookupError, PermissionError):
            continue
    return members


def _family(leader: int) -> set[psutil.Process]:
    """The group, and what its members started in groups of their own."""
    members = _group(leader)
    for process in tuple(members):
        try:
            members.update(process.children(recursive=True))
        except psutil.NoSuchProcess:
            continue
    return members
