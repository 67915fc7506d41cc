"""A form (multipart/form-data) as its fields. It must be whole, and have each field once."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncGenerator

from fastapi import Request
from starlette.datastructures import FormData, Headers
from starlette.formparsers import MultiPartException, MultiPartParser

from heavylift.errors import InvalidRequest
from heavylift.service.labels import MAX_TAGS
from heavylift.service.start import MAX_AFTER
from heavylift.service.validation import json_pointer

FIELDS = (
    *("task", "file", "params", "callback_url", "callback", "deliver", "name", "reference", "tags"),
    *("lane", "deadline_s", "expire_in", "run_at", "delay_s", "after", "after_any"),
)
REPEATED = ("tags", "after")
"""The fields of which a form may have several."""
MAX_FILES = 4
"""The input, and params, a callback and a target of outputs that are sent as files."""
OVERHEAD = 100_000
"""How many bytes the boundaries and the other fields of a form may add to its file."""


class WholeFormParser(MultiPartParser):
    """Starlette's parser of a form. `parse` raises InvalidRequest too: without the closing boundary."""

    def __init__(self, headers: Headers, body: bytes) -> None:
        # More fields than there are, so that one that is there twice is named.
        limits = {
            "max_files": MAX_FILES,
            "max_fields": 2 * (len(FIELDS) + MAX_TAGS + MAX_AFTER),
            "max_part_size": OVERHEAD,
        }
        super().__init__(headers, self._read(body), **limits)
        self._whole = False

    def on_end(self) -> None:
        """Note the closing boundary. What follows it does not count."""
        self._whole = True

    async def _read(self, body: bytes) -> AsyncGenerator[bytes, None]:
        yield body
        if not self._whole:  # raised within `parse`, which then closes the files
            raise InvalidRequest.at("", "The form is cut off: it has no closing boundary. Send it again.")


async def parse_form(request: Request, body: bytes) -> FormData:
    """Return the fields of a form; the caller closes it. Raises InvalidRequest."""
    try:
        form = await WholeFormParser(request.headers, body).parse()
    except MultiPartException as error:
        raise InvalidRequest.at("", error.message) from None
    try:
        _check_names(form)
    except InvalidRequest:
        await form.close()
        raise
    return form


def _check_names(form: FormData) -> None:
    for name, count in Counter(name for name, _ in form.multi_items()).items():
        if name not in FIELDS:
            detail = f"Unknown field. The fields are {', '.join(sorted(FIELDS))}."
        elif count > 1 and name not in REPEATED:
            detail = "The form has this field more than once."
        else:
            continue
        raise InvalidRequest.at(json_pointer([name]), detail)
