"""A record as cells: what it says, in both languages, and never anything a terminal would obey."""

from datetime import UTC, datetime
from typing import get_args

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fieldapp.presentation import words
from fieldapp.presentation.records import RecordCells, record_cells
from fieldapp.presentation.states import REASONS, STATES, mend_hint, state_cell
from fieldapp.services.forms import OUTCOMES, PURPOSES, WEATHER
from fieldapp.services.mending import MENDABLE
from fieldapp.services.moments import CHINA
from fieldapp.services.places import NamedPlace, Place
from fieldapp.services.shift_log import LogLine
from fieldapp.text import use_language
from sync.clock import Stamp
from sync.journal import JournalEntry, RecordState
from sync.records import (
    KINDS,
    Body,
    CaseNote,
    CaseReport,
    CheckIn,
    Envelope,
    Handoff,
    MediaLost,
    ShiftEnd,
    ShiftStart,
    TagBind,
    TagRef,
    TagReplace,
    TaskResult,
    Visit,
    Void,
)
from sync.records.check_in import CheckPoint, CheckState, Result
from sync.records.shared import Geofence, Method, TagQuality, TagSeen
from sync.records.shift_start import Weather
from sync.records.tag_replace import ReplaceReason
from sync.records.task_result import Answer, TaskType
from sync.records.visit import Outcome, Purpose
from sync.records.void import VoidReason
from sync.reference import CaseEntry, MatterEntry
from sync.wire import Reason
from tests.fieldapp.fakes import BUILDING_1, ENTRANCE_11, fixed_id

AT = datetime(2026, 11, 23, 8, 42, tzinfo=CHINA)
HOSTILE = "甲\x1b]52;c;eA==\x07\x1b[2J\u202e3号\x9b31m\r\n\t[bold]楼[/]"
PLACE = NamedPlace(Place(BUILDING_1, ENTRANCE_11), "1号楼", "2单元")
BAD_PLACE = NamedPlace(Place(BUILDING_1, ENTRANCE_11), HOSTILE, HOSTILE)
MATTER = MatterEntry("local", "matter", "10996", "楼道照明不亮", "Stair light out", "居民区", "Homes")
BAD_MATTER = MatterEntry("local", "matter", "10996", HOSTILE, HOSTILE, HOSTILE, HOSTILE)
CASE = CaseEntry("reported", "上下水漏堵", BUILDING_1)
BAD_CASE = CaseEntry("reported", HOSTILE, BUILDING_1)
OLD_PLATE, NEW_PLATE = (TagRef("qr", letter * 64) for letter in "ab")
SEEN = TagSeen(medium="qr", digest="a" * 64, quality="verified")


def entry_of(kind: str, state: RecordState = "waiting", reason: str = "", sentence: str = "") -> JournalEntry:
    record = Envelope(
        id=fixed_id(1),
        kind=kind,
        v=1,
        at="2026-11-23T08:42:00.000+08:00",
        clock=Stamp(fixed_id(2), 5),
        actor=fixed_id(3),
        seat="s",
        grid="g",
        body=msgspec.Raw(b"{}"),
    )
    return JournalEntry(1, fixed_id(4), record, state, reason, sentence)


def line(kind: str, body: Body | None, **more: object) -> LogLine:
    return LogLine(AT, entry_of(kind), body, **more)  # type: ignore[arg-type]  # keyword arguments of the line


