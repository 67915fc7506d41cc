"""Path parameters whose form is documented."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Path
from starlette.convertors import StringConvertor, register_url_convertor

from heavylift.service.job_view import EXAMPLE_ID

ID = "[0-9a-f-]{36}"


def path_of(pattern: str, description: str, example: str) -> Any:
    """Return a path parameter with the pattern in its description.

    It is not validated: an unknown id or name of any form is a 404. Not as a UUID either: generated clients
    would have another type for the parameter than for the id of a job.
    """
    return Path(description=description, examples=[example], json_schema_extra={"pattern": f"^{pattern}$"})


JobId = Annotated[str, path_of(ID, "A job's id", EXAMPLE_ID)]
UploadId = Annotated[str, path_of(ID, "An upload's id", EXAMPLE_ID)]


class JobIdInPath(StringConvertor):
    """The last part of /v1/jobs/{job_id}. It is none of the words that are paths of their own there.

    So a wrong method at those paths is a 405, and not a 404 about a job with such an id.
    """

    regex = "(?!(?:cancel|counts|delete|retry)$)[^/]+"


register_url_convertor("job_id", JobIdInPath())
