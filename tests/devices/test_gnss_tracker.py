"""What a receiver's sentences say together: spread, age, date, and what time it is."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices.codecs.base import Located
from devices.codecs.nmea import NmeaCodec
from devices.gnss import Dating, GnssTracker, moment_of
from devices.position import Fix
from tests.devices.nmea_sentences import gga, gsa, gst, rmc, sentence

WALL = datetime(2026, 1, 13, 1, 55, 0, tzinfo=UTC)


def told(*steps: tuple[float, bytes], wall: datetime = WALL) -> GnssTracker:
    """Return a tracker that heard sentences, each at a monotonic second; the tablet's clock stands still."""
    tracker, codec = GnssTracker(not_before=datetime(2026, 1, 1, tzinfo=UTC)), NmeaCodec()
    for now, data in steps:
        for event in codec.feed(data):
            if isinstance(event, Located):
                tracker.take(event.fix, now, wall)
    return tracker


def fixes(data: bytes) -> list[Fix]:
    return [event.fix for event in NmeaCodec().feed(data) if isinstance(event, Located)]


def last(data: bytes) -> Fix:
    return fixes(data)[-1]


# ── accuracy ──


def test_the_estimate_of_the_receiver_is_the_spread_of_later_positions() -> None:
    before, after = fixes(gga(hdop="9.0") + gst(north="3.0", east="4.0") + gga(hdop="9.0"))
    assert (before.sigma_m, before.sigma_from) == (45.0, "hdop")
    assert (after.sigma_m, after.sigma_from) == (5.0, "gst")


def test_without_an_estimate_the_geometry_of_the_satellites_is_the_spread() -> None:
    fix = last(gga(hdop="1.5", satellites="07"))
    assert (fix.sigma_m, fix.sigma_from, fix.hdop, fix.satellites) == (7.5, "hdop", 1.5, 7)


def test_a_gga_speaks_for_the_rmc_after_it() -> None:
    assert last(gga(hdop="1.5", satellites="07") + rmc()).satellites == 7


def test_a_gsa_gives_the_geometry_where_there_is_no_gga() -> None:
    fix = last(gsa(hdop="2.0") + rmc())
    assert (fix.sigma_m, fix.sigma_from, fix.satellites) == (10.0, "hdop", None)


def test_a_position_of_which_nothing_is_said_has_no_spread() -> None:
    fix = last(rmc())
    assert (fix.sigma_m, fix.sigma_from, fix.hdop) == (None, "", None)


@pytest.mark.parametrize(("positions", "sigma_from"), [(20, "gst"), (21, "")])
def test_an_estimate_counts_for_twenty_positions(positions: int, sigma_from: str) -> None:
    assert last(gst() + gsa() + rmc() * positions).sigma_from == sigma_from


@pytest.mark.parametrize("said", ["", "0.0", "-1", "nan", "x", "1e9", "9" * 20])
def test_an_estimate_that_cannot_be_counts_as_none(said: str) -> None:
    assert last(gst(north=said) + gsa(hdop=said) + gga(hdop=said)).sigma_from == ""


def test_a_short_or_empty_sentence_about_accuracy_changes_nothing() -> None:
    short = sentence("GNGST,1,2") + sentence("GNGSA,A") + sentence("GNGST,,,,,,,,")
    assert last(gst() + gsa() + short + gga(hdop="", satellites="")).sigma_from == "gst"


def test_a_new_connection_forgets_what_was_said_of_accuracy() -> None:
    codec = NmeaCodec()
    codec.feed(gst() + gsa())
    codec.reset()
    (event,) = codec.feed(rmc())
    assert isinstance(event, Located)
    assert event.fix.sigma_from == ""


# ── the newest position ──


def test_without_a_position_there_is_no_standing() -> None:
    assert told((1.0, rmc(status="V") + gga(quality="0") + gsa() + gst())).standing(1.0) is None


def test_the_newest_position_counts_and_ages_by_the_monotonic_clock() -> None:
    found = told((1.0, gga(lat="4536.0")), (3.0, gga(lat="4537.0"))).standing(7.5)
    assert found is not None
    assert (found.fix.lat, found.age_s) == (45.6166667, 4.5)


def test_a_receiver_without_fix_keeps_its_last_one_with_its_age() -> None:
    found = told((1.0, gga()), (2.0, gga(quality="0"))).standing(9.0)
    assert found is not None
    assert found.age_s == 8.0


def test_the_newest_position_has_its_date() -> None:
    found = told((1.0, rmc(time="015503") + gga(time="015503"))).standing(1.0)
    assert found is not None
    assert found.fix.time == "2026-01-13T01:55:03Z"


# ── dates ──


def dated(*times: str) -> list[str]:
    dating = Dating()
    return [dating.dated(Fix(45.6, 126.6, 1, time)).time for time in times]


