"""An input that a worker fetches from a url."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote, urlsplit

from heavylift.errors import Fault, InvalidRequest
from heavylift.outbound.address import UrlRefused, check_url, strip_query
from heavylift.outbound.headers import NAME_CHAR, OF_CONNECTION
from heavylift.service.validation import json_pointer

MAX_URL_CHARS = 4096
MAX_HEADERS = 20
MAX_HEADER_CHARS = 4096
SHOWN_CHARS = 1000
"""How much of a url the record keeps, for people."""
HEADER_NAME = re.compile(NAME_CHAR + "{1,100}")
HEADER_VALUE = re.compile(r"[\x20-\x7e\t]*")
OWN_HEADERS = OF_CONNECTION | {"proxy-authorization", "proxy-connection", "accept-encoding", "range"}
"""Headers that belong to the connection or to the form of the answer, and not to the caller."""


@dataclass(frozen=True)
class FromUrl:
    """An input at a url. The url's query and the headers may hold secrets."""

    url: str
    headers: Mapping[str, str] = field(default_factory=dict)

    def to_source(self) -> dict[str, Any]:
        """Return what is stored with the secret params: the url in canonical form, and the headers."""
        return {"url": check_url(self.url, private=True), "headers": dict(self.headers)}


def check_remote(given: FromUrl, *, private: bool) -> dict[str, Any]:
    """Return the input for the job's record: `{"key": "", "url"}`, without the query.

    Its size and type are known once it is fetched. Raises InvalidRequest.
    """
    try:
        url = check_url(given.url, private=private)
    except UrlRefused as refused:
        raise InvalidRequest.at("/input/url", str(refused)) from None
    check_headers(given.headers, "/input/headers")
    return {"key": "", "url": strip_query(url)[:SHOWN_CHARS]}


def check_headers(headers: Mapping[str, str], pointer: str) -> None:
    """Raise InvalidRequest with each header that a client can't set."""
    faults = []
    for name, value in headers.items():
        at = pointer + json_pointer((name,))
        if not HEADER_NAME.fullmatch(name):
            faults.append(Fault(pointer=pointer, detail="This is not the name of a header."))
        elif name.lower() in OWN_HEADERS:
            faults.append(Fault(pointer=at, detail="This header can't be set."))
        elif not HEADER_VALUE.fullmatch(value) or len(value) > MAX_HEADER_CHARS:
            detail = f"The value must have at most {MAX_HEADER_CHARS:,} characters, all of printable ASCII."
            faults.append(Fault(pointer=at, detail=detail))
    if faults:
        raise InvalidRequest("The headers are not valid.", faults)


def name_file(url: str) -> str:
    """Return the last part of the url's path, as the name of its file; it may be empty."""
    return unquote(urlsplit(url).path).rpartition("/")[2]
