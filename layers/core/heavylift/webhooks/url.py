"""Which urls a callback may have. Pure."""

from __future__ import annotations

from heavylift.errors import InvalidRequest
from heavylift.outbound.address import UrlRefused, check_url


def check_callback_url(url: str, *, private: bool, pointer: str = "/callback_url") -> str:
    """Return the url in canonical form. Raises InvalidRequest if callbacks may not go there.

    `pointer` is the JSON pointer of the url in the request.
    """
    try:
        return check_url(url, private=private)
    except UrlRefused as refused:
        raise InvalidRequest.at(pointer, str(refused)) from None