SAMPLES: dict[str, tuple[LogLine, RecordCells, RecordCells]] = {
    "shift_start": (
        line("shift_start", ShiftStart(weather="snow", temp_c=-28, note="路滑")),
        RecordCells("08:42", "开班", "雪 · -28 °C · 计划 2 轮 · 路滑"),
        RecordCells("08:42", "Shift started", "Snow · -28 °C · 2 rounds planned · 路滑"),
    ),
    "shift_end": (
        line("shift_end", ShiftEnd(rounds_done=1)),
        RecordCells("08:42", "收班", "完成 1 轮"),
        RecordCells("08:42", "Shift ended", "1 round done"),
    ),
    "check_in": (
        line("check_in", CheckIn(building=BUILDING_1, method="qr", tag=SEEN, result="normal"), place=PLACE),
        RecordCells("08:42", "1号楼 2单元", "正常 · 扫码", "good"),
        RecordCells("08:42", "1号楼 2单元", "Normal · scanned", "good"),
    ),
    "case_report": (
        line(
            "case_report",
            CaseReport("local", "matter", "10996", building=BUILDING_1, description="灯不亮", severity=3),
            place=PLACE,
            matter=MATTER,
        ),
        RecordCells("08:42", "楼道照明不亮", "1号楼 2单元 · 危险 · 灯不亮", "bad"),
        RecordCells("08:42", "Stair light out", "1号楼 2单元 · Danger · 灯不亮", "bad"),
    ),
    "visit": (
        line("visit", Visit(BUILDING_1, "care", "met", needs=("meals",), follow_up_on="2026-12-01"), place=PLACE),
        RecordCells("08:42", "关爱走访", "1号楼 2单元 · 见到人 · 用餐 · 2026-12-01 再访"),
        RecordCells("08:42", "Care visit", "1号楼 2单元 · Met · Meals · again on 2026-12-01"),
    ),
    "void": (
        line("void", Void(fixed_id(9), "undo")),
        RecordCells("08:42", "撤回", "已撤销", "muted"),
        RecordCells("08:42", "Withdrawn", "undone", "muted"),
    ),
    "media_lost": (
        line("media_lost", MediaLost("a" * 64, fixed_id(9), "missing")),
        RecordCells("08:42", "照片丢失", "本机上的文件不见了", "warn"),
        RecordCells("08:42", "Photo lost", "its file is missing on this tablet", "warn"),
    ),
    "tag_bind": (
        line("tag_bind", TagBind(NEW_PLATE, BUILDING_1, "qr", ENTRANCE_11), place=PLACE),
        RecordCells("08:42", "挂牌", "1号楼 2单元 · 扫码", "good"),
        RecordCells("08:42", "Plate put up", "1号楼 2单元 · scanned", "good"),
    ),
    "task_result": (
        line("task_result", TaskResult(fixed_id(8), "recheck", "no", "还在漏"), place=PLACE, case=CASE),
        RecordCells("08:42", "核查: 没解决", "1号楼 2单元 · 上下水漏堵 · 还在漏", "warn"),
        RecordCells("08:42", "Recheck: It is not solved", "1号楼 2单元 · 上下水漏堵 · 还在漏", "warn"),
    ),
    "case_note": (
        line("case_note", CaseNote(fixed_id(9), "物业明天来"), place=PLACE, case=CASE),
        RecordCells("08:42", "案件备注", "1号楼 2单元 · 上下水漏堵 · 物业明天来"),
        RecordCells("08:42", "Case note", "1号楼 2单元 · 上下水漏堵 · 物业明天来"),
    ),
    "handoff": (
        line("handoff", Handoff("seat-2", cases=(fixed_id(9), fixed_id(8)), note="盯一下"), to_name="网格员 2"),
        RecordCells("08:42", "交接", "交给 网格员 2 · 2 件未结 · 盯一下"),
        RecordCells("08:42", "Handed over", "to 网格员 2 · 2 open cases · 盯一下"),
    ),
    "tag_replace": (
        line(
            "tag_replace",
            TagReplace(OLD_PLATE, NEW_PLATE, BUILDING_1, "rfid", "worn", ENTRANCE_11),
            place=PLACE,
        ),
        RecordCells("08:42", "换牌", "1号楼 2单元 · 旧牌看不清 · 刷卡", "good"),
        RecordCells("08:42", "Plate replaced", "1号楼 2单元 · the old one: hard to read · tapped", "good"),
    ),
}


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_every_kind_has_its_cells_in_both_languages(kind: str) -> None:
    shown, chinese, english = SAMPLES[kind]
    assert record_cells(shown) == chinese
    use_language("en")
    assert record_cells(shown) == english


def test_a_scan_alone_is_shown_as_arrived() -> None:
    cells = record_cells(line("check_in", CheckIn(building=BUILDING_1, method="qr", tag=SEEN), place=PLACE))
    assert (cells.detail, cells.tone) == ("已到达 · 扫码", "plain")


@pytest.mark.parametrize(
    ("geofence", "words"), [("inside", " · 定位在楼旁"), ("outside", " · 定位不在楼旁"), ("unknown", "")]
)
def test_a_check_in_says_whether_the_tablet_was_there_where_that_is_known(geofence: Geofence, words: str) -> None:
    body = CheckIn(building=BUILDING_1, method="list", result="normal", geofence=geofence)
    assert record_cells(line("check_in", body, place=PLACE)).detail == f"正常 · 列表选{words}"


def test_a_check_in_with_a_problem_is_shown_as_such() -> None:
    body = CheckIn(building=BUILDING_1, method="qr", tag=SEEN)
    assert record_cells(line("check_in", body, place=PLACE, has_problem=True)).detail == "发现问题 · 扫码"


def test_a_doubtful_plate_is_named() -> None:
    tag = TagSeen(medium="qr", digest="a" * 64, quality="replaced")
    cells = record_cells(line("check_in", CheckIn(building=BUILDING_1, method="qr", tag=tag), place=PLACE))
    assert cells.detail.endswith("楼牌已换")


def test_what_was_looked_at_is_listed() -> None:
    body = CheckIn(building=BUILDING_1, method="list", result="issue", checks={"stair": "ok", "lights": "issue"})
    assert record_cells(line("check_in", body, place=PLACE)).detail == "发现问题 · 楼道 正常 · 照明 异常 · 列表选"


def test_a_withdrawn_record_says_so_and_no_longer_counts() -> None:
    cells = record_cells(line("visit", Visit(BUILDING_1, "care", "met"), place=PLACE, is_void=True))
    assert cells.detail.startswith("已撤回")
    assert cells.tone == "muted"


def test_a_restricted_problem_shows_no_words() -> None:
    body = CaseReport("local", "matter", "10986", building=BUILDING_1, description="秘密", restricted=True)
    assert "秘密" not in record_cells(line("case_report", body, place=PLACE, matter=MATTER)).detail


