"""One suite over the framing of every reader in MODELS; a new reader joins it by its capture."""

import pickle
import random
import sys
from types import FrameType

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices.codecs.base import Codec, CodecEvent
from devices.models import MODELS, Model
from devices.reading import SAMPLE_BYTES
from tests.contracts.codec_frames import (
    CHECKED,
    RESYNC_BY_SILENCE,
    Captured,
    captured,
    faults,
    good_frames,
    reads,
    said,
)

EVERY_MODEL = pytest.mark.parametrize("model", MODELS.values(), ids=lambda model: model.name)
CHECKED_MODELS = pytest.mark.parametrize("model", CHECKED, ids=lambda model: model.name)
EVERY_BADGE_MODEL = pytest.mark.parametrize(
    "model", [model for model in MODELS.values() if model.role == "badge"], ids=lambda model: model.name
)
GOOD_FRAMES = pytest.mark.parametrize(
    ("model", "frame"),
    [pytest.param(model, frame, id=f"{model.name}-{frame.note}") for model in CHECKED for frame in good_frames(model)],
)
KEPT_BYTES = 8192
"""Most that a codec may weigh between two calls, pickled."""


def fed(codec: Codec, *pieces: bytes) -> list[CodecEvent]:
    return [event for piece in pieces for event in codec.feed(piece)]


def bytewise(data: bytes) -> list[bytes]:
    return [bytes([byte]) for byte in data]


def lines_run(model: Model, data: bytes) -> int:
    """Count the lines of Python that a codec runs for the data: work, not time."""
    count = 0

    def counting(_frame: FrameType, event: str, _argument: object) -> object:
        nonlocal count
        count += event == "line"
        return counting

    codec = model.codec()
    before = sys.gettrace()
    sys.settrace(counting)  # type: ignore[arg-type]  # typeshed wants a protocol that names its own return type
    try:
        codec.feed(data)
    finally:
        sys.settrace(before)
    return count


@EVERY_MODEL
def test_every_captured_frame_says_what_its_line_says(model: Model) -> None:
    assert good_frames(model), "a capture holds at least one good frame"
    for frame in captured(model):
        assert said(fed(model.codec(), frame.data)) == frame.said, frame.note


@EVERY_MODEL
def test_a_frame_fed_byte_by_byte_says_the_same(model: Model) -> None:
    for frame in captured(model):
        assert said(fed(model.codec(), *bytewise(frame.data))) == frame.said, frame.note


@EVERY_MODEL
def test_a_frame_split_anywhere_says_the_same(model: Model) -> None:
    for frame in captured(model):
        for cut in range(len(frame.data) + 1):
            assert said(fed(model.codec(), frame.data[:cut], frame.data[cut:])) == frame.said, (frame.note, cut)


@EVERY_MODEL
def test_glued_frames_say_all_that_each_says(model: Model) -> None:
    frames = captured(model) * 2
    expected = [what for frame in frames for what in frame.said]
    assert said(fed(model.codec(), b"".join(frame.data for frame in frames))) == expected


@EVERY_MODEL
def test_a_cut_frame_and_silence_leave_the_next_frame_whole(model: Model) -> None:
    for frame in good_frames(model):
        for cut in range(1, len(frame.data)):
            codec = model.codec()
            codec.feed(frame.data[:cut])
            codec.idle()
            assert said(codec.feed(frame.data)) == frame.said, (frame.note, cut)


