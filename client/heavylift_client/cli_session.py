"""What the words of the command have in common: the API, and how answers are printed."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import click

from heavylift_client.client import Heavylift

HERE = Path(".heavylift/local.json")
"""Where the project's embedded stack says how it is reached, while it is up."""


@dataclass
class Session:
    url: str | None
    key: str | None
    as_json: bool

    @cached_property
    def api(self) -> Heavylift:
        """Made when it is first needed: help needs no address."""
        return Heavylift(self.url or _url_here(), self.key)

    def close(self) -> None:
        if "api" in vars(self):
            self.api.close()

    def print(self, said: Any, show: Callable[[Any], None]) -> None:
        """For programs as the API said it, a line each; for people as `show` shows it."""
        if not self.as_json:
            show(said)
            return
        for line in said if isinstance(said, list) else [said]:
            click.echo(json.dumps(line))


def _url_here() -> str:
    if HERE.exists():
        return str(json.loads(HERE.read_text())["api_url"])
    raise click.UsageError("Say where the API is: --url, or HEAVYLIFT_URL in the environment.")


def parse_params(pairs: Iterable[str], whole: str | None) -> dict[str, Any]:
    """`name=value` pairs over a JSON object. A value is JSON where it can be read so, and text otherwise."""
    found = _object(whole) if whole else {}
    for pair in pairs:
        name, equals, value = pair.partition("=")
        if not equals:
            raise click.BadParameter(f"{pair!r} is not name=value", param_hint="-p")
        try:
            found[name] = json.loads(value)
        except ValueError:
            found[name] = value
    return found


def _object(text: str) -> dict[str, Any]:
    try:
        found = json.loads(text)
    except ValueError as wrong:
        raise click.BadParameter(f"no JSON: {wrong}", param_hint="--params") from None
    if not isinstance(found, dict):
        raise click.BadParameter("not a JSON object", param_hint="--params")
    return found
