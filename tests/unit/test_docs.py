"""The documents speak of what is there: files, commands, parameters, alarms."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

from infra.local.template import load

ROOT = Path(__file__).resolve().parents[2]
DOCUMENTS = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("client/*.md")])
TEMPLATE = load((ROOT / "template.yaml").read_text())
MAKEFILE = (ROOT / "Makefile").read_text()
TARGETS = set(re.findall(r"^([a-z][a-z-]*):", MAKEFILE, re.MULTILINE))
OF_AWS = {"MaximumConcurrency"}
each_document = pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))


@each_document
def test_a_link_leads_somewhere(path: Path) -> None:
    links = re.findall(r"\]\((?!https?://|#)([^)#]+)", path.read_text())
    assert [link for link in links if not (path.parent / link).exists()] == []


@each_document
def test_a_command_is_one_of_the_makefile(path: Path) -> None:
    named = set(re.findall(r"`make (?:-s )?([a-z][a-z-]*)", path.read_text()))
    named |= set(re.findall(r"^ {0,4}make ([a-z][a-z-]*)", path.read_text(), re.MULTILINE))
    assert named - TARGETS == set()


@each_document
def test_a_parameter_is_one_of_the_template(path: Path) -> None:
    """`PagesTimeout`, or `CorsOrigins=…`: names in capitals and small letters that end like a parameter's."""
    endings = "Timeout|Memory|Concurrency|QueueLimit|Days|Hours|Origins|PerMinute|PerSecond|Topic|Endpoint"
    named = set(re.findall(rf"`((?:[A-Z][a-z0-9]+)+(?:{endings}))(?:=[^`]*)?`", path.read_text()))
    assert named - set(TEMPLATE["Parameters"]) - OF_AWS == set()


def test_every_alarm_is_explained_and_no_other() -> None:
    monitoring = yaml.safe_load(re.sub(r"!\w+", "", (ROOT / "infra" / "monitoring.yaml").read_text()))
    alarms = {name for name, each in monitoring["Resources"].items() if each["Type"].endswith("::Alarm")}
    table = (ROOT / "docs" / "how-to" / "operate.md").read_text().partition("## Alarms")[2].partition("\n## ")[0]
    assert set(re.findall(r"^\| ([A-Z]\w+) \|", table, re.MULTILINE)) == alarms


def test_every_decision_is_read_from_somewhere() -> None:
    elsewhere = "".join(path.read_text() for path in DOCUMENTS)
    decisions = [path.name for path in (ROOT / "docs" / "decisions").iterdir()]
    assert [name for name in decisions if f"decisions/{name}" not in elsewhere] == []
