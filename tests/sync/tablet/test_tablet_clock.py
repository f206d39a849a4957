"""The tablet's clock knows the server's time again, and how far that can be believed."""

import pytest

from sync.clock import quality_of
from sync.tablet import clock as clock_module
from sync.tablet.clock import SystemClock, corrected_now_ms


@pytest.fixture
def times(monkeypatch: pytest.MonkeyPatch) -> dict[str, int]:
    """The wall and boot clocks, held by the test, in milliseconds."""
    held = {"wall": 1_000_000, "boot": 5_000}
    monkeypatch.setattr(clock_module.time, "time_ns", lambda: held["wall"] * 1_000_000)
    monkeypatch.setattr(clock_module.time, "clock_gettime_ns", lambda _: held["boot"] * 1_000_000)
    return held


def passed(times: dict[str, int], ms: int) -> None:
    times["wall"] += ms
    times["boot"] += ms


def test_before_any_sync_nothing_is_known(times: dict[str, int]) -> None:
    stamp = SystemClock().stamp()
    assert (stamp.mono_ms, stamp.offset_ms, quality_of(stamp)) == (5_000, None, "unknown")


def test_a_learnt_offset_is_good(times: dict[str, int]) -> None:
    clock = SystemClock()
    clock.learn(1_700_000)
    passed(times, 60_000)
    assert (clock.stamp().offset_ms, quality_of(clock.stamp())) == (700_000, "good")
    assert corrected_now_ms(clock) == 1_760_000


def test_a_wall_clock_that_is_set_spoils_nothing_in_the_same_boot(times: dict[str, int]) -> None:
    clock = SystemClock()
    clock.learn(1_700_000)
    times["wall"] += 3_600_000
    assert corrected_now_ms(clock) == 1_700_000


def test_another_start_in_the_same_boot_knows_it_as_well(times: dict[str, int]) -> None:
    learnt = SystemClock().learn(1_700_000)
    passed(times, 1_000)
    clock = SystemClock()
    clock.recall(learnt)
    assert corrected_now_ms(clock) == 1_701_000
    assert quality_of(clock.stamp()) == "good"


def test_after_another_boot_it_is_estimated(times: dict[str, int], monkeypatch: pytest.MonkeyPatch) -> None:
    learnt = SystemClock().learn(1_700_000)
    monkeypatch.setattr(clock_module, "_boot_id", lambda: "another-boot")
    times["boot"] = 10
    clock = SystemClock()
    clock.recall(learnt)
    assert (clock.stamp().offset_ms, quality_of(clock.stamp())) == (700_000, "estimated")


@pytest.mark.parametrize("text", ["", "nonsense", "a b c", "a 1"])
def test_what_is_no_memory_is_passed_over(times: dict[str, int], text: str) -> None:
    clock = SystemClock()
    clock.recall(text)
    assert quality_of(clock.stamp()) == "unknown"


def test_a_system_without_a_boot_id_has_none(times: dict[str, int], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock_module, "BOOT_ID_FILE", clock_module.Path("/nowhere/boot_id"))
    assert SystemClock().stamp().boot == clock_module.NO_BOOT
