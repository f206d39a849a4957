"""Searching a port for its reader: does what ``detection`` decides, on real ports."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from contextlib import closing

from devices.codecs.base import Codec
from devices.detection import (
    LISTEN_BAUD,
    MORE_S,
    SURE,
    WITHIN_S,
    Ask,
    Ear,
    Listen,
    Recognised,
    at_baud,
    attempts,
    is_heard,
    slower_and_faster,
)
from devices.driving import Driver
from devices.models import LineSettings, Model
from devices.ports import Port, open_port

SETTLE_S = 0.05
"""Quiet before each question, so that a late answer to the one before is not taken for one to this."""

LISTEN_ON_S = 20.0
"""How long a port on which nothing was found is listened to at a time."""

ASK_AGAIN_S = 60.0
"""How long until a port on which nothing was found is asked once more; another reader may hang there by then."""

Opener = Callable[[str, LineSettings], Port]
"""Opens the port at an address; raises a DeviceError that says why it cannot."""

IsOver = Callable[[], bool]
"""Asked before each wait: whether to give up."""


class Detector:
    """Searches one port, over and over if need be, for one of some models; for one thread.

    Args:
        address: of the port.
        models: those that are looked for.
        before: what this port was known for; one that only talks is taken without asking.
        found: told what was recognised, to be remembered.
    """

    def __init__(
        self,
        address: str,
        models: Iterable[Model],
        *,
        before: Recognised | None = None,
        found: Callable[[Recognised], object] = lambda _found: None,
        opener: Opener = open_port,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.address = address
        self._models = {model.name: model for model in models}
        self._before = before if before is not None and before.model in self._models else None
        self._found = found
        self._opener = opener
        self._clock = clock
        self._asked_at: float | None = None

    def search(self, is_closing: IsOver) -> Model | None:
        """Return the port's reader at the speed at which it spoke, or None when it was not recognised this time.

        The first search asks; those after it listen, and ask again after a while.

        Raises:
            DeviceError: the port cannot be opened, or is gone.
        """
        now = self._clock()
        if self._asked_at is not None and now - self._asked_at < ASK_AGAIN_S:
            recognised, _ear = self._listen(Listen(self._heard(), LISTEN_BAUD, LISTEN_ON_S), is_closing)
        else:
            recognised = self._taken() or self._asked(lambda: is_closing() or self._clock() - now >= WITHIN_S)
            self._asked_at = now
        if recognised is None:
            return None
        self._found(recognised)
        model = at_baud(self._models[recognised.model], recognised.baud)
        # Should it ever be doubted, it is asked first and anew; what only talks cannot be doubted.
        self._before, self._asked_at = (recognised if model.probe is not None else None), None
        return model

    def _heard(self) -> tuple[Model, ...]:
        return tuple(filter(is_heard, self._models.values()))

    def _taken(self) -> Recognised | None:
        """Return what was known before, when it is taken without asking: the first time, and it cannot be asked."""
        is_first = self._asked_at is None
        if is_first and self._before is not None and self._models[self._before.model].probe is None:
            return self._before
        return None

    def _asked(self, is_over: IsOver) -> Recognised | None:
        ears: list[Ear] = []
        for attempt in attempts(self._models.values(), self._before):
            if is_over():
                return None
            if isinstance(attempt, Ask):
                recognised = self._ask(attempt, is_over)
            else:
                recognised, ear = self._listen(attempt, is_over)
                ears.append(ear)
            if recognised is not None:
                return recognised
        talks = any(ear.heard_bytes for ear in ears)
        for listen in slower_and_faster(self._models.values()) if talks else ():
            recognised, _ear = self._listen(listen, is_over)
            if recognised is not None:
                return recognised
        return None

    def _listen(self, listen: Listen, is_over: IsOver) -> tuple[Recognised | None, Ear]:
        ear = Ear(listen.models)
        with closing(self._opener(self.address, LineSettings(listen.baud))) as port:
            driver = self._driver(port, ear, lambda: is_over() or ear.sure_of is not None)
            driver.rest(listen.for_s)
            if ear.has_a_hint:
                driver.rest(MORE_S)
        return (None if ear.sure_of is None else Recognised(ear.sure_of, listen.baud)), ear

    def _ask(self, ask: Ask, is_over: IsOver) -> Recognised | None:
        make_probe = ask.model.probe
        if make_probe is None:
            return None
        with closing(self._opener(self.address, at_baud(ask.model, ask.baud).line)) as port:
            driver = self._driver(port, ask.model.codec(), is_over)
            for _time in range(SURE):
                driver.rest(SETTLE_S)
                if driver.perform(make_probe()) is not True:
                    return None
        return Recognised(ask.model.name, ask.baud)

    def _driver(self, port: Port, codec: Codec, is_over: IsOver) -> Driver:
        return Driver(port, codec, clock=self._clock, is_over=is_over, heard=len)
