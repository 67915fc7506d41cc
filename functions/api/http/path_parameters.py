"""Path parameters of several routes."""

from __future__ import annotations

from typing import Annotated

from fastapi import Path

from heavylift.service.job_view import EXAMPLE_ID

JobId = Annotated[
    str,
    Path(description="A job's id", examples=[EXAMPLE_ID], json_schema_extra={"pattern": "^[0-9a-f-]{36}$"}),
]
UploadId = Annotated[
    str,
    Path(
        description="An upload's id", examples=[EXAMPLE_ID], json_schema_extra={"pattern": "^[0-9a-f-]{36}$"}
    ),
]
"""Documented with the form of an id, but not validated: an unknown id of any form is a 404.

Not as a UUID: generated clients would have another type for it than for the id of a job.
"""
