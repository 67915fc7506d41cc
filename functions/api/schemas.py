"""The models of requests and responses, as the OpenAPI document shows them."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, model_validator

from heavylift.service.job_view import EXAMPLE_ID, JobView
from heavylift.service.labels import MAX_TAGS, Label, Tag
from heavylift.tasks.spec import OutputNamed


class InputReference(BaseModel):
    """The input of a job: an upload, or an output of another job."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "oneOf": [
                {"required": ["upload_id"], "properties": {"job_id": False, "output": False}},
                {"required": ["job_id", "output"], "properties": {"upload_id": False}},
            ]
        },
    )

    upload_id: Annotated[str, Field(pattern=r"^[0-9a-f-]{36}$", examples=[EXAMPLE_ID])] = ""
    job_id: Annotated[str, Field(min_length=1, max_length=64, examples=[EXAMPLE_ID])] = ""
    output: Annotated[str, Field(min_length=1, max_length=255, examples=["page-0001.png"])] = ""

    @model_validator(mode="after")
    def _one_of_the_two(self) -> InputReference:
        if self.model_fields_set not in ({"upload_id"}, {"job_id", "output"}):
            raise ValueError("give either upload_id, or job_id together with output")
        return self


class NewJob(BaseModel):
    """A job submitted as JSON."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {"task": "pdf-to-images", "params": {"dpi": 150}, "input": {"upload_id": EXAMPLE_ID}}
            ]
        },
    )

    task: str = Field(max_length=64)
    params: dict[str, Any] = {}
    input: InputReference | None = None
    callback_url: str | None = Field(
        default=None,
        max_length=2048,
        description="The URL to POST the job to, signed, when it has ended; https, with a public address",
        examples=["https://example.org/hooks/heavylift"],
    )
    name: Label | None = Field(default=None, examples=["Annual report"])
    reference: Label | None = Field(default=None, description="Your own id of the job", examples=["order-7"])
    tags: list[Tag] = Field(
        default=[], max_length=MAX_TAGS, description="Each at most once", examples=[["invoices", "2026"]]
    )
    file_name: str | None = Field(
        default=None,
        max_length=1000,
        description="The name of the uploaded file. A form has it with its file",
        examples=["report.pdf"],
    )

    @model_validator(mode="after")
    def _each_tag_once(self) -> NewJob:
        if len(set(self.tags)) < len(self.tags):
            raise ValueError("a tag is there more than once")
        return self

    @model_validator(mode="after")
    def _file_name_of_an_upload(self) -> NewJob:
        if self.file_name is not None and not (self.input and self.input.upload_id):
            raise ValueError("file_name is for an upload: give input.upload_id too")
        return self


class JobList(BaseModel):
    items: list[JobView]
    next: str | None = Field(description="The cursor of the next page; null on the last page")


class QueueView(BaseModel):
    name: str = Field(examples=["pages"])
    visible: int = Field(description="Waiting messages of all tenants; approximate")
    in_flight: int = Field(description="Messages that a worker holds")
    delayed: int = Field(description="Messages that are delayed")
    dead_letters: int = Field(description="Your jobs of this queue that failed after their retries")
    limit: int | None = Field(
        description="How many messages may wait before a submission gets a 503; null: no limit"
    )


class QueueDetail(QueueView):
    open: int = Field(description="How many of your jobs are queued or running in this queue")
    jobs: list[JobView] = Field(description="The newest of these jobs")


class QueueList(BaseModel):
    items: list[QueueView]


class Redrive(BaseModel):
    """Dead letters to run again: named by their ids, or all of a queue, a task or both."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [{"job_ids": [EXAMPLE_ID]}, {"queue": "pages"}],
            "oneOf": [
                {"required": ["job_ids"], "properties": {"queue": False, "task": False, "cursor": False}},
                {"required": ["queue"], "properties": {"job_ids": False}},
                {"required": ["task"], "properties": {"job_ids": False, "queue": False}},
            ],
        },
    )

    job_ids: list[Annotated[str, Field(max_length=64)]] = Field(default=[], min_length=1, max_length=100)
    queue: Annotated[str, Field(max_length=64)] = ""
    task: Annotated[str, Field(max_length=64)] = ""
    limit: int = Field(
        default=100, ge=1, le=100, description="How many dead letters of a queue or task to run in this call"
    )
    cursor: Annotated[str, Field(max_length=256, description="`next` of the previous call")] = ""

    @model_validator(mode="after")
    def _ids_or_all_of_something(self) -> Redrive:
        given = self.model_fields_set
        if ("job_ids" in given) == bool(given & {"queue", "task"}) or {"job_ids", "cursor"} <= given:
            raise ValueError("give either job_ids, or a queue, a task or both")
        return self


