"""The archive worker's entry point in Lambda."""

from heavylift.runtime.worker_handler import worker_handler

handler = worker_handler("archive")
