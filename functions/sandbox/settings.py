"""The settings that size a child's limits."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from pydantic import Field

from heavylift.settings import EnvSettings


class SandboxSettings(EnvSettings):
    """The base of the settings of every worker with a child."""

    worker_memory_mb: ClassVar[int] = 300
    """Memory of the function that the worker's own process needs."""
    child_memory_mb: int = Field(2048, ge=64)
    """Maximum address space of the child, and of each process that the child starts."""
    page_seconds: float = Field(60, gt=0)
    """Maximum time between two events of the child: one page, or opening the document."""

    @classmethod
    def read_variables(cls, environ: Mapping[str, str]) -> dict[str, str]:
        """Return the settings' variables. CHILD_MEMORY_MB defaults to a share of the function's memory."""
        found = super().read_variables(environ)
        memory = environ.get("AWS_LAMBDA_FUNCTION_MEMORY_SIZE")
        if memory and "child_memory_mb" not in found:
            found["child_memory_mb"] = str(max(512, int(memory) - cls.worker_memory_mb))
        return found
