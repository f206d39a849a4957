"""What happened to a case: one event for each thing that somebody did. Events are only ever added."""

from uuid import UUID

from msgspec import Struct

from sync.caseapi.cases.states import Action, Level, Need


class CaseEvent(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One thing that was done to a case, by whom, and what was said with it.

    Attributes:
        id: of the event; of the record, when it came from a tablet.
        at_ms: when it was done, Unix milliseconds; of a tablet the corrected time.
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
