"""The models of a submission and of a list of jobs."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, model_validator

from api.schemas.callback import MAX_URL_CHARS, URL_DESCRIPTION, NewCallback
from api.schemas.deliver import Deliver
from api.schemas.start import After, AfterAny, DelaySeconds, RunAt
from heavylift.ports.lanes import Lane
from heavylift.service.callback import CallbackChoice
from heavylift.service.job_view import EXAMPLE_ID, JobView
from heavylift.service.labels import MAX_TAGS, Label, Tag
from heavylift.service.remote import MAX_HEADERS
from heavylift.service.remote import MAX_URL_CHARS as MAX_INPUT_URL_CHARS
from heavylift.service.start import When


def _without(*names: str) -> dict[str, Any]:
    return dict.fromkeys(names, False)


class InputReference(BaseModel):
    """The input of a job: an upload, an output of another job, or a url that a worker fetches."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "oneOf": [
                {"required": ["upload_id"], "properties": _without("job_id", "output", "url", "headers")},
                {"required": ["job_id", "output"], "properties": _without("upload_id", "url", "headers")},
                {"required": ["url"], "properties": _without("upload_id", "job_id", "output")},
            ]
        },
    )

    upload_id: Annotated[str, Field(pattern=r"^[0-9a-f-]{36}$", examples=[EXAMPLE_ID])] = ""
    job_id: Annotated[str, Field(min_length=1, max_length=64, examples=[EXAMPLE_ID])] = ""
    output: Annotated[str, Field(min_length=1, max_length=255, examples=["page-0001.png"])] = ""
    url: Annotated[
        str,
        Field(
            min_length=1,
            max_length=MAX_INPUT_URL_CHARS,
            description="A url that a worker fetches the file from; https, with a public address",
            examples=["https://example.org/files/report.pdf"],
        ),
    ] = ""
    headers: Annotated[
        dict[str, str],
        Field(
            max_length=MAX_HEADERS,
            description="Sent with the request, to the url's own host only. Never shown",
            json_schema_extra={"writeOnly": True},
            examples=[{"Authorization": "Bearer …"}],
        ),
    ] = {}

    @model_validator(mode="after")
    def _one_of_three(self) -> InputReference:
        if self.model_fields_set - {"headers"} not in ({"upload_id"}, {"job_id", "output"}, {"url"}):
            raise ValueError("give one of upload_id, url, or job_id together with output")
        if "headers" in self.model_fields_set and not self.url:
            raise ValueError("headers are for a url")
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
    deliver: Deliver | None = Field(
        default=None, description="Send the outputs there once the job is DONE. The job keeps them, too"
    )
    name: Label | None = Field(default=None, examples=["Annual report"])
    reference: Label | None = Field(default=None, description="Your own id of the job", examples=["order-7"])
    tags: list[Tag] = Field(
        default=[], max_length=MAX_TAGS, description="Each at most once", examples=[["invoices", "2026"]]
    )
    lane: Lane = Field(
        default=Lane.STANDARD,
        description="`bulk`: a second queue of the worker, so that many jobs do not hold up those of others",
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
        description="The name of the file at `upload_id` or `url`. A form has it with its file",
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
    def _file_name_of_a_file(self) -> NewJob:
        if self.file_name is not None and not (self.input and (self.input.upload_id or self.input.url)):
            raise ValueError("file_name is for an upload or a url: give input.upload_id or input.url too")
        return self


class JobList(BaseModel):
    items: list[JobView]
    next: str | None = Field(description="The cursor of the next page; null on the last page")
