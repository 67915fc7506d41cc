"""The web page's files: small ES modules and stylesheets, sent as one file of each kind.

A browser asks for everything that a page names at once, and each request that finds no worker idle starts
one: twenty small modules would mean as many cold starts. So the modules go to the browser in one file, each a
function that returns what it exports, in the order of their imports. That takes no tool as long as every
import is a line of the form `import { a, b } from "./c.js";`, nothing is imported in a circle, and what is
exported is a function, a class or a constant where it is declared.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from string import Template

FOLDER = Path(__file__).parent
ENTRY = "app"
STYLES = ("colors.css", "base.css", "controls.css", "parts.css")

IMPORT = re.compile(r'^import (?P<names>\{[^}]*\}) from "\./(?P<module>\w+)\.js";$', re.MULTILINE)
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
    """Of all assets; part of their address, so that a browser may keep them for ever."""
    assets: dict[str, Asset]
    """By name: app.js, style.css, icon.svg."""


@lru_cache(maxsize=1)
def site(base_path: str) -> Site:
    """The page as it is served below `base_path`, which has no slash at its end; read once."""
    assets = {
        "app.js": Asset("".join(modules(ENTRY).values()).encode(), "text/javascript; charset=utf-8"),
        "style.css": Asset(
            b"".join((FOLDER / name).read_bytes() for name in STYLES), "text/css; charset=utf-8"
        ),
        "icon.svg": Asset((FOLDER / "icon.svg").read_bytes(), "image/svg+xml"),
    }
    digest = _digest(b"".join(asset.content for asset in assets.values()))
    index = Template((FOLDER / "index.html").read_text()).substitute(base=base_path, digest=digest)
    return Site(Asset(index.encode(), "text/html; charset=utf-8"), digest, assets)


def modules(entry: str, found: dict[str, str] | None = None) -> dict[str, str]:
    """`entry` and what it imports, by name, each after what it imports itself."""
    found = {} if found is None else found
    source = (FOLDER / f"{entry}.js").read_text()
    for line in IMPORT.finditer(source):
        if line["module"] not in found:
            modules(line["module"], found)
    exported = ", ".join(each["name"] for each in EXPORT.finditer(source))
    body = EXPORT.sub(r"\g<kept>", IMPORT.sub(r"const \g<names> = \g<module>_module;", source))
    found[entry] = f"const {entry}_module = (() => {{\n{body}\nreturn {{ {exported} }};\n}})();\n"
    return found


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:16]
