"""Parameters that several routes have."""

from __future__ import annotations

from typing import Annotated

from fastapi import Path

from heavylift.view import EXAMPLE_ID

JobId = Annotated[str, Path(description="A job's id", examples=[EXAMPLE_ID])]
