"""What a hostile child gets in a worker's container: with all layers of the sandbox, and without some."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import pytest

from infra.local.instance import ROOT
from tests.support.built_stack import BuiltStack
from tests.support.lambda_container import LAMBDAS_USER, Limits, run_as_lambda

HANDLER = "tests.support.hostile_function.handler"
ROOT_USER = (
    *("--user=0", "--entrypoint=/usr/local/bin/aws-lambda-rie"),  # without the entry script, which drops root
    *(f"--cap-add={each}" for each in ("CHOWN", "DAC_OVERRIDE", "FOWNER", "KILL", "SETUID", "SYS_CHROOT")),
)
LANDLOCK = {"names": ["landlock_create_ruleset", "landlock_add_rule", "landlock_restrict_self"]}
FILTERS = {"names": ["prctl"], "args": [{"index": 0, "value": 22, "op": "SCMP_CMP_EQ"}]}


def refuse(folder: Path, *calls: Mapping[str, object]) -> str:
    """Return the option that makes the kernel refuse these system calls, as a kernel without them would."""
    rules = [{**each, "action": "SCMP_ACT_ERRNO", "errnoRet": 38} for each in calls]
    file = folder / "seccomp.json"
    file.write_text(json.dumps({"defaultAction": "SCMP_ACT_ALLOW", "syscalls": rules}))
    return f"--security-opt=seccomp={file}"


def attack(stack: BuiltStack, folder: Path, *options: str) -> tuple[dict[str, str], str]:
    """Return what the child got, and the worker's log."""
    command = ("python3", "-m", "awslambdaric", HANDLER) if ROOT_USER[0] in options else (HANDLER,)
    mounted = (
        f"--volume={ROOT / 'tests'}:/opt/hostile/tests:ro",
        "--env=PYTHONPATH=/opt/heavylift:/opt/python:/opt/hostile",
    )
    limits = Limits(options=(*mounted, *options), command=command)
    with run_as_lambda(stack, "PagesWorkerFunction", folder, limits) as there:
        got: dict[str, str] = there.invoke("hostile", {})
        return got, there.read_log()


@pytest.mark.parametrize("options", [(), ROOT_USER], ids=[LAMBDAS_USER, "root"])
def test_it_gets_nothing(stack: BuiltStack, tmp_path: Path, options: tuple[str, ...]) -> None:
    got, log = attack(stack, tmp_path, *options)
    assert got == {}
    assert "refused layers" not in log


FILES = {"another file", "the folder of others", "a file elsewhere", "write the input"}
"""Files of the same user: Landlock alone keeps a child from them."""
OF_THE_EMULATOR = {"environ", "environ by a program", "memory of the first process"}
"""The first process is the runtime interface emulator, which has the worker's variables and its user here."""
EMULATOR = "['aws-lambda-rie']"


@pytest.mark.parametrize(
    ("options", "more"),
    [((), OF_THE_EMULATOR), (ROOT_USER, {"files of the worker"})],
    ids=[LAMBDAS_USER, "root"],
)
def test_without_landlock_it_gets_files_of_its_user(
    stack: BuiltStack, tmp_path: Path, options: tuple[str, ...], more: set[str]
) -> None:
    got, log = attack(stack, tmp_path, refuse(tmp_path, LANDLOCK), *options)
    assert set(got) == FILES | more
    assert got.get("environ", EMULATOR) == EMULATOR
    assert "refused layers" in log


def test_without_seccomp_too_the_worker_and_the_fork_server_stay_hidden(
    stack: BuiltStack, tmp_path: Path
) -> None:
    got, _ = attack(stack, tmp_path, refuse(tmp_path, LANDLOCK, FILTERS))
    assert {"AF_INET", "loopback"} <= set(got)
    assert got["environ"] == EMULATOR
    assert not {"memory", "memory of the fork server", "files of the worker", "ptrace"} & set(got)
