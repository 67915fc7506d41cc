"""The fields of a submission that say when the job starts: at once, at a time, or after other jobs."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import AwareDatetime, BeforeValidator, Field, StrictBool, StrictFloat, StrictInt

from heavylift.jobs.later import MAX_DELAY_S
from heavylift.service.job_view import EXAMPLE_ID
from heavylift.service.start import MAX_AFTER

OF_RUN_AT = "Start at this time, given with its zone, within 30 days. A time that has passed means at once"
OF_DELAY = "Start so many seconds from now"
OF_AFTER = "Start once these jobs of yours are DONE"
OF_AFTER_ANY = "Start even if a job in `after` is FAILED or CANCELED"


def _require_text(value: Any) -> Any:
    if isinstance(value, int | float) or (isinstance(value, str) and "-" not in value):
        raise ValueError("give the time as text, such as 2027-01-31T22:00:00+01:00")
    return value


RunAt = Annotated[
    AwareDatetime | None,
    BeforeValidator(_require_text),
    Field(description=OF_RUN_AT, examples=["2027-01-31T22:00:00+01:00"]),
]
DelaySeconds = Annotated[
    Annotated[StrictInt | StrictFloat, Field(ge=0, le=MAX_DELAY_S, allow_inf_nan=False)] | None,
    Field(description=OF_DELAY, examples=[600]),
]
After = Annotated[
    list[Annotated[str, Field(min_length=1, max_length=64, examples=[EXAMPLE_ID])]],
    Field(max_length=MAX_AFTER, description=OF_AFTER),
]
AfterAny = Annotated[StrictBool, Field(description=OF_AFTER_ANY)]
START_FORM: dict[str, Any] = {
    "run_at": {"type": "string", "format": "date-time", "description": OF_RUN_AT},
    "delay_s": {"type": "number", "minimum": 0, "maximum": MAX_DELAY_S, "description": OF_DELAY},
    "after": {
        "type": "array",
        "items": {"type": "string", "minLength": 1, "maxLength": 64},
        "maxItems": MAX_AFTER,
        "description": f"{OF_AFTER}. One field for each job",
    },
    "after_any": {"type": "boolean", "description": OF_AFTER_ANY},
}
"""The same fields in a form."""


def parse_start_field(name: str, text: Any) -> Any:
    """Return the value of a form's field; the text itself if it is none, which the model then refuses."""
    if name == "after_any":
        return {"true": True, "false": False}.get(text, text)
    if name == "delay_s":
        try:
            return float(text)
        except (TypeError, ValueError):
            return text
    return text
