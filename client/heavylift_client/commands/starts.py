"""The options that say when a job starts."""

from __future__ import annotations

import re
from typing import Any

import click

UNITS = {"": 1, "s": 1, "m": 60, "h": 3600, "d": 86_400}
DURATION = re.compile(r"([0-9]+(?:\.[0-9]+)?)([smhd]?)")


class Duration(click.ParamType):
    """A time span: 90, 90s, 15m, 2h or 1d. Its value is in seconds."""

    name = "duration"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        found = DURATION.fullmatch(str(value))
        if found is None:
            self.fail(f"{value!r} is no time span: 90, 90s, 15m, 2h or 1d", param, ctx)
        return float(found[1]) * UNITS[found[2]]


START_OPTIONS = (
    click.option("--delay", "delay_s", type=Duration(), help="Start after so long: 90, 15m, 2h or 1d."),
    click.option("--run-at", metavar="TIME", help="Start at this time, as 2026-11-28T22:00+01:00."),
    click.option(
        "--after", multiple=True, metavar="JOB", help="Start once this job is DONE; once for each job."
    ),
    click.option("--after-any", is_flag=True, help="With --after: start even if that job fails."),
)
