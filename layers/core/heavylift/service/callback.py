"""What a client may choose of a job's callback, beside its url."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from heavylift.ports.system import System
from heavylift.webhooks.headers import check_headers
from heavylift.webhooks.url import check_callback_url

ENDS = ("done", "failed", "canceled")
"""The ends that a callback may be for: the statuses of a finished job, in lower case."""


@dataclass(frozen=True)
class CallbackChoice:
    """The client's own headers, which may hold secrets, and the ends that it wants to know of."""

    headers: Mapping[str, str] = field(default_factory=dict)
    on: tuple[str, ...] = ()
    """Of `ENDS`; none stands for all."""
    pointer: str = "/callback_url"
    """The JSON pointer of the url in the request."""

    @property
    def ends(self) -> list[str] | None:
        """The ends as the record stores them, in one order; None: all."""
        chosen = [end for end in ENDS if end in self.on]
        return chosen if len(chosen) in range(1, len(ENDS)) else None

    def to_fingerprint(self) -> list[object]:
        """Return what tells two choices apart; nothing for a callback with the url alone."""
        return [{"callback": [dict(self.headers), self.ends]}] if self.headers or self.ends else []


def check_callback(system: System, url: str | None, choice: CallbackChoice) -> str | None:
    """Return the url in canonical form. Raises InvalidRequest if it or a header is not allowed."""
    if url is None:
        return None
    check_headers(choice.headers, choice.pointer.removesuffix("/url") + "/headers")
    return check_callback_url(url, private=system.settings.private_callbacks, pointer=choice.pointer)
