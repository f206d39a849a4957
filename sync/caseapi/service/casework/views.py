"""What a caller is shown of a case: no more than his seats may read. Pure."""

from collections.abc import Sequence
from uuid import UUID

from msgspec import Struct

from sync.caseapi.cases.asides import Aside, is_exempt
from sync.caseapi.cases.history import Telling
from sync.caseapi.cases.life import Misfit
from sync.caseapi.cases.limits import Due
from sync.caseapi.cases.offers import Offer, offers
from sync.caseapi.service.callers import Caller, can, may_read_words
from sync.caseapi.service.casework.asides import AsideOffer, offered
from sync.caseapi.service.casework.lives import Lives, ReadCase
from sync.caseapi.service.moments import moment
from sync.caseapi.storage.casework import NEVER_MS, QueueRow, SaidLine, TaskRow
from sync.caseapi.storage.judged import VOICE, CaseRow
from sync.clock import ClockQuality


class CaseLine(Struct, frozen=True, omit_defaults=True):
    """A case in a list; of a restricted one no words.

    Attributes:
        clock: how far `reported_at` can be believed, by what is known of the tablet's clocks.
        due_at, case_due_at: until when whoever is to act must act, and the whole case be handled, RFC 3339.
        is_overdue: the first of them has passed.
        ended_at: when it was closed or voided, RFC 3339.
        misfits: what tablets said too late to fit, for the desk to look at.
        cursor: where a list goes on after this case.
    """

    id: UUID
    version: int
    state: str
    level: str
    desk: str
    grid: str
    matter: str
    matter_name: str
    severity: int
    reported_at: str
    building: UUID | None = None
    building_name: str = ""
    place: str = ""
    summary: str = ""
    is_restricted: bool = False
    orgs: tuple[str, ...] = ()
    due_at: str | None = None
    case_due_at: str | None = None
    is_overdue: bool = False
    ended_at: str | None = None
    misfits: int = 0
    cursor: str = ""
    clock: ClockQuality = "good"


class HappenedView(Struct, frozen=True, omit_defaults=True):
    """One thing in a case's history; never who did it, only for whom.

    Attributes:
        why: why it did not fit; empty for what did.
        org: organisation, desk or grid that acted.
        photos: how many a note of a tablet has; `media` are hashes of those that came with an act of a desk.
        is_own: the caller did it.
        clock: how far `at` can be believed, by what is known of the tablet's clocks.
    """

    at: str
    what: str
    state: str = ""
    why: str = ""
    org: str = ""
    text: str = ""
    answer: str = ""
    to_org: str = ""
    assisting: tuple[str, ...] = ()
    to_level: str = ""
    condition: str = ""
    photos: int = 0
    media: tuple[str, ...] = ()
    is_own: bool = False
    clock: ClockQuality = "good"


class AsideView(Struct, frozen=True, omit_defaults=True):
    """A supervision, an extension, an appeal or a satisfaction, without who made it."""

    id: str
    kind: str
    state: str
    at: str
    org: str = ""
    type: str = ""
    text: str = ""
    extra_type: str = ""
    extra_amount: int = 0
    decisions: int = 0
    reply: str = ""
    score: int | None = None
    is_own: bool = False


class TaskView(Struct, frozen=True, omit_defaults=True):
    """Something that tablets of the grid are asked to look at."""

    id: UUID
    type: str
    ask: str
    made_at: str
    due_at: str | None = None


class DueView(Struct, frozen=True, omit_defaults=True):
    """When a case is due.

    Attributes:
        stage: what is waited for now.
        missing_year: year without a work calendar, for which no time is told.
        is_exempt: an appeal was approved: that it was late stays true and does not count.
    """

    stage: str = ""
    stage_due_at: str | None = None
    case_due_at: str | None = None
    is_stage_overdue: bool = False
    is_overdue: bool = False
    missing_year: int | None = None
    is_exempt: bool = False


class CaseView(Struct, frozen=True, omit_defaults=True):
    """A case's page.

    Attributes:
        description, place: empty where the caller may not read them.
        has_contact: a contact is kept that this caller may ask for.
        offers: what the caller may do now, and of everything else why not.
        beside: what the caller may put beside the case now, and of the rest why not.
        photos: hashes of its photos, `voices` of its spoken notes.
        opened_ms: when it was opened here, which decides whose version of the catalogue holds for it.
    """

    case: CaseLine
    due: DueView
    offers: tuple[Offer, ...]
    history: tuple[HappenedView, ...]
    description: str = ""
    place: str = ""
    action: str = ""
    origin: str = ""
    condition: str = ""
    has_contact: bool = False
    duplicate_of: str = ""
    asides: tuple[AsideView, ...] = ()
    beside: tuple[AsideOffer, ...] = ()
    tasks: tuple[TaskView, ...] = ()
    photos: tuple[str, ...] = ()
    voices: tuple[str, ...] = ()
    opened_ms: int = 0


