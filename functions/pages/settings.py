"""The pages worker's settings, read from the environment when asked for."""

from __future__ import annotations

from pydantic import Field

from sandbox.settings import SandboxSettings


class PagesSettings(SandboxSettings):
    pages_per_part: int = Field(8, ge=1)
    """Pages in a part of a job that is split."""
    fanout_pages: int = Field(24, ge=0)
    """A job of up to so many pages is one part: starting more would take longer than drawing them."""
