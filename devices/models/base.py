"""What a reader is: its name, its framing, its line and what it is for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from devices.codecs.base import Codec
from devices.dialogue import MakeDialogue, MakeProbe

Role = Literal["badge", "scan", "gnss"]
"""What a reader is for: badges and RFID plates, printed codes, or where the tablet is."""


@dataclass(frozen=True, slots=True)
class LineSettings:
    """How the serial line is set: eight bits, no parity, one stop bit, at this speed.

    ``raises_dtr`` is for readers that stay asleep while DTR is low; raised, it resets many others.
    """

    baud: int = 9600
    raises_dtr: bool = False


@dataclass(frozen=True, slots=True)
class Model:
    """One kind of reader; ``medium`` is the first half of the identity of what it reads.

    ``is_checked`` says whether its frames carry a check, so that one wrong byte never gives a wrong reading.
    ``dialogue`` is how it is asked, None for a reader that talks by itself; ``probe`` recognises it on a port, tried at
    each of ``bauds``, and is None for a reader that only its owner can name.
    """

    name: str
    medium: str
    role: Role
    codec: Callable[[], Codec]
    line: LineSettings = LineSettings()
    is_checked: bool = True
    dialogue: MakeDialogue | None = None
    probe: MakeProbe | None = None
    bauds: tuple[int, ...] = ()

    @property
    def is_sure(self) -> bool:
        """Whether one read is enough: the framing has a check, or what is read, a printed code, has its own."""
        return self.is_checked or self.role != "badge"
