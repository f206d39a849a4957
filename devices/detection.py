"""Which reader hangs on a port: what may be tried, in which order, and when it is sure.

A reader that its owner named is not searched for. Else: the one that this place knew last, then listening for what
talks by itself, then questions that do nothing on other devices. Only whole, valid frames count, and only two. What
has no check, such as lines of text, could be anything and is never recognised: the owner names it, or taps a card in
front of the device page.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Literal

from msgspec import Struct

from devices.codecs.base import CodecEvent
from devices.models import Model
from devices.reading import Fault

LISTEN_S = 0.6
"""How long a port is listened to before anything is asked."""

MORE_S = 1.2
"""How much longer when one good frame came: a receiver speaks once a second, a held card is repeated."""

LISTEN_BAUD = 9600
"""Where most readers that talk by themselves are found."""

WITHIN_S = 6.0
"""Longest that the search may take on one port."""

SURE = 2
"""Valid frames, or answers, that make it sure; one could be chance."""

MODEM_VENDORS = frozenset(
    {
        "05c6",  # Qualcomm
        "0af0",  # Option
        "0bdb",  # Ericsson
        "1199",  # Sierra Wireless
        "12d1",  # Huawei
        "1410",  # Novatel
        "19d2",  # ZTE
        "1bc7",  # Telit
        "1e0e",  # SIMCom
        "1e2d",  # Cinterion
        "2c7c",  # Quectel
        "2cb7",  # Fibocom
        "2dee",  # MeiG
        "305a",  # Neoway
        "413c",  # Dell's modules
    }
)
"""USB vendors whose serial ports are mobile modems; a question to one could dial, or lock it up."""

MODEM_DRIVERS = frozenset({"option", "option1", "sierra", "qcserial", "hso", "nozomi", "ipwireless", "visor", "qcaux"})
"""Drivers of the system that serve modems and telephones alone."""

WIRED_DRIVERS = frozenset({"serial", "8250_pci", "8250_exar", "exar_serial", "parport_serial"})
"""Drivers of plain serial sockets; behind any other one that is not USB may be a modem, or Bluetooth."""

Allowance = Literal["search", "named", "never"]
"""Whether a port may be asked questions: by itself, only when its owner named it, or not at all."""


class Recognised(Struct, frozen=True):
    """A reader that was found on a port: its model's name and the speed at which it spoke."""

    model: str
    baud: int


class Listen(Struct, frozen=True):
    """Say nothing and hear whether one of these models speaks."""

    models: tuple[Model, ...]
    baud: int
    for_s: float = LISTEN_S


class Ask(Struct, frozen=True):
    """Ask one model's question."""

    model: Model
    baud: int


Attempt = Listen | Ask
"""One thing to try on a port."""


def allowance(usb_id: str, driver: str, *, serial_ports: int = 1) -> Allowance:
    """Return whether a port may be asked questions.

    Args:
        usb_id: ``1a86:7523``, empty when it is no USB port.
        driver: the system's driver, empty when unknown.
        serial_ports: how many ports its USB device has; a modem has several behind the class driver.
    """
    if usb_id.partition(":")[0] in MODEM_VENDORS or driver in MODEM_DRIVERS:
        return "never"
    if not usb_id:
        return "search" if driver in WIRED_DRIVERS else "named"
    return "named" if driver == "cdc_acm" and serial_ports > 1 else "search"


def is_heard(model: Model) -> bool:
    """Return whether a model is recognised by listening: it talks by itself, and its frames carry a check."""
    return model.is_checked and model.dialogue is None and model.probe is None


def can_be_recognised(model: Model) -> bool:
    """Return whether a model is ever recognised; the others are named by their owner."""
    return model.probe is not None or is_heard(model)


def attempts(models: Iterable[Model], before: Recognised | None = None) -> Iterator[Attempt]:
    """Yield what to try, in order.

    Args:
        models: those that are looked for, in the order in which they are offered.
        before: what this place knew last; asked again first. One that cannot be asked is taken without.
    """
    known = tuple(models)
    asked = [model for model in known if model.probe is not None]
    heard = tuple(model for model in known if is_heard(model))
    again = next((Ask(model, before.baud) for model in asked if before and model.name == before.model), None)
    if again is not None:
        yield again
    if heard:
        yield Listen(heard, LISTEN_BAUD)
    speeds = [model.bauds or (model.line.baud,) for model in asked]
    for place in range(max(map(len, speeds), default=0)):
        for model, bauds in zip(asked, speeds, strict=True):
            if place < len(bauds) and (question := Ask(model, bauds[place])) != again:
                yield question


def slower_and_faster(models: Iterable[Model]) -> list[Listen]:
    """Return where else to listen when a port talks and is not understood."""
    speeds = {model: model.bauds or (model.line.baud,) for model in models if is_heard(model)}
    elsewhere = sorted({baud for bauds in speeds.values() for baud in bauds} - {LISTEN_BAUD})
    return [Listen(tuple(model for model in speeds if baud in speeds[model]), baud, MORE_S) for baud in elsewhere]


def at_baud(model: Model, baud: int) -> Model:
    """Return the model at another speed."""
    return model if baud == model.line.baud else replace(model, line=replace(model.line, baud=baud))


class Ear:
    """A framing that listens for several models at once and hands out nothing: it only finds out who speaks.

    Models that say the same in the same framing are one to the app, so the first of them stands for all.
    """

    __slots__ = ("_codecs", "_good", "heard_bytes")

    def __init__(self, models: Iterable[Model]) -> None:
        firsts: dict[tuple[object, ...], Model] = {}
        for model in models:
            firsts.setdefault((model.codec, model.medium, model.role), model)
        self._codecs = {model.name: model.codec() for model in firsts.values()}
        self._good = dict.fromkeys(self._codecs, 0)
        self.heard_bytes = 0

    @property
    def sure_of(self) -> str | None:
        """Return the model that spoke, alone and often enough; None while that is open."""
        spoke = [name for name, count in self._good.items() if count]
        return spoke[0] if len(spoke) == 1 and self._good[spoke[0]] >= SURE else None

    @property
    def has_a_hint(self) -> bool:
        """Return whether any good frame came."""
        return any(self._good.values())

    def feed(self, data: bytes) -> list[CodecEvent]:
        """Take the next bytes; there is never anything to hand out."""
        self.heard_bytes += len(data)
        for name, codec in self._codecs.items():
            self._count(name, codec.feed(data))
        return []

    def idle(self) -> list[CodecEvent]:
        """Take a silence."""
        for name, codec in self._codecs.items():
            self._count(name, codec.idle())
        return []

    def reset(self) -> None:
        """Forget open frames; what was heard stays."""
        for codec in self._codecs.values():
            codec.reset()

    def _count(self, name: str, events: list[CodecEvent]) -> None:
        self._good[name] += sum(not isinstance(event, Fault) for event in events)
