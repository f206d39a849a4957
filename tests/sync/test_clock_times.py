"""Times as tablets saw them: written and read without loss, judged and never trusted."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.clock import MAX_WHOLE, Stamp, corrected_ms, format_time, parse_time, quality_of

YEAR_1_MS = -62_135_510_400_000
YEAR_9999_MS = 253_402_214_399_999
offsets = st.integers(-23 * 60, 23 * 60)


def test_a_time_in_harbin_is_written_with_milliseconds_and_its_offset() -> None:
    assert format_time(1_795_392_903_120, 480) == "2026-11-23T08:15:03.120+08:00"
    assert parse_time("2026-11-23T08:15:03.120+08:00") == 1_795_392_903_120


@given(st.integers(YEAR_1_MS, YEAR_9999_MS), offsets)
def test_what_is_written_reads_back_to_the_millisecond(unix_ms: int, offset: int) -> None:
    assert parse_time(format_time(unix_ms, offset)) == unix_ms


@given(st.integers(), offsets)
def test_a_clock_beyond_all_calendars_is_clamped_not_refused(unix_ms: int, offset: int) -> None:
    assert parse_time(format_time(unix_ms, offset)) == min(max(unix_ms, YEAR_1_MS), YEAR_9999_MS)


@pytest.mark.parametrize(
    ("text", "unix_ms"),
    [
        ("1970-01-01T00:00:00Z", 0),
        ("1970-01-01T08:00:00+08:00", 0),
        ("1969-12-31T23:59:59.999Z", -1),
        ("2026-11-23T00:15:03.1204999Z", 1_795_392_903_120),
        ("2026-11-23T00:15:03.120000001Z", 1_795_392_903_120),
    ],
)
def test_rfc_3339_is_read(text: str, unix_ms: int) -> None:
    assert parse_time(text) == unix_ms


@pytest.mark.parametrize(
    "text",
    [
        "",
        "2026-11-23",
        "2026-11-23T08:15:03",
        "2026-11-23 08:15:03Z",
        "2026-11-23\x1b08:15:03Z",
        "2026-11-23\u202e08:15:03Z",
        "2026-11-23T08:15:03Z\n",
        "2026-W48-1T08:15:03Z",
        "20261123T081503Z",
        "2026-11-23T24:15:03Z",
        "2026-02-30T08:15:03Z",
        "2026-11-23T08:15:03+8:00",
        "2026-11-23T08:15:03+08:00:30",
        "\u0662026-11-23T08:15:03Z",
    ],
)
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - the sentence is not shown to anybody
        parse_time(text)


@given(st.text(max_size=40))
def test_no_text_at_all_raises_anything_but_value_error(text: str) -> None:
    try:
        parse_time(text)
    except ValueError:
        return
    assert text.isascii()
    assert text.isprintable()


@pytest.mark.parametrize(
    ("stamp", "quality"),
    [
        (Stamp("boot", 1), "unknown"),
        (Stamp("boot", 1, offset_boot=True), "unknown"),
        (Stamp("boot", 1, offset_ms=0), "estimated"),
        (Stamp("boot", 1, offset_ms=0, offset_boot=True), "good"),
    ],
)
def test_quality_says_where_the_offset_was_learnt(stamp: Stamp, quality: str) -> None:
    assert quality_of(stamp) == quality


@given(st.integers(0, YEAR_9999_MS), st.integers(-MAX_WHOLE, MAX_WHOLE))
def test_the_corrected_time_is_the_clock_plus_the_last_known_offset(unix_ms: int, offset_ms: int) -> None:
    recorded_at = format_time(unix_ms, 480)
    assert corrected_ms(recorded_at, Stamp("boot", 1, offset_ms=offset_ms)) == unix_ms + offset_ms
    assert corrected_ms(recorded_at, Stamp("boot", 1)) == unix_ms


def test_a_tablet_that_woke_in_1970_is_put_right_by_its_offset() -> None:
    woke = format_time(12_000, 480)
    assert corrected_ms(woke, Stamp("boot", 12_000, offset_ms=1_795_392_891_120)) == 1_795_392_903_120
