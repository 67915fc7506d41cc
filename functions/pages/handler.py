"""The pages worker's entry point in Lambda."""

from heavylift.runtime.worker_handler import worker_handler
from pages.task import PdfToImagesTask

handler = worker_handler("pages", PdfToImagesTask())
