"""A district in which every type of a feed's entry stands with every field said, for recordings."""

import msgspec

from sync.caseapi.storage.values import FeedChange
from sync.reference import (
    BuildingEntry,
    CaseEntry,
    ContactEntry,
    EntranceEntry,
    Entry,
    GridEntry,
    HandoffEntry,
    HistoryLine,
    MatterEntry,
    NoticeEntry,
    PersonEntry,
    TagEntry,
    TaskEntry,
)
from tests.sync.caseapi.harness import ACTOR, BUILDING, DISTRICT, ENTRANCE, GRID, MATTER

_AT, _UNTIL = "2026-11-23T07:00:00+08:00", "2026-12-23T07:00:00+08:00"
_ID = "01900000-0000-7000-8000-0000000000{:02x}".format
_RING = ((45.601, 126.601), (45.602, 126.601), (45.602, 126.602), (45.601, 126.601))
_TAG = "9f" * 32


def ample_district() -> list[FeedChange]:
    """Return the entries, in an order in which each finds what it names."""
    grid = f"grid:{GRID}"
    place = ("230108001001", "合成社区", "合成街道", DISTRICT, "平房区")
    history = HistoryLine(_AT, "verify", "看过了", "yes", 2, is_late=True, record=_ID(0xE2))
    return [
        _change(grid, "grid", GRID, GridEntry("第一网格", *place, (_RING,))),
        _change(
            grid,
            "building",
            str(BUILDING),
            BuildingEntry("1号楼", GRID, "友协大街1号", "1hl", 45.6, 126.6, 40.0, 1, "门禁坏了", (_RING,)),
        ),
        _change(grid, "entrance", str(ENTRANCE), EntranceEntry(str(BUILDING), "一单元", 1)),
        _change(grid, "tag", _TAG, TagEntry("qr", "place", str(ENTRANCE), "revoked", (_ID(0xE1),))),
        _change(grid, "person", str(ACTOR), PersonEntry("网格员 1", f"{GRID}-1", GRID, "$argon2id$", _UNTIL)),
        _change(grid, "contact", _ID(0xC1), ContactEntry("物业值班", "0000-0001", str(BUILDING), "房屋", 3)),
        _change(
            grid,
            "case",
            _ID(0xCA),
            CaseEntry(
                *("handling", "暴露垃圾", str(BUILDING), str(ENTRANCE), "楼道堆物", _AT, _UNTIL, "三单元", 3),
                *("合成物业", "0000-0002", (history,)),
            ),
        ),
        _change(
            grid,
            "task",
            _ID(0x7A),
            TaskEntry(
                *("recheck", _ID(0xCA), "暴露垃圾", str(BUILDING), str(ENTRANCE), "三单元", "清了吗", _AT, _UNTIL),
                *(3, "answered", "yes"),
            ),
        ),
        _change(
            grid,
            "handoff",
            _ID(0x4A),
            HandoffEntry(f"{GRID}-1", f"{GRID}-2", str(ACTOR), (_ID(0xCA),), "盯一下", _AT),
        ),
        _change(grid, "notice", _ID(0x90), NoticeEntry("明天停水", "合成社区", _AT, _UNTIL, urgent=True)),
        _change(
            "catalogue",
            "matter",
            MATTER,
            MatterEntry(
                *("national", "matter", "02001", "暴露垃圾", "Litter", "市容", "Looks", "bllj"),
                danger=True,
                emergency_number="119",
                restricted=True,
                common=True,
                photo="needed",
            ),
        ),
        _change(grid, "contact", _ID(0xC2), ContactEntry("旧号码", "0000-0003")),
        FeedChange(grid, "contact", _ID(0xC2), b"null", is_deleted=True),
    ]


def _change(scope: str, entry_type: str, entry_id: str, body: Entry) -> FeedChange:
    return FeedChange(scope, entry_type, entry_id, msgspec.json.encode(body))
