"""Finding out with a card in the hand which reader hangs on a port: what arrives, and who would understand it."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable, Sequence
from contextlib import closing
from itertools import cycle

from msgspec import Struct
from msgspec.structs import replace

from devices.codecs.base import Codec, CodecEvent, Located, Read
from devices.detection import Recognised, is_heard
from devices.detector import Detector, Opener
from devices.driving import SILENCE_S, Driver
from devices.errors import DeviceError
from devices.models import LineSettings, Model
from devices.ports import open_port

LIKELY_BAUDS = (9600, 115200, 57600, 19200, 2400, 38400)
"""Speeds at which is listened, one after the other, for as long as nothing that arrives is understood."""

SHOWN_BYTES = 64
"""Most raw bytes that are shown."""

VAIN_BYTES = 8
"""As many bytes that nobody understands are a frame at another speed; fewer are the noise of a plug."""

RETRY_S = 0.5
"""Pause before a port that cannot be opened is tried again."""


class Candidate(Struct, frozen=True):
    """A model that fits: it understood what came, or it answered when it was asked."""

    model: str
    value: str = ""


class TrialView(Struct, frozen=True):
    """How a trial stands.

    Attributes:
        baud: the speed at which is listened now.
        is_asking: whether readers are still being asked, before any card is wanted.
        raw: the last bytes that arrived at this speed.
        candidates: the models that fit, the surest first.
        trouble: why nothing can arrive, None when it can.
    """

    baud: int = LIKELY_BAUDS[0]
    is_asking: bool = True
    raw: bytes = b""
    candidates: tuple[Candidate, ...] = ()
    trouble: DeviceError | None = None


class Trial:
    """One trial on one port, on a thread of its own.

    Args:
        address: of the port, which must be nobody's.
        models: the readers that it may be.
        may_ask: whether questions may be asked there; a modem is only listened to.
    """

    def __init__(
        self,
        address: str,
        models: Iterable[Model],
        *,
        may_ask: bool = True,
        opener: Opener = open_port,
        clock: Callable[[], float] = time.monotonic,
        bauds: Sequence[int] = LIKELY_BAUDS,
    ) -> None:
        self._address = address
        # What has a check is surely right; a line of text is understood whatever it is.
        self._models = tuple(sorted(models, key=lambda model: not model.is_checked))
        self._may_ask = may_ask
        self._opener = opener
        self._clock = clock
        self._bauds = bauds
        self._view = TrialView(bauds[0])
        self._fits: dict[str, tuple[Recognised, str]] = {}
        self._closing, self._moving = threading.Event(), threading.Event()
        self._thread = threading.Thread(target=self._run, name=f"trial {address}", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def close(self) -> None:
        """End it and give the port back; may be called again."""
        self._closing.set()
        if self._thread.is_alive():
            self._thread.join()

    def view(self) -> TrialView:
        """Return how it stands; from any thread."""
        return self._view

    def next_speed(self) -> None:
        """Listen at the next speed: what arrives is garbage at this one."""
        self._moving.set()

    def recognised(self, model: str) -> Recognised | None:
        """Return a model with the speed at which it fitted; None for one that did not."""
        fit = self._fits.get(model)
        return None if fit is None else fit[0]

    def _run(self) -> None:
        if self._may_ask:
            self._try(self._ask)
        for baud in cycle(self._bauds):
            self._moving.clear()
            while not self._is_over() and not self._try(lambda: self._listen(baud)):  # noqa: B023 - called at once
                self._closing.wait(RETRY_S)
            if self._closing.is_set():
                return

    def _is_over(self) -> bool:
        return self._closing.is_set() or self._moving.is_set()

    def _try(self, use_port: Callable[[], object]) -> bool:
        """Use the port and return whether that went well."""
        try:
            use_port()
        except DeviceError as exc:
            self._view = replace(self._view, trouble=exc, is_asking=False)
            return False
        self._view = replace(self._view, trouble=None)
        return True

    def _ask(self) -> None:
        asked = [model for model in self._models if not is_heard(model)]
        detector = Detector(self._address, asked, found=self._answered, opener=self._opener, clock=self._clock)
        detector.search(self._closing.is_set)

    def _answered(self, recognised: Recognised) -> None:
        self._note(recognised, "")

    def _listen(self, baud: int) -> None:
        """Listen until it is over, or what arrives makes no sense at this speed."""
        self._view = replace(self._view, baud=baud, is_asking=False, raw=b"")
        ear = _Ear(self._models, lambda model, value: self._note(Recognised(model, baud), value))
        with closing(self._opener(self._address, LineSettings(baud))) as port:
            self._view = replace(self._view, trouble=None)
            driver = Driver(port, ear, clock=self._clock, is_over=self._is_over, heard=len, saw=self._saw)
            while not self._is_over() and not ear.was_in_vain:
                driver.rest(SILENCE_S)

    def _saw(self, data: bytes) -> None:
        if data:
            self._view = replace(self._view, raw=(self._view.raw + data)[-SHOWN_BYTES:])

    def _note(self, recognised: Recognised, value: str) -> None:
        self._fits[recognised.model] = (recognised, value)
        fits = [Candidate(model.name, self._fits[model.name][1]) for model in self._models if model.name in self._fits]
        self._view = replace(self._view, candidates=tuple(fits))


class _Ear:
    """A framing that hands out nothing and tells which models understand what arrives, and as what."""

    def __init__(self, models: Iterable[Model], understood: Callable[[str, str], object]) -> None:
        self._codecs: dict[Model, Codec] = {model: model.codec() for model in models}
        self._understood = understood
        self._bytes = 0
        self._made_sense = False
        self.was_in_vain = False

    def feed(self, data: bytes) -> list[CodecEvent]:
        """Take the next bytes."""
        self._bytes += len(data)
        for model, codec in self._codecs.items():
            self._tell(model, codec.feed(data))
        return []

    def idle(self) -> list[CodecEvent]:
        """Take a silence; what came before it either was understood or was in vain."""
        for model, codec in self._codecs.items():
            self._tell(model, codec.idle())
        self.was_in_vain = self._bytes >= VAIN_BYTES and not self._made_sense
        self._bytes, self._made_sense = 0, False
        return []

    def reset(self) -> None:
        """Forget open frames."""
        for codec in self._codecs.values():
            codec.reset()

    def _tell(self, model: Model, events: list[CodecEvent]) -> None:
        for event in events:
            if isinstance(event, Read | Located):
                value = event.value if isinstance(event, Read) else ""
                # At a wrong speed much of what arrives is a text in some encoding.
                self._made_sense |= model.is_checked or value.isascii()
                self._understood(model.name, value)
