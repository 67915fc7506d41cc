"""The model of a job to which an act on many was not done."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Self

from pydantic import BaseModel, Field

from heavylift.errors import HeavyliftError
from heavylift.service.job_view import EXAMPLE_ID


class RefusedJob(BaseModel):
    id: str = Field(examples=[EXAMPLE_ID])
    type: str = Field(examples=["/problems/conflict"])
    title: str
    detail: str

    @classmethod
    def list_of(cls, refused: Mapping[str, HeavyliftError]) -> list[Self]:
        """Return the jobs, each with the error that is its reason."""
        return [
            cls(id=job_id, type=error.type, title=error.title, detail=error.detail)
            for job_id, error in refused.items()
        ]