@EVERY_MODEL
def test_a_new_connection_forgets_the_cut_frame_without_a_word(model: Model) -> None:
    for frame in good_frames(model):
        codec = model.codec()
        codec.feed(frame.data[: len(frame.data) // 2])
        codec.reset()
        assert said(codec.feed(frame.data)) == frame.said


@EVERY_MODEL
def test_silence_after_silence_says_nothing(model: Model) -> None:
    codec = model.codec()
    codec.feed(good_frames(model)[0].data[:-1])
    codec.idle()
    assert codec.idle() == []


@GOOD_FRAMES
def test_a_frame_cut_by_the_next_one_costs_only_itself(model: Model, frame: Captured) -> None:
    for cut in frame.cuts:
        codec = model.codec()
        events = fed(codec, frame.data[:cut], frame.data)
        if model.name in RESYNC_BY_SILENCE:
            events += codec.idle()
        assert reads(events) == list(frame.reads), cut


@GOOD_FRAMES
def test_a_cut_frame_is_a_fault_once_the_line_falls_silent(model: Model, frame: Captured) -> None:
    for cut in frame.cuts:
        codec = model.codec()
        events = codec.feed(frame.data[:cut]) + codec.idle()
        assert reads(events) == []
        assert faults(events), cut


@GOOD_FRAMES
def test_noise_before_a_frame_changes_nothing(model: Model, frame: Captured) -> None:
    noise = bytes(byte for byte in range(256) if byte != frame.data[0])
    assert said(fed(model.codec(), noise + frame.data)) == frame.said


@GOOD_FRAMES
def test_noise_that_holds_a_false_start_costs_no_frame(model: Model, frame: Captured) -> None:
    start = frame.data[:1]
    for noise in (b"\x55" + start, start + b"\x41\xff", start * 3, start + frame.data[1:4] + b"\x00"):
        assert reads(fed(model.codec(), noise + frame.data)) == list(frame.reads), noise


@GOOD_FRAMES
def test_one_wrong_byte_never_gives_another_reading(model: Model, frame: Captured) -> None:
    for position, right in enumerate(frame.data):
        for wrong in set(range(256)) - {right}:
            damaged = frame.data[:position] + bytes([wrong]) + frame.data[position + 1 :]
            codec = model.codec()
            found = reads(codec.feed(damaged) + codec.idle())
            assert set(found) <= set(frame.reads), (position, wrong)


@CHECKED_MODELS
def test_no_framing_reads_what_another_reader_sends(model: Model) -> None:
    for other in (other for other in MODELS.values() if other.codec is not model.codec):
        codec = model.codec()
        for frame in (frame for frame in captured(other) if not frame.faults):
            assert reads(codec.feed(frame.data) + codec.idle()) == [], (other.name, frame.note)


@EVERY_BADGE_MODEL
def test_a_badge_is_said_in_upper_case_and_read_from_lower_case_digits(model: Model) -> None:
    for frame in good_frames(model):
        assert [value.upper() for value in frame.reads] == list(frame.reads)
        if frame.data.isascii():
            assert reads(fed(model.codec(), frame.data.lower())) == list(frame.reads), frame.note


@CHECKED_MODELS
def test_a_megabyte_of_random_bytes_gives_no_reading(model: Model) -> None:
    codec = model.codec()
    assert reads(codec.feed(random.Random(4100).randbytes(1 << 20)) + codec.idle()) == []


@EVERY_MODEL
def test_start_bytes_without_end_cost_work_in_proportion(model: Model) -> None:
    for frame in good_frames(model):
        for length in (1, 2, len(frame.data) - 1):
            few = max(100, 3000 // length)
            once, twice = (lines_run(model, frame.data[:length] * count) for count in (few, 2 * few))
            assert twice <= 2.2 * once, (frame.note, length)


@EVERY_MODEL
def test_a_codec_keeps_little_whatever_arrives(model: Model) -> None:
    start = good_frames(model)[0].data[:1]
    for flood in (start * 100_000, b"A" * 100_000, start + b"\x00" * 100_000, random.Random(1).randbytes(100_000)):
        codec = model.codec()
        codec.feed(flood)
        assert len(pickle.dumps(codec)) <= KEPT_BYTES
        assert reads(codec.feed(b"\x03\r") + codec.idle()) == [] or not model.is_checked


@EVERY_MODEL
@given(data=st.data())
def test_any_chunking_of_any_bytes_says_the_same(model: Model, data: st.DataObject) -> None:
    pieces = data.draw(st.lists(st.one_of(st.binary(max_size=40), st.sampled_from([f.data for f in captured(model)]))))
    whole, in_pieces, by_byte = model.codec(), model.codec(), model.codec()
    stream = b"".join(pieces)
    expected = whole.feed(stream) + whole.idle()
    assert fed(in_pieces, *pieces) + in_pieces.idle() == expected
    assert fed(by_byte, *bytewise(stream)) + by_byte.idle() == expected
    assert all(len(fault.sample) <= SAMPLE_BYTES for fault in faults(expected))
