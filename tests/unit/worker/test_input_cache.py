"""A warm worker keeps no input of one tenant while a task of another runs."""

from __future__ import annotations

import errno
from pathlib import Path

import pytest

from heavylift.adapters.memory.objects import MemoryObjects
from heavylift.jobs.states import Status
from heavylift.worker.input_cache import InputCache
from tests.support.world import CopyTask, World


class TestTenants:
    def setup_method(self) -> None:
        self.objects, self.cache = MemoryObjects(), InputCache()
        self.objects.put("jobs/a/input", b"a", "text/plain")
        self.cache.admit("acme")
        self.path = self.cache.fetch(self.objects, "jobs/a/input")

    def test_another_tenant_finds_no_file(self) -> None:
        self.cache.admit("other")
        assert not self.path.exists()

    def test_the_same_tenant_keeps_its_files(self) -> None:
        self.cache.admit("acme")
        assert self.path.exists()


class SmallDisk(MemoryObjects):
    """A store whose downloads find room only while the folder holds fewer than `room` files."""

    def __init__(self, room: int) -> None:
        super().__init__()
        self.room = room

    def download(self, key: str, path: Path, *, etag: str | None = None) -> None:
        if len(list(path.parent.iterdir())) >= self.room:
            raise OSError(errno.ENOSPC, "No space left on device")
        super().download(key, path, etag=etag)


class TestFullDisk:
    def setup_method(self) -> None:
        self.objects, self.cache = SmallDisk(1), InputCache()
        for name in ("a", "b"):
            self.objects.put(f"jobs/{name}/input", name.encode(), "text/plain")
        self.cache.admit("acme")
        self.first = self.cache.fetch(self.objects, "jobs/a/input")

    def test_an_input_of_an_earlier_job_makes_room(self) -> None:
        self.cache.admit("acme")
        assert self.cache.fetch(self.objects, "jobs/b/input").read_bytes() == b"b"
        assert not self.first.exists()

    def test_an_input_that_the_task_uses_stays(self) -> None:
        with pytest.raises(OSError, match="No space left"):
            self.cache.fetch(self.objects, "jobs/b/input")
        assert self.first.exists()

    def test_an_attempt_that_fills_the_disk_leaves_no_input_of_an_earlier_job(self) -> None:
        def fill_once(number: int) -> None:
            if len(task.runs) == 1:
                raise OSError(errno.ENOSPC, "No space left on device")

        world = World(task := CopyTask(before=fill_once))
        runner = world.runner()
        runner.inputs.admit("me")
        kept = runner.inputs.fetch(self.objects, "jobs/a/input")
        world.runner = lambda: runner  # type: ignore[method-assign]
        job = world.submit()
        assert len(world.work()) == 2
        assert world.job(job).status == Status.DONE
        assert not kept.exists()
