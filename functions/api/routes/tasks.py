"""GET /v1/tasks: the tasks that jobs can run."""

from __future__ import annotations

from fastapi import APIRouter

from api.schemas.tasks import TaskList, TaskView
from heavylift.tasks.registry import TASKS

router = APIRouter(tags=["tasks"])


@router.get("/v1/tasks", summary="The tasks, with their params and limits", response_description="All tasks")
def list_tasks() -> TaskList:
    return TaskList(
        items=[
            TaskView(
                name=spec.name,
                title=spec.title,
                description=spec.description,
                input=spec.input,
                accepts=list(spec.accepts),
                limits=dict(spec.limits),
                job_params=dict(spec.job_params),
                source_params=list(spec.source_params),
                model_params=dict(spec.model_params),
                params=spec.params.model_json_schema(),
            )
            for spec in TASKS.values()
        ]
    )
