"""What `make task`, `make worker` and `make packages` write, and which names they refuse."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

from scripts.lock import ROOT
from scripts.scaffold.__main__ import new_task, new_worker
from scripts.scaffold.blocks import add_block, add_event_source, add_group
from scripts.scaffold.files import render
from scripts.scaffold.names import Refused, check_task, check_worker
from scripts.scaffold.packages import add_packages

TEMPLATE = (ROOT / "template.yaml").read_text()
PROJECT = (ROOT / "pyproject.toml").read_text()


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A tree with one worker, `message`, which has one task."""
    for name in ("__init__.py", "handler.py", "task.py", "Makefile"):
        (tmp_path / "functions" / "message").mkdir(parents=True, exist_ok=True)
        (tmp_path / "functions" / "message" / name).write_text(
            (ROOT / "functions/message" / name).read_text()
        )
    for name in ("template.yaml", "pyproject.toml"):
        (tmp_path / name).write_text((ROOT / name).read_text())
    return tmp_path


def files_of(root: Path) -> dict[str, str]:
    return {str(path.relative_to(root)): path.read_text() for path in root.rglob("*") if path.is_file()}


def test_a_task_is_two_files_and_nothing_else_changes(root: Path) -> None:
    before = files_of(root)
    new_task(root, "count-words", "message")
    after = files_of(root)
    assert set(after) - set(before) == {
        "functions/message/count_words_task.py",
        "tests/unit/message/test_count_words_task.py",
    }
    assert {name: after[name] for name in before} == before


def test_a_zip_worker_without_packages_is_one_folder_its_test_and_one_block(root: Path) -> None:
    before = files_of(root)
    new_worker(root, "imaginary", [], image=False)
    after = files_of(root)
    assert {name.rpartition("/")[2] for name in set(after) - set(before)} == {
        *("__init__.py", "handler.py", "task.py", "Makefile", "test_imaginary_task.py")
    }
    assert {name for name in before if after[name] != before[name]} == {"template.yaml"}


@pytest.mark.parametrize("image", [False, True])
def test_a_worker_is_one_block_of_at_most_twenty_lines(image: bool) -> None:
    text = add_block(TEMPLATE, "imaginary", image=image)
    old, new = TEMPLATE.splitlines(), text.splitlines()
    at = next(number for number, line in enumerate(new) if line not in old)
    block = new[at : at + len(new) - len(old)]
    assert new[:at] + new[at + len(block) :] == old
    assert len(block) <= 20
    assert "  ImaginaryWorker:" in block
    assert new[at - 1] == ""
    assert any(line.startswith("        Worker: ") for line in new[at - 10 : at])  # the block of another


def test_the_api_can_pause_the_queue_of_a_new_worker() -> None:
    old, new = TEMPLATE.splitlines(), add_event_source(TEMPLATE, "imaginary").splitlines()
    line = "              - !GetAtt ImaginaryWorker.Outputs.EventSources"
    at = new.index(line)
    assert new[:at] + new[at + 1 :] == old
    assert new[at - 1].endswith("Worker.Outputs.EventSources")


