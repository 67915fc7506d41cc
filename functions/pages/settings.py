"""The pages worker's settings."""

from __future__ import annotations

from pydantic import Field

from sandbox.settings import SandboxSettings


class PagesSettings(SandboxSettings):
    pages_per_part: int = Field(8, ge=1)
    """Least pages in a part of a job that is split: each takes a message, a claim and a fetch."""
    most_pages_per_part: int = Field(32, ge=1)
    """Most of them: a part of slow pages must fit into one invocation."""
    parts: int = Field(12, ge=1)
    """How many parts a job is split into between those bounds: enough for several workers to end together."""
    fanout_pages: int = Field(24, ge=0)
    """A job of up to so many pages is one part: starting more would take longer than drawing them."""
