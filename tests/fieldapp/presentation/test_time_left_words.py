"""How long sending still takes: in the outbox, in the status bar where there is room, and before the shift ends."""

import pytest
from msgspec.structs import replace

from fieldapp.presentation.status import status_words
from fieldapp.presentation.syncing import sync_text
from fieldapp.presentation.today import shift_lines
from fieldapp.services.moments import CHINA
from fieldapp.services.today import TodayView
from fieldapp.widgets.status_bar import words_that_fit
from sync.journal import SyncStatus
from tests.fieldapp.fakes import START_MS, make_world

RECORDS = SyncStatus("sending", sent=400, total=2_000, proven_at_ms=START_MS, send_left_s=120)
PHOTOS = replace(RECORDS, sent=2_000, photos_sent=3, photos_total=40)


def view_of(status: SyncStatus) -> TodayView:
    world = make_world().signed_in()
    world.services.shifts.start()
    view = world.services.today.view()
    return replace(view, sync=status)


@pytest.mark.parametrize("status", [RECORDS, PHOTOS])
def test_the_outbox_says_how_long_records_take_and_how_long_photos(status: SyncStatus) -> None:
    summary = view_of(status).summary

    assert sync_text(status, summary, START_MS).todo == "约剩 2 分钟"
    assert sync_text(replace(status, send_left_s=20), summary, START_MS).todo == "约剩 20 秒"
    assert sync_text(replace(status, send_left_s=None), summary, START_MS).todo == ""


@pytest.mark.parametrize(
    ("status", "word"),
    [
        (RECORDS, "上传中 约剩 2 分钟"),
        (PHOTOS, "上传中 约剩 2 分钟"),
        (replace(RECORDS, photos_total=40), "上传中"),
        (replace(PHOTOS, phase="receiving"), "上传中"),
        (replace(PHOTOS, phase="done"), "在线"),
    ],
)
def test_the_bar_says_it_only_of_the_last_that_goes_up(status: SyncStatus, word: str) -> None:
    words = status_words(view_of(status), {}, START_MS, CHINA)

    assert words[1].text == word


def test_a_bar_without_room_says_only_that_something_goes_up() -> None:
    words = words_that_fit(status_words(view_of(RECORDS), {"a": ("badge", "lost")}, START_MS, CHINA), 54)

    assert "上传中" in [word.text for word in words]


def test_whoever_ends_the_shift_reads_it_beside_what_waits() -> None:
    assert "待交 1 条  约剩 2 分钟" in shift_lines(view_of(RECORDS), but="shift_end")
    assert "待交 1 条" in shift_lines(view_of(replace(RECORDS, send_left_s=None)), but="shift_end")
