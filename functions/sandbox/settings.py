"""What a child may use."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from pydantic import Field

from heavylift.settings import EnvSettings


class SandboxSettings(EnvSettings):
    """The base of a worker's settings."""

    worker_memory_mb: ClassVar[int] = 300
    """What the worker's own process keeps of the function's memory."""
    child_memory_mb: int = Field(2048, ge=64)
    """Address space of the child, and of each process that the child starts."""
    page_seconds: float = Field(60, gt=0)
    """Longest time without an event from the child: one page, or opening the document."""

    @classmethod
    def variables(cls, environ: Mapping[str, str]) -> dict[str, str]:
        """CHILD_MEMORY_MB follows the function's own memory where it is not set."""
        found = super().variables(environ)
        memory = environ.get("AWS_LAMBDA_FUNCTION_MEMORY_SIZE")
        if memory and "child_memory_mb" not in found:
            found["child_memory_mb"] = str(max(512, int(memory) - cls.worker_memory_mb))
        return found
