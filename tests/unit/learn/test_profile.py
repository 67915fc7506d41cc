"""The profile of a table: kinds, gaps, examples and ranges."""

from __future__ import annotations

from tests.unit.learn.conftest import Runner

TABLE = """n,t,d,b,none,odd
1,x,2026-01-02,true,,1e300
2,x,2026-01-04,false,,inf
,<b>,2026-01-03 10:00,,,5
"""


def test_a_profile_describes_each_column(run: Runner) -> None:
    result, made = run("profile", TABLE)
    assert made.published == {"profile.json": "application/json", "profile.html": "text/html"}
    about = {column.pop("name"): column for column in made.json("profile.json")["columns"]}
    assert {name: column["kind"] for name, column in about.items()} == {
        "n": "number", "t": "text", "d": "date", "b": "bool", "none": "empty", "odd": "number",
    }  # fmt: skip
    assert about["n"] == {
        "kind": "number", "missing": 1, "different": 2, "out_of_range": 0, "whole": True,
        "least": 1.0, "median": 1.5, "greatest": 2.0, "mean": 1.5, "deviation": 0.5,
        "most_frequent": [{"value": 1.0, "rows": 1}, {"value": 2.0, "rows": 1}],
    }  # fmt: skip
    assert about["t"]["most_frequent"][0] == {"value": "x", "rows": 2}
    assert (about["d"]["least"], about["d"]["greatest"]) == ("2026-01-02", "2026-01-04")
    assert about["none"]["missing"] == 3
    assert (about["odd"]["out_of_range"], about["odd"]["greatest"]) == (2, 5.0)
    assert (result["rows"], result["column_count"], len(result["columns"])) == (3, 6, 6)
    assert "<b>" not in made.text("profile.html")


def test_a_profile_says_what_was_assumed(run: Runner) -> None:
    result, made = run("profile", "a;b\n1,5;NA\n2,5;x\n", examples=0)
    assert [each["slug"] for each in result["warnings"]] == ["words-kept", "decimal-comma"]
    assert "decimal comma" in made.text("profile.html")