class RefusedRedrive(BaseModel):
    id: str = Field(examples=[EXAMPLE_ID])
    type: str = Field(examples=["/problems/conflict"])
    title: str
    detail: str


class RedriveResult(BaseModel):
    jobs: list[JobView] = Field(description="The jobs that run again")
    refused: list[RefusedRedrive] = Field(description="The jobs that do not run again, each with its reason")
    next: str | None = Field(description="The cursor of the next call; null if no dead letter is left")


class OutputView(BaseModel):
    name: str = Field(examples=["page-0001.png"])
    media_type: str = Field(examples=["image/png"])
    bytes: int
    download_name: str = Field(
        description="The name under which a browser saves it: with the input's name in front",
        examples=["report-page-0001.png"],
    )
    url: str = Field(description="A presigned URL: needs no key, valid for at most an hour")


class OutputPage(BaseModel):
    items: list[OutputView]
    count: int = Field(description="How many outputs the job has in all")
    next: str | None = Field(description="The cursor of the next page; null on the last page")


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
    model_params: dict[str, OutputNamed] = Field(
        description="The params that name a kept model, and of which output it must be"
    )


class TaskList(BaseModel):
    items: list[TaskView]


class NewUpload(BaseModel):
    model_config = ConfigDict(extra="forbid")

    task: str = Field(max_length=64, description="The task that the file is for", examples=["pdf-to-images"])
    media_type: str | None = Field(
        default=None,
        max_length=100,
        description="A media type that the task accepts; the first of them if left out",
    )


class UploadView(BaseModel):
    upload_id: str
    url: str = Field(
        description="POST the file to this URL as multipart/form-data: first the fields, then `file`"
    )
    fields: dict[str, str]
    max_bytes: int
    expires_at: datetime


class KeepJob(BaseModel):
    """The job whose model to keep."""

    model_config = ConfigDict(extra="forbid")

    job_id: str = Field(
        min_length=1, max_length=64, description="A DONE job of train-model", examples=[EXAMPLE_ID]
    )


class ModelSummary(BaseModel):
    name: str = Field(examples=["churn"])
    latest: int = Field(
        description="The number of the newest version; numbers are not used again", examples=[3]
    )
    count: int = Field(description="How many versions there are", examples=[2])
    updated_at: datetime = Field(description="When a version was last added or deleted")


class ModelList(BaseModel):
    items: list[ModelSummary]


class ModelVersion(BaseModel):
    name: str = Field(examples=["churn"])
    version: int = Field(examples=[3])
    reference: str = Field(description="What the task predict takes as `model`", examples=["churn@3"])
    task: str = Field(examples=["train-model"])
    job_id: str = Field(description="The job that made it; it may have expired", examples=[EXAMPLE_ID])
    bytes: int
    created_at: datetime
    result: dict[str, Any] = Field(description="The result of that job")
    url: str = Field(description="A presigned URL: needs no key, valid for at most an hour")


class ModelDetail(ModelSummary):
    versions: list[ModelVersion] = Field(description="Newest first")
