"""Starts and stops MiniStack, the emulator of AWS: one background process per local instance."""

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
from infra.local.images import copy_interface_emulator
from infra.local.instance import HOST, ROOT, LocalInstance

SERVICES = (
    *("apigateway", "cloudformation", "cloudwatch", "dynamodb", "dynamodbstreams", "events", "iam"),
    *("lambda", "logs", "s3", "scheduler", "sqs", "sts"),
)
START_TIMEOUT_S = 30
STOP_TIMEOUT_S = 10
DIE_WITH_PARENT = Path(__file__).with_name("die_with_parent.py")
PROGRAM = Path(__file__).with_name("emulator_program.py")
API_PROCESSES = 6
"""How many requests of the HTTP API run at once. Each needs a process of about 75 MB; further ones wait."""

_children: dict[int, subprocess.Popen[bytes]] = {}
"""Emulators that this process started, by process id. `_reap` waits for them."""


def start(instance: LocalInstance, *, tied_to_parent: bool = False) -> None:
    """Start the emulator and wait until it answers. With `tied_to_parent` it ends when this process ends.

    Raises CommandError if the port is taken or the emulator does not start.
    """
    require_free_port(instance.port)
    _delete_stream_positions(instance)
    shutil.rmtree(instance.tmp, ignore_errors=True)
    instance.tmp.mkdir(parents=True)
    tie = [str(DIE_WITH_PARENT)] if tied_to_parent else []
    forward = ["-m", "infra.local.port_forward", str(instance.port)] if instance.docker else []
    command = [sys.executable, *tie, *forward, "-P", str(PROGRAM)]
    with instance.log.open("ab") as log:
        process = subprocess.Popen(
            command,
            cwd=ROOT if instance.docker else instance.state_dir,
            env=_build_environment(instance),
            stdin=subprocess.PIPE if tied_to_parent else subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    _children[process.pid] = process
    created = psutil.Process(process.pid).create_time()
    record = {"pid": process.pid, "born": created, "port": instance.port, "docker": instance.docker}
    instance.pid_file.write_text(json.dumps(record))
    try:
        _wait_until_ready(instance, process)
    except BaseException:
        stop(instance)
        raise


def stop(instance: LocalInstance) -> bool:
    """Stop the emulator and every process that it started. Return False if none was running."""
    leader = _find_leader(instance)
    if leader is None:
        return False
    family = _find_family(leader)
    try:
        os.kill(leader, signal.SIGTERM)  # MiniStack saves its state before it exits
        psutil.Process(leader).wait(STOP_TIMEOUT_S)
    except (ProcessLookupError, psutil.NoSuchProcess, psutil.TimeoutExpired):
        pass
    for process in family | _find_family(leader):
        try:
            process.kill()
        except psutil.NoSuchProcess:
            continue
    psutil.wait_procs(list(family), timeout=STOP_TIMEOUT_S)
    _reap(leader)
    instance.pid_file.unlink(missing_ok=True)
    shutil.rmtree(instance.tmp, ignore_errors=True)
    return True


def _reap(leader: int) -> None:
    child = _children.pop(leader, None)
    if child is not None:
        child.wait(STOP_TIMEOUT_S)
        if child.stdin is not None:
            child.stdin.close()


def find_pid(instance: LocalInstance) -> int | None:
    """Return the process id of the instance's emulator, or None if it is not running."""
    leader = _find_leader(instance)
    return leader if leader is not None and psutil.pid_exists(leader) else None


def find_port(instance: LocalInstance) -> int | None:
    """Return the port of the instance's emulator, or None if it is not running."""
    return int(json.loads(instance.pid_file.read_text())["port"]) if find_pid(instance) else None


def runs_images(instance: LocalInstance) -> bool:
    """Whether the instance's emulator is running and was started for worker images."""
    return bool(json.loads(instance.pid_file.read_text()).get("docker")) if find_pid(instance) else False


def require_free_port(port: int) -> None:
    """Raise CommandError if another program listens on the port."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            raise CommandError(
                f"Port {port} is taken by another program. Stop that program or choose another port,"
                f" for example: make run PORT={port + 1}"
            ) from None


def _delete_stream_positions(instance: LocalInstance) -> None:
    """Delete the saved read positions of streams: the saved state does not hold the records they point to."""
    file = instance.emulator_state / "lambda.json"
    if not file.exists():
        return
    state = json.loads(file.read_text())
    if state.get("payload", {}).pop("dynamodb_stream_positions", None):
        file.write_text(json.dumps(state))


def _build_environment(instance: LocalInstance) -> dict[str, str]:
    """Bind to loopback, start only the template's services, and keep every file in the instance's folder."""
    return instance.environment | {
        "BIND_HOST": HOST,
        "MINISTACK_HOST": HOST,
        "GATEWAY_PORT": str(instance.port),
        "SERVICES": ",".join(SERVICES),
        "IOT_MTLS_ENABLED": "0",
        "SFTP_ENABLED": "0",
        "API_PROCESSES": str(API_PROCESSES),
        "AUTH": "true",  # each function may do what its role allows; `test` is the key of the account's owner
        "PERSIST_STATE": "1",
        "STATE_DIR": str(instance.emulator_state),
        "S3_PERSIST": "1",
        "S3_DATA_DIR": str(instance.emulator_state / "s3"),
        "TMPDIR": str(instance.tmp),
        "PYTHONUNBUFFERED": "1",
        **(_build_image_environment(instance) if instance.docker else {}),
    }


def _build_image_environment(instance: LocalInstance) -> dict[str, str]:
    """Mount the runtime interface emulator, which the worker images do not contain."""
    rie = copy_interface_emulator(instance.state_dir)
    return {"LAMBDA_DOCKER_FLAGS": f"-v {rie}:/usr/local/bin/aws-lambda-rie:ro"}


def _wait_until_ready(instance: LocalInstance, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + START_TIMEOUT_S
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise CommandError(f"The emulator stopped while it was starting. See {instance.log}")
        try:
            answer = httpx.get(f"{instance.endpoint_url}/_ministack/ready", timeout=2, trust_env=False)
        except httpx.TransportError:
            time.sleep(0.05)
            continue
        if answer.is_success:
            return
        time.sleep(0.05)
    raise CommandError(f"The emulator did not answer within {START_TIMEOUT_S} s. See {instance.log}")


def _find_leader(instance: LocalInstance) -> int | None:
    """Return the process id recorded at the start, or None if none of the emulator's processes can be left.

    The leader's id is also the id of its process group, and the group keeps this id after the leader dies. A
    live process with another start time has reused the id, so its group is not the emulator's.
    """
    try:
        record = json.loads(instance.pid_file.read_text())
        pid, created = int(record["pid"]), float(record["born"])
    except (FileNotFoundError, ValueError, KeyError):
        return None
    try:
        return pid if abs(psutil.Process(pid).create_time() - created) < 1 else None
    except psutil.NoSuchProcess:
        return pid if _find_group(pid) else None


def _find_group(leader: int) -> set[psutil.Process]:
    members = set()
    for process in psutil.process_iter():
        try:
            if os.getpgid(process.pid) == leader:
                members.add(process)
        except (ProcessLookupError, PermissionError):
            continue
    return members


def _find_family(leader: int) -> set[psutil.Process]:
    """Return the members of the group and all their children, which may have groups of their own."""
    members = _find_group(leader)
    for process in tuple(members):
        try:
            members.update(process.children(recursive=True))
        except psutil.NoSuchProcess:
            continue
    return members
