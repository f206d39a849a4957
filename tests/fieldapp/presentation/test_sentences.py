"""Sentences: short in hot flows, with their code, the same facts in both languages."""

import re
from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fieldapp.presentation.effects import Said, arrived_said, effect_said, refused_line
from fieldapp.presentation.forms import gap_sentence, value_text, warning_sentence
from fieldapp.presentation.states import totals_line, waiting_words
from fieldapp.presentation.syncing import receipt_lines, short_state, sync_text
from fieldapp.presentation.times import (
    ago,
    countdown,
    date_line,
    duration,
)
from fieldapp.presentation.today import counts_line, round_line
from fieldapp.presentation.troubles import TROUBLES, trouble_sentence, trouble_text
from fieldapp.services.forms import FORMS, YES, Incomplete
from fieldapp.services.moments import CHINA
from fieldapp.services.places import NamedPlace, Place
from fieldapp.services.privacy import TextWarning
from fieldapp.services.session import Person, Refused
from fieldapp.services.tag_effect import (
    CheckInAt,
    ChoosePerson,
    Effect,
    HandOver,
    ItIsYou,
    NothingHere,
    PlateDamaged,
    RememberForSignIn,
    ReplacedTag,
    SetFormPlace,
    UnknownTag,
    VisitorCard,
)
from fieldapp.text import LANGUAGES, use_language
from sync.journal import JournalSummary, StoredReceipt, SyncFault, SyncStatus
from sync.records.shared import TagSeen
from tests.fieldapp.fakes import BUILDING_1, ENTRANCE_11, START_MS, make_world
from tests.house.tree import ROOT, sources

MONDAY = datetime(2026, 11, 23, 8, 42, 7, tzinfo=CHINA)
HAN = re.compile(r"[\u3000-\u303f\u3400-\u9fff\uff00-\uffef]")
TAG = TagSeen(medium="qr", digest="a" * 64, quality="verified")
HOSTILE_NAME = "甲\x1b[2J\u202e乙"
DOOR = NamedPlace(Place(BUILDING_1, ENTRANCE_11), "12号楼", "2单元")
SOMEBODY = Person("p", HOSTILE_NAME, "s", "g")

EFFECTS: list[Effect] = [
    CheckInAt(DOOR, TAG, "qr"),
    SetFormPlace(DOOR, TAG, "qr"),
    RememberForSignIn(DOOR, TAG, "qr"),
    ItIsYou(SOMEBODY),
    HandOver(SOMEBODY),
    ChoosePerson(SOMEBODY),
    VisitorCard(HOSTILE_NAME),
    ReplacedTag("replaced", "place", CheckInAt(DOOR, TAG, "qr")),
    ReplacedTag("revoked", "inspector"),
    ReplacedTag("revoked", "visitor"),
    UnknownTag(TAG, "qr", in_form=False),
    UnknownTag(TAG, "qr", in_form=True),
    PlateDamaged("length", 18),
    PlateDamaged("unreadable", 21),
    NothingHere("badge_in_form"),
    NothingHere("locked"),
    NothingHere("not_of_this_grid"),
    NothingHere("visitor_in_form"),
]


@pytest.mark.parametrize("effect", EFFECTS, ids=lambda effect: type(effect).__name__)
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_effect_is_said_in_one_short_harmless_line(effect: Effect, language: str) -> None:
    use_language(language)  # type: ignore[arg-type]  # one of ours
    said = effect_said(effect)
    assert said.word
    assert said.line
    for text in (said.word, said.line):
        assert len(HAN.findall(text)) <= 20
        assert not any(ord(char) < 32 or 127 <= ord(char) < 160 or char == "\u202e" for char in text)


@pytest.mark.parametrize("code", sorted(TROUBLES))
def test_every_trouble_says_what_and_what_to_do_in_at_most_twenty_characters_each(code: str) -> None:
    trouble = trouble_text(code)
    assert 0 < len(trouble.what) <= 20
    assert 0 < len(trouble.todo) <= 20
    assert code in trouble.sentence


