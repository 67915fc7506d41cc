"""Parameters that several routes have."""

from __future__ import annotations

from typing import Annotated

from fastapi import Path

from heavylift.service.job_view import EXAMPLE_ID

JobId = Annotated[
    str, Path(description="A job's id", examples=[EXAMPLE_ID], json_schema_extra={"format": "uuid"})
]
"""Described and not checked as a UUID: anything else is the id of no job, which is a 404."""
