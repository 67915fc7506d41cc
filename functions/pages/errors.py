"""The errors that the child may report."""

from __future__ import annotations

from documents.errors import ERRORS
from sandbox.errors import index_by_slug

BY_SLUG = index_by_slug(ERRORS)
