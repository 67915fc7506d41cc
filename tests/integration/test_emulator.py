"""The embedded emulator starts, tells what is wrong, and leaves nothing behind."""

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
from tests.support.ports import free_port

STARTS_LEASHED = """
import sys, time
from pathlib import Path
from infra.local import emulator
from infra.local.instance import LocalInstance
emulator.start(LocalInstance(int(sys.argv[1]), Path(sys.argv[2])), tied_to_parent=True)
print("up", flush=True)
time.sleep(600)
"""


@pytest.fixture(name="place")
def a_place(tmp_path: Path) -> Iterator[LocalInstance]:
    place = LocalInstance(free_port(), tmp_path)
    yield place
    emulator.stop(place)


def eventually(holds: Callable[[], bool], seconds: float = 15) -> bool:
    deadline = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True


def can_connect(place: LocalInstance) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex((HOST, place.port)) == 0


def test_it_is_reached_on_loopback_only_and_ends(place: LocalInstance) -> None:
    emulator.start(place)
    leader = psutil.Process(emulator.running(place) or 0)
    listening = {each.laddr.ip for each in leader.net_connections("tcp") if each.status == psutil.CONN_LISTEN}
    assert listening == {HOST}
    assert emulator.running_port(place) == place.port

    assert emulator.stop(place)

    assert not leader.is_running()
    assert not can_connect(place)
    assert emulator.running_port(place) is None
    assert not emulator.stop(place)


def test_its_state_is_there_again_after_a_restart(place: LocalInstance) -> None:
    emulator.start(place)
    place.aws.client("s3").create_bucket(Bucket="kept")
    place.aws.client("s3").put_object(Bucket="kept", Key="a", Body=b"content")
    emulator.stop(place)

    emulator.start(place)

    assert place.aws.client("s3").get_object(Bucket="kept", Key="a")["Body"].read() == b"content"


def test_a_tables_stream_is_read_on_after_a_restart(place: LocalInstance, tmp_path: Path) -> None:
    """The kept state says how far it was read, of records that are not kept."""
    seen = tmp_path / "seen"
    emulator.start(place)
    stream = _streaming_into(place, seen)
    _put(place, "before")
    assert eventually(lambda: seen.exists() and "before" in seen.read_text())
    emulator.stop(place)

    emulator.start(place)
    _put(place, "after")

    assert stream in str(place.aws.client("lambda").list_event_source_mappings())
    assert eventually(lambda: "after" in seen.read_text())


def _streaming_into(place: LocalInstance, seen: Path) -> str:
    """A table whose stream a function writes to a file; the stream's name."""
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
    functions = place.aws.client("lambda")
    functions.create_function(
        FunctionName="keep",
        Runtime="python3.13",
        Handler="keep.keep",
        Role="arn:aws:iam::000000000000:role/any",
        Code={"ZipFile": code.getvalue()},
    )
    functions.create_event_source_mapping(
        FunctionName="keep", EventSourceArn=table["LatestStreamArn"], StartingPosition="TRIM_HORIZON"
    )
    return str(table["LatestStreamArn"])


def _put(place: LocalInstance, key: str) -> None:
    place.aws.client("dynamodb").put_item(TableName="streamed", Item={"k": {"S": key}})


def test_a_taken_port_is_one_line_that_says_what_to_do(place: LocalInstance) -> None:
    with socket.socket() as stranger:
        stranger.bind((HOST, place.port))
        stranger.listen()
        with pytest.raises(
            CommandError, match=rf"Port {place.port} is taken.*make run PORT={place.port + 1}"
        ):
            emulator.start(place)
    assert not place.pid_file.exists()


def test_what_a_killed_leader_leaves_behind_is_ended_too(place: LocalInstance) -> None:
    emulator.start(place, tied_to_parent=True)
    os.kill(emulator.running(place) or 0, signal.SIGKILL)
    assert can_connect(place)  # the leash is dead, the emulator that it held is not

    assert emulator.stop(place)

    assert not can_connect(place)


def test_a_strangers_process_with_the_recorded_id_is_left_alone(place: LocalInstance) -> None:
    stranger = subprocess.Popen(
        [sys.executable, "-c", "import time; time.sleep(600)"], start_new_session=True
    )
    try:
        place.pid_file.write_text(f'{{"pid": {stranger.pid}, "born": 1.0, "port": {place.port}}}')
        assert not emulator.stop(place)
        assert stranger.poll() is None
    finally:
        stranger.kill()
        stranger.wait()


def test_on_a_leash_it_ends_with_whoever_holds_it(place: LocalInstance) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", STARTS_LEASHED, str(place.port), str(place.state_dir)],
        stdout=subprocess.PIPE,
        cwd=ROOT,
    ) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"up\n"
        assert can_connect(place)
        holder.kill()
    assert eventually(lambda: not can_connect(place))
