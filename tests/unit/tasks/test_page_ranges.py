from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from documents.page_ranges import format_ranges, parse_ranges, select_pages


@given(st.sets(st.integers(1, 3000), min_size=1))
def test_formatted_ranges_select_the_same_pages(pages: set[int]) -> None:
    assert select_pages(format_ranges(pages), max(pages)) == sorted(pages)


@given(st.lists(st.tuples(st.integers(1, 60), st.integers(0, 9)), min_size=1))
def test_ranges_in_any_order_and_overlapping_select_their_union(ranges: list[tuple[int, int]]) -> None:
    text = ", ".join(f"{first}-{first + more}" for first, more in ranges)
    expected = {page for first, more in ranges for page in range(first, first + more + 1)}
    assert select_pages(text, 100) == sorted(expected)


@given(st.text(alphabet="0123456789-, x", max_size=12))
def test_any_text_parses_to_forward_ranges_or_is_a_value_error(text: str) -> None:
    try:
        parsed = parse_ranges(text)
    except ValueError:
        return
    assert all(first >= 1 and (last is None or last >= first) for first, last in parsed)


def test_an_open_range_runs_to_the_end_and_none_is_everything() -> None:
    assert select_pages("1,4-", 6) == [1, 4, 5, 6]
    assert select_pages(None, 3) == [1, 2, 3]


@pytest.mark.parametrize(
    ("text", "missing"), [("7", 7), ("1-7", 6), ("6-", 6), ("1-999999999", 6), ("9-12", 9)]
)
def test_a_page_beyond_the_end_is_named(text: str, missing: int) -> None:
    with pytest.raises(IndexError) as caught:
        select_pages(text, 5)
    assert caught.value.args == (missing,)


@pytest.mark.parametrize(
    "text", ["", "0", "0-3", "3-1", "a", "1..3", "-3", "1,,2", "1-2-3", "²", "1" * 10, "1," * 600]
)
def test_other_text_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        parse_ranges(text)
