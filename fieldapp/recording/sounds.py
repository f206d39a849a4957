"""What a recording program wrote: whether it is sound that a record may name, and its bytes closed. Pure."""

from typing import Literal

from msgspec import Struct

from sync.media import HEAD_BYTES, kind_of_bytes
from sync.records.shared import MediaMime

Reason = Literal[
    "no_program",
    "program_missing",
    "program_failed",
    "no_sound",
    "too_short",
    "disk_low",
    "already",
    "gone",
    "no_player",
    "player_failed",
]
"""Why there is no spoken note, or it is not heard; `fieldapp.presentation.voices` has a sentence for each."""

SOUNDS = (b"OpusHead", b"\x01vorbis", b"Speex   ", b"\x7fFLAC")
"""How the first packet of a stream in Ogg begins that is sound and no picture."""

MIN_PAGES = 3
"""Pages of an Ogg stream that holds sound: what it is, its comments, and the first of it."""

_CHUNK = 8
_RIFF = 12
_PAGE = 27
_OGG = b"OggS"


class NotHeard(Exception):
    """Nothing was recorded, or nothing was played.

    Attributes:
        reason: why.
    """

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason)
        self.reason: Reason = reason


class Sound(Struct, frozen=True):
    """A recording as it is kept."""

    data: bytes
    mime: MediaMime


def sound_of(data: bytes) -> Sound:
    """Return what was recorded, closed: a WAV says its true length, an Ogg stream ends with a whole page.

    Programs that write into a pipe cannot go back to the header, and one that was ended leaves half a page.

    Raises:
        NotHeard: it is neither, or there is no sound in it.
    """
    match kind_of_bytes(data[:HEAD_BYTES]):
        case "audio/wav":
            return Sound(_closed_wav(data), "audio/wav")
        case "audio/ogg":
            return Sound(_whole_pages(data), "audio/ogg")
        case _:
            raise NotHeard("no_sound" if data else "program_failed")


def _closed_wav(data: bytes) -> bytes:
    place, has_format = _RIFF, False
    while place + _CHUNK <= len(data):
        name, size = data[place : place + 4], int.from_bytes(data[place + 4 : place + 8], "little")
        begins = place + _CHUNK
        if name == b"data":
            # An unknown length is written as the largest there is; chunks behind the sound are passed over.
            sound = data[begins : begins + size]
            if not has_format or not sound:
                break
            closed = data[:place] + b"data" + len(sound).to_bytes(4, "little") + sound
            return b"RIFF" + (len(closed) - _CHUNK).to_bytes(4, "little") + closed[_CHUNK:]
        has_format |= name == b"fmt "
        place = begins + size + size % 2
    raise NotHeard("no_sound")


def _whole_pages(data: bytes) -> bytes:
    first = data[_PAGE : _PAGE + 255 + 16]
    if not any(mark in first for mark in SOUNDS):
        raise NotHeard("no_sound")
    place = pages = 0
    while data.startswith(_OGG, place) and place + _PAGE <= len(data):
        segments = data[place + 26]
        body = place + _PAGE + segments
        ends = body + sum(data[place + _PAGE : body])
        if ends > len(data):
            break
        place, pages = ends, pages + 1
    if pages < MIN_PAGES:
        raise NotHeard("no_sound")
    return data[:place]