def test_a_problem_whose_category_is_gone_shows_its_code() -> None:
    body = CaseReport("local", "matter", "10986", building=BUILDING_1, description="有")
    assert record_cells(line("case_report", body)).label == "类别 10986"


def test_a_kind_of_a_newer_program_is_named_and_kept() -> None:
    cells = record_cells(line("reception", None))
    assert (cells.label, cells.detail, cells.tone) == ("reception", "本版本读不出", "warn")


def is_harmless(text: str) -> bool:
    return not any(ord(char) < 32 or 127 <= ord(char) < 160 or char in "\u202e\u2066\u200f" for char in text)


@pytest.mark.parametrize("language", ["zh_CN", "en"])
@pytest.mark.parametrize(
    "hostile",
    [
        line("shift_start", ShiftStart(note=HOSTILE)),
        line("shift_end", ShiftEnd(note=HOSTILE)),
        line("check_in", CheckIn(building=BUILDING_1, method="list"), place=BAD_PLACE),
        line(
            "case_report",
            CaseReport(
                "local", "matter", "10996", place=HOSTILE, description=HOSTILE, self_resolved=True, action=HOSTILE
            ),
            matter=BAD_MATTER,
        ),
        line("visit", Visit(BUILDING_1, "care", "met", needs=(HOSTILE,), note=HOSTILE), place=BAD_PLACE),
        line("tag_bind", TagBind(NEW_PLATE, BUILDING_1, "qr", ENTRANCE_11), place=BAD_PLACE),
        line("tag_replace", TagReplace(OLD_PLATE, NEW_PLATE, BUILDING_1, "qr", "lost"), place=BAD_PLACE),
        line("task_result", TaskResult(fixed_id(8), "verify", "yes", HOSTILE), place=BAD_PLACE, case=BAD_CASE),
        line("case_note", CaseNote(fixed_id(9), HOSTILE), case=BAD_CASE),
        line("handoff", Handoff("seat-2", note=HOSTILE), to_name=HOSTILE),
        line(HOSTILE, None),
    ],
)
def test_hostile_text_reaches_no_cell(hostile: LogLine, language: str) -> None:
    use_language(language)  # type: ignore[arg-type]  # one of the two
    cells = record_cells(hostile)
    assert is_harmless(cells.label)
    assert is_harmless(cells.detail)


@given(st.text())
def test_no_note_reaches_a_cell_with_a_control_character(note: str) -> None:
    cells = record_cells(line("visit", Visit(BUILDING_1, "care", "met", note=note), place=PLACE))
    assert is_harmless(cells.detail)


@given(st.sampled_from(get_args(RecordState)), st.text(), st.text())
def test_no_sentence_of_the_server_reaches_a_cell_with_a_control_character(
    state: RecordState, reason: str, sentence: str
) -> None:
    cell = state_cell(entry_of("visit", state, reason, sentence))
    assert is_harmless(cell.text)
    assert is_harmless(cell.detail)


def test_a_record_kept_apart_says_why() -> None:
    cell = state_cell(entry_of("visit", "quarantined", "unknown_ref", "no such building"))
    assert (cell.text, cell.tone) == ("待改", "bad")
    assert cell.detail == "提到了服务器不认识的对象: no such building"


def test_a_record_that_the_server_failed_by_is_nothing_to_put_right_here() -> None:
    entry = entry_of("visit", "quarantined", "not_judged")
    assert state_cell(entry).detail == "服务器处理时出错"
    assert mend_hint(entry, is_mendable=entry.reason in MENDABLE) == "请告诉调度台，内容没有丢。"


@pytest.mark.parametrize(
    ("table", "codes"),
    [
        (words.RESULTS, get_args(Result)),
        (words.CHECK_POINTS, get_args(CheckPoint)),
        (words.CHECK_STATES, get_args(CheckState)),
        (words.METHODS, get_args(Method)),
        (words.QUALITIES, get_args(TagQuality)),
        (words.VOID_REASONS, get_args(VoidReason)),
        (words.REPLACE_REASONS, get_args(ReplaceReason)),
        (words.KINDS, tuple(KINDS)),
        (words.TASK_TYPES, get_args(TaskType)),
        (words.ANSWERS["verify"], get_args(Answer)),
        (words.ANSWERS["recheck"], get_args(Answer)),
        (WEATHER, get_args(Weather)),
        (PURPOSES, get_args(Purpose)),
        (OUTCOMES, get_args(Outcome)),
        (STATES, get_args(RecordState)),
        (REASONS, get_args(Reason)),
    ],
)
def test_every_code_of_a_closed_set_has_its_word(table: dict[str, str], codes: tuple[str, ...]) -> None:
    assert set(table) == set(codes)


def test_a_code_nobody_knows_is_shown_as_it_is() -> None:
    assert words.word(words.RESULTS, "later\x1b[2J") == "later\ufffd"


def test_cells_know_nothing_of_the_system_zone() -> None:
    moved = LogLine(AT.astimezone(UTC).astimezone(CHINA), entry_of("void"), Void(fixed_id(9), "undo"))
    assert record_cells(moved).time == "08:42"
