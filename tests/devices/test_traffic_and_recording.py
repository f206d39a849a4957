"""What is counted on a line, and what a recording keeps: by default no badge, no code, not even in damaged frames."""

import json

import pytest

from devices.capture import read_capture
from devices.codecs.base import Answer, Located, Read
from devices.decode import DecodedReading, decode_timed
from devices.emulator.em4100 import em4100_frame
from devices.models import MODELS
from devices.position import Fix
from devices.reading import SAMPLE_BYTES, Fault, FaultReason
from devices.recording import MAX_BYTES, RECORD_S, Recording
from devices.traffic import WINDOW_S, Seen, Traffic
from tests.devices.nmea_sentences import sentence
from tests.devices.talking import ASKED, Wire, answering
from tests.devices.test_link_dialogue import Played

BADGE = "62E3086CED"
FRAME = em4100_frame(BADGE)
READ = Read(BADGE, FRAME)
CUT = Fault(FaultReason.CUT, FRAME[:9])
ACK = Answer("ack", b"", bytes.fromhex("0000ff00ff00"))


def recording(*, with_values: bool = False, salt: bytes = b"s" * 16) -> Recording:
    return Recording(100.0, model="em4100", with_values=with_values, salt=salt)


def rows(kept: Recording) -> list[dict[str, object]]:
    return [json.loads(line) for line in kept.text().splitlines()]


# Counting -------------------------------------------------------------------------------------------------------------


def test_before_anything_arrives_nothing_is_counted() -> None:
    assert Traffic().seen(1000.0) == Seen()


def test_bytes_frames_and_failures_are_counted_and_the_newest_frame_is_kept() -> None:
    traffic = Traffic()
    traffic.saw(FRAME, 10.0)
    traffic.heard([READ], 10.0)
    traffic.saw(FRAME[:9], 11.2)
    traffic.heard([CUT, ACK], 11.4)
    traffic.heard([], 12.0)
    assert traffic.seen(12.0) == Seen(len(FRAME) + 9, 2, 1, ACK.raw, 10.0)


def test_a_damaged_frame_is_shown_up_to_its_sample() -> None:
    traffic = Traffic()
    traffic.heard([Read("x", b"x" * 4096)], 1.0)
    assert traffic.seen(1.0).last_frame == b"x" * SAMPLE_BYTES
    traffic.heard([CUT], 2.0)
    assert traffic.seen(2.0).last_frame == CUT.sample


def test_what_is_older_than_a_minute_no_longer_counts() -> None:
    traffic = Traffic()
    for second in range(100):
        traffic.saw(b"12345", second + 0.5)
        traffic.heard([ACK], second + 0.5)
    assert traffic.seen(99.9).bytes_in == 5 * WINDOW_S
    assert traffic.seen(99.9 + WINDOW_S / 2).frames == WINDOW_S / 2
    assert traffic.seen(99.9 + WINDOW_S) == Seen(0, 0, 0, ACK.raw, None)


def test_a_position_is_a_frame_and_no_tag() -> None:
    traffic = Traffic()
    traffic.heard([Located(Fix(45.6, 126.6, 1), b"$")], 5.0)
    assert traffic.seen(5.0) == Seen(0, 1, 0, b"$", None)


def test_a_link_counts_what_its_reader_says() -> None:
    played = Played([Wire(answering(b"CARD\r", b"\x07\r"), until_s=2.0)])
    seen = played.link.traffic.seen(2.0)
    assert (seen.failures, seen.read_at_s) == (1, pytest.approx(0.27))
    assert seen.frames >= 4
    assert seen.bytes_in > len(b"=hello\rCARD\r\x00\r")
    assert seen.last_frame == b"=none"


# Recording ------------------------------------------------------------------------------------------------------------


def test_by_default_neither_a_badge_nor_its_digits_nor_a_damaged_frame_is_written() -> None:
    kept = recording()
    for data, event in ((FRAME, READ), (FRAME[:9], CUT)):
        kept.saw(data)
        kept.heard([event], 101.0)
    kept.saw(FRAME[:5])
    kept.heard([], 102.0)
    text = kept.text().lower()
    for secret in (BADGE.lower(), FRAME.hex(), FRAME[:9].hex(), FRAME[1:5].hex()):
        assert secret not in text
    assert [row["bytes"] for row in rows(kept)[1:]] == [14, 9, 5]


