"""NMEA: which sentences give a position, which one, and what lies between them in real logs."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices.codecs.base import Answer, Located
from devices.codecs.nmea import MAX_SENTENCE_BYTES, NmeaCodec, fields_of
from devices.position import Fix
from devices.reading import FaultReason
from tests.contracts.codec_frames import faults, said
from tests.devices.nmea_sentences import gga, gsa, gst, rmc, sentence

FIX = Fix(45.6020575, 126.6423868, 1, "2026-01-13T01:55:03Z")


def heard(data: bytes) -> list[str]:
    codec = NmeaCodec()
    return said(codec.feed(data) + codec.idle())


def fixes(data: bytes) -> list[Fix]:
    """Return the positions without their accuracy."""
    found = [event.fix for event in NmeaCodec().feed(data) if isinstance(event, Located)]
    return [Fix(fix.lat, fix.lon, fix.quality, fix.time) for fix in found]


def test_an_rmc_gives_place_and_date_and_a_gga_place_and_time_of_day() -> None:
    assert fixes(rmc() + b"\r\n" + gga() + b"\r\n") == [FIX, Fix(FIX.lat, FIX.lon, 1, "01:55:03Z")]


@pytest.mark.parametrize("end", [b"\r\n", b"\r", b"\n", b"\n\r", b"\r\r\n", b"", b" \r\n", b"\x00"])
def test_any_line_end_or_none_parts_two_sentences(end: bytes) -> None:
    assert len(fixes((rmc() + end + gga() + end) * 2)) == 4


@pytest.mark.parametrize("talker", ["GP", "GN", "GL", "GB", "BD", "GA", "GQ", "QZ", "GI", "IN"])
def test_any_talker_is_heard(talker: str) -> None:
    assert len(fixes(rmc(talker=talker) + gga(talker=talker))) == 2


@pytest.mark.parametrize(
    "between",
    [
        b"\xb5b\x01\x07\x5c\x00$GP\x00\x12$\xff$A$$\x0d\x0a\x24\x24\x30",
        b"!AIVDM,1,1,,A,14eG;o@034o8sd<L9i:a;WF>062D,0*7D\r\n",
        b"12:00:01 INFO ",
        b'{"class":"TPV"}\r\n',
        b"0*5C\r\n",
        bytes(byte for byte in range(256) if byte != ord("$")),
    ],
)
def test_what_lies_between_sentences_says_nothing(between: bytes) -> None:
    assert heard(between + rmc() + between + gga() + b"\r\n") == [*map_said(rmc()), *map_said(gga())]


def map_said(data: bytes) -> list[str]:
    return said(NmeaCodec().feed(data))


@pytest.mark.parametrize(
    "body",
    [
        "PUBX,00,015503.00,4536.12345,N,12638.54321,E,142.6,G3,2.1,2.0,0.007,77.52,0.007,,0.92,1.19,0.77,9,0,0",
        "PMTK001,604,3",
        "PGRMC,A,218.8,100,6378137.000,298.257223563,0.0,0.0,0.0,A,3,1",
        "GPGSV,3,1,11,03,03,111,00,04,15,270,00,06,01,010,00,13,06,292,00",
        "GNGLL,4536.12345,N,12638.54321,E,015503.00,A,A",
        "GNVTG,,T,,M,0.123,N,0.228,K,A",
        "GPTXT,01,01,02,u-blox \xa9 ag!",
        "GNZDA,015503.00,13,01,2026,00,00",
        "GNGBS,,,,,,,,",
        "EIGNQ,RMC",
        "PMTK010",
    ],
)
def test_other_sentences_with_a_good_check_are_answers(body: str) -> None:
    (event,) = NmeaCodec().feed(sentence(body))
    assert isinstance(event, Answer)
    assert event.data == body.encode("latin-1")


def test_answers_are_named_after_their_sentence() -> None:
    data = gsa() + gst() + sentence("PUBX,04") + sentence("GNVTG,1")
    assert heard(data) == ["= gsa", "= gst", "= proprietary", "= vtg"]


@pytest.mark.parametrize("status", ["V", "", "a", "0"])
def test_an_rmc_that_is_not_valid_gives_no_position(status: str) -> None:
    assert heard(rmc(status=status)) == ["= no_fix"]


@pytest.mark.parametrize("quality", ["0", "", "A", "9", "12", "-1", "²", "١"])
def test_a_gga_without_a_quality_from_1_to_8_gives_no_position(quality: str) -> None:
    body = f"GNGGA,015503.00,4536.12345,N,12638.54321,E,{quality},08,0.9,142.6,M,5.1,M,,"
    encoded = body.encode("utf-8").decode("latin-1")
    assert heard(sentence(encoded)) == ["= no_fix"]


@pytest.mark.parametrize(
    ("tail", "quality"),
    [
        ("", 1),
        (",,", 1),
        (",,,A", 1),
        (",003.1,W,A", 1),
        (",,,D", 2),
        (",,,P", 3),
        (",,,R", 4),
        (",,,F", 5),
        (",,,E", 6),
        (",,,M", 7),
        (",,,S", 8),
        (",,,D,V", 2),
        (",,,A,S,extra", 1),
        (",,,?", 1),
    ],
)
def test_the_mode_of_an_rmc_becomes_the_quality_digit(tail: str, quality: int) -> None:
    assert [fix.quality for fix in fixes(rmc(tail=tail))] == [quality]


@pytest.mark.parametrize("tail", [",,,N", ",,,N,V"])
def test_an_rmc_whose_mode_says_not_valid_gives_no_position(tail: str) -> None:
    assert heard(rmc(tail=tail)) == ["= no_fix"]


@pytest.mark.parametrize("quality", range(1, 9))
def test_the_quality_of_a_gga_is_its_digit(quality: int) -> None:
    assert [fix.quality for fix in fixes(gga(quality=str(quality)))] == [quality]


@pytest.mark.parametrize(
    ("lat", "lon"),
    [
        ("", ""),
        ("4536.12345", ""),
        ("", "12638.54321"),
        ("9000.0001", "12638.5"),
        ("9100.0", "12638.5"),
        ("4560.0", "12638.5"),
        ("4536.1", "18000.001"),
        ("4536.1", "19912.0"),
        ("4536.1", "12660.0"),
        ("0000.000", "00000.000"),
        ("0000.0000001", "00000.0000001"),
        ("45.60", "126.64"),
        ("45X6.1", "12638.5"),
        ("-4536.1", "12638.5"),
        ("4536,1", "12638.5"),
        ("4536.1e1", "12638.5"),
        ("nan", "inf"),
        ("4536.1", "12638.5 "),
    ],
)
def test_a_place_that_cannot_be_is_no_position(lat: str, lon: str) -> None:
    for data in (rmc(lat=lat, lon=lon), gga(lat=lat, lon=lon)):
        assert heard(data) == ["= no_fix"]


@pytest.mark.parametrize(
    ("body", "lat", "lon"),
    [
        ("GPRMC,1,A,3351.50,S,07012.25,W,,,", -33.8583333, -70.2041667),
        ("GPRMC,1,A,0000.0,N,12638.0,E,,,", 0.0, 126.6333333),
        ("GPRMC,1,A,9000.0000,N,18000.000,W,,,", 90.0, -180.0),
        ("GPRMC,1,A,4536,N,12638,E,,,", 45.6, 126.6333333),
        ("GPRMC,1,A,4536.,N,1638.5,E,,,", 45.6, 16.6416667),
        ("GPRMC,1,A,4536.1234567891,N,12638.9876543219,E,,,", 45.6020576, 126.6497942),
    ],
)
def test_degrees_and_minutes_become_degrees(body: str, lat: float, lon: float) -> None:
    (fix,) = fixes(sentence(body))
    assert (fix.lat, fix.lon) == (lat, lon)


@pytest.mark.parametrize("sides", ["X,12638.5,E", ",12638.5,E", "N,12638.5,N", "NS,12638.5,E", "n,12638.5,e"])
def test_a_place_without_its_side_is_no_position(sides: str) -> None:
    assert heard(sentence(f"GPRMC,1,A,4536.1,{sides},,,")) == ["= no_fix"]


@pytest.mark.parametrize(
    ("time", "date", "expected"),
    [
        ("235960", "311216", "2016-12-31T23:59:60Z"),
        ("015503.25", "130126", "2026-01-13T01:55:03.25Z"),
        ("015503.000", "130126", "2026-01-13T01:55:03Z"),
        ("015503.", "130126", "2026-01-13T01:55:03Z"),
        ("015503", "220899", "1999-08-22T01:55:03Z"),
        ("015503", "2208-1", "01:55:03Z"),
        ("015503", "310226", "01:55:03Z"),
        ("015503", "000000", "01:55:03Z"),
        ("015503", "", "01:55:03Z"),
        ("015503", "1301026", "01:55:03Z"),
        ("", "130126", ""),
        ("246060", "130126", ""),
        ("015561", "130126", ""),
        ("1:55:03", "130126", ""),
        ("0155", "130126", ""),
    ],
)
def test_odd_times_and_dates_never_cost_the_place(time: str, date: str, expected: str) -> None:
    (fix,) = fixes(rmc(time=time, date=date))
    assert fix == Fix(FIX.lat, FIX.lon, 1, expected)


@pytest.mark.parametrize("fields", range(1, 10))
def test_a_sentence_with_too_few_fields_gives_no_position(fields: int) -> None:
    for whole in (rmc(), gga()):
        short = ",".join(fields_of(whole)[:fields])
        assert heard(sentence(short)) == ["= no_fix"]


def test_a_lower_case_check_is_accepted() -> None:
    data = rmc(tail="")
    assert data[-2:].lower() != data[-2:]
    assert len(fixes(data[:-2] + data[-2:].lower())) == 1


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (rmc()[:-3] + b"\r\n", ["! cut"]),
        (rmc()[:-3], ["! cut"]),
        (rmc()[:-1] + b"\r\n", ["! cut"]),
        (rmc()[:-2] + b"G0", ["! not_hex"]),
        (rmc()[:-2] + b"00", ["! wrong_check"]),
        (rmc()[:20] + gga(), ["! cut", *map_said(gga())]),
        (rmc()[:20] + b"\r\n" + gga(), ["! cut", *map_said(gga())]),
        (rmc()[:20] + b"\x00\x11" + gga(), ["! control_character", *map_said(gga())]),
        (rmc()[:20] + gga()[1:], ["! wrong_check"]),
        (b"$$$" + gga(), map_said(gga())),
        (b"$\r\n" + gga(), map_said(gga())),
        (b"$gpgga" + gga(), map_said(gga())),
        (b"$GP\r\n$GP" + gga(), map_said(gga())),
        (b"$GPG\r\n" + gga(), ["! cut", *map_said(gga())]),
        (b"$GPGGA" + b"G" * 3000 + gga(), map_said(gga())),
        (b"$GPGGA," + b"G" * 3 * MAX_SENTENCE_BYTES + gga(), ["! too_long", *map_said(gga())]),
        (b"$*00" + b"$,*00" + b"$", ["! cut"]),
    ],
)
def test_a_damaged_sentence_is_at_most_one_fault_and_costs_only_itself(data: bytes, expected: list[str]) -> None:
    assert heard(data) == expected


def test_the_fault_keeps_the_beginning_of_the_sentence() -> None:
    (fault,) = faults(NmeaCodec().feed(rmc()[:20] + b"\r\n"))
    assert (fault.reason, fault.sample) == (FaultReason.CUT, rmc()[:20])


def test_the_longest_list_of_satellites_is_whole() -> None:
    satellites = ",".join(f"{number},U,123,45,33,064" for number in range(72))
    assert heard(sentence(f"PUBX,03,72,{satellites}")) == ["= proprietary"]


@given(
    lat=st.floats(-90, 90),
    lon=st.floats(-180, 180),
    digits=st.integers(4, 8),
)
def test_any_place_on_earth_comes_back_within_the_digits_that_were_sent(lat: float, lon: float, digits: int) -> None:
    data = sentence(
        f"GNRMC,015503,A,{angle(lat, 2, digits)},{'NS'[lat < 0]},{angle(lon, 3, digits)},{'EW'[lon < 0]},,,130126,,,A"
    )
    found = fixes(data)
    if not found:
        assert abs(lat) + abs(lon) < 1e-5 or abs(lat) > 89.99999 or abs(lon) > 179.99999 or "60." in data.decode()
        return
    assert found[0].lat == pytest.approx(lat, abs=0.51 * 10**-digits / 60 + 1e-7)
    assert found[0].lon == pytest.approx(lon, abs=0.51 * 10**-digits / 60 + 1e-7)


def angle(degrees: float, whole_digits: int, digits: int) -> str:
    whole, minutes = divmod(abs(degrees) * 60, 60)
    return f"{int(whole):0{whole_digits}}{minutes:0{digits + 3}.{digits}f}"


@given(
    fields=st.lists(st.text(st.sampled_from("0123456789.,-+NSEWAVD*$ \x00é"), max_size=12), max_size=16),
    name=st.sampled_from(["RMC", "GGA"]),
)
def test_no_fields_whatever_raise_or_lead_out_of_the_world(fields: list[str], name: str) -> None:
    for fix in fixes(sentence(",".join([f"GN{name}", *fields]))):
        assert abs(fix.lat) <= 90
        assert abs(fix.lon) <= 180
        assert (fix.lat, fix.lon) != (0.0, 0.0)
        assert 1 <= fix.quality <= 8