def test_every_code_that_a_tablet_can_meet_has_its_sentence() -> None:
    codes: set[str] = set()
    for folder in ("sync/errors.py", "sync/tablet/errors.py", "fieldapp/services/errors.py", "fieldapp/config.py"):
        path = ROOT / folder
        codes |= set(re.findall(r'(?:code|CODE) = "(E-[A-Z]+)"', path.read_text(encoding="utf-8")))
    assert len(codes) > 15
    assert codes <= set(TROUBLES)


def test_no_sentence_waits_for_a_code_that_nobody_gives() -> None:
    given_codes = {
        code
        for source in sources("sync/", "fieldapp/")
        for code in re.findall(r"E-[A-Z]+", source.text)
        if not source.path.endswith("presentation/troubles.py")
    }
    assert set(TROUBLES) <= given_codes


def test_a_code_nobody_knows_still_gets_a_sentence() -> None:
    assert "E-NEVER" in trouble_sentence("E-NEVER")


def test_the_date_line_is_the_one_on_every_document() -> None:
    assert date_line(MONDAY) == "2026年11月23日 周一 08:42"
    use_language("en")
    assert date_line(MONDAY) == "2026-11-23 Mon 08:42"


@pytest.mark.parametrize(
    ("seconds", "chinese", "english"),
    [
        (0, "刚刚", "just now"),
        (40, "40 秒前", "40 s ago"),
        (119, "1 分钟前", "1 min ago"),
        (7200, "2 小时前", "2 hours ago"),
        (86_400, "1 天前", "1 day ago"),
        (None, "早些时候", "some time ago"),
    ],
)
def test_how_long_ago(seconds: float | None, chinese: str, english: str) -> None:
    assert ago(seconds) == chinese
    use_language("en")
    assert ago(seconds) == english


@pytest.mark.parametrize(("seconds", "text"), [(30, "0:30"), (29.2, "0:30"), (0, "0:00"), (-4, "0:00"), (90, "1:30")])
def test_a_countdown_never_shows_zero_too_early(seconds: float, text: str) -> None:
    assert countdown(seconds) == text


@given(st.floats(min_value=-1e6, max_value=1e9))
def test_a_duration_is_never_empty_or_negative(seconds: float) -> None:
    assert re.fullmatch(r"[0-9]+ \S+", duration(seconds))


NOTHING = JournalSummary("s", 0, 0, 0, None, 0, None)
WAITING = JournalSummary("s", 34, 30, 4, "x", 0, None)
ALL_SENT = JournalSummary("s", 34, 34, 0, None, 0, None)


@pytest.mark.parametrize(
    ("status", "summary", "text", "tone"),
    [
        (SyncStatus("idle"), NOTHING, "还没有记录", "plain"),
        (SyncStatus("idle"), WAITING, "记录 4 条待交", "plain"),
        (SyncStatus("connecting"), WAITING, "正在连接…", "plain"),
        (SyncStatus("sending", 2, 4), WAITING, "正在上传：已交 2/4 条", "plain"),
        (SyncStatus("receiving"), ALL_SENT, "正在取新内容…", "plain"),
        (SyncStatus("done"), ALL_SENT, "全部已交", "good"),
        (SyncStatus("done", proven_again=True), ALL_SENT, "已重新核对至第 34 条：服务器全部收到", "good"),
        (SyncStatus("offline", fault=SyncFault("E-OFFLINE")), WAITING, "没有网络。（E-OFFLINE）", "warn"),
        (
            SyncStatus("failed", fault=SyncFault("E-PORTAL", "\x1b[2J")),
            WAITING,
            "此网络要先登录网页。（E-PORTAL）",
            "bad",
        ),
    ],
)
def test_what_the_sync_is_doing(status: SyncStatus, summary: JournalSummary, text: str, tone: str) -> None:
    said = sync_text(status, summary, START_MS)
    assert (said.text, said.tone) == (text, tone)


def test_all_received_is_never_said_while_something_waits() -> None:
    for phase in ("idle", "done"):
        said = sync_text(SyncStatus(phase, proven_again=True), WAITING, START_MS)
        assert said.tone == "plain"
        assert "4" in said.text


