"""The model of where a job's outputs are sent."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, model_validator

from heavylift.service.deliver import DeliverTo
from heavylift.service.remote import MAX_HEADERS, MAX_URL_CHARS

MAX_FIELDS = 40
MAX_FIELD_CHARS = 20_000
SECRET: dict[str, Any] = {"writeOnly": True}
Url = Annotated[str, Field(min_length=1, max_length=MAX_URL_CHARS)]


class PostPolicy(BaseModel):
    """A presigned POST policy, as S3 and Google Cloud Storage make them."""

    model_config = ConfigDict(extra="forbid")

    url: Annotated[Url, Field(examples=["https://results.s3.eu-central-1.amazonaws.com/"])]
    fields: Annotated[
        dict[str, Annotated[str, Field(max_length=MAX_FIELD_CHARS)]],
        Field(
            max_length=MAX_FIELDS,
            description="The form's fields without the file. `${filename}`, in the key, is the output's name",
            json_schema_extra=SECRET,
            examples=[{"key": "results/${filename}", "policy": "…", "x-amz-signature": "…"}],
        ),
    ]


class Deliver(BaseModel):
    """Where the outputs are sent once the job is DONE: by a PUT to a url for each, or by a POST policy."""

    model_config = ConfigDict(extra="forbid")

    put_url: Annotated[
        Url,
        Field(
            description="`{name}` is the output's name; https, with a public address",
            examples=["https://example.org/results/{name}"],
        ),
    ] = ""
    headers: Annotated[
        dict[str, str],
        Field(
            max_length=MAX_HEADERS,
            description="Sent with each PUT. Never shown",
            json_schema_extra=SECRET,
            examples=[{"x-ms-blob-type": "BlockBlob"}],
        ),
    ] = {}
    post: PostPolicy | None = None

    @model_validator(mode="after")
    def _one_of_two(self) -> Deliver:
        if self.model_fields_set - {"headers"} not in ({"put_url"}, {"post"}) or not (
            self.put_url or self.post
        ):
            raise ValueError("give either put_url or post")
        if self.post and "headers" in self.model_fields_set:
            raise ValueError("headers are for put_url")
        return self

    def to_target(self) -> DeliverTo:
        if self.post:
            return DeliverTo(post_url=self.post.url, fields=self.post.fields)
        return DeliverTo(put_url=self.put_url, headers=self.headers)
