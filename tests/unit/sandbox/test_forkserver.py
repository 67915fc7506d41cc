"""Children are forks of a server that outlives them."""

from __future__ import annotations

import logging
import os
import resource
import sys
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import psutil
import pytest

from heavylift.errors import TaskError
from pages.task import PdfToImagesParams
from sandbox.errors import EngineCrashed, OverMemory, index_by_slug
from sandbox.settings import SandboxSettings
from sandbox.supervisor import ChildProcess, ChildProgram, start_child
from tests.support.capabilities import LINUX
from tests.support.fake_work import FakeWork
from tests.support.processes import has_ended

BY_SLUG = index_by_slug(())
ChildMaker = Callable[..., AbstractContextManager[ChildProcess]]


@pytest.fixture
def child(tmp_path: Path) -> ChildMaker:
    work = FakeWork(tmp_path, PdfToImagesParams(), tmp_path, tmp_path)

    def make(
        do: str, module: str = "tests.unit.sandbox.child", memory_mb: int = 2048
    ) -> AbstractContextManager[ChildProcess]:
        settings = SandboxSettings(child_memory_mb=memory_mb)
        return start_child(work, ChildProgram(module, BY_SLUG), {"do": do}, settings)

    return make


def read_all(child: AbstractContextManager[ChildProcess]) -> dict[str, Any]:
    """Run the child to its end, and return the fields of all its events."""
    with child as running:
        return {name: value for event in running.events() for name, value in event.items()}


@LINUX.needed
def test_children_are_separate_processes_with_the_fork_servers_modules(child: ChildMaker) -> None:
    first, second = read_all(child("")), read_all(child(""))
    assert first["pid"] != second["pid"]
    assert first["parent"] == second["parent"] == first["loaded_by"] == second["loaded_by"]
    assert not psutil.Process(first["parent"]).children()


def test_a_fork_server_that_was_killed_is_replaced(child: ChildMaker) -> None:
    first = read_all(child(""))
    psutil.Process(first["parent"]).kill()
    assert read_all(child(""))["parent"] != first["parent"]


def test_a_child_whose_fork_server_is_killed_goes_on(child: ChildMaker) -> None:
    with child("wait") as one:
        events = one.events()
        psutil.Process(next(events)["parent"]).kill()
        one.grant_credit()
        assert list(events) == [{"waited": True}]
    assert has_ended(one.pid)


def test_processes_of_a_crashed_child_end_with_it(child: ChildMaker) -> None:
    with child("leave") as one:
        events = one.events()
        next(events)
        left = next(events)["left"]
        with pytest.raises(EngineCrashed):
            next(events)
    assert has_ended(left)


def test_a_child_has_no_open_files_of_other_processes(child: ChildMaker) -> None:
    with child("wait"):
        second = read_all(child("report"))
    if sys.platform == "linux":
        # The sockets are the child's channel, and a copy for its events.
        assert second["files"] == ["/dev/null"] * 3 + ["socket"] * 2


def test_a_child_has_the_current_environment_without_secrets(
    child: ChildMaker, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    read_all(child("report"))
    monkeypatch.setenv("LC_ALL", "C")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    seen = read_all(child("report"))
    assert seen["env"]["LC_ALL"] == "C"
    assert not [name for name in seen["env"] if name.startswith("AWS_")]
    assert seen["folder"] == str(tmp_path.resolve())


@LINUX.needed
def test_limits_are_the_childs_alone(child: ChildMaker) -> None:
    with child("wait") as one:
        server = psutil.Process(next(one.events())["parent"])
        assert (
            psutil.Process(one.pid).rlimit(resource.RLIMIT_AS)[0] == SandboxSettings().child_memory_mb << 20
        )
        assert server.rlimit(resource.RLIMIT_AS)[0] == resource.RLIM_INFINITY
        assert os.getpgid(one.pid) == one.pid != os.getpgid(server.pid)


@LINUX.needed
def test_a_child_whose_modules_exceed_its_limit_is_over_memory(child: ChildMaker) -> None:
    with pytest.raises(OverMemory):
        read_all(child("", memory_mb=190))


def test_a_module_that_does_not_load_is_reported(child: ChildMaker, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.ERROR), pytest.raises(TaskError):
        read_all(child("", module="no.such.module"))
    assert "ModuleNotFoundError" in caplog.text
