"""Where a client wants a job's outputs to be sent: a url for PUTs, or a presigned POST policy."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from heavylift.errors import InvalidRequest
from heavylift.outbound.address import UrlRefused, check_url, strip_query
from heavylift.service.remote import SHOWN_CHARS, check_headers

NAME = "{name}"
"""In a url for PUTs: stands for an output's name."""
FILE_NAME = "${filename}"
"""In a field of a POST policy: the same, as S3 and Google Cloud Storage have it."""


@dataclass(frozen=True)
class DeliverTo:
    """A target. All but the beginning of its urls may be secret."""

    put_url: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    post_url: str = ""
    fields: Mapping[str, str] = field(default_factory=dict)
    """The fields of the form, without the file."""

    @property
    def shown_url(self) -> str:
        """The url as the job shows it: without its query."""
        return strip_query(self.post_url or self.put_url)[:SHOWN_CHARS]

    def to_json(self) -> bytes:
        """Return the target as it is stored."""
        stored: dict[str, Any] = {"put_url": self.put_url, "headers": dict(self.headers)}
        if self.post_url:
            stored = {"post_url": self.post_url, "fields": dict(self.fields)}
        return json.dumps(stored, separators=(",", ":")).encode()


def check_target(given: DeliverTo | None, *, private: bool) -> None:
    """Raise InvalidRequest if outputs may not be sent there. None: they are not sent."""
    if given is None:
        return
    if given.post_url:
        _check(given.post_url, "/deliver/post/url", private=private)
        if not any(FILE_NAME in value for value in given.fields.values()):
            detail = f"A field, such as key, must hold {FILE_NAME}: each output has its own name."
            raise InvalidRequest.at("/deliver/post/fields", detail)
        return
    if NAME not in given.put_url:
        detail = f"The url must hold {NAME}: each output is sent to its own."
        raise InvalidRequest.at("/deliver/put_url", detail)
    _check(given.put_url.replace(NAME, "name"), "/deliver/put_url", private=private)
    if NAME in urlsplit(given.put_url).netloc:
        raise InvalidRequest.at("/deliver/put_url", f"{NAME} can't be in the host.")
    check_headers(given.headers, "/deliver/headers")


def _check(url: str, pointer: str, *, private: bool) -> None:
    try:
        check_url(url, private=private)
    except UrlRefused as refused:
        raise InvalidRequest.at(pointer, str(refused)) from None
