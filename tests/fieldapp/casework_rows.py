"""Cases, tasks and a hand-over of the small grid; all of it made up."""

from sync.reference import CaseEntry, HandoffEntry, HistoryLine, TaskEntry
from tests.fieldapp.fake_ports import FakeReference
from tests.fieldapp.small_grid import BUILDING_1, BUILDING_2, ENTRANCE_11, ENTRANCE_21, GRID, fixed_id

CASE_LEAK, CASE_LIGHT = fixed_id(71), fixed_id(72)
TASK_LEAK, TASK_LIGHT = fixed_id(81), fixed_id(82)
HANDOFF = fixed_id(91)


def with_casework(reference: FakeReference) -> FakeReference:
    """Put a dangerous recheck at building 1, a verification at building 2, and a hand-over to the first seat."""
    reference.case_rows = {
        CASE_LEAK: CaseEntry(
            "handled",
            "供热管道漏水",
            BUILDING_1,
            ENTRANCE_11,
            "一层漏水",
            "2026-11-22T09:00:00+08:00",
            "2026-11-23T18:00:00+08:00",
            severity=3,
            handler="合成供热站",
            handler_number="0451-00000001",
            history=(
                HistoryLine("2026-11-22T09:00:00+08:00", "reported", "一层漏水", photos=1, record=CASE_LEAK),
                HistoryLine("2026-11-22T11:00:00+08:00", "handled", "已换阀门"),
            ),
        ),
        CASE_LIGHT: CaseEntry(
            "reported", "楼道照明不亮", BUILDING_2, ENTRANCE_21, "灯不亮", "2026-11-22T10:00:00+08:00"
        ),
    }
    reference.task_rows = {
        TASK_LIGHT: TaskEntry("verify", CASE_LIGHT, "楼道照明不亮", BUILDING_2, ENTRANCE_21, ask="灯是不是不亮？"),
        TASK_LEAK: TaskEntry(
            "recheck",
            CASE_LEAK,
            "供热管道漏水",
            BUILDING_1,
            ENTRANCE_11,
            ask="还漏水吗？",
            due_at="2026-11-23T18:00:00+08:00",
            severity=3,
        ),
    }
    reference.handoff_rows = {
        HANDOFF: HandoffEntry("seat-2", "seat-1", None, (CASE_LIGHT,), "盯一下灯", "2026-11-22T17:00:00+08:00")
    }
    assert reference.grid_id == GRID
    return reference
