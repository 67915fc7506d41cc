"""The embedded emulator starts, names what is wrong, and leaves nothing behind."""

from __future__ import annotations

import io
import os
import signal
import socket
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from infra.local import emulator
from infra.local.console import CommandError
from infra.local.instance import HOST, ROOT, LocalInstance
from tests.support.ports import find_free_port

STARTS_TIED_TO_PARENT = """
import sys, time
from pathlib import Path
from infra.local import emulator
from infra.local.instance import LocalInstance
emulator.start(LocalInstance(int(sys.argv[1]), Path(sys.argv[2])), tied_to_parent=True)
print("up", flush=True)
time.sleep(600)
"""


@pytest.fixture(name="place")
def make_place(tmp_path: Path) -> Iterator[LocalInstance]:
    place = LocalInstance(find_free_port(), tmp_path)
    yield place
    emulator.stop(place)


def wait_for(holds: Callable[[], bool], seconds: float = 15) -> bool:
    deadline = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True


def can_connect(place: LocalInstance) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex((HOST, place.port)) == 0


def test_the_emulator_listens_on_loopback_only_and_ends(place: LocalInstance) -> None:
    emulator.start(place)
    leader = psutil.Process(emulator.find_pid(place) or 0)
    listening = {each.laddr.ip for each in leader.net_connections("tcp") if each.status == psutil.CONN_LISTEN}
    assert listening == {HOST}
    assert emulator.find_port(place) == place.port

    assert emulator.stop(place)

    assert not leader.is_running()
    assert not can_connect(place)
    assert emulator.find_port(place) is None
    assert not emulator.stop(place)


def test_state_survives_a_restart(place: LocalInstance) -> None:
    emulator.start(place)
    place.aws.client("s3").create_bucket(Bucket="kept")
    place.aws.client("s3").put_object(Bucket="kept", Key="a", Body=b"content")
    emulator.stop(place)

    emulator.start(place)

    assert place.aws.client("s3").get_object(Bucket="kept", Key="a")["Body"].read() == b"content"


def test_a_tables_stream_continues_after_a_restart(place: LocalInstance, tmp_path: Path) -> None:
    """The emulator stores the position in a stream but not its records."""
    seen = tmp_path / "seen"
    emulator.start(place)
    stream = _stream_to_file(place, seen)
    _put(place, "before")
    assert wait_for(lambda: seen.exists() and "before" in seen.read_text())
    emulator.stop(place)

    emulator.start(place)
    _put(place, "after")

    assert stream in str(place.aws.client("lambda").list_event_source_mappings())
    assert wait_for(lambda: "after" in seen.read_text())


def _stream_to_file(place: LocalInstance, seen: Path) -> str:
    """Create a table whose stream a function appends to a file. Returns the stream's ARN."""
    table = place.aws.client("dynamodb").create_table(
        TableName="streamed",
        BillingMode="PAY_PER_REQUEST",
        KeySchema=[{"AttributeName": "k", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "k", "AttributeType": "S"}],
        StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_IMAGE"},
    )["TableDescription"]
    code = io.BytesIO()
    with zipfile.ZipFile(code, "w") as archive:
        archive.writestr(
            "keep.py", f"def keep(event, context):\n    open({str(seen)!r}, 'a').write(str(event))\n"
        )
    role = place.aws.client("iam").create_role(RoleName="any", AssumeRolePolicyDocument="{}")["Role"]
    functions = place.aws.client("lambda")
    functions.create_function(
        FunctionName="keep",
        Runtime="python3.13",
        Handler="keep.keep",
        Role=role["Arn"],
        Code={"ZipFile": code.getvalue()},
    )
    functions.create_event_source_mapping(
        FunctionName="keep", EventSourceArn=table["LatestStreamArn"], StartingPosition="TRIM_HORIZON"
    )
    return str(table["LatestStreamArn"])


def _put(place: LocalInstance, key: str) -> None:
    place.aws.client("dynamodb").put_item(TableName="streamed", Item={"k": {"S": key}})


def test_a_taken_port_is_an_error_that_names_another(place: LocalInstance) -> None:
    with socket.socket() as listener:
        listener.bind((HOST, place.port))
        listener.listen()
        with pytest.raises(
            CommandError, match=rf"Port {place.port} is taken.*make run PORT={place.port + 1}"
        ):
            emulator.start(place)
    assert not place.pid_file.exists()


def test_an_emulator_whose_leader_was_killed_is_stopped(place: LocalInstance) -> None:
    emulator.start(place, tied_to_parent=True)
    os.kill(emulator.find_pid(place) or 0, signal.SIGKILL)
    assert can_connect(place)  # the leader was killed, the emulator was not

    assert emulator.stop(place)

    assert not can_connect(place)


def test_another_process_with_the_recorded_id_is_left_alone(place: LocalInstance) -> None:
    other = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"], start_new_session=True)
    try:
        place.pid_file.write_text(f'{{"pid": {other.pid}, "born": 1.0, "port": {place.port}}}')
        assert not emulator.stop(place)
        assert other.poll() is None
    finally:
        other.kill()
        other.wait()


def test_tied_to_its_parent_the_emulator_ends_with_the_parent(place: LocalInstance) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", STARTS_TIED_TO_PARENT, str(place.port), str(place.state_dir)],
        stdout=subprocess.PIPE,
        cwd=ROOT,
    ) as parent:
        assert parent.stdout is not None
        assert parent.stdout.readline() == b"up\n"
        assert can_connect(place)
        parent.kill()
    assert wait_for(lambda: not can_connect(place))
