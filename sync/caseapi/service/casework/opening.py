"""A report that a desk takes down: a phone call, somebody at the counter."""

from typing import Annotated, Literal
from uuid import UUID

from msgspec import Meta, Struct

from sync.caseapi.cases.permissions import LEVEL_OF, CaseScope, Right
from sync.caseapi.cases.states import Level
from sync.caseapi.errors import InputRefused
from sync.caseapi.service.callers import Caller, seat_with
from sync.caseapi.service.casework.acts import Word
from sync.caseapi.service.casework.lives import Lives, opening_event
from sync.caseapi.service.folding import SUMMARY_CHARS
from sync.caseapi.service.moments import moment
from sync.caseapi.storage.casework import CaseChange, Place
from sync.caseapi.storage.judged import CaseRow, CaseWords
from sync.records.base import whole
from sync.records.shared import is_blank
from sync.sealing import seal
from sync.text import clean_line, clean_text

Origin = Literal["hotline", "wechat", "walk_in", "studio", "resident", "order"]

Grid = Annotated[str, Meta(pattern=whole("[0-9]{15}"))]


class DeskReport(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True, kw_only=True):
    """What a desk takes down.

    Attributes:
        matter: category by its entry id, ``standard:kind:code``.
        id: of the case, so that the same request sent twice opens one; made here when it is missing.
        grid: where no building is named; a building's own otherwise.
        contact: how to reach who called; sealed before it is stored.
        action: how it was solved at once; empty leaves it open.
    """

    matter: Annotated[str, Meta(pattern=whole("(national|local):(component|matter):[0-9]{5}"))]
    id: UUID | None = None
    grid: Grid | Literal[""] = ""
    building: UUID | None = None
    entrance: UUID | None = None
    place: Annotated[str, Meta(max_length=256)] = ""
    description: Annotated[str, Meta(max_length=2000)] = ""
    severity: Annotated[int, Meta(ge=1, le=3)] = 2
    origin: Origin = "hotline"
    contact: Word = ""
    action: Annotated[str, Meta(max_length=500)] = ""


def opened(
    report: DeskReport, place: Place | None, by: Caller, lives: Lives, *, case: UUID, now_ms: int, seal_key: bytes
) -> CaseChange:
    """Return a case that begins with a desk's report.

    Raises:
        InputRefused: place, category or words are missing or unknown.
        NotAllowed: no seat of the caller may report there.
    """
    grid = _grid(report, place)
    if report.action and is_blank(report.action):
        raise InputRefused("say in a sentence what was done, or leave it out", "action")
    right: Right = "self_resolve" if report.action else "report"
    seat = seat_with(by, right, CaseScope(grid, "community", actors=frozenset({by.id})))
    matter = place.matter if place is not None else None
    if matter is None:
        raise InputRefused("the catalogue has no such category", "matter")
    if is_blank(report.description):
        raise InputRefused("say in a sentence what is wrong", "description")
    description = clean_text(report.description, max_chars=2000)
    row = CaseRow(
        id=case,
        grid=grid,
        state="closed" if right == "self_resolve" else "reported",
        matter=report.matter,
        matter_name=matter.name,
        severity=report.severity,
        building=report.building,
        building_name="",
        entrance=report.entrance,
        place="" if matter.restricted else clean_line(report.place, max_chars=SUMMARY_CHARS),
        summary="" if matter.restricted else clean_line(description, max_chars=SUMMARY_CHARS),
        is_restricted=matter.restricted,
        reported_at=moment(now_ms, lives.zone),
        received_ms=now_ms,
        version=1,
        is_void=False,
        words=CaseWords(
            actor=by.id,
            description=description,
            place=clean_line(report.place, max_chars=256),
            action=clean_text(report.action, max_chars=500),
            origin=report.origin,
            contact=seal(contact, seal_key) if (contact := clean_line(report.contact)) else "",
        ),
    )
    level: Level = LEVEL_OF.get(seat.role, "community")
    event = opening_event(row, org=seat.org, level="community" if level == "grid" else level)
    return lives.begun(row, [event])


def _grid(report: DeskReport, place: Place | None) -> str:
    if place is None:
        raise InputRefused("there is no such building, or it has no such entrance", "building")
    grid = place.grid or report.grid
    if not grid:
        raise InputRefused("name a building, or the grid", "grid")
    if report.building is None and is_blank(report.place):
        raise InputRefused("name a building, or say where it is", "place")
    return grid