def test_a_masked_recording_says_what_came_and_when() -> None:
    kept = recording()
    kept.saw(ACK.raw + b"xx")
    kept.heard([ACK, CUT, Located(Fix(45.6, 126.6, 1), b"$")], 100.0125)
    assert rows(kept)[0] == {"t_ms": 0.0, "hex": "", "model": "em4100", "values": "masked"}
    assert rows(kept)[1] == {
        "t_ms": 12.5,
        "hex": "",
        "bytes": 8,
        "events": ["answer ack 0000ff00ff00", "fault cut", "position"],
    }


def test_a_masked_recording_of_a_receiver_says_nowhere_where_it_was() -> None:
    kept, codec = recording(), MODELS["nmea"].codec()
    for body in (
        "GNRMC,015503,A,4536.12345,N,12638.54321,E,,,130126,,,A",
        "GNRMC,015503,V,4536.12345,N,12638.54321,E,,,130126,,,N",
        "GNGLL,4536.12345,N,12638.54321,E,015503,A,A",
        "PUBX,00,015503,4536.12345,N,12638.54321,E,142.6,G3,2.1,2.0",
        "GNGNS,015503,4536.12345,N,12638.54321,E,AA,11,0.9,142.6,5.1,,",
    ):
        for data in (sentence(body), sentence(body)[:-1] + b"\r\n"):
            kept.saw(data)
            kept.heard(codec.feed(data), 101.0)
    for digits in ("4536", "12345", "12638", "54321"):
        assert digits not in kept.text()
        assert digits.encode().hex() not in kept.text()
    assert [said for row in rows(kept)[1:] for said in row["events"]][:4] == [  # type: ignore[attr-defined]
        "position",
        "fault cut",
        "answer no_fix",
        "fault cut",
    ]


def test_the_same_tag_has_the_same_word_in_one_recording_and_another_in_the_next() -> None:
    first, second = recording(salt=b"a" * 16), recording(salt=b"b" * 16)
    for kept in (first, second):
        for read in (READ, Read("010063E9AE", b""), READ):
            kept.heard([read], 101.0)
    words = [row["events"] for row in rows(first)[1:]]
    assert words[0] == words[2] != words[1]
    assert [row["events"] for row in rows(second)[1:]] != words


def test_with_agreement_the_bytes_are_kept_and_decode_reads_them_again() -> None:
    kept = recording(with_values=True)
    for piece, events, at in ((FRAME[:5], [], 100.5), (FRAME[5:], [READ], 100.51)):
        kept.saw(piece)
        kept.heard(events, at)
    assert rows(kept)[0]["values"] == "kept"
    decoded = list(decode_timed(MODELS["em4100"], read_capture(kept.text().splitlines())))
    assert decoded == [DecodedReading("em", BADGE)]


def test_a_masked_recording_is_a_capture_that_says_nothing() -> None:
    kept = recording()
    kept.saw(FRAME)
    kept.heard([READ], 101.0)
    assert list(decode_timed(MODELS["line"], read_capture(kept.text().splitlines()))) == []


def test_a_recording_ends_by_time() -> None:
    kept = recording()
    assert kept.left_s(100.0 + RECORD_S / 2) == RECORD_S / 2
    assert kept.is_over(100.0 + RECORD_S)
    kept.saw(FRAME)
    kept.heard([READ], 100.0 + RECORD_S)
    assert len(rows(kept)) == 1


@pytest.mark.parametrize("with_values", [True, False])
def test_a_flood_fills_a_recording_only_up_to_its_bound(with_values: bool) -> None:
    kept = recording(with_values=with_values)
    for _ in range(4000):
        kept.saw(b"x" * 4096)
        kept.heard([READ] * 40, 101.0)
    assert kept.is_over(101.0)
    assert kept.left_s(101.0) == 0.0
    assert len(kept.text()) < MAX_BYTES + 20_000


def test_a_silence_that_completes_nothing_is_not_written() -> None:
    kept = recording()
    kept.heard([], 101.0)
    kept.heard([CUT], 101.1)
    assert [row.get("events") for row in rows(kept)] == [None, ["fault cut"]]


def test_a_link_writes_into_the_recording_it_is_given() -> None:
    wire = Wire(answering(b"CARD\r"))
    kept = Recording(0.0, model=ASKED.name, with_values=False, salt=b"s" * 16)
    Played([wire], recording=kept)
    events = [event for row in rows(kept)[1:] for event in row["events"]]  # type: ignore[attr-defined]
    assert events[0] == "answer hello 3d68656c6c6f"
    assert events[1].startswith("read ")
    assert "CARD" not in kept.text()
