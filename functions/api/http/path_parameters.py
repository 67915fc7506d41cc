"""Path parameters of several routes."""

from __future__ import annotations

from typing import Annotated

from fastapi import Path

from heavylift.service.job_view import EXAMPLE_ID

JobId = Annotated[
    str, Path(description="A job's id", examples=[EXAMPLE_ID], json_schema_extra={"format": "uuid"})
]
"""Documented as a UUID, but not validated as one: an unknown id of any form is a 404."""
