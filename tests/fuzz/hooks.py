"""Changes to Schemathesis' generated cases, so that they reach further and end sooner."""

from __future__ import annotations

import os
import random
from typing import Any

import schemathesis
from schemathesis.core.parameters import ParameterLocation

REAL = os.environ.get("HEAVYLIFT_FUZZ_JOBS", "").split(",")
CHANCE = random.Random(0)
WAITS = ("wait=0", "wait=1", "wait=0, handling=strict")


@schemathesis.hook
def before_call(_context: Any, case: schemathesis.Case[Any], _kwargs: dict[str, Any]) -> None:
    """Replace half of the generated ids by real jobs', and make waits and work short."""
    if _is_id_made_up(case) and "job_id" in (case.path_parameters or {}) and CHANCE.random() < 0.5:
        case.path_parameters["job_id"] = CHANCE.choice(REAL)
    wanted = case.body.get("filter") if isinstance(case.body, dict) else None
    if isinstance(wanted, dict):
        _find_nothing(wanted)
    if "wait" in str((case.headers or {}).get("Prefer", "")):
        case.headers["Prefer"] = CHANCE.choice(WAITS)
    if isinstance(case.body, dict) and case.body.get("task") == "message":
        _make_short(case.body)


def _is_id_made_up(case: schemathesis.Case[Any]) -> bool:
    """Return whether the case's id is any: neither one of an earlier response, nor one of a wrong form."""
    meta = case.meta
    return meta is None or not (meta.phase.name == "stateful" or meta.is_negative_at(ParameterLocation.PATH))


def _find_nothing(wanted: dict[str, Any]) -> None:
    """Let a filter of many jobs find none: other tests use the stack too. A wrong value stays."""
    given = wanted.get("reference", "x")
    if wanted and isinstance(given, str) and 1 <= len(given) <= 255:
        wanted["reference"] = "of no job"


def _make_short(body: dict[str, Any]) -> None:
    """Set `seconds` to 0, unless the case tests a bad value of `seconds`."""
    params = body.setdefault("params", {})
    seconds = params.get("seconds", 0) if isinstance(params, dict) else None
    if isinstance(seconds, int | float) and 0 <= seconds <= 60:
        params["seconds"] = 0
