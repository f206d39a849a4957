"""What a recording program wrote is sound a record may name, closed, or it is refused."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fieldapp.recording.sounds import NotHeard, sound_of
from sync.media import HEAD_BYTES, kind_of_bytes
from tests.fieldapp.fake_voice import ogg, wav


@pytest.mark.parametrize("said", [0, 1600, 0x7FFFFFFF, 0xFFFFFFFF - 36])
def test_a_wav_from_a_pipe_says_its_true_length_afterwards(said: int) -> None:
    if said == 0:
        with pytest.raises(NotHeard):
            sound_of(wav(size=0))
        return
    sound = sound_of(wav(size=said))
    assert (sound.data, sound.mime) == (wav(), "audio/wav")


def test_an_ogg_stream_that_was_ended_ends_with_a_whole_page() -> None:
    whole = ogg()
    assert sound_of(whole).data == whole
    assert sound_of(whole + ogg(bytes(99))[:60]).data == whole
    assert sound_of(whole).mime == "audio/ogg"


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\xff\xd8\xff\xe0 a picture",
        b"<script>alert(1)</script>",
        b"OggS",
        ogg(b"\x80theora" + bytes(20), bytes(20), bytes(20)),
        ogg(b"OpusHead" + bytes(11)),
        b"RIFF\0\0\0\0WAVE",
        wav(0),
        wav().replace(b"fmt ", b"junk"),
    ],
)
def test_what_is_no_sound_is_refused(data: bytes) -> None:
    with pytest.raises(NotHeard):
        sound_of(data)


@given(
    st.binary(max_size=200)
    | st.builds(lambda cut, tail: wav(20)[:cut] + tail, st.integers(0, 84), st.binary(max_size=60))
)
def test_whatever_a_program_writes_is_sound_or_refused(data: bytes) -> None:
    for text in (data, b"RIFF" + data, b"OggS" + data):
        try:
            sound = sound_of(text)
        except NotHeard:
            continue
        assert kind_of_bytes(sound.data[:HEAD_BYTES]) == sound.mime
        assert sound_of(sound.data) == sound
