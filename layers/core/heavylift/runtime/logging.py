"""The library's own logging, sent wherever the function logs to."""

from __future__ import annotations

import logging

from aws_lambda_powertools import Logger


def library_logs_to(logger: Logger) -> None:
    """Send what the library logs through the function's own logger, with its keys."""
    library = logging.getLogger("heavylift")
    library.handlers = [logger.registered_handler]
    library.setLevel(logger.log_level)
    library.propagate = False