def test_a_coming_try_is_announced() -> None:
    status = SyncStatus("offline", fault=SyncFault("E-OFFLINE"), retry_at_ms=START_MS + 30_000)
    assert sync_text(status, WAITING, START_MS).todo == "0:30 后自动再试。"
    assert "照常工作" in sync_text(status, WAITING, START_MS + 40_000).todo


def test_the_receipt_shows_the_desks_code_and_what_it_proves() -> None:
    receipt = StoredReceipt(b"", "A7K2QM", "s", 34, START_MS // 1000)
    assert receipt_lines(receipt) == ("回执 A7K2QM", "服务器已收到本机第 1 至 34 条记录", "2026年11月23日 周一 08:00")


def test_the_status_bar_has_one_word() -> None:
    assert short_state(SyncStatus("offline", fault=SyncFault("E-OFFLINE"))) == "离线"
    assert short_state(SyncStatus("failed", fault=SyncFault("E-PIN"))) == "E-PIN"
    assert [short_state(SyncStatus(phase)) for phase in ("connecting", "done", "idle")] == ["上传中", "在线", "等待"]


def test_totals_name_what_is_kept_apart_only_when_there_is_something() -> None:
    assert totals_line(WAITING) == "已存 34 条 · 已交 30 条 · 待交 4 条"
    assert totals_line(JournalSummary("s", 34, 34, 0, None, 1, None)).endswith("待改 1 条")
    assert (waiting_words(ALL_SENT), waiting_words(WAITING)) == ("全部已交", "待交 4 条")
    assert waiting_words(NOTHING) == "无待交"


@pytest.mark.parametrize(
    ("refused", "text"),
    [
        (Refused("wrong_pin", 0, 4), "密码不对，请再试"),
        (Refused("wrong_pin", 30), "请等 30 秒再试"),
        (Refused("wait", 17), "请等 17 秒再试"),
        (Refused("unknown_person"), "此人不在本网格"),
        (Refused("no_pin"), "本机没有密码：请联网一次"),
    ],
)
def test_a_refused_sign_in_says_what_to_do(refused: Refused, text: str) -> None:
    assert refused_line(refused) == text


def test_an_arrival_and_a_doubled_one_are_said_differently() -> None:
    world = make_world().signed_in()
    first = world.services.check_ins.arrive(Place(BUILDING_1, ENTRANCE_11), "list")
    world.clock.advance(40)
    again = world.services.check_ins.arrive(Place(BUILDING_1, ENTRANCE_11), "list")
    assert arrived_said(first) == Said("已到达", "1号楼 1单元", "good")
    assert arrived_said(again) == Said("刚到过", "1号楼 1单元，40 秒前", "warn")


@pytest.mark.parametrize("language", ["zh_CN", "en"])
def test_every_form_has_its_words(language: str) -> None:
    use_language(language)  # type: ignore[arg-type]  # one of the two
    for form in FORMS.values():
        for field in form.fields:
            for value in field.choices or {}:
                assert value_text(field, value) != value
            assert field.name not in gap_sentence(form, Incomplete(field.name)).split()


def test_values_of_a_form_in_words() -> None:
    problem, visit = FORMS["problem"], FORMS["visit"]
    assert value_text(problem.field("self_resolved"), YES) == "是"
    assert value_text(problem.field("self_resolved"), "") == "否"
    assert value_text(problem.field("severity"), "3") == "危险"
    assert value_text(visit.field("needs"), "meals repair") == "用餐 · 维修"
    assert value_text(problem.field("description"), HOSTILE_NAME) == "甲\ufffd乙"
    assert gap_sentence(visit, Incomplete("flat", "no_seal_key")) == "门牌（加密）暂不能加密：请留空"
    assert warning_sentence(TextWarning("note", "id_number")) == "像是身份证号，要去掉吗？"


def test_home_in_words() -> None:
    world = make_world().signed_in()
    world.services.shifts.start()
    view = world.services.today.view()
    assert round_line(view.round) == "第 1 轮：0/5"
    assert round_line(None) == "未开班"
    assert counts_line(view.counts) == "巡查 0 处 · 问题 0 件 · 走访 0 户"
