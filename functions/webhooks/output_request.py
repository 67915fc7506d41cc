"""The request that sends one output: a PUT of its bytes, or a form of a presigned POST policy."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import chain
from typing import Any
from urllib.parse import quote
from uuid import uuid4

from heavylift.job_store.manifest import Output
from heavylift.outbound.address import check_url
from heavylift.outbound.headers import override

NAME, FILE_NAME = "{name}", "${filename}"
USER_AGENT = "Heavylift-Webhooks/1"


@dataclass(frozen=True)
class OutputRequest:
    """A request whose body is an output, perhaps with something before and after it."""

    method: str
    url: str
    headers: Mapping[str, str]
    size: int
    """Bytes of the output."""
    before: bytes = b""
    after: bytes = b""

    def frame(self, chunks: Iterable[bytes]) -> Iterator[bytes]:
        """Yield the body."""
        return (piece for piece in chain((self.before,), chunks, (self.after,)) if piece)

    @property
    def all_headers(self) -> dict[str, str]:
        length = len(self.before) + self.size + len(self.after)
        return override(self.headers, by={"Content-Length": str(length), "User-Agent": USER_AGENT})


def make_request(target: Mapping[str, Any], output: Output) -> OutputRequest:
    """Return the request for one output. `target` is what `service/deliver.py` has stored."""
    if "post_url" in target:
        return _make_form(target["post_url"], target["fields"], output)
    url = target["put_url"].replace(NAME, quote(output.name, safe="/"))
    headers = override({"Content-Type": output.media_type}, by=target["headers"])
    return OutputRequest("PUT", check_url(url, private=True), headers, output.bytes)


def _make_form(url: str, fields: Mapping[str, str], output: Output) -> OutputRequest:
    boundary = uuid4().hex
    parts = [
        f'--{boundary}\r\nContent-Disposition: form-data; name="{_escape(name)}"\r\n\r\n'
        f"{value.replace(FILE_NAME, output.name)}\r\n"
        for name, value in fields.items()
    ]
    file = (
        f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="{_escape(output.name)}"\r\n'
        f"Content-Type: {output.media_type}\r\n\r\n"
    )
    return OutputRequest(
        "POST",
        check_url(url, private=True),
        {"Content-Type": f"multipart/form-data; boundary={boundary}"},
        output.bytes,
        before="".join([*parts, file]).encode(),
        after=f"\r\n--{boundary}--\r\n".encode(),
    )


def _escape(text: str) -> str:
    """Return the text as the HTML standard writes it into the header of a form's part."""
    return text.replace('"', "%22").replace("\r", "%0D").replace("\n", "%0A")
