"""Dates are read strictly, in the forms that newspapers write."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.reading.dates import parse_date, parse_dates


@pytest.mark.parametrize(
    ("written", "moment"),
    [
        ("2025-03-04", "2025-03-04"),
        (" 2025-03-04 ", "2025-03-04"),
        ("2025-3-4", "2025-03-04"),
        ("2025/03/04", "2025-03-04"),
        ("20250304", "2025-03-04"),
        ("2025-03-04T09:30", "2025-03-04 09:30"),
        ("2025-03-04T23:30:00-05:00", "2025-03-04 23:30"),
        ("2025-03-04T09:30:15Z", "2025-03-04 09:30:15"),
        ("2025-03-04 09:30:15.123456+00:00", "2025-03-04 09:30:15.123456"),
        ("20250304T093015Z", "2025-03-04 09:30:15"),
        ("March 4, 2025", "2025-03-04"),
        ("MARCH 4 2025", "2025-03-04"),
        ("4 March 2025", "2025-03-04"),
        ("4th of March, 2025", "2025-03-04"),
        ("Tue 4 Mar 2025", "2025-03-04"),
        ("Tuesday, March 4th, 2025", "2025-03-04"),
        ("Sept. 4, 2025", "2025-09-04"),
        ("Mar. 4, 2025, 9:30 a.m. ET", "2025-03-04 09:30"),
        ("March 4, 2025 at 12:05 AM EST", "2025-03-04 00:05"),
        ("March 4, 2025 9 p.m.", "2025-03-04 21:00"),
        ("Fri 4 Mar 2025 09.30 GMT", "2025-03-04 09:30"),
        ("Tue, 04 Mar 2025 09:30:00 +0000", "2025-03-04 09:30"),
        ("Tue Mar 4 09:30:00 +0000 2025", "2025-03-04 09:30"),
        ("Updated: March 4, 2025", "2025-03-04"),
        ("Published: 22 March 2025 09:30", "2025-03-22 09:30"),
        ("First published on Tue 4 Mar 2025 09.30 GMT", "2025-03-04 09:30"),
        ("Last updated on 4 March 2025", "2025-03-04"),
        ("March 4, 2025 | Updated March 5, 2025", "2025-03-04"),
        ("Updated 9:02 p.m. ET, 1/21/2014", "2014-01-21 21:02"),
        ("4-Mar-2025", "2025-03-04"),
        ("12-Mar-24", "2024-03-12"),
        ("2025 March 4", "2025-03-04"),
        ("25/03/2024", "2024-03-25"),
        ("03/25/2024", "2024-03-25"),
        ("25.03.2024", "2024-03-25"),
        ("05/05/2024", "2024-05-05"),
        ("29 February 2024", "2024-02-29"),
        (1741080600, "2025-03-04 09:30"),
        (1741080600000, "2025-03-04 09:30"),
        (20250304, "2025-03-04"),
        (dt.date(2025, 3, 4), "2025-03-04"),
        (dt.datetime(2025, 3, 4, 23, 30, tzinfo=dt.timezone(dt.timedelta(hours=-5))), "2025-03-04 23:30"),
        (pd.Timestamp("2025-03-04"), "2025-03-04"),
        (np.datetime64("2025-03-04"), "2025-03-04"),
    ],
)
def test_forms_that_are_read(written: object, moment: str) -> None:
    assert parse_date(written) == (pd.Timestamp(moment), None)


@pytest.mark.parametrize("missing", [None, "", "  ", float("nan"), pd.NaT, pd.NA, np.datetime64("NaT")])
def test_a_missing_date_is_no_problem(missing: object) -> None:
    moment, problem = parse_date(missing)
    assert moment is pd.NaT
    assert problem is None


@pytest.mark.parametrize(
    "written",
    [
        *("31/02/2024", "2024-02-30", "2023-02-29", "2024-13-01", "20241301", "32 March 2024", "March 2024", "2024"),
        *("yesterday", "5 hours ago", "March 4", "4 Smarch 2024", "March 4, 2025, 13:30 p.m.", "March 4, 2025 25:00"),
        *("03/04/24", "1234/5/6", "0024-03-04", "9999-01-01", "<b>2024-01-01</b>", "x" * 500, "2024-W10", "45000"),
    ],
)
def test_what_is_not_a_date(written: str) -> None:
    moment, problem = parse_date(written)
    assert moment is pd.NaT
    shown = written if len(written) <= 80 else written[:80] + "…"
    assert problem == f"'published' is not a date: {shown!r}. Use YYYY-MM-DD."


@pytest.mark.parametrize("number", [45000.0, -1, 0, True, 3.5, float("inf"), 10**30])
def test_numbers_that_are_no_dates(number: object) -> None:
    assert parse_date(number)[1] == f"'published' is not a date: {str(number)!r}. Use YYYY-MM-DD."


def test_an_ambiguous_date_needs_dayfirst() -> None:
    message = (
        "'published' is ambiguous: '03/04/2024' is 3 April or 4 March. Use YYYY-MM-DD, or say dayfirst=True or False."
    )
    assert parse_date("03/04/2024") == (pd.NaT, message)
    assert parse_date("03/04/2024", dayfirst=True) == (pd.Timestamp("2024-04-03"), None)
    assert parse_date("03/04/2024", dayfirst=False) == (pd.Timestamp("2024-03-04"), None)
    assert parse_date("3.4.2024 09:30", dayfirst=True) == (pd.Timestamp("2024-04-03 09:30"), None)


@given(
    st.datetimes(min_value=pd.Timestamp("1700-01-01"), max_value=pd.Timestamp("2200-01-01")).map(
        lambda d: d.replace(microsecond=0)
    ),
    st.sampled_from(
        [
            "%Y-%m-%dT%H:%M:%S",
            "%d %B %Y %H:%M:%S",
            "%B %d, %Y %H:%M:%S",
            "%a %d %b %Y, %I:%M:%S %p",
            "%Y/%m/%d %H:%M:%S",
        ]
    ),
)
def test_what_is_written_is_read_back(moment: dt.datetime, form: str) -> None:
    assert parse_date(moment.strftime(form)) == (pd.Timestamp(moment), None)


@given(st.text(max_size=60) | st.integers() | st.floats())
def test_anything_is_a_date_a_problem_or_missing(value: object) -> None:
    moment, problem = parse_date(value)
    assert moment is pd.NaT or problem is None


def test_a_column_names_the_positions_of_its_problems() -> None:
    moments, problems = parse_dates(["2024-02-01", None, "03/04/2024", "nonsense", ["a"]], None)
    assert moments.dtype == "datetime64[ns]"
    assert np.isnat(moments).tolist() == [False, True, True, True, True]
    assert sorted(problems) == [2, 3, 4]


days = st.sampled_from(
    [
        *(
            "2024-02-29",
            "2023-02-29",
            "1700-01-01",
            "1699-12-31",
            "2199-12-31",
            "2200-01-01",
            "0001-01-01",
            "9999-12-31",
        ),
        *(
            "2024-03-01T09:30:15",
            "2024-03-01T09:30:15Z",
            "2024-03-01T24:00:00",
            "2024-03-01T23:59:60",
            "2024-03-01T09:30",
        ),
        *(
            "2024-03-01Z",
            "2024-03-01T09:30:15+0200",
            " 2024-03-01",
            "2024-03-01\n",
            "２024-03-01",
            "March 4, 2025",
            "03/04/2024",
        ),
    ]
)


@given(
    st.lists(
        days | st.none() | st.from_regex(r"[12]\d\d\d-[01]\d-[0-3]\d(T[0-2]\d:[0-6]\d:\d\dZ?)?", fullmatch=True),
        max_size=5,
    )
)
def test_a_column_is_read_as_its_values_are(values: list[str | None]) -> None:
    moments, problems = parse_dates(values)
    each = [parse_date(value) for value in values]
    assert np.array_equal(moments, pd.Series([moment for moment, _ in each], dtype="datetime64[ns]"), equal_nan=True)
    assert problems == {place: problem for place, (_, problem) in enumerate(each) if problem}
