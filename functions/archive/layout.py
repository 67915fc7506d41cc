"""Where the files of a zip stand: side by side, or in a folder for each job."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from archive.names import MAX_FOLDER_CHARS, UniqueNames, clean_part, name_folder
from heavylift import SourceJob, SourceOutput


def lay_out(
    sources: list[SourceJob], taken: Iterable[str] = ()
) -> Iterator[tuple[str, SourceJob, SourceOutput]]:
    """Yield each output with its name in the zip. `taken`: names beside the folders."""
    folders, files = UniqueNames(taken), UniqueNames()
    for source in sources:
        folder = f"{folders.take_folder(_name(source))}/" if len(sources) > 1 or source.item else ""
        for output in source.outputs:
            name = output.name if source.item else output.download_name
            yield files.take(folder + clean_part(name)), source, output


def _name(source: SourceJob) -> str:
    """Return the name of a source's folder: of an item its own, that of its file, or its number."""
    item = source.item
    if item is None:
        return name_folder(source.label, source.id)
    if item.name:
        return clean_part(item.name[:MAX_FOLDER_CHARS])
    return name_folder(source.label, str(item.number or source.id))
