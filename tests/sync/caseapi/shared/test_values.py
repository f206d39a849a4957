"""Numbers that databases and other programs hold already, and words that say nothing unless they are told to."""

from datetime import date, timedelta
from uuid import UUID

import pytest

from sync.caseapi.storage import casework
from sync.caseapi.storage.cells import cell_of, cell_of_building, cells_around
from sync.caseapi.storage.exporting import NO_END_MS, ExportSpan
from sync.caseapi.storage.figures import COUNTED, HOURS, summed
from sync.caseapi.storage.judged import CasePhoto, Known
from sync.caseapi.storage.orgs import OrgRow


def test_a_case_without_a_term_comes_after_all_that_have_one_and_a_dangerous_one_before() -> None:
    ten_thousand_years_ms = 10_000 * 366 * 86_400_000
    assert casework.NEVER_MS == NO_END_MS == 2**53 > ten_thousand_years_ms // 1_000
    assert casework.DANGER_LEAD_MS == 2**54
    assert casework.NEVER_MS - casework.DANGER_LEAD_MS < 0


def test_hours_are_counted_in_the_classes_in_which_sums_were_written() -> None:
    day = list(range(25))
    assert list(HOURS[:25]) == day
    assert HOURS[25:33] == (30, 36, 42, 48, 54, 60, 66, 72)
    assert HOURS[33:41] == (84, 96, 108, 120, 132, 144, 156, 168)
    assert HOURS[41:64] == tuple(24 * days for days in range(8, 31))
    assert HOURS[64:] == tuple(720 * months for months in range(2, 13))
    assert len(COUNTED) == 14 + len(HOURS) == len(set(COUNTED))


def test_sums_of_any_length_add_up_place_by_place() -> None:
    assert summed([]) == {}
    assert summed([(1, 0, 2), (3,), (0,) * len(COUNTED)]) == {"received": 4, "suspended": 2}
    last = (*(0,) * (len(COUNTED) - 1), 5)
    assert summed([last, last]) == {COUNTED[-1]: 10}


def test_a_point_lies_in_the_cell_south_west_of_it() -> None:
    assert cell_of((45.7567, 126.6424)) == "45756.126642"
    assert cell_of((-0.0001, -0.0011)) == "-1.-2"
    assert cell_of_building(UUID(int=10)) == f"b.{UUID(int=10).hex}"


def test_cells_around_a_point_are_a_field_of_rows_and_columns() -> None:
    # 100 m are 0.9 cells to the north, and at 60 degrees a little over 1.8 to the east.
    assert list(cells_around((60.0005, 10.0005), 100)) == [
        f"{row}.{column}" for row in (59_999, 60_000, 60_001) for column in range(9_998, 10_003)
    ]
    assert list(cells_around((0.0005, 0.0005), 100)) == [
        f"{row}.{column}" for row in (-1, 0, 1) for column in (-1, 0, 1)
    ]
    assert set(cells_around((60.0005, 10.0005), 0)) == {"60000.10000"}
    # The columns are those that reach as far in the northernmost row, where a degree is narrowest.
    assert len(list(cells_around((60.0, 0.0), 5_000))) == (2 * 46 + 1) * (2 * 91 + 1)
    south, north = (len(list(cells_around((degrees, 0.0), 300))) for degrees in (-70.0, 70.0))
    assert south == north > len(list(cells_around((20.0, 0.0), 300)))
    assert len(list(cells_around((90.0, 0.0), 100))) < 1_000


@pytest.mark.parametrize(("days", "is_valid"), [(-1, False), (0, True), (1, True), (9, True), (10, False), (11, False)])
def test_an_organisation_is_given_cases_from_its_first_day_until_before_its_end(days: int, is_valid: bool) -> None:
    first = date(2026, 3, 1)
    org = OrgRow("org-a", "street", "甲", "", valid_from="2026-03-01", valid_to="2026-03-11")  # type: ignore[arg-type]
    assert org.is_valid((first + timedelta(days=days)).isoformat()) is is_valid


def test_what_is_not_said_is_no() -> None:
    assert CasePhoto("ab", "site").is_held is False
    known = {"stream": UUID(int=2), "n": 1, "digest": b"", "received_ms": 0, "raw": b""}
    assert Known(UUID(int=1), UUID(int=1), "kind", "actor", "stored", False, **known).is_released is False  # type: ignore[arg-type]
    assert ExportSpan() == ExportSpan(("",), (), 0, NO_END_MS, "0000-00-00", "9999-99-99")
