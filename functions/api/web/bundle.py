"""Join the web page's files into one script and one stylesheet.

A browser requests everything that a page names at once. Each request that finds no idle worker starts one, so
thirty small modules would mean thirty cold starts. Therefore the modules are sent as one file: each becomes a
function that returns its exports, in the order of the imports. This needs no build tool as long as

- every import is of the form `import { a, b } from "../folder/module.js";`
- no module imports itself through others
- every export is a function, class or constant, exported where it is declared.

The JSDoc blocks, a fifth of the modules, hold types for the check only and are left out.
"""

from __future__ import annotations

import hashlib
import posixpath
import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from string import Template

FOLDER = Path(__file__).parent
ENTRY = "app.js"
STYLES = (
    "colors",
    "base",
    "controls",
    "cards",
    "rows",
    "new_job",
    "job",
    "batch",
    "schedules",
    "outputs",
    "queues",
    "dead_letters",
    "dialogs",
)
"""In the order of the cascade."""

IMPORT = re.compile(r'^import (?P<names>\{[^}]*\}) from "(?P<path>\.{1,2}/[\w./]+\.js)";$', re.MULTILINE)
JSDOC = re.compile(r"^ */\*\*(?:(?!\*/).)*\*/\n", re.MULTILINE | re.DOTALL)
EXPORT = re.compile(r"^export (?P<kept>(?:async )?(?:function|class|const) (?P<name>\w+))", re.MULTILINE)


@dataclass(frozen=True)
class Asset:
    content: bytes
    media_type: str

    @property
    def etag(self) -> str:
        return f'"{_digest(self.content)}"'


@dataclass(frozen=True)
class Site:
    index: Asset
    digest: str
    """Of all assets. It is part of their urls, so that a browser can cache them without end."""
    assets: dict[str, Asset]
    """By name: app.js, style.css, icon.svg."""


@lru_cache(maxsize=1)
def load_site(base_path: str) -> Site:
    """Return the page as served below `base_path`, which has no slash at its end. Reads the files once."""
    script = "".join(join_modules(ENTRY).values())
    style = "".join((FOLDER / "styles" / f"{name}.css").read_text() for name in STYLES)
    assets = {
        "app.js": Asset(script.encode(), "text/javascript; charset=utf-8"),
        "style.css": Asset(style.encode(), "text/css; charset=utf-8"),
        "icon.svg": Asset((FOLDER / "icon.svg").read_bytes(), "image/svg+xml"),
    }
    digest = _digest(b"".join(asset.content for asset in assets.values()))
    index = Template((FOLDER / "index.html").read_text()).substitute(base=base_path, digest=digest)
    return Site(Asset(index.encode(), "text/html; charset=utf-8"), digest, assets)


def join_modules(path: str, joined: dict[str, str] | None = None) -> dict[str, str]:
    """Return the code of `path` and of all that it imports, by path, each after its own imports."""
    joined = {} if joined is None else joined
    source = JSDOC.sub("", (FOLDER / path).read_text())
    for line in IMPORT.finditer(source):
        imported = resolve(line["path"], path)
        if imported not in joined:
            join_modules(imported, joined)
    exports = ", ".join(export["name"] for export in EXPORT.finditer(source))
    body = IMPORT.sub(
        lambda line: f"const {line['names']} = {get_constant(resolve(line['path'], path))};", source
    )
    body = EXPORT.sub(r"\g<kept>", body)
    joined[path] = f"const {get_constant(path)} = (() => {{\n{body}\nreturn {{ {exports} }};\n}})();\n"
    return joined


def resolve(imported: str, importer: str) -> str:
    """Return the path below FOLDER of a module that `importer` names relative to itself."""
    return posixpath.normpath(posixpath.join(posixpath.dirname(importer), imported))


def get_constant(path: str) -> str:
    """Return the constant that holds a module's exports: lib/dom.js → lib_dom_module."""
    return path.removesuffix(".js").replace("/", "_") + "_module"


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:16]
