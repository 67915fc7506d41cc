"""The pages worker's entry point in Lambda."""

from heavylift.runtime.worker_handler import worker_handler
from pages.task import PdfToImages

handler = worker_handler("pages", PdfToImages())
