"""A warm worker keeps no input of one tenant while a task of another runs."""

from __future__ import annotations

from heavylift.adapters.memory.objects import MemoryObjects
from heavylift.worker.input_cache import InputCache


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
