"""The models of queues."""

from __future__ import annotations

from datetime import datetime

from pydantic import BaseModel, Field

from heavylift.service.job_view import JobView


class QueueView(BaseModel):
    name: str = Field(examples=["pages"])
    visible: int = Field(description="Waiting messages of all tenants; approximate")
    in_flight: int = Field(description="Messages that a worker holds")
    delayed: int = Field(description="Messages that are delayed")
    dead_letters: int = Field(description="Your jobs of this queue that failed after their retries")
    limit: int | None = Field(
        description="How many messages may wait before a submission gets a 503; null: no limit"
    )
    paused: bool = Field(description="Whether the worker gets no messages of this queue")
    paused_since: datetime | None = Field(description="Since when; null unless the queue is paused")


class QueueDetail(QueueView):
    open: int = Field(description="How many of your jobs are queued or running in this queue")
    jobs: list[JobView] = Field(description="The newest of these jobs")


class QueueList(BaseModel):
    items: list[QueueView]
