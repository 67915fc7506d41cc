"""The learn worker's entry point in Lambda."""

from heavylift.runtime.worker_handler import worker_handler
from learn.tasks import make_tasks

handler = worker_handler("learn", *make_tasks())
