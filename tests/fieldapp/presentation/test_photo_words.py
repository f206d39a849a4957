"""Photos in words: what has arrived, whether the tablet may be switched off, and why a photo was not added."""

from typing import get_args

import pytest
from msgspec.structs import replace

from fieldapp.presentation.photos import (
    REFUSALS,
    photo_progress_text,
    photos_line,
    progress_text,
    refusal_sentence,
    size_text,
)
from fieldapp.presentation.states import waiting_words
from fieldapp.presentation.syncing import sync_text
from fieldapp.text import use_language
from sync.imaging.photos import Reason
from sync.journal import Delivery, JournalSummary, MediaProgress, SyncStatus
from sync.records import MediaRef


@pytest.fixture(autouse=True)
def _chinese() -> None:
    use_language("zh_CN")


def photo(size_bytes: int) -> MediaRef:
    return MediaRef("a" * 64, size_bytes, "image/jpeg", "before")


@pytest.mark.parametrize(
    ("unsettled", "photos", "line", "tone"),
    [
        (0, MediaProgress(3, 8), "记录已交  照片 3/8  先别关机", "plain"),
        (0, MediaProgress(8, 8), "记录已交  照片 8/8  可以关机", "good"),
        (0, MediaProgress(), "记录已交  可以关机", "good"),
        (2, MediaProgress(0, 8), "记录 2 条待交  照片 0/8  先别关机", "plain"),
        (0, MediaProgress(7, 8, 1), "记录已交  照片 7/8 1 张损坏  可以关机", "good"),
    ],
)
def test_two_words_and_an_advice_say_what_is_done(unsettled: int, photos: MediaProgress, line: str, tone: str) -> None:
    text = photo_progress_text(Delivery(unsettled, photos))
    assert text.line == line
    assert text.tone == tone


def test_no_photos_are_not_mentioned() -> None:
    assert progress_text(MediaProgress()) == ""
    assert photos_line(()) == ""


def test_every_reason_has_its_sentence() -> None:
    assert set(REFUSALS) == set(get_args(Reason))
    for reason in get_args(Reason):
        assert refusal_sentence(reason).endswith("。")


def test_sizes_are_said_as_people_say_them() -> None:
    assert [size_text(size) for size in (1, 249_600, 1_500_000)] == ["1 KB", "250 KB", "1.5 MB"]
    assert photos_line([photo(212_000), photo(219_000)]) == "2 张，431 KB"


def summary(unsettled: int) -> JournalSummary:
    return JournalSummary("s", 9, 9 - unsettled, unsettled, None, 0, None)


def test_all_sent_is_not_said_while_photos_wait() -> None:
    photos = MediaProgress(3, 8)
    assert sync_text(SyncStatus("done"), summary(0), 0, photos).text == "记录已交，照片待交"
    assert waiting_words(summary(0), photos) == "记录已交"
    done = MediaProgress(8, 8)
    assert sync_text(SyncStatus("done"), summary(0), 0, done).tone == "good"
    assert waiting_words(summary(0), done) == waiting_words(summary(0))


def test_photos_under_way_are_counted_when_the_records_are_sent() -> None:
    moving = SyncStatus("sending", sent=9, total=9, photos_sent=3, photos_total=8)
    assert sync_text(moving, summary(0), 0).text == "正在传照片：3/8"
    assert "3/8" not in sync_text(replace(moving, sent=4), summary(5), 0).text
