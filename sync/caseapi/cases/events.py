"""What happened to a case: one event for each thing that somebody did. Events are only ever added."""

from typing import Literal
from uuid import UUID

from msgspec import Struct

from sync.caseapi.cases.states import Action, Level, Need
from sync.clock import ClockQuality

Correction = Literal["restate", "withdraw", "correct", "take_back"]
"""What inspectors say again of their own records: a report restated, withdrawn; an answer corrected, taken back."""


class CaseEvent(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One thing that was done to a case, by whom, and what was said with it.

    Attributes:
        id: of the event; of the record, when it came from a tablet.
        at_ms: when it was done, Unix milliseconds; of a tablet the corrected time, `clock` its quality.
        received_ms: when the server held it; the order of events is the server's.
        actor: account of who did it; empty for what the clock does.
        org: organisation that the actor acted for.
        level: level of the desk that acted, where a desk did.
        reason: code of a reason, or the words of one where there is no code.
        note: what was said or done, in words.
        to_org: organisation that the case is given to; `assisting` are those whistled for besides it.
        to_level: level that the case is handed to.
        condition: filing condition, `cases.limits`.
        answer: of a verify or recheck: is it there, is it fixed.
        target: case that this one repeats.
        until_ms: latest end of a suspension.
        correction: set where the event says an earlier one again; `action` is the one said again, and `target` the
            event that it is about.
        record: record of a tablet that says it, the newest of its family.
        task: task that an ask makes, or that an answer is to.
        mode: how several organisations are whistled for.
    """

    id: UUID
    action: Action
    at_ms: int
    received_ms: int
    actor: str = ""
    org: str = ""
    level: Level | None = None
    reason: str = ""
    note: str = ""
    to_org: str = ""
    assisting: tuple[str, ...] = ()
    to_level: Level | None = None
    condition: str = ""
    answer: str = ""
    target: UUID | None = None
    until_ms: int | None = None
    media: tuple[str, ...] = ()
    correction: Correction | None = None
    record: UUID | None = None
    task: UUID | None = None
    mode: str = ""
    clock: ClockQuality = "good"

    def says(self, need: Need) -> bool:
        """Return whether the event says what is asked for."""
        said = {
            "reason": self.reason,
            "void_reason": self.reason,
            "note": self.note,
            "org": self.to_org,
            "condition": self.condition,
            "answer": self.answer,
            "level": self.to_level,
            "until": self.until_ms,
        }
        return bool(said[need])
