"""How long a case may take: limits are set by the condition it is filed under, not by its category. Pure.

A condition is a sentence of the filing standard ("cover missing", "cover rattles"); its limit is the time to handle.
The other stages have limits of the district. Extensions add to a limit, suspensions and verifications stop a clock.
"""

from collections.abc import Sequence

from msgspec import Struct

from sync.caseapi.cases.calendar import CalendarMissing, WorkCalendar
from sync.caseapi.cases.life import CaseLife, Pause
from sync.caseapi.cases.timers import Limit, due_ms

USUAL = "usual"
"""Condition of a category that has none of its own."""

MOST_EXTENSIONS = 2
"""Approved extensions that a case can have."""


class Condition(Struct, frozen=True, kw_only=True):
    """A filing condition of a category.

    Attributes:
        matter: entry id of the category, ``standard:kind:code``.
        id: short name within the category.
        name: the sentence to choose by, in Chinese; `name_en` in English.
        limit: time from filing until it is handled.
        closing: what must be so before the case is closed, in Chinese; `closing_en` in English.
        source: whose limit it is; empty where nobody has set one yet.
    """

    matter: str
    id: str
    name: str
    name_en: str
    limit: Limit
    closing: str = ""
    closing_en: str = ""
    source: str = ""


class StageLimits(Struct, frozen=True):
    """The district's limits: of every stage, and for handling where neither condition nor category has one."""

    intake: Limit = Limit("work_hour", 2)
    dispatch: Limit = Limit("work_hour", 1)
    accept: Limit = Limit("work_hour", 2)
    verify: Limit = Limit("work_hour", 1)
    recheck: Limit = Limit("work_hour", 4)
    handle: Limit = Limit("work_day", 5)


class Due(Struct, frozen=True):
    """When what is to be done next must be done, and when the whole case.

    Attributes:
        stage: what is waited for now: ``intake``, ``verify``, ``dispatch``, ``accept``, ``handle``, ``recheck``,
            ``close``; empty for a case that is over or suspended.
        stage_ms: until when that; None where there is no limit.
        case_ms: until when the case is to be handled; None before it is filed.
        missing_year: year without a calendar, for which no time can be told.
    """

    stage: str = ""
    stage_ms: int | None = None
    case_ms: int | None = None
    missing_year: int | None = None

    def is_overdue(self, life: CaseLife, now_ms: int) -> bool:
        """Return whether the case was, or is still not, handled in time."""
        return self.case_ms is not None and (life.handled_ms or life.ended_ms or now_ms) > self.case_ms

    def is_stage_overdue(self, now_ms: int) -> bool:
        """Return whether whoever is to act now is late."""
        return self.stage_ms is not None and now_ms > self.stage_ms


_STAGES = {
    "reported": "intake",
    "verifying": "verify",
    "filed": "dispatch",
    "dispatched": "accept",
    "handling": "handle",
    "handled": "close",
    "rechecking": "recheck",
}


def conditions_of(matter: str, conditions: Sequence[Condition], usual: Limit) -> tuple[Condition, ...]:
    """Return the conditions that a category may be filed under; one with the usual limit where it has none."""
    own = tuple(each for each in conditions if each.matter == matter)
    return own or (Condition(matter=matter, id=USUAL, name="一般情形", name_en="As usual", limit=usual),)


def due_of(
    life: CaseLife,
    limit: Limit | None,
    stages: StageLimits,
    calendar: WorkCalendar,
    *,
    now_ms: int,
    extensions: Sequence[Limit] = (),
) -> Due:
    """Return when a case is due.

    Args:
        limit: of the condition that it is filed under.
        extensions: approved ones.
    """
    stage = _STAGES.get(life.state, "")
    try:
        case_ms = _handle_due_ms(life, limit, calendar, extensions, now_ms)
        stage_ms = case_ms if stage == "handle" else _stage_due_ms(life, stage, stages, calendar, now_ms)
    except CalendarMissing as exc:
        return Due(stage, missing_year=exc.year)
    return Due(stage, stage_ms, case_ms)


def _handle_due_ms(
    life: CaseLife, limit: Limit | None, calendar: WorkCalendar, extensions: Sequence[Limit], now_ms: int
) -> int | None:
    if life.filed_ms is None or limit is None:
        return None
    pauses = _spans(life.pauses, now_ms)
    due = due_ms(life.filed_ms, limit, calendar, pauses)
    for extension in extensions:
        due = due_ms(due, extension, calendar, pauses)
    return due


def _stage_due_ms(life: CaseLife, stage: str, stages: StageLimits, calendar: WorkCalendar, now_ms: int) -> int | None:
    if stage == "intake":
        return due_ms(life.reported_ms, stages.intake, calendar, _spans(life.intake_pauses, now_ms))
    if stage in ("verify", "dispatch", "accept", "recheck"):
        return due_ms(life.since_ms, getattr(stages, stage), calendar)
    return None


def _spans(pauses: Sequence[Pause], now_ms: int) -> list[tuple[int, int]]:
    return [(pause.from_ms, now_ms if pause.to_ms is None else pause.to_ms) for pause in pauses]
