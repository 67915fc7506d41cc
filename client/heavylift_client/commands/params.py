"""The params of a submission: `-p name=value`, and `--params` with a JSON object."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from typing import Any

import click

from heavylift_client.commands.session import Session

JSON_TYPES: tuple[tuple[type, tuple[str, ...]], ...] = (
    (bool, ("boolean",)),
    (int, ("integer", "number")),
    (float, ("number",)),
    (type(None), ("null",)),
)
"""A Python type, and what a schema calls it. A bool is an int, too: so it comes first."""


def read_params(session: Session, task: str, pairs: Iterable[str], whole: str | None) -> dict[str, Any]:
    """Return the params for a task. Its schema says whether `pages=1` is a number or a text.

    Raises click.BadParameter.
    """

    def read_schema() -> dict[str, Any]:
        found = [each["params"] for each in session.api.tasks() if each["name"] == task]
        return found[0] if found else {}

    return parse_params(pairs, whole, read_schema)


def parse_params(
    pairs: Iterable[str], whole: str | None, read_schema: Callable[[], dict[str, Any]]
) -> dict[str, Any]:
    """Return the params of `whole`, a JSON object, overridden by the `name=value` pairs.

    A value is parsed as JSON if possible, and is text otherwise. It is text, too, if the schema wants a text
    and nothing else that it could be. The schema is read only for that. Raises click.BadParameter.
    """
    params = _parse_object(whole) if whole else {}
    plain = {}
    for pair in pairs:
        name, equals, value = pair.partition("=")
        if not equals:
            raise click.BadParameter(f"{pair!r} is not name=value", param_hint="-p")
        try:
            params[name] = json.loads(value)
        except ValueError:
            params[name] = value
        plain[name] = value
    unclear = [name for name in plain if _find_types(params[name])]
    if unclear:
        properties = read_schema().get("properties", {})
        for name in unclear:
            wanted = _list_types(properties.get(name, {}))
            if "string" in wanted and not wanted.intersection(_find_types(params[name])):
                params[name] = plain[name]
    return params


def _find_types(value: Any) -> tuple[str, ...]:
    """Return what a schema calls the type of a value that could also be a text; none of any other value."""
    return next((names for kind, names in JSON_TYPES if isinstance(value, kind)), ())


def _list_types(schema: dict[str, Any]) -> set[str]:
    given = schema.get("type", [])
    types = {given} if isinstance(given, str) else set(given)
    return types.union(*(_list_types(each) for each in schema.get("anyOf", [])))


def _parse_object(text: str) -> dict[str, Any]:
    try:
        found = json.loads(text)
    except ValueError as error:
        raise click.BadParameter(f"not valid JSON: {error}", param_hint="--params") from None
    if not isinstance(found, dict):
        raise click.BadParameter("not a JSON object", param_hint="--params")
    return found
