"""Notices of a desk to the small grid; all of it made up."""

from sync.reference import NoticeEntry
from tests.fieldapp.fake_ports import FakeReference
from tests.fieldapp.small_grid import fixed_id

NOTICE_ICE, NOTICE_WATER, NOTICE_FORM, NOTICE_OVER = (fixed_id(number) for number in (95, 96, 97, 98))

LONG_TEXT = "明天 8 点到 17 点停水，请告诉住户。\n" + "高层住户请提前接水，老人和行动不便的住户请上门告知一声。" * 16
"""As long as a desk may write: lines, and hardly a space."""


def with_notices(reference: FakeReference) -> FakeReference:
    """Let the desk say four things: an urgent one, a long one, an older one, and one that is over."""
    desk, until = "合成街道", "2026-11-30T23:59:59+08:00"
    reference.notice_rows = {
        NOTICE_FORM: NoticeEntry("走访表换新版，旧表不用了。", desk, "2026-11-20T09:00:00+08:00", until),
        NOTICE_WATER: NoticeEntry(LONG_TEXT, desk, "2026-11-22T16:00:00+08:00", until),
        NOTICE_ICE: NoticeEntry(
            "屋檐有冰溜子，巡查时离墙三米。", desk, "2026-11-21T07:00:00+08:00", until, urgent=True
        ),
        NOTICE_OVER: NoticeEntry("昨天的事。", desk, "2026-11-21T08:00:00+08:00", "2026-11-22T23:59:59+08:00"),
    }
    return reference
