"""Recordings, and what decode says of them, line by line."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices.capture import Chunk, chunk_line, read_capture, replay
from devices.decode import decode_stream, decode_timed, json_line
from devices.emulator.em4100 import em4100_frame
from devices.errors import CaptureDamaged, UnknownModel
from devices.models import MODELS, Model, model_named
from tests.contracts.codec_frames import CAPTURES, captured

EM4100, LINE = MODELS["em4100"], MODELS["line"]
FRAME = bytes.fromhex("0236324533303836434544303803")
READ = {"event": "reading", "medium": "em", "value": "62E3086CED"}


def streamed(*pieces: bytes) -> list[dict[str, str]]:
    return [json.loads(json_line(decoded)) for decoded in decode_stream(EM4100, pieces)]


def timed(*chunks: tuple[float, bytes]) -> list[dict[str, str]]:
    lines = [chunk_line(t_ms, data) for t_ms, data in chunks]
    return [json.loads(json_line(decoded)) for decoded in decode_timed(EM4100, read_capture(lines))]


def as_said(event: dict[str, Any]) -> str:
    """Return a decoded event as the capture writes it, a position without its time."""
    match event:
        case {"value": {"lat": lat, "lon": lon, "quality": quality, "time": str()}}:
            return f"@ {lat:.7f},{lon:.7f} {quality}"
        case {"value": value}:
            return str(value)
    return f"! {event['reason']}"


def undated(what: str) -> str:
    """Return what a capture says without the time of a position: decode knows its date from an earlier sentence."""
    return what.rpartition(" ")[0] if what.startswith("@ ") else what


def test_every_accepted_read_is_printed_before_a_held_card_counts_once() -> None:
    assert streamed(FRAME * 3) == [READ] * 3


def test_a_fault_says_why() -> None:
    assert streamed(FRAME[:-2] + b"9\x03") == [{"event": "fault", "reason": "wrong_check"}]


def test_text_is_printed_as_text() -> None:
    (decoded,) = decode_stream(LINE, ["平房区".encode("gb18030")])
    assert json_line(decoded) == '{"event":"reading","medium":"line","value":"平房区"}'


def test_the_end_of_the_input_counts_as_silence() -> None:
    assert streamed(FRAME[:5]) == [{"event": "fault", "reason": "cut"}]


def test_pieces_of_a_stream_without_times_belong_together() -> None:
    assert streamed(FRAME[:5], FRAME[5:]) == [READ]


@pytest.mark.parametrize(
    ("pause_ms", "expected"),
    [
        (0.0, [READ]),
        (100.0, [READ]),
        (100.5, [{"event": "fault", "reason": "cut"}]),
        (400.0, [{"event": "fault", "reason": "cut"}]),
    ],
)
def test_a_silence_of_more_than_100_ms_ends_a_frame(pause_ms: float, expected: list[dict[str, str]]) -> None:
    assert timed((10.0, FRAME[:5]), (10.0 + pause_ms, FRAME[5:])) == expected


def test_a_frame_after_a_cut_one_and_silence_is_read() -> None:
    assert timed((0.0, FRAME[:9]), (400.0, FRAME)) == [{"event": "fault", "reason": "cut"}, READ]


@pytest.mark.parametrize("model", MODELS.values(), ids=lambda model: model.name)
def test_the_capture_of_each_reader_decodes_to_what_it_says(model: Model) -> None:
    lines = (CAPTURES / f"{model.name}.jsonl").read_bytes().splitlines()
    said = [json.loads(json_line(decoded)) for decoded in decode_timed(model, read_capture(lines))]
    expected = [what for frame in captured(model) for what in frame.said if not what.startswith("= ")]
    assert [as_said(event) for event in said] == [undated(what) for what in expected]


def tap_times(*chunks: tuple[float, bytes]) -> list[str]:
    capture = read_capture(chunk_line(t_ms, data) for t_ms, data in chunks)
    return [json.loads(json_line(tap))["value"] for tap in decode_timed(EM4100, capture, only_taps=True)]


A, B, C = "62E3086CED", "010063E9AE", "01000734E0"


@pytest.mark.parametrize(
    ("sightings", "expected"),
    [
        pytest.param([(step * 65, A) for step in range(47)], [A], id="held for three seconds"),
        pytest.param([(0, A), (600, A), (1200, A), (1800, A)], [A], id="a flutter of 600 ms is the same tap"),
        pytest.param([(100, A), (1099, A)], [A], id="not gone for a second"),
        pytest.param([(100, A), (1100, A)], [A, A], id="gone for a second"),
        pytest.param([(2300, A), (3300, A)], [A, A], id="gone for a second, whatever the time"),
        pytest.param([(0, A), (1, B), (2, C), (60, B), (61, A), (62, C)], [A, B, C], id="several at once"),
        pytest.param([(0, A), (900, B), (1500, A), (1800, B)], [A, B, A], id="each by its own time"),
    ],
)
def test_taps_are_arrivals_by_the_times_of_the_capture(sightings: list[tuple[int, str]], expected: list[str]) -> None:
    assert tap_times(*[(t_ms, em4100_frame(card)) for t_ms, card in sightings]) == expected


def test_all_bytes_of_a_stream_without_times_are_one_moment() -> None:
    stream = em4100_frame(A) * 3 + em4100_frame(B) + em4100_frame(A)
    taps = decode_stream(EM4100, [stream, stream], only_taps=True)
    assert [json.loads(json_line(tap))["value"] for tap in taps] == [A, B]


def test_a_line_ended_by_silence_arrives_when_the_silence_is_noticed() -> None:
    capture = [Chunk(0, b"ABC".hex()), Chunk(1050, b"ABC\r".hex())]
    assert len(list(decode_timed(LINE, capture, only_taps=True))) == 1


def test_taps_leave_the_faults_in() -> None:
    taps = decode_stream(EM4100, [FRAME, FRAME[:5], FRAME], only_taps=True)
    assert [json.loads(json_line(tap))["event"] for tap in taps] == ["reading", "fault"]


def test_an_unknown_model_names_the_nearest() -> None:
    with pytest.raises(UnknownModel, match="em4100"):
        model_named("em410")
    with pytest.raises(UnknownModel, match="em4100, line"):
        model_named("nonsense")


@given(st.lists(st.tuples(st.floats(0, 1000), st.binary(max_size=20)), max_size=6))
def test_a_capture_reads_back_as_it_was_written(steps: list[tuple[float, bytes]]) -> None:
    times = [sum(pause for pause, _ in steps[: index + 1]) for index in range(len(steps))]
    lines = [chunk_line(at, data) for at, (_, data) in zip(times, steps, strict=True)]
    chunks = list(read_capture(lines))
    assert [chunk.data for chunk in chunks] == [data for _, data in steps]
    assert [chunk.t_ms for chunk in chunks] == pytest.approx(times, abs=0.001)


@pytest.mark.parametrize(
    "line",
    [
        '{"t_ms": 5, "hex": "0"}',
        '{"t_ms": 5, "hex": "zz"}',
        '{"t_ms": "5", "hex": "00"}',
        '{"hex": "00"}',
        "[]",
        "02 03",
        b"\xff",
    ],
)
def test_a_damaged_line_is_named(line: str | bytes) -> None:
    with pytest.raises(CaptureDamaged, match="line 3"):
        list(read_capture(['{"t_ms": 1, "hex": "00"}', "", line]))


def test_time_that_runs_backwards_is_damage() -> None:
    with pytest.raises(CaptureDamaged, match="line 2: t_ms 1 is before 5"):
        list(read_capture(['{"t_ms": 5, "hex": "00"}', '{"t_ms": 1, "hex": "00"}']))


def test_a_replay_keeps_the_pauses() -> None:
    happened: list[object] = []
    replay([Chunk(5, "01"), Chunk(5, "02"), Chunk(1005, "03")], happened.append, happened.append)
    assert happened == [b"\x01", b"\x02", 1.0, b"\x03"]
