"""The desk's words: moments, languages, and a Chinese catalogue without gaps."""

from datetime import timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.caseapi.desk.text import choose_language, texts_of
from sync.caseapi.desk.views.words import Now, ago
from tests.sync.caseapi.desk import desk_catalogue
from tests.sync.caseapi.desk.fake_reads import MINUTE_MS, NOW_MS

NOW = Now(NOW_MS, timezone(timedelta(hours=8)))
ZH, EN = texts_of("zh_CN"), texts_of("en")
HOUR_MS = 60 * MINUTE_MS
DAY_MS = 24 * HOUR_MS


@pytest.mark.parametrize(
    ("passed_ms", "chinese", "english"),
    [
        (-HOUR_MS, "刚刚", "just now"),
        (0, "刚刚", "just now"),
        (MINUTE_MS - 1, "刚刚", "just now"),
        (MINUTE_MS, "1 分钟前", "1 minute ago"),
        (HOUR_MS - 1, "59 分钟前", "59 minutes ago"),
        (HOUR_MS, "1 小时前", "1 hour ago"),
        (DAY_MS - 1, "23 小时前", "23 hours ago"),
        (3 * DAY_MS, "3 天前", "3 days ago"),
    ],
)
def test_the_time_passed_is_said_in_the_largest_whole_unit(passed_ms: int, chinese: str, english: str) -> None:
    assert (ago(passed_ms, ZH), ago(passed_ms, EN)) == (chinese, english)


@pytest.mark.parametrize(
    ("before_ms", "chinese", "english"),
    [
        (4 * MINUTE_MS, "10:11", "10:11"),
        (DAY_MS, "11月22日 10:15", "22 Nov 10:15"),
        (400 * DAY_MS, "2025年10月19日 10:15", "19 Oct 2025 10:15"),
    ],
)
def test_a_moment_names_the_day_only_where_it_is_another(before_ms: int, chinese: str, english: str) -> None:
    assert NOW.moment(NOW_MS - before_ms, ZH).absolute == chinese
    assert NOW.moment(NOW_MS - before_ms, EN).absolute == english


@given(st.integers())
def test_no_clock_of_a_tablet_breaks_the_page(unix_ms: int) -> None:
    assert NOW.moment(unix_ms, ZH).iso


def test_a_day_is_the_district_s() -> None:
    assert Now(1_795_362_000_000, NOW.zone).day == "2026-11-22"
    assert Now(1_795_363_200_000, NOW.zone).day == "2026-11-23"


@pytest.mark.parametrize(
    ("asked", "accepted", "language"),
    [
        ("", "", "zh_CN"),
        ("", "fr-FR,fr;q=0.9", "zh_CN"),
        ("", "en-GB,en;q=0.9,zh;q=0.8", "en"),
        ("", "en;q=0.2, zh-TW;q=0.7", "zh_CN"),
        ("", "en;q=0, zh", "zh_CN"),
        ("", "en;q=much, zh;q=0.1", "zh_CN"),
        ("", "fr, en;q=0.5", "en"),
        ("en", "zh-CN", "en"),
        ("EN-us", "zh-CN", "en"),
        ("zh", "en", "zh_CN"),
        ("klingon", "en", "en"),
    ],
)
def test_the_language_is_asked_for_or_preferred_or_chinese(asked: str, accepted: str, language: str) -> None:
    assert choose_language(asked, accepted) == language


@given(st.text(max_size=60))
def test_no_header_breaks_the_choice(accepted: str) -> None:
    assert choose_language("", accepted) in {"zh_CN", "en"}


def test_every_message_has_its_chinese_and_none_is_left_over() -> None:
    stored = desk_catalogue.stored()
    assert desk_catalogue.untranslated(stored) == []
    known = {message.id if isinstance(message.id, str) else tuple(message.id) for message in stored if message.id}
    assert known == set(desk_catalogue.wanted()), "run python -m tests.sync.caseapi.desk.desk_catalogue"


def test_the_compiled_catalogue_is_that_of_the_text() -> None:
    assert desk_catalogue.MO.read_bytes() == desk_catalogue.mo_bytes(desk_catalogue.renewed())


def test_placeholders_survive_the_translation() -> None:
    for message in desk_catalogue.stored():
        ids = [message.id] if isinstance(message.id, str) else message.id
        strings = [message.string] if isinstance(message.string, str) else message.string
        for string in strings:
            allowed = {part.partition("}")[0] for text in ids for part in text.split("{")[1:]} | {"number"}
            assert {part.partition("}")[0] for part in string.split("{")[1:]} <= allowed, ids
