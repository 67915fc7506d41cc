"""A raster → an image file in the format asked for."""

from __future__ import annotations

from pathlib import Path

from documents.raster import Raster
from pages.png import write_png


def save(raster: Raster, path: Path, dpi: int, image_format: str, *, quality: int, small: bool) -> None:
    """Writes `path`; its resolution is written too where the format has a place for it (not in WebP)."""
    if image_format == "png":
        write_png(raster, path, dpi, small=small)
    else:
        raster.image().save(path, image_format, quality=quality, dpi=(dpi, dpi))
