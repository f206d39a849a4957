"""What the desk shows: buildings, cases, receipts, tablets; honest, bounded, without people."""

from dataclasses import fields, is_dataclass, replace
from datetime import timedelta, timezone
from uuid import UUID

import pytest

from sync.caseapi.desk.text import texts_of
from sync.caseapi.desk.views import cases, receipts, rounds, tablets
from sync.caseapi.desk.views.cases import CASES_SHOWN, cases_view
from sync.caseapi.desk.views.receipts import RECEIPTS_SHOWN, receipts_view
from sync.caseapi.desk.views.rounds import BUILDINGS_SHOWN, RoundCell, RoundsView, rounds_view
from sync.caseapi.desk.views.tablets import TabletsView, tablets_view
from sync.caseapi.desk.views.words import Chip, Now
from sync.caseapi.storage.rows import BuildingRounds, TabletRow
from tests.sync.caseapi.desk.fake_reads import (
    MINUTE_MS,
    NOW_MS,
    TABLET,
    building,
    case,
    grid,
    receipt,
    round_done,
    tablet,
)

ZH = texts_of("zh_CN")
NOW = Now(NOW_MS, timezone(timedelta(hours=8)))
GRIDS = dict([grid(1), grid(2), grid(1, community=2)])
OTHER_COMMUNITY = "230108001002"


def seen(buildings: list[BuildingRounds], community: str = "") -> RoundsView:
    return rounds_view(buildings, GRIDS, community=community, texts=ZH)


def test_plates_are_counted_by_building_and_over_all_buildings_of_a_grid() -> None:
    reached = replace(building(1, round_done(1, normal=1)), plates=3)
    others = [replace(building(2), plates=4), replace(building(3, grid="230108001001-02"), plates=1)]
    (group,) = seen([reached, *others]).groups
    assert (group.plates, [line.plates for line in group.lines]) == ("楼牌 7/8", ["楼牌 3/4"])


def shown(*rows: TabletRow) -> TabletsView:
    return tablets_view(rows, GRIDS, now=NOW, texts=ZH)


def test_a_scan_alone_is_shown_as_arrived_and_never_as_normal() -> None:
    (group,) = seen([building(1, round_done(1, not_stated=1))]).groups
    assert group.lines[0].first == RoundCell((Chip("已到达", "calm"),), "单元 1/4")
    assert group.lines[0].second == RoundCell()


def test_a_round_says_all_it_found_the_worst_first_with_counts() -> None:
    (group,) = seen([building(1, round_done(1, not_stated=1, normal=2, issue=1, no_access=3))]).groups
    assert [chip.text for chip in group.lines[0].first.chips] == ["有问题", "进不去 3", "正常 2", "已到达"]


def test_without_a_community_only_reached_buildings_are_listed() -> None:
    view = seen([building(1, round_done(2, normal=1)), building(2)])
    assert (view.reached, view.total) == (1, 2)
    assert [line.name for group in view.groups for line in group.lines] == ["友协大街1号楼"]


def test_too_many_to_read_are_not_listed_before_a_community_is_chosen() -> None:
    many = [building(number, round_done(1, normal=1)) for number in range(BUILDINGS_SHOWN + 1)]
    assert seen(many).groups == ()
    assert seen(many).reached == BUILDINGS_SHOWN + 1
    assert len(seen(many[:-1]).groups[0].lines) == BUILDINGS_SHOWN
    assert len(seen(many, community="230108001001").groups[0].lines) == BUILDINGS_SHOWN + 1


def test_a_chosen_community_lists_all_its_buildings_by_grid_and_no_others() -> None:
    listed = [building(1), building(2, grid="230108001001-02"), building(3, grid="230108001002-01")]
    view = seen(listed, community="230108001001")
    assert view.chosen == "演示社区1"
    assert [(group.name, len(group.lines)) for group in view.groups] == [
        ("演示社区1 第1网格", 1),
        ("演示社区1 第2网格", 1),
    ]


@pytest.mark.parametrize("unknown", ["nowhere", "<script>", "230108001009"])
def test_an_unknown_community_counts_as_none_chosen(unknown: str) -> None:
    assert seen([building(1)], community=unknown).chosen == ""


def test_communities_stand_in_the_order_of_their_codes_not_of_what_was_done() -> None:
    view = seen([building(1), building(3, round_done(1, normal=1), round_done(2, normal=1), grid="230108001002-01")])
    assert [(line.id[-1], line.total, line.first, line.second) for line in view.communities] == [
        ("1", 1, 0, 0),
        ("2", 1, 1, 1),
    ]


def test_a_building_of_a_grid_that_is_not_imported_is_still_shown() -> None:
    (group,) = seen([building(1, round_done(1, normal=1), grid="elsewhere")]).groups
    assert group.name == "elsewhere"


