"""The pages worker's settings."""

from __future__ import annotations

from pydantic import Field

from sandbox.settings import SandboxSettings


class PagesSettings(SandboxSettings):
    pages_per_part: int = Field(8, ge=1)
    """Minimum pages in a part of a split job. Each part costs a message, a claim and a fetch."""
    most_pages_per_part: int = Field(32, ge=1)
    """Maximum pages in a part. A part of slow pages must fit into one invocation."""
    parts: int = Field(12, ge=1)
    """Parts of a split job, within those bounds. Several workers then finish at about the same time."""
    fanout_pages: int = Field(24, ge=0)
    """Maximum pages of a job with one part. Starting more workers would take longer than drawing them."""
