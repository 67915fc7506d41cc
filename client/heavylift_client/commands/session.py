"""What the subcommands share: the API client, the printing of responses and the parsing of params."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
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


def parse_params(pairs: Iterable[str], whole: str | None) -> dict[str, Any]:
    """Return the params of `whole`, a JSON object, overridden by the `name=value` pairs.

    A value is parsed as JSON if possible, and is text otherwise. Raises click.BadParameter.
    """
    params = _parse_object(whole) if whole else {}
    for pair in pairs:
        name, equals, value = pair.partition("=")
        if not equals:
            raise click.BadParameter(f"{pair!r} is not name=value", param_hint="-p")
        try:
            params[name] = json.loads(value)
        except ValueError:
            params[name] = value
    return params


def _parse_object(text: str) -> dict[str, Any]:
    try:
        found = json.loads(text)
    except ValueError as error:
        raise click.BadParameter(f"not valid JSON: {error}", param_hint="--params") from None
    if not isinstance(found, dict):
        raise click.BadParameter("not a JSON object", param_hint="--params")
    return found
