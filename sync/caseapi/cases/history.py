"""The whole history of a case: its life, with what inspectors said again of their own records. Pure.

A report that is restated or withdrawn, and an answer that is taken back, change the life only while nobody has built
on them; later they are kept beside it, for the desk to look at, as everything is that does not fit.
"""

from collections.abc import Iterable

import msgspec

from sync.caseapi.cases.events import CaseEvent
from sync.caseapi.cases.life import CaseLife, History, Misfit, allowed_actions, fold, step

INTAKE_STATES = ("reported", "verifying")
"""States in which a report is still its author's: nobody has filed it yet."""

MOVED_ON = "moved_on"
"""Why a correction changes nothing: the case has moved on."""


def replay(events: Iterable[CaseEvent]) -> History:
    """Return what a case's events come to, corrections included, in the order given."""
    told = Telling()
    for event in events:
        told.take(event)
    return told.history


class Telling:
    """A history while it is told, event by event."""

    def __init__(self) -> None:
        self._life: CaseLife | None = None
        self._fitted: list[CaseEvent] = []
        self._misfits: list[Misfit] = []

    @property
    def history(self) -> History:
        """Return what the events so far come to."""
        return History(self._life, tuple(self._misfits))

    @property
    def fitted(self) -> tuple[CaseEvent, ...]:
        """Return the events of which the life is made, in order."""
        return tuple(self._fitted)

    def take(self, event: CaseEvent) -> CaseLife | Misfit:
        """Take one more event; return the life after it, or why it does not fit."""
        after = step(self._life, event) if event.correction is None else self._corrected(event)
        if isinstance(after, Misfit):
            self._misfits.append(after)
            return after
        if event.correction is None:
            self._fitted.append(event)
        self._life = after
        return after

    def _corrected(self, event: CaseEvent) -> CaseLife | Misfit:
        life = self._life
        if life is None:
            return Misfit(event, "not_begun")
        changed: CaseLife | None = None
        match event.correction:
            case "restate":
                changed = self._restated(life, event)
            case "withdraw" if life.state in INTAKE_STATES or len(self._fitted) == 1:
                changed = msgspec.structs.replace(life, state="void", ended_ms=event.received_ms)
            case "correct":
                return life
            # Not what the case began with, which is withdrawn or restated: without it there is none.
            case "take_back" if len(self._fitted) > 1 and self._fitted[-1].id == event.target and life.state != "void":
                self._fitted.pop()
                changed = fold(self._fitted).life
        if changed is None:
            return Misfit(event, MOVED_ON, allowed=allowed_actions(life, event.received_ms))
        # What a desk expects never comes back: the version only grows.
        return msgspec.structs.replace(changed, version=life.version + 1)

    def _restated(self, life: CaseLife, event: CaseEvent) -> CaseLife | None:
        if event.action == self._fitted[0].action:
            return life
        if len(self._fitted) > 1 or life.state == "void":
            return None
        opening = msgspec.structs.replace(event, correction=None)
        after = step(None, opening)
        if isinstance(after, Misfit):
            return None
        self._fitted = [opening]
        return after