def line_of(found: QueueRow, lives: Lives, now_ms: int) -> CaseLine:
    """Return a case of a queue."""
    row, standing = found.row, found.standing
    return CaseLine(
        id=row.id,
        version=standing.version,
        state=standing.state,
        level=standing.level,
        desk=standing.desk,
        grid=row.grid,
        matter=row.matter,
        matter_name=row.matter_name,
        severity=row.severity,
        reported_at=row.reported_at,
        building=row.building,
        building_name=row.building_name,
        place=row.place,
        summary=row.summary,
        is_restricted=row.is_restricted,
        orgs=standing.orgs,
        due_at=_told(standing.due_ms, lives),
        case_due_at=_told(standing.case_ms, lives),
        is_overdue=standing.is_open and standing.due_ms < now_ms,
        ended_at=None if standing.is_open else moment(-standing.rank_ms, lives.zone),
        misfits=standing.misfits,
        cursor=f"{standing.rank_ms}.{row.id}",
        clock=row.clock or "good",
    )


def view_of(
    case: ReadCase, said: Sequence[SaidLine], tasks: Sequence[TaskRow], by: Caller, lives: Lives, now_ms: int
) -> CaseView:
    """Return a case's page as a caller sees it."""
    row, scope, words = case.row, case.scope, case.row.words
    is_readable = may_read_words(by, scope, is_restricted=row.is_restricted)
    due = lives.due(case, now_ms)
    line = line_of(QueueRow(row, lives.standing(case, now_ms)), lives, now_ms)
    shown = words if words is not None and is_readable else None
    return CaseView(
        case=line,
        due=_due_view(case, due, lives, now_ms),
        offers=offers(case.life, by.seats, scope, now_ms),
        history=history_shown(case, said, by, lives, is_readable=is_readable),
        description=shown.description if shown else "",
        place=shown.place if shown else "",
        action=shown.action if shown else "",
        origin=words.origin if words else "",
        condition=case.life.condition,
        has_contact=bool(words and words.contact) and can(by, "read_contact", scope),
        duplicate_of=case.life.duplicate_of,
        asides=tuple(_aside_view(each, by, lives, is_readable=is_readable) for each in case.asides),
        beside=offered(case, by, lives, now_ms),
        tasks=tuple(
            TaskView(task.id, task.type, task.ask if is_readable else "", task.made_at, task.due_at) for task in tasks
        ),
        photos=_held(row, is_readable=is_readable, is_voice=False),
        voices=_held(row, is_readable=is_readable, is_voice=True),
        opened_ms=case.opened_ms,
    )


def history_shown(
    case: ReadCase, said: Sequence[SaidLine], by: Caller, lives: Lives, *, is_readable: bool
) -> tuple[HappenedView, ...]:
    """Return what happened to a case as a caller sees it, in the order in which the server heard of it."""
    retold = Telling()
    told: list[tuple[int, HappenedView]] = []
    for event in case.events:
        after = retold.take(event)
        view = HappenedView(
            at=moment(event.at_ms, lives.zone),
            what=event.correction or event.action,
            state="" if isinstance(after, Misfit) else after.state,
            why=after.why if isinstance(after, Misfit) else "",
            org=event.org,
            text=(event.note or event.reason) if is_readable else "",
            answer=event.answer,
            to_org=event.to_org,
            assisting=event.assisting,
            to_level=event.to_level or "",
            condition=event.condition,
            media=event.media if is_readable else (),
            is_own=event.actor == by.id,
            clock=event.clock,
        )
        told.append((event.received_ms, view))
    for each in said:
        if each.line.what == "note":
            text = each.line.text if is_readable else ""
            note = HappenedView(
                each.line.at,
                "note",
                org=case.row.grid,
                text=text,
                photos=each.line.photos,
                is_own=each.actor == by.id,
                clock=each.clock or "good",
            )
            told.append((each.received_ms, note))
    return tuple(view for _, view in sorted(told, key=lambda each: each[0]))


def _held(row: CaseRow, *, is_readable: bool, is_voice: bool) -> tuple[str, ...]:
    held = (each for each in row.photos if each.is_held and (each.role == VOICE) == is_voice)
    return tuple(each.sha256 for each in held) if is_readable else ()


def _due_view(case: ReadCase, due: Due, lives: Lives, now_ms: int) -> DueView:
    return DueView(
        stage=due.stage,
        stage_due_at=_told(due.stage_ms or NEVER_MS, lives),
        case_due_at=_told(due.case_ms or NEVER_MS, lives),
        is_stage_overdue=due.is_stage_overdue(now_ms),
        is_overdue=due.is_overdue(case.life, now_ms),
        missing_year=due.missing_year,
        is_exempt=is_exempt(case.asides),
    )


def _aside_view(aside: Aside, by: Caller, lives: Lives, *, is_readable: bool) -> AsideView:
    return AsideView(
        id=aside.id,
        kind=aside.kind,
        state=aside.state,
        at=moment(aside.at_ms, lives.zone),
        org=aside.org,
        type=aside.type or "",
        text=aside.text if is_readable else "",
        extra_type=aside.extra.type if aside.extra else "",
        extra_amount=aside.extra.amount if aside.extra else 0,
        decisions=len(aside.deciders),
        reply=aside.reply if is_readable else "",
        score=aside.score,
        is_own=aside.by == by.id,
    )


def _told(at_ms: int, lives: Lives) -> str | None:
    return moment(at_ms, lives.zone) if at_ms < NEVER_MS else None
