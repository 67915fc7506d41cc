"""The names of the files in a zip: those of their downloads, each once, and safe on every system."""

from __future__ import annotations

import re
from collections.abc import Iterable

UNSAFE = re.compile(r'[\\/:*?"<>|\x00-\x1f\x7f]')
"""What a name of a file can't have on Windows."""
MAX_FOLDER_CHARS = 100


def clean_part(text: str) -> str:
    """Return the text as a name of a file or folder: it leads nowhere else."""
    return UNSAFE.sub("_", text).strip(". ") or "_"


def name_folder(label: str | None, job_id: str) -> str:
    """Return the folder of a job's files: its label without an extension, or else the job's id."""
    if not label:
        return job_id
    return clean_part((label.rpartition(".")[0] or label)[:MAX_FOLDER_CHARS])


class UniqueNames:
    """Gives each name once. Upper and lower case count as the same, as on Windows and macOS."""

    def __init__(self, taken: Iterable[str] = ()) -> None:
        self._taken = {name.casefold() for name in taken}

    def take_folder(self, name: str) -> str:
        """Return the name of a folder, or if it is taken the name with a number: `scan v1.2 (2)`."""
        return self._take(name, "")

    def take(self, name: str) -> str:
        """Return the name, or if it is taken the name with a number: `page (2).png`."""
        stem, dot, extension = name.rpartition(".")
        if not stem or "/" in extension:
            stem, dot, extension = name, "", ""
        return self._take(stem, dot + extension)

    def _take(self, stem: str, extension: str) -> str:
        chosen, number = stem + extension, 1
        while chosen.casefold() in self._taken:
            number += 1
            chosen = f"{stem} ({number}){extension}"
        self._taken.add(chosen.casefold())
        return chosen
