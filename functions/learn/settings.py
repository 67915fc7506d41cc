"""The learn worker's settings."""

from __future__ import annotations

from pydantic import Field

from sandbox.settings import SandboxSettings


class LearnSettings(SandboxSettings):
    page_seconds: float = Field(900, gt=0)
    """One stage may take the whole invocation: fitting sends no event for minutes."""
