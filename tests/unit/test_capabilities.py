"""At the end of a run: what the machine lacks, a line each."""

from __future__ import annotations

import pytest

from tests.support.capabilities import POPPLER, describe_skips


def skipped(reason: str) -> pytest.TestReport:
    report = pytest.TestReport("test", ("", 0, ""), {}, "skipped", None, "setup")
    report.longrepr = ("test.py", 1, f"Skipped: {reason}")
    return report


def test_each_reason_has_one_line_with_the_number_of_its_tests() -> None:
    reports = [skipped("another reason"), skipped(POPPLER.missing), skipped(POPPLER.missing)]
    assert describe_skips(reports) == [
        "2 tests skipped: needs poppler: apt-get install poppler-utils, or brew install poppler",
        "1 test skipped: another reason",
    ]


def test_a_run_that_skipped_nothing_has_no_lines() -> None:
    assert describe_skips([]) == []
