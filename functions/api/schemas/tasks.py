"""The models of tasks."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, Field

from heavylift.tasks.spec import OutputNamed


class TaskView(BaseModel):
    name: str
    title: str
    description: str
    input: str = Field(description="required, optional or none")
    accepts: list[str]
    limits: dict[str, int | float]
    params: dict[str, Any] = Field(description="A JSON Schema")
    job_params: dict[str, OutputNamed] = Field(
        description="The params that hold a job's id, and the output that the task reads from that job"
    )
    source_params: list[str] = Field(
        description="The params that list ids of jobs, of which the task reads all outputs"
    )
    model_params: dict[str, OutputNamed] = Field(
        description="The params that name a kept model, and of which output it must be"
    )


class TaskList(BaseModel):
    items: list[TaskView]
