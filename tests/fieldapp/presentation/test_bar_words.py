"""What the status line says, and what of it finds room on each size of panel."""

import pytest
from msgspec.structs import replace

from fieldapp.presentation.links import LINKS
from fieldapp.presentation.status import Links, StatusWord, status_words
from fieldapp.services.moments import CHINA
from fieldapp.services.today import Battery, TodayView
from fieldapp.text import use_language
from fieldapp.widgets.status_bar import gap_of, words_that_fit
from sync.journal import MediaProgress, SyncStatus
from tests.fieldapp.fakes import START_MS, make_world

THREE: Links = {
    "scan1": ("scanner", "ready"),
    "badge1": ("badge", "ready"),
    "gnss1": ("receiver", "ready"),
}


def view_of(waiting: int = 12) -> TodayView:
    """Return a shift in the middle of the day: some records wait, a battery tells."""
    view = make_world().signed_in().services.today.view()
    summary = replace(view.summary, last_n=40, watermark=40 - waiting, unsettled=waiting)
    sync = SyncStatus("idle", proven_at_ms=START_MS)
    return replace(view, summary=summary, sync=sync, battery=Battery(64), clock="good", free_bytes=12_300_000_000)


def shown(words: list[StatusWord], columns: int) -> list[str]:
    """Return the words that a panel of so many columns shows; the bar keeps a cell at each end."""
    return [word.text for word in words_that_fit(words, columns - 2)]


def texts(view: TodayView, links: Links) -> list[str]:
    return [word.text for word in status_words(view, links, START_MS, CHINA) if word.text]


@pytest.mark.parametrize("columns", [56, 80, 85, 100])
def test_clock_disk_battery_and_readers_find_room_with_what_is_to_be_sent_and_proven(columns: int) -> None:
    line = " ".join(shown(status_words(view_of(), THREE, START_MS, CHINA), columns))

    for word in ("在线", "待交", "交到 08:00", "时", "剩", "64%", "设备", "08:00"):
        assert word in line, f"{word} in {line}"


def test_the_widest_of_them_says_every_word_whole() -> None:
    words = status_words(view_of(), THREE, START_MS, CHINA)

    assert shown(words, 120) == [word.text for word in words if word.text]


def test_readers_that_are_fine_are_one_word_with_their_count() -> None:
    assert "设备 3 正常" in texts(view_of(), THREE)
    assert "设备 1 正常" in texts(view_of(), {"scan1": ("scanner", "ready")})


def test_a_reader_that_is_not_fine_is_named_before_those_that_are() -> None:
    said = texts(view_of(), THREE | {"badge1": ("badge", "lost")})

    assert said.index("读卡 断开") < said.index("设备 2 正常")


def test_two_alike_are_counted() -> None:
    links = {"a": ("badge", "silent"), "b": ("badge", "silent"), "c": ("scanner", "silent")}
    said = texts(view_of(), links)

    assert [word for word in said if "无应答" in word] == ["扫码 无应答", "读卡 无应答 2 个"]
    assert "2读卡无应答" in shown(status_words(view_of(), links, START_MS, CHINA), 56)
    assert not any("正常" in word for word in said)


@pytest.mark.parametrize("state", [state for state in LINKS if state != "ready"])
@pytest.mark.parametrize("language", ["zh_CN", "en"])
def test_no_state_but_ready_counts_as_fine(state: str, language: str) -> None:
    use_language("en" if language == "en" else "zh_CN")
    words = status_words(view_of(), {"badge1": ("badge", state)}, START_MS, CHINA)
    fine = status_words(view_of(), {"badge1": ("badge", "ready")}, START_MS, CHINA)

    assert {word.text for word in words} - {word.text for word in fine}


def test_the_worst_reader_is_named_first() -> None:
    links = {"a": ("scanner", "opening"), "b": ("badge", "faulty"), "c": ("receiver", "absent")}
    said = [word for word in texts(view_of(), links) if word.partition(" ")[0] in {"扫码", "读卡", "定位"}]

    assert said == ["读卡 故障", "定位 未接", "扫码 启动中"]


def test_what_is_wrong_stays_when_there_is_no_room_for_what_is_right() -> None:
    view = replace(view_of(), free_bytes=1 << 20, battery=Battery(9), photos=MediaProgress(2, 14))
    line = shown(status_words(view, THREE | {"badge1": ("badge", "lost")}, START_MS, CHINA), 56)

    assert {"空间不足", "电9%", "读卡断开", "待交12", "08:00"} <= set(line)


@pytest.mark.parametrize(
    ("free_bytes", "word"),
    [(None, ""), (12_999_999_999, "磁盘剩 12 GB"), (9_960_000_000, "磁盘剩 9.9 GB"), (200_000_000, "空间不足")],
)
def test_the_disk_is_said_also_while_there_is_room_on_it(free_bytes: int | None, word: str) -> None:
    said = [text for text in texts(replace(view_of(), free_bytes=free_bytes), {}) if "磁盘" in text or "空间" in text]

    assert said == ([word] if word else [])


def test_words_stand_closer_before_one_is_left_out() -> None:
    words = [StatusWord("one", rank=1), StatusWord("two", rank=2), StatusWord("08:42")]

    assert [gap_of(words_that_fit(words, width), width) for width in (15, 14, 13)] == [2, 1, 1]
    assert len(words_that_fit(words, 13)) == len(words)
    assert [word.text for word in words_that_fit(words, 12)] == ["one", "08:42"]