def test_a_restricted_case_shows_no_description() -> None:
    (line,) = cases_view([case(1, is_restricted=True, summary="who and what")], GRIDS, now=NOW, texts=ZH).lines
    assert line.is_restricted
    assert line.summary == ""


def test_a_case_of_a_wrong_clock_is_shown_at_its_arrival() -> None:
    (line,) = cases_view([case(1, reported_at="some day")], GRIDS, now=NOW, texts=ZH).lines
    assert line.reported == line.arrived


@pytest.mark.parametrize(
    ("clock", "words"), [("good", ""), ("", ""), ("estimated", "时间推算"), ("unknown", "时间未核")]
)
def test_a_time_that_is_not_sure_is_marked_in_words(clock: str, words: str) -> None:
    (line,) = cases_view([case(1, clock=clock)], GRIDS, now=NOW, texts=ZH).lines
    assert line.clock == words


@pytest.mark.parametrize(
    ("state", "chip"),
    [
        ("reported", Chip("已上报", "calm")),
        ("closed", Chip("已结案", "good")),
        ("of_tomorrow", Chip("of_tomorrow", "calm")),
    ],
)
def test_a_state_is_named_and_one_of_a_newer_server_shown_as_it_is(state: str, chip: Chip) -> None:
    (line,) = cases_view([case(1, state=state)], GRIDS, now=NOW, texts=ZH).lines
    assert line.state == chip


def test_only_what_arrived_on_the_district_s_day_counts_as_today() -> None:
    yesterday = NOW_MS - 11 * 60 * MINUTE_MS
    view = cases_view([case(1), case(2, received_ms=yesterday)], GRIDS, now=NOW, texts=ZH)
    assert (view.today, view.is_partial, view.left_out) == (1, False, 0)
    given = receipts_view([receipt("7K3M9Q", 1), receipt("X0VT5B", 1, 11 * 60)], GRIDS, now=NOW, texts=ZH)
    assert (given.today, given.is_partial, given.left_out) == (1, False, 0)


def test_a_full_reading_says_that_there_may_be_more() -> None:
    view = cases_view([case(0)] * 100, GRIDS, now=NOW, texts=ZH)
    assert (view.today, view.is_partial, len(view.lines), view.left_out) == (100, True, CASES_SHOWN, 100 - CASES_SHOWN)
    given = receipts_view([receipt("7K3M9Q", 1)] * 100, GRIDS, now=NOW, texts=ZH)
    assert (given.today, given.is_partial, len(given.lines)) == (100, True, RECEIPTS_SHOWN)


def test_a_receipt_shows_the_code_of_the_tablet_and_how_much_is_held() -> None:
    (line,) = receipts_view([receipt("7K3M9Q", 34, 2)], GRIDS, now=NOW, texts=ZH).lines
    assert (line.code, line.records, line.tablet) == ("7K3M9Q", "已收 34 条记录", "A001")
    assert (line.at.absolute, line.at.relative) == ("10:13", "2 分钟前")


def test_a_tablet_that_delivered_everything_is_not_open() -> None:
    view = shown(tablet())
    assert (view.lines, view.total, view.settled) == ((), 1, 1)


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"open_shifts": 1}, "1 个班次未结束"),
        ({"unsettled": 12}, "12 条记录待交"),
        ({"quarantined_here": 2}, "2 条记录待更正"),
        ({"status": "revoked"}, "已停用，正在移交"),
    ],
)
def test_a_tablet_is_open_for_a_reason_in_words(changed: dict[str, object], why: str) -> None:
    view = shown(tablet(**changed))
    assert [chip.text for chip in view.lines[0].why] == [why]


def test_an_erased_tablet_is_gone() -> None:
    assert shown(tablet(status="erased", unsettled=3)).total == 0


def test_a_tablet_that_never_called_and_one_with_a_strange_clock_are_shown() -> None:
    view = shown(
        tablet(open_shifts=1, last_exchange_ms=None),
        tablet(UUID(int=2), unsettled=1, oldest_unsettled="yesterday"),
        tablet(UUID(int=3), unsettled=1, oldest_unsettled="2026-11-22T10:15:03+08:00"),
    )
    assert [line.seen is None for line in view.lines] == [True, False, False]
    assert [line.oldest and line.oldest.absolute for line in view.lines] == [None, None, "11月22日 10:15"]


def test_nothing_that_is_shown_has_a_place_for_a_person() -> None:
    views = [value for module in (cases, receipts, rounds, tablets) for value in vars(module).values()]
    shown_fields = {field.name for value in views if is_dataclass(value) for field in fields(value)}
    for word in ("actor", "inspector", "person", "seat", "rank", "user"):
        assert not [name for name in shown_fields if word in name]
    assert str(TABLET).endswith("a001")