@pytest.mark.parametrize("image", [False, True])
def test_a_group_comes_after_that_of_the_last_worker(image: bool) -> None:
    text = add_group(PROJECT, ROOT, "imaginary", image=image)
    assert re.search(r"\nimaginary = \[", text)
    assert (
        text.replace(render(f"group-{'image' if image else 'zip'}.toml.txt", worker="imaginary"), "")
        == PROJECT
    )
    assert text.index("\nlearn = [") < text.index("\nimaginary = [") < text.index("[tool.heavylift.lock]")


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("Words", "small letters"),
        ("count_words", "small letters"),
        ("count--words", "small letters"),
        ("2words", "small letters"),
        ("", "small letters"),
        ("class", "Python uses this word"),
        *((name, "Python uses this word") for name in ("task", "sorted", "set", "len", "job")),
        ("message", "functions/message/task.py has a task of this name"),
    ],
)
def test_a_task_name_that_can_not_be_used_is_refused(root: Path, name: str, why: str) -> None:
    with pytest.raises(Refused, match=why):
        check_task(root, name)


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("Thumbs", "1 to 20 small letters"),
        ("my-thumbs", "1 to 20 small letters"),
        ("t" * 21, "1 to 20 small letters"),
        ("", "1 to 20 small letters"),
        *(
            (name, "Heavylift uses")
            for name in ("api", "janitor", "webhooks", "documents", "sandbox", "callbacks", "dead")
        ),
        ("message", "there is a worker of this name"),
        ("core", "there is a layer of this name"),
        ("dev", "there is a group of this name"),
        ("json", "a Python module of this name"),
        ("numpy", "a Python module of this name"),
        ("qrcode", "a Python module of this name"),
    ],
)
def test_a_worker_name_that_can_not_be_used_is_refused(root: Path, name: str, why: str) -> None:
    (root / "layers" / "core").mkdir(parents=True)
    with pytest.raises(Refused, match=why):
        check_worker(root, name, ["QRcode[pil]>=8"])


def test_a_task_needs_a_worker_that_is_there(root: Path) -> None:
    before = files_of(root)
    with pytest.raises(Refused, match="no such worker, but message"):
        new_task(root, "count-words", "imaginary")
    assert files_of(root) == before


def test_a_file_that_is_there_is_never_written_over(root: Path) -> None:
    test = root / "tests" / "unit" / "message" / "test_count_words_task.py"
    test.parent.mkdir(parents=True)
    test.write_text("mine")
    with pytest.raises(Refused, match="is there already"):
        new_task(root, "count-words", "message")
    assert test.read_text() == "mine"
    assert not (root / "functions/message/count_words_task.py").exists()


@pytest.fixture
def no_such_package(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_arguments: object, **_options: object) -> None:
        raise subprocess.CalledProcessError(1, "uv")

    monkeypatch.setattr("scripts.scaffold.packages.compile_locks", fail)
    monkeypatch.setattr("scripts.scaffold.packages._run_uv_add", lambda *_: None)


@pytest.mark.usefixtures("no_such_package")
def test_what_can_not_be_locked_leaves_the_tree_as_it_was(root: Path) -> None:
    before = files_of(root)
    with pytest.raises(Refused, match="no-such-package can't be locked"):
        new_worker(root, "imaginary", ["no-such-package"], image=False)
    with pytest.raises(Refused, match="no-such-package can't be locked"):
        add_packages(root, "message", ["no-such-package"])
    assert files_of(root) == before


def test_a_zip_worker_is_built_like_the_one_that_is_shipped() -> None:
    assert render("Makefile.txt", worker="message") == (ROOT / "functions/message/Makefile").read_text()


def test_an_image_worker_is_built_like_those_that_are_shipped() -> None:
    """Its packages, its own code and its start; what they add is theirs."""
    shipped = (ROOT / "functions/pages/Dockerfile").read_text()
    lines = render("Dockerfile.txt", worker="pages").splitlines()
    other = [line for line in lines if line not in shipped.splitlines()]
    assert [line for line in other if "python3 \\" not in line and not line.startswith("# Debian's")] == []


def test_a_zip_has_the_files_that_lie_beside_the_code(tmp_path: Path) -> None:
    worker = tmp_path / "imaginary"
    (worker / "fonts").mkdir(parents=True)
    (worker / "__pycache__").mkdir()
    for name in ("task.py", "labels.json", "fonts/a.ttf", "__pycache__/task.pyc"):
        (worker / name).write_text("")
    (worker / "Makefile").write_text(render("Makefile.txt", worker="imaginary"))
    make = ["make", "-s", "build-Function", f"ARTIFACTS_DIR={tmp_path / 'built'}"]
    subprocess.run(make, cwd=worker, check=True)
    assert set(files_of(tmp_path / "built")) == {
        *("imaginary/task.py", "imaginary/labels.json", "imaginary/fonts/a.ttf"),
    }