def test_a_time_of_day_takes_the_date_named_last() -> None:
    assert dated("01:55:02Z", "2026-01-13T01:55:03Z", "01:55:04.5Z") == [
        "01:55:02Z",
        "2026-01-13T01:55:03Z",
        "2026-01-13T01:55:04.5Z",
    ]


def test_around_midnight_a_time_of_day_takes_the_day_it_is_nearest_to() -> None:
    assert dated("2026-01-13T23:59:59Z", "00:00:00Z", "23:59:59Z", "2026-01-14T00:00:01Z", "23:59:59.9Z")[1:] == [
        "2026-01-14T00:00:00Z",
        "2026-01-13T23:59:59Z",
        "2026-01-14T00:00:01Z",
        "2026-01-13T23:59:59.9Z",
    ]


def test_a_stream_that_names_its_date_once_goes_on_over_midnight() -> None:
    assert dated("2026-12-31T20:00:00Z", "23:00:00Z", "02:00:00Z", "09:00:00Z")[-1] == "2027-01-01T09:00:00Z"


def test_without_a_time_there_is_no_date() -> None:
    assert dated("2026-01-13T01:55:03Z", "") == ["2026-01-13T01:55:03Z", ""]


def test_a_leap_second_is_a_time() -> None:
    assert moment_of("2016-12-31T23:59:60.5Z") == datetime(2017, 1, 1, 0, 0, 0, 500_000, tzinfo=UTC)
    assert dated("2016-12-31T23:59:60Z", "23:59:60Z")[1] == "2016-12-31T23:59:60Z"


@given(st.datetimes(datetime(1980, 1, 6), datetime(2079, 1, 1)), st.floats(-43000, 43000))
def test_a_time_of_day_within_half_a_day_is_dated_right(latest: datetime, away_s: float) -> None:
    latest = latest.replace(tzinfo=UTC)
    other = latest + timedelta(seconds=away_s)
    (_, found) = dated(latest.isoformat(), other.time().isoformat() + "Z")
    assert moment_of(found) == other


# ── the tablet's clock ──


def at(second: int, date: str = "130126") -> bytes:
    return rmc(time=f"0155{second:02}", date=date)


@pytest.mark.parametrize(("wall_s", "offset_ms"), [(4, 0), (0, 4000), (3604, -3_600_000)])
def test_two_agreeing_dates_say_how_far_the_clock_is_off(wall_s: int, offset_ms: int) -> None:
    tracker = told((100.0, at(3)), (101.0, at(4)), wall=WALL + timedelta(seconds=wall_s))
    assert tracker.clock_offset_ms(101.0) == offset_ms


@pytest.mark.parametrize(("now", "is_known"), [(161.0, True), (161.1, False)])
def test_what_two_dates_said_counts_for_a_minute(now: float, is_known: bool) -> None:
    assert (told((100.0, at(3)), (101.0, at(4))).clock_offset_ms(now) is not None) is is_known


@pytest.mark.parametrize(
    "steps",
    [
        [(100.0, at(3))],
        [(100.0, at(3)), (101.0, at(3))],
        [(100.0, at(3)), (104.1, at(5))],
        [(100.0, at(4)), (101.0, at(3))],
        [(100.0, at(3)), (101.0, at(4, date="140126"))],
        [(100.0, at(3, date="2208-1")), (101.0, at(4, date="2208-1"))],
        [(100.0, at(3, date="220899")), (101.0, at(4, date="220899"))],
        [(100.0, at(3, date="311225")), (101.0, at(4, date="311225"))],
        [(100.0, at(3)), (101.0, at(4)), (102.0, at(30))],
        [(100.0, gga(time="015503")), (101.0, gga(time="015504"))],
        [(100.0, rmc(time="015503", status="V")), (101.0, rmc(time="015504", status="V"))],
    ],
)
def test_one_date_or_two_that_disagree_or_cannot_be_say_nothing(steps: list[tuple[float, bytes]]) -> None:
    assert told(*steps).clock_offset_ms(105.0) is None


def test_sentences_between_two_dates_do_not_part_them() -> None:
    tracker = told((100.0, at(3) + gga(time="015503") + gsa() + gst()), (101.0, rmc(time="", date="")), (101.1, at(4)))
    assert tracker.clock_offset_ms(101.1) == 4000


def test_a_tablet_that_slept_is_not_blamed_for_it() -> None:
    # The monotonic clock stands still while a tablet sleeps, so the dates before and after disagree.
    wall = WALL + timedelta(minutes=5, seconds=1)
    tracker = told((100.0, at(3)), (101.0, at(4)), (101.5, rmc(time="020001")), wall=wall)
    assert tracker.clock_offset_ms(101.5) is None
