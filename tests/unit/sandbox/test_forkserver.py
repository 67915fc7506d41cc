"""Children are forks of a template that outlives them."""

from __future__ import annotations

import logging
import os
import resource
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psutil
import pytest

from heavylift.errors import TaskError
from heavylift.tasks.pdf_to_images import PdfToImagesParams
from sandbox.errors import EngineCrashed, OverMemory, by_slug
from sandbox.settings import SandboxSettings
from sandbox.supervisor import ChildProcess, ChildProgram
from tests.support.capabilities import LINUX
from tests.support.fake_work import FakeWork
from tests.support.processes import gone

BY_SLUG = by_slug(())
ChildMaker = Callable[..., ChildProcess]


@pytest.fixture
def child(tmp_path: Path) -> ChildMaker:
    work = FakeWork(tmp_path, PdfToImagesParams(), tmp_path, tmp_path)

    def make(do: str, module: str = "tests.unit.sandbox.child", memory_mb: int = 2048) -> ChildProcess:
        settings = SandboxSettings(child_memory_mb=memory_mb)
        return ChildProcess(work, ChildProgram(module, BY_SLUG), {"do": do}, settings)

    return make


def told(child: ChildProcess) -> dict[str, Any]:
    """All that it says, to the end."""
    with child:
        return {name: value for event in child.events() for name, value in event.items()}


@LINUX.needed
def test_children_are_processes_of_their_own_with_what_the_template_has_loaded(child: ChildMaker) -> None:
    first, second = told(child("")), told(child(""))
    assert first["pid"] != second["pid"]
    assert first["parent"] == second["parent"] == first["loaded_by"] == second["loaded_by"]
    assert not psutil.Process(first["parent"]).children()


def test_a_template_that_was_killed_is_replaced(child: ChildMaker) -> None:
    first = told(child(""))
    psutil.Process(first["parent"]).kill()
    assert told(child(""))["parent"] != first["parent"]


def test_a_child_whose_template_is_killed_goes_on(child: ChildMaker) -> None:
    with child("wait") as one:
        events = one.events()
        psutil.Process(next(events)["parent"]).kill()
        one.grant_credit()
        assert list(events) == [{"waited": True}]
    assert gone(one.pid)


def test_what_a_child_started_ends_with_it_though_it_crashed(child: ChildMaker) -> None:
    with child("leave") as one:
        events = one.events()
        next(events)
        left = next(events)["left"]
        with pytest.raises(EngineCrashed):
            next(events)
    assert gone(left)


def test_a_child_has_no_files_of_the_others_or_of_the_template(child: ChildMaker) -> None:
    with child("wait"):
        second = told(child("tell"))
    if sys.platform == "linux":
        assert second["files"] == ["/dev/null"] * 3 + ["socket"] * 2  # its channel, and a copy for its events


def test_a_child_has_the_environment_of_now_and_no_secrets(
    child: ChildMaker, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told(child("tell"))
    monkeypatch.setenv("LC_ALL", "C")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    seen = told(child("tell"))
    assert seen["env"]["LC_ALL"] == "C"
    assert not [name for name in seen["env"] if name.startswith("AWS_")]
    assert seen["folder"] == str(tmp_path.resolve())


@LINUX.needed
def test_limits_are_the_childs_alone(child: ChildMaker) -> None:
    with child("wait") as one:
        template = psutil.Process(next(one.events())["parent"])
        assert (
            psutil.Process(one.pid).rlimit(resource.RLIMIT_AS)[0] == SandboxSettings().child_memory_mb << 20
        )
        assert template.rlimit(resource.RLIMIT_AS)[0] == resource.RLIM_INFINITY
        assert os.getpgid(one.pid) == one.pid != os.getpgid(template.pid)


@LINUX.needed
def test_a_child_that_outgrows_its_limit_by_what_is_loaded_alone_says_so(child: ChildMaker) -> None:
    with pytest.raises(OverMemory):
        told(child("", memory_mb=190))


def test_a_module_that_does_not_load_is_told_of(child: ChildMaker, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.ERROR), pytest.raises(TaskError):
        told(child("", module="no.such.module"))
    assert "ModuleNotFoundError" in caplog.text
