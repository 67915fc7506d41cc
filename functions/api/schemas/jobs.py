"""The models of a submission and of a list of jobs."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, model_validator

from api.schemas.callback import MAX_URL_CHARS, URL_DESCRIPTION, NewCallback
from api.schemas.start import After, AfterAny, DelaySeconds, RunAt
from heavylift.service.callback import CallbackChoice
from heavylift.service.job_view import EXAMPLE_ID, JobView
from heavylift.service.labels import MAX_TAGS, Label, Tag
from heavylift.service.start import When


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
        max_length=MAX_URL_CHARS,
        description=URL_DESCRIPTION,
        examples=["https://example.org/hooks/heavylift"],
    )
    callback: NewCallback | None = Field(
        default=None,
        description="Instead of `callback_url`: the URL with headers of your own and chosen ends",
    )
    name: Label | None = Field(default=None, examples=["Annual report"])
    reference: Label | None = Field(default=None, description="Your own id of the job", examples=["order-7"])
    tags: list[Tag] = Field(
        default=[], max_length=MAX_TAGS, description="Each at most once", examples=[["invoices", "2026"]]
    )
    deadline_s: int | None = Field(
        default=None,
        ge=1,
        description="Seconds within which the job ends in any case; at most the task's, the default",
        examples=[600],
    )
    expire_in: int | None = Field(
        default=None,
        ge=60,
        description="Seconds for which the job is kept after its end; at most the stack's retention",
        examples=[3600],
    )
    file_name: str | None = Field(
        default=None,
        max_length=1000,
        description="The name of the uploaded file. A form has it with its file",
        examples=["report.pdf"],
    )
    run_at: RunAt = None
    delay_s: DelaySeconds = None
    after: After = []
    after_any: AfterAny = False

    @model_validator(mode="after")
    def _each_tag_once(self) -> NewJob:
        if len(set(self.tags)) < len(self.tags):
            raise ValueError("a tag is there more than once")
        return self

    @model_validator(mode="after")
    def _one_start(self) -> NewJob:
        given = [each for each in (self.run_at, self.delay_s, self.after or None) if each is not None]
        if len(given) > 1:
            raise ValueError("give one of run_at, delay_s and after")
        if len(set(self.after)) < len(self.after):
            raise ValueError("a job is there more than once in after")
        return self

    @property
    def when(self) -> When:
        """When the job starts, as the service takes it."""
        run_at = self.run_at.timestamp() if self.run_at else None
        return When(run_at, self.delay_s, tuple(self.after), self.after_any)

    @model_validator(mode="after")
    def _one_callback(self) -> NewJob:
        if self.callback is not None and self.callback_url is not None:
            raise ValueError("give either callback_url or callback")
        return self

    @property
    def url_of_callback(self) -> str | None:
        return self.callback.url if self.callback else self.callback_url

    @property
    def choice_of_callback(self) -> CallbackChoice:
        if self.callback is None:
            return CallbackChoice()
        return CallbackChoice(self.callback.headers, tuple(self.callback.on or ()), "/callback/url")

    @model_validator(mode="after")
    def _file_name_of_an_upload(self) -> NewJob:
        if self.file_name is not None and not (self.input and self.input.upload_id):
            raise ValueError("file_name is for an upload: give input.upload_id too")
        return self


class JobList(BaseModel):
    items: list[JobView]
    next: str | None = Field(description="The cursor of the next page; null on the last page")
