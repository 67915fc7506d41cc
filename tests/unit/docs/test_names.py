"""What the documents name is there: files, modules, identifiers, commands, parameters."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from infra.local.template import load
from tests.support.project_docs import DOCS, DOCUMENTS, ROOT, is_there, name_of, spans, words_of_the_code

TEMPLATE = load((ROOT / "template.yaml").read_text())
TARGETS = set(re.findall(r"^([a-z][a-z-]*):", (ROOT / "Makefile").read_text(), re.MULTILINE))
TOP = r"\.ci|\.github|benchmarks|client|docs|functions|infra|layers|requirements|samples|scripts|tests"
PATH = re.compile(rf"(?<![\w./-])(?:{TOP})/[\w./-]*[\w-]")
SHORT_PATH = re.compile(r"(?:[\w.-]+/)*[\w-]+\.(?:py|yaml|yml|toml|md|js|css)|(?:[\w-]+/)+")
IDENTIFIER = re.compile(r"(?:\w+\.)*(?:[A-Za-z]\w*_\w+|[A-Z]\w*[a-z][A-Z]\w*|[a-z]+[A-Z]\w*)(?==|$)")
OF_AWS = {"MaximumConcurrency", "VisibilityTimeout"}
OF_THE_BUCKET = {"jobs/", "later/", "models/", "orphans/", "schedules/", "uploads/"}
OF_THE_BUCKET_AND_THE_MACHINE = OF_THE_BUCKET | {"out/", "pages/", "result.md"}
MADE_BY_THE_TUTORIAL = re.compile(r"count_(words|lines)_task|\bthumbs\b|test_thumbs_task")
SITE = [*sorted(DOCS.glob("**/*.svg")), *DOCUMENTS]
each_document = pytest.mark.parametrize("path", DOCUMENTS, ids=name_of)
each_current_document = pytest.mark.parametrize(
    "path", [path for path in DOCUMENTS if path.name != "CHANGELOG.md"], ids=name_of
)


@pytest.mark.parametrize("path", SITE, ids=name_of)
def test_a_path_is_one_of_the_repository(path: Path) -> None:
    named = {each for each in PATH.findall(path.read_text()) if not MADE_BY_THE_TUTORIAL.search(each)}
    assert {each for each in named if not (ROOT / each).exists()} == set()


@each_current_document
def test_a_file_that_is_named_without_its_folder_is_there(path: Path) -> None:
    named = {
        span for span in spans(path) if SHORT_PATH.fullmatch(span) and not MADE_BY_THE_TUTORIAL.search(span)
    }
    assert {each for each in named - OF_THE_BUCKET_AND_THE_MACHINE if not is_there(each)} == set()


@each_current_document
def test_an_identifier_is_one_of_the_code(path: Path) -> None:
    """`parts_open`, `JobsSplit`, `CHILD_MEMORY_MB=…`: finds a name that a rename of the code left behind."""
    named = {match[0].rpartition(".")[2] for span in spans(path) if (match := IDENTIFIER.match(span))}
    assert {each for each in named if each.lower() not in words_of_the_code()} == set()


@each_document
def test_a_module_that_is_run_is_there(path: Path) -> None:
    modules = set(re.findall(r"-m (infra[\w.]*|heavylift\w*)", path.read_text()))
    assert {each for each in modules if not _is_module(each)} == set()


def _is_module(name: str) -> bool:
    """A module, or a package that can be run."""
    path = name.replace(".", "/")
    return is_there(f"{path}.py") or is_there(f"{path}/__main__.py")


@each_document
def test_a_command_is_one_of_the_makefile(path: Path) -> None:
    text = path.read_text()
    named = set(re.findall(r"`make (?:-s )?([a-z][a-z-]*)", text))
    named |= set(re.findall(r"(?:^ {0,4}|\$\()make (?:-s )?([a-z][a-z-]*)", text, re.MULTILINE))
    assert named - TARGETS == set()


@each_document
def test_a_parameter_is_one_of_the_template(path: Path) -> None:
    """`PagesTimeout`, or `CorsOrigins=…`: names in capitals and small letters that end like a parameter's."""
    endings = "Timeout|Memory|Concurrency|QueueLimit|Days|Hours|Origins|PerMinute|PerSecond|Topic|Endpoint"
    named = set(re.findall(rf"`((?:[A-Z][a-z0-9]+)+(?:{endings}))(?:=[^`]*)?`", path.read_text()))
    assert named - set(TEMPLATE["Parameters"]) - OF_AWS == set()


@pytest.mark.parametrize("path", [*sorted(DOCS.glob("**/*.md")), ROOT / "README.md"], ids=name_of)
def test_a_document_is_in_plain_words(path: Path) -> None:
    """Words that hide who does what; CONTRIBUTING.md has the rules."""
    found = re.findall(r"\b(told|heard|strangers?|of late|won't do|can't be had|in vain)\b", path.read_text())
    assert found == []
