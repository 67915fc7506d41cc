"""The client's own headers of a callback: which are allowed."""

from __future__ import annotations

import pytest

from heavylift.errors import InvalidRequest
from heavylift.webhooks.headers import MAX_CHARS, MAX_HEADERS, MAX_NAME_CHARS, MAX_VALUE_CHARS, check_headers

AT = "/callback/headers"


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Authorization": "Bearer 2f9c"},
        {"X-Api-Key": "a b\"c'=;,"},
        {"x_under.score!": "1"},
        {f"X-{number}": "1" for number in range(MAX_HEADERS)},
        {"X" * MAX_NAME_CHARS: "v" * MAX_VALUE_CHARS},
    ],
)
def test_ordinary_headers_are_allowed(headers: dict[str, str]) -> None:
    check_headers(headers, AT)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        *((name, "v") for name in ("Host", "host", "Content-Length", "content-type", "Transfer-Encoding")),
        *((name, "v") for name in ("Connection", "Upgrade", "TE", "Trailer", "Expect", "User-Agent", "Date")),
        *((name, "v") for name in ("webhook-id", "Webhook-Signature", "webhook-timestamp", "webhook-x")),
        *((name, "v") for name in ("Proxy-Authorization", "proxy-connection", "Content-Encoding")),
        *((name, "v") for name in ("", "a b", "a:b", "a\r\nb", "é", "a\x00", "X" * (MAX_NAME_CHARS + 1))),
        *(
            ("X-Key", value)
            for value in ("", " v", "v ", "a\r\nHost: b", "a\nb", "a\tb", "a\x00", "é", "\x7f")
        ),
        ("X-Key", "v" * (MAX_VALUE_CHARS + 1)),
    ],
)
def test_what_is_not_certain_to_arrive_as_it_was_sent_is_refused(name: str, value: str) -> None:
    with pytest.raises(InvalidRequest) as refused:
        check_headers({name: value}, AT)
    [fault] = refused.value.faults
    assert fault["pointer"] == AT
    assert value.strip() in {"", "v"} or value not in str(fault), "a value may be a secret"


def test_names_differ_by_more_than_their_case() -> None:
    with pytest.raises(InvalidRequest, match="more than once"):
        check_headers({"X-Key": "1", "x-key": "2"}, AT)


def test_the_number_and_the_size_of_all_is_limited() -> None:
    with pytest.raises(InvalidRequest, match=f"At most {MAX_HEADERS}"):
        check_headers({f"X-{number}": "1" for number in range(MAX_HEADERS + 1)}, AT)
    with pytest.raises(InvalidRequest, match=f"{MAX_CHARS:,} characters"):
        check_headers({f"X-{number}": "v" * MAX_VALUE_CHARS for number in range(3)}, AT)
