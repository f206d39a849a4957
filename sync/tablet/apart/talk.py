"""What the two processes say to each other: MessagePack objects, each behind its length in four bytes, big-endian.

Over the first socket goes one `Speaker`, then one byte with the end of a further socket for each thread that asks. On
such a socket a question is answered by any number of `Learnt`, `Coded`, `Piece` and `Anew`, and then by one answer.
"""

import socket
import struct
from typing import TypeVar

import msgspec
from msgspec import Struct

from sync.errors import SyncError
from sync.media import UploadState
from sync.tablet.errors import (
    BatchTooLarge,
    ClockRefused,
    ConnectionCut,
    ExchangeError,
    PortalAnswered,
    ProtocolTooOld,
    ServerBusy,
    ServerFailed,
    ServerRefused,
    ServerSilent,
    ServerUnreachable,
    ServerUntrusted,
)
from sync.tablet.speaking import PartAnswer
from sync.wire import EnrolReply, EnrolRequest

MAX_FRAME_BYTES = 16 * 1024 * 1024
"""Longest frame: a reply and a request are an eighth of it."""

_HEAD = struct.Struct(">I")
_ENCODER = msgspec.msgpack.Encoder()

T = TypeVar("T")


class Exchange(Struct, frozen=True, tag=True):
    """Send a sync request."""

    body: bytes


class Enrol(Struct, frozen=True, tag=True):
    """Send an enrolment request."""

    request: EnrolRequest


class Fetch(Struct, frozen=True, tag=True):
    """Fetch a snapshot from the byte on that is not there yet."""

    sha256: str
    size_bytes: int


class AskState(Struct, frozen=True, tag=True):
    """Ask how much of a photo the server holds."""

    sha256: str


class SendPart(Struct, frozen=True, tag=True):
    """Send a part of a photo."""

    sha256: str
    state: UploadState
    part: bytes


class Check(Struct, frozen=True, tag=True):
    """Tell whether a key, 32 bytes of Ed25519, has made a signature."""

    key: bytes
    signature: bytes
    data: bytes


class AskEnd(Struct, frozen=True, tag=True):
    """Tell when the server's certificate ends."""


Spoken = Exchange | Enrol | Fetch | AskState | SendPart | AskEnd
"""What the client to the server is wanted for."""

Question = Spoken | Check


class Asked(Struct, frozen=True):
    """A question, and how far the server's time is from this tablet's as far as the asking one knows."""

    question: Question
    offset_ms: int | None


class Learnt(Struct, frozen=True, tag=True):
    """The server has refused the tablet's clock and named its own Unix milliseconds."""

    server_ms: int


class Coded(Struct, frozen=True, tag=True):
    """The best coding that the server says it reads is another one now."""

    coding: str


class Piece(Struct, frozen=True, tag=True):
    """The next bytes of a snapshot."""

    data: bytes


class Anew(Struct, frozen=True, tag=True):
    """A snapshot begins anew: what is there counts no more."""


class Answered(Struct, frozen=True, tag=True):
    """What came back to a sync request; see `sync.tablet.engine.Answer`."""

    content_type: str
    body: bytes
    sent: bytes


class Enrolled(Struct, frozen=True, tag=True):
    """What came back to an enrolment request."""

    reply: EnrolReply


class Fetched(Struct, frozen=True, tag=True):
    """All that the server had to send of a snapshot has been sent."""


class State(Struct, frozen=True, tag=True):
    """How much of a photo the server holds; None when no record that it holds names it."""

    state: UploadState | None


class Taken(Struct, frozen=True, tag=True):
    """What the server says to a part."""

    answer: PartAnswer


class Checked(Struct, frozen=True, tag=True):
    """Whether the key has made the signature."""

    is_signed: bool


class End(Struct, frozen=True, tag=True):
    """When the certificate ends, Unix milliseconds; None where there is none or it does not matter."""

    ends_at_ms: int | None


class Failed(Struct, frozen=True, tag=True):
    """It did not come to an answer.

    Attributes:
        kind: name of the error's class, empty for one that is none of ours.
        message: its sentence; of a strange error the traceback.
        code, retry_after_s: as the error has them.
    """

    kind: str
    message: str
    code: str = ""
    retry_after_s: float = 0.0


News = Learnt | Coded | Piece | Anew
Said = News | Answered | Enrolled | Fetched | State | Taken | Checked | End | Failed

_KINDS: dict[str, type[ExchangeError]] = {
    kind.__name__: kind
    for kind in (
        *(BatchTooLarge, ClockRefused, ConnectionCut, ExchangeError, PortalAnswered, ProtocolTooOld, ServerBusy),
        *(ServerFailed, ServerRefused, ServerSilent, ServerUnreachable, ServerUntrusted),
    )
}
"""What speaking with the server can end in."""


def failed_by(error: SyncError) -> Failed | None:
    """Return how an error is said, or None for one that has nothing to do with the server."""
    kind = type(error).__name__
    if kind not in _KINDS:
        return None
    retry_after_s = error.retry_after_s if isinstance(error, ServerBusy) else 0.0
    return Failed(kind, str(error), error.code, retry_after_s)


def error_of(failed: Failed) -> ExchangeError | None:
    """Return the error that was said, or None for one that is none of ours."""
    kind = _KINDS.get(failed.kind)
    if kind is None:
        return None
    if issubclass(kind, ServerBusy):
        return kind(failed.message, failed.retry_after_s)
    return ServerRefused(failed.message, failed.code) if kind is ServerRefused else kind(failed.message)


def say(line: socket.socket, words: Struct) -> None:
    """Send one frame.

    Raises:
        OSError: the other end is gone.
    """
    data = _ENCODER.encode(words)
    line.sendall(_HEAD.pack(len(data)) + data)


def hear(line: socket.socket, decoder: msgspec.msgpack.Decoder[T]) -> T:
    """Wait for one frame and return what it says.

    Raises:
        EOFError: the other end is gone.
        OSError: the socket was closed meanwhile.
        msgspec.DecodeError: it says something that is not known here.
    """
    (length,) = _HEAD.unpack(_exactly(line, _HEAD.size))
    if length > MAX_FRAME_BYTES:
        raise msgspec.DecodeError(f"a frame of {length} bytes; {MAX_FRAME_BYTES} are the most")
    return decoder.decode(_exactly(line, length))


def _exactly(line: socket.socket, length: int) -> bytearray:
    data = bytearray(length)
    view, done = memoryview(data), 0
    while done < length:
        count = line.recv_into(view[done:])
        if not count:
            raise EOFError("the other process has hung up")
        done += count
    return data
