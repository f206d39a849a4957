"""What the two processes say to each other arrives whole or not at all, errors among it."""

from socket import socketpair

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.errors import WireError
from sync.tablet.apart.talk import MAX_FRAME_BYTES, Asked, Exchange, Piece, Said, error_of, failed_by, hear, say
from sync.tablet.errors import (
    ConnectionCut,
    DiskFull,
    ExchangeError,
    ServerBusy,
    ServerFailed,
    ServerRefused,
    ServerSilent,
    ServerUnreachable,
)
from tests.sync.tablet.test_apart import PATIENCE_S, in_thread

ERRORS = [
    ExchangeError("a"),
    ServerBusy("later", 17.5),
    ServerFailed("broken", 3.0),
    ServerRefused("no", "E-DEVICE"),
    ServerUnreachable("gone"),
    ServerSilent("slow"),
    ConnectionCut("reset"),
]


@pytest.mark.parametrize("error", ERRORS, ids=lambda error: type(error).__name__)
def test_an_error_is_the_same_on_either_side(error: ExchangeError) -> None:
    failed = failed_by(error)
    assert failed is not None
    said = error_of(failed)
    assert type(said) is type(error)
    assert (said.code, str(said), vars(said)) == (error.code, str(error), vars(error))


def test_an_error_of_something_else_is_none_of_the_servers() -> None:
    assert failed_by(WireError("a")) is None
    assert failed_by(DiskFull("a")) is None


@given(data=st.binary(max_size=300_000), pieces=st.integers(1, 5))
def test_frames_arrive_as_they_were_said(data: bytes, pieces: int) -> None:
    ours, theirs = socketpair()
    decoder: msgspec.msgpack.Decoder[Said] = msgspec.msgpack.Decoder(Said)
    with ours, theirs:
        saying, failed = in_thread(lambda: [say(ours, Piece(data)) for _ in range(pieces)])
        assert [hear(theirs, decoder) for _ in range(pieces)] == [Piece(data)] * pieces
        saying.join(PATIENCE_S)
        assert not failed


@pytest.mark.parametrize(
    "data",
    [b"\xff\xff\xff\xff", (MAX_FRAME_BYTES + 1).to_bytes(4, "big"), b"\0\0\0\1\xc1", b"\0\0\0\2\x81\xa1"],
)
def test_a_frame_that_is_none_is_refused(data: bytes) -> None:
    ours, theirs = socketpair()
    with ours, theirs:
        ours.sendall(data)
        with pytest.raises(msgspec.DecodeError):
            hear(theirs, msgspec.msgpack.Decoder(Asked))


@pytest.mark.parametrize("length", range(9))
def test_half_a_frame_is_the_end(length: int) -> None:
    ours, theirs = socketpair()
    with theirs:
        with ours:
            whole = msgspec.msgpack.encode(Asked(Exchange(b"{}"), None))
            ours.sendall((len(whole).to_bytes(4, "big") + whole)[:length])
        with pytest.raises(EOFError):
            hear(theirs, msgspec.msgpack.Decoder(Asked))
