"""What the codec suite knows of each reader: its captured frames, each with what it must say."""

from pathlib import Path

import msgspec

from devices.codecs.base import REGISTER, Answer, CodecEvent, Located, Read
from devices.models import MODELS, Model
from devices.reading import Fault

CAPTURES = Path(__file__).resolve().parent.parent / "devices" / "captures"


class Captured(msgspec.Struct, frozen=True):
    """One line of a capture that holds one whole frame, with what it must give.

    A position and a setting's value are reads, too: decode prints them.
    ``lead`` bytes before the frame and ``trail`` bytes behind it may be missing without harm.
    """

    hex: str
    reads: tuple[str, ...] = ()
    answers: tuple[str, ...] = ()
    faults: tuple[str, ...] = ()
    note: str = ""
    lead: int = 0
    trail: int = 0

    @property
    def cuts(self) -> range:
        """Every length at which the frame has begun and is not whole."""
        return range(self.lead + 1, len(self.data) - self.trail)

    @property
    def data(self) -> bytes:
        """The frame."""
        return bytes.fromhex(self.hex)

    @property
    def said(self) -> list[str]:
        """What the frame must give, as ``said`` writes it."""
        return [*(f"= {name}" for name in self.answers), *self.reads, *(f"! {reason}" for reason in self.faults)]


def captured(model: Model) -> list[Captured]:
    """Return the captured frames of a reader."""
    lines = (CAPTURES / f"{model.name}.jsonl").read_text(encoding="utf-8").splitlines()
    return [msgspec.json.decode(line, type=Captured) for line in lines]


def good_frames(model: Model) -> list[Captured]:
    """Return the frames that give a read."""
    return [frame for frame in captured(model) if frame.reads]


def said(events: list[CodecEvent]) -> list[str]:
    """Return what events say: a value, a position, ``! reason``, or ``= name`` for an answer."""
    return [_word(event) for event in events]


def _is_read(event: CodecEvent) -> bool:
    return isinstance(event, Read | Located) or (isinstance(event, Answer) and event.name == REGISTER)


def _word(event: CodecEvent) -> str:
    match event:
        case Read():
            return event.value
        case Located():
            return f"@ {event.fix.lat:.7f},{event.fix.lon:.7f} {event.fix.quality} {event.fix.time}"
        case Answer(name=name, data=data):
            return data.hex().upper() if name == REGISTER else f"= {name}"
        case Fault():
            return f"! {event.reason}"


def reads(events: list[CodecEvent]) -> list[str]:
    """Return what the reads, positions and settings among events say."""
    return [_word(event) for event in events if _is_read(event)]


def faults(events: list[CodecEvent]) -> list[Fault]:
    """Return the faults among events."""
    return [event for event in events if isinstance(event, Fault)]


CHECKED = [model for model in MODELS.values() if model.is_checked]
"""Readers whose frames carry a check."""

RESYNC_BY_SILENCE = frozenset({"chafon18", "chafon288"})
"""Models whose frames have no start: what a false one swallows comes out when the line falls silent."""
