"""Links of the documents lead somewhere, and every page is in the site's navigation."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.support.project_docs import DOCS, DOCUMENTS, FENCE, ROOT, name_of

LINK = re.compile(r"\]\((?!https?://)([^)\s]+)\)")
each_document = pytest.mark.parametrize("path", DOCUMENTS, ids=name_of)


def links_of(path: Path) -> list[str]:
    return LINK.findall(FENCE.sub("", path.read_text()))


def anchors_of(path: Path) -> set[str]:
    """The anchors of a page's headings, as GitHub and mkdocs both make them."""
    headings = re.findall(r"^#+ (.+)$", FENCE.sub("", path.read_text()), re.MULTILINE)
    plain = (re.sub(r"[^\w\s-]", "", heading.lower()).strip() for heading in headings)
    return {re.sub(r"\s+", "-", heading) for heading in plain}


@each_document
def test_a_link_leads_to_a_file_and_a_heading(path: Path) -> None:
    broken = []
    for link in links_of(path):
        file, _, anchor = link.partition("#")
        target = (path.parent / file) if file else path
        if not target.exists() or (anchor and anchor not in anchors_of(target)):
            broken.append(link)
    assert broken == []


@pytest.mark.parametrize("path", sorted(DOCS.glob("**/*.md")), ids=name_of)
def test_a_page_of_the_site_links_to_pages_of_the_site_only(path: Path) -> None:
    outside = [
        link
        for link in links_of(path)
        if not (path.parent / link.partition("#")[0]).resolve().is_relative_to(DOCS)
    ]
    assert outside == []


def test_every_page_is_in_the_navigation_once_and_none_that_is_not_there() -> None:
    # The site's own tags name functions of its extensions, which are not installed here.
    text = re.sub(r"!!python/name:\S+", "", (ROOT / "mkdocs.yml").read_text())
    shown = _pages(yaml.safe_load(text)["nav"])
    assert sorted(shown) == sorted(str(path.relative_to(DOCS)) for path in DOCS.glob("**/*.md"))


def _pages(entry: Any) -> list[str]:
    if isinstance(entry, str):
        return [entry]
    entries = entry.values() if isinstance(entry, dict) else entry
    return [page for each in entries for page in _pages(each)]


def test_every_page_can_be_reached_from_the_index() -> None:
    linked = {(DOCS / link.partition("#")[0]).resolve() for link in links_of(DOCS / "index.md")}
    assert set(DOCS.glob("**/*.md")) - linked == {DOCS / "index.md"}
