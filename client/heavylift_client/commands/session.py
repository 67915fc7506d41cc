"""What the subcommands share: the API client and the printing of responses."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import click

from heavylift_client.client import Heavylift

STACK_FILE = Path(".heavylift/local.json")
"""The embedded stack writes its URL into this file while it is up."""


@dataclass
class Session:
    url: str | None
    key: str | None
    as_json: bool

    @cached_property
    def api(self) -> Heavylift:
        """The client. It is created at its first use, because help needs no URL."""
        return Heavylift(self.url or _url_of_local_stack(), self.key)

    def close(self) -> None:
        if "api" in vars(self):
            self.api.close()

    def print(self, response: Any, print_it: Callable[[Any], None]) -> None:
        """Print a response with `print_it`; with --json as JSON, one line for each item of a list."""
        if not self.as_json:
            print_it(response)
            return
        for line in response if isinstance(response, list) else [response]:
            click.echo(json.dumps(line))


def _url_of_local_stack() -> str:
    if STACK_FILE.exists():
        return str(json.loads(STACK_FILE.read_text())["api_url"])
    raise click.UsageError("No URL of the API. Pass --url, or set HEAVYLIFT_URL in the environment.")
