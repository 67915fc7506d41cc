"""A raster → an image file in the format that the client chose."""

from __future__ import annotations

from pathlib import Path

from documents.raster import Raster
from pages.png import write_png


def save(raster: Raster, path: Path, dpi: int, image_format: str, *, quality: int, small: bool) -> None:
    """Write the raster to `path`, with its resolution if the format stores one (WebP does not)."""
    if image_format == "png":
        write_png(raster, path, dpi, small=small)
    else:
        raster.to_image().save(path, image_format, quality=quality, dpi=(dpi, dpi))
