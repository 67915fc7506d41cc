"""The page's files as they are served: whole, small, below the API's path, and from nowhere else."""

from __future__ import annotations

import re

import httpx
import pytest

from api.dependencies import ApiContext
from api.web.bundle import FOLDER, get_constant, load_site
from tests.support.in_process_api import ApiWorld

BASE = "/some/where"
STORE = "memory://"
TYPES = {"app.js": "text/javascript", "style.css": "text/css", "icon.svg": "image/svg+xml"}


@pytest.fixture(name="browser")
def a_browser() -> httpx.Client:
    """Of an API below BASE, whatever stands in front of it having taken BASE off the path; it needs a key."""
    front = ApiWorld().api
    below = front.settings.model_copy(update={"base_path": BASE})
    front.app.state.get_context = lambda: ApiContext.of(front.system, below)
    return front.client()


def assets_of(index: str) -> list[str]:
    """What the page names, as the paths that reach the app."""
    base = re.search(r'<base href="(.*?)"', index)
    assert base
    assert base[1] == f"{BASE}/"
    return [f"/{path}" for path in re.findall(r'(?:src|href)="(assets/[^"]+)"', index)]


def test_the_page_names_only_what_is_there_and_is_small(browser: httpx.Client) -> None:
    answer = browser.get("/")
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    named = set(assets_of(answer.text))
    assert {path.rsplit("/", 1)[1] for path in named} == set(TYPES)
    size = len(answer.content)
    for path in named:
        asset = browser.get(path)
        assert asset.status_code == 200
        assert asset.headers["content-type"].partition(";")[0] == TYPES[path.rsplit("/", 1)[1]]
        assert "immutable" in asset.headers["cache-control"]
        size += len(asset.content)
    assert size < 160_000


def test_a_browser_asks_for_the_page_again_and_keeps_it_if_it_is_the_same(browser: httpx.Client) -> None:
    first = browser.get("/")
    assert first.headers["cache-control"] == "no-cache"
    for etag in (
        first.headers["etag"],
        f"W/{first.headers['etag']}",
    ):  # weak: a proxy has compressed the page
        again = browser.get("/", headers={"If-None-Match": etag})
        assert (again.status_code, again.content) == (304, b"")
    assert browser.get("/", headers={"If-None-Match": '"other"'}).status_code == 200
    head = browser.head("/")
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["content-length"] == str(len(first.content))


def test_files_of_another_version_are_not_mixed_in(browser: httpx.Client) -> None:
    for path in ("/assets/0000000000000000/app.js", f"/assets/{load_site(BASE).digest}/secret.txt"):
        answer = browser.get(path)
        assert answer.status_code == 404
        assert answer.headers["content-type"] == "application/problem+json"


def test_the_policy_lets_in_nothing_but_the_api_and_the_store(browser: httpx.Client) -> None:
    policy = dict(
        rule.strip().split(" ", 1) for rule in browser.get("/").headers["content-security-policy"].split(";")
    )
    assert policy["default-src"] == "'none'"
    assert policy["script-src"] == policy["style-src"] == "'self'"
    assert policy["img-src"] == policy["connect-src"] == f"'self' {STORE}"
    assert policy["frame-src"] == STORE


def test_nothing_is_fetched_from_another_host_and_nothing_is_inline() -> None:
    site = load_site(BASE)
    for name, sent in {**site.assets, "index.html": site.index}.items():
        text = sent.content.decode().replace('xmlns="http://www.w3.org/2000/svg"', "")
        assert not re.search(r"https?://|[\"'(]//", text), name
        assert not re.search(r"@import|url\(|eval\(|innerHTML", text), name
    index = site.index.content.decode()
    assert not re.search(r"<style|\sstyle=|\son\w+=|<script(?![^>]*\ssrc=)", index)


def test_every_module_is_in_the_one_file_and_none_is_left_out() -> None:
    joined = load_site(BASE).assets["app.js"].content.decode()
    modules = [path.relative_to(FOLDER).as_posix() for path in FOLDER.rglob("*.js")]
    for module in modules:
        assert joined.count(f"const {get_constant(module)} = (") == 1, module
    assert joined.count("_module = (() => {") == len(modules)
    assert not re.search(r"^\s*(import|export)\b", joined, re.MULTILINE)


def test_only_types_are_left_out_of_the_modules() -> None:
    joined = load_site(BASE).assets["app.js"].content.decode()
    for path in FOLDER.rglob("*.js"):
        for line in path.read_text().splitlines():
            if not re.match(r" *(/\*\*|\*)|(import|export) ", line):
                assert line in joined, path.name


def test_a_module_stands_after_everything_that_it_imports() -> None:
    joined = load_site(BASE).assets["app.js"].content.decode()
    for user in re.finditer(r"^const \{[^}]*\} = (?P<name>\w+_module);$", joined, re.MULTILINE):
        assert joined.index(f"const {user['name']} = (") < user.start(), user["name"]


def test_every_stylesheet_is_in_the_one_file() -> None:
    joined = load_site(BASE).assets["style.css"].content
    sheets = list(FOLDER.rglob("*.css"))
    assert len(sheets) > 3
    for path in sheets:
        assert joined.count(path.read_bytes()) == 1, path.name
