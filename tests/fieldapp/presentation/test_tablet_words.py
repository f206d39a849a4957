"""What is said of the tablet itself: every fact, and also that nobody tells one."""

import pytest
from msgspec.structs import replace

from fieldapp.presentation.tablet import machine_line, tablet_line
from fieldapp.services.today import Battery, Reserves, TabletState
from sync.clock import GOOD_OFFSET_MS
from tests.fieldapp.fakes import START_MS, make_world

STATE = replace(
    make_world().signed_in().services.today.tablet(),
    reserves=Reserves(12_300_000_000, Battery(64)),
    proven_at_ms=START_MS,
)


def test_the_tablet_says_all_of_itself_with_the_date_of_the_last_proof() -> None:
    state = replace(STATE, summary=replace(STATE.summary, last_n=9, watermark=6, unsettled=3))

    assert tablet_line(state) == (
        "本机：待交 3 条 · 交到 2026年11月23日 周一 08:00 · 时间准，差不到 1 秒 · 磁盘剩 12 GB · 电量 64%"
    )


def test_a_tablet_that_knows_nothing_says_so() -> None:
    state = replace(STATE, reserves=Reserves(None, None), proven_at_ms=None, clock="unknown", offset_ms=None)

    assert tablet_line(state) == "本机：无待交 · 还没交过 · 时间未核 · 磁盘余量不明 · 系统不报电量"


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        (replace(STATE, offset_ms=2_500), "时间准，慢 2 秒"),
        (replace(STATE, offset_ms=-2_500), "时间准，快 2 秒"),
        (replace(STATE, offset_ms=2_500, clock="estimated"), "时间未核，慢 2 秒"),
        (replace(STATE, offset_ms=-GOOD_OFFSET_MS - 1_000), "时间不准，快 2 分钟"),
        (replace(STATE, reserves=Reserves(200_000_000, None)), "磁盘剩 200 MB，不足"),
        (replace(STATE, reserves=Reserves(None, Battery(9, is_charging=True))), "充电 9%"),
    ],
)
def test_clock_disk_and_battery_say_how_they_are(changed: TabletState, words: str) -> None:
    assert words in machine_line(changed)
