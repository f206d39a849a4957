"""A case's page: facts, what happened, what may be done now and, of everything else, why not."""

from collections.abc import Sequence
from dataclasses import dataclass

from sync.caseapi.cases.life import MOST_SUSPENDED_MS
from sync.caseapi.cases.limits import Condition
from sync.caseapi.cases.permissions import TABLE, CaseScope, Right, may_dispatch_to
from sync.caseapi.cases.states import LEVELS, OPEN_STATES, VOID_REASONS, Level
from sync.caseapi.desk.directory import Directory
from sync.caseapi.desk.text import N_, Texts
from sync.caseapi.desk.views.acts import action_name, happened_name, role_name, why_not
from sync.caseapi.desk.views.queue import matter_name, place_of, told
from sync.caseapi.desk.views.words import Chip, Moment, Now, clock_words, state_chip, time_left
from sync.caseapi.service.callers import Caller, can
from sync.caseapi.service.casework.lives import DANGER
from sync.caseapi.service.casework.views import AsideView, CaseView, HappenedView
from sync.text import clean_line, clean_text

Choice = tuple[str, str]
"""A value and its words."""

FIRST = {
    "reported": "file",
    "verifying": "answer_verify",
    "filed": "dispatch",
    "dispatched": "accept",
    "handling": "done",
    "suspended": "resume",
    "handled": "close",
    "rechecking": "answer_recheck",
}
"""The form that stands open, by the case's state: what is usually done next."""

NOTES = {
    "ask_verify": N_("What is to be looked at"),
    "ask_recheck": N_("What is to be looked at"),
    "done": N_("What was done"),
    "close": N_("What the reporter was told"),
}
"""What the free words of a form are, where they are more than a remark."""

LEVEL_NAMES = {
    "grid": N_("Grid"),
    "community": N_("Community"),
    "street": N_("Street"),
    "district": N_("District"),
}
VOID_NAMES = {
    "not_found": N_("Not found there"),
    "out_of_scope": N_("Not for the grid"),
    "test": N_("A test"),
    "duplicate": N_("Repeats another case"),
}
ANSWERS = {
    "answer_verify": (("yes", N_("It is so")), ("no", N_("It is not so")), ("cannot_tell", N_("Cannot tell"))),
    "answer_recheck": (("yes", N_("It is solved")), ("no", N_("It is not solved")), ("cannot_tell", N_("Cannot tell"))),
}
TIMES = {
    "urgent_hour": N_("{count} hours, nights too"),
    "work_hour": N_("{count} working hours"),
    "work_day": N_("{count} working days"),
    "natural_day": N_("{count} days"),
}
ASIDES = {
    "supervision": N_("Supervision"),
    "extension": N_("Extension"),
    "appeal": N_("Appeal"),
    "satisfaction": N_("Satisfaction"),
}
MAKING = {
    "supervision": N_("Supervise"),
    "extension": N_("Ask for an extension"),
    "appeal": N_("Appeal"),
    "satisfaction": N_("Note how satisfied the reporter is"),
}
"""What stands beside a case, as a button says it."""

ASIDE_STATES = {
    "open": N_("waits"),
    "granted": N_("granted"),
    "refused": N_("refused"),
    "answered": N_("answered"),
}
MODES = (("daily", N_("Everyday")), ("campaign", N_("Campaign")), ("emergency", N_("Emergency")))
SCORES = (("3", N_("Very satisfied")), ("2", N_("Satisfied")), ("1", N_("Not satisfied")))
SUPERVISIONS = (("timeout", N_("It is late")), ("leader", N_("A leader asks")), ("important", N_("It is important")))
EXTRA_TIMES = (("work_day", N_("working days")), ("work_hour", N_("working hours")), ("natural_day", N_("days")))

_DECIDED_BY: dict[str, tuple[Right, ...]] = {
    "supervision": ("handle", "file"),
    "extension": ("decide_extension",),
    "appeal": ("decide_extension",),
}


@dataclass(frozen=True, slots=True)
class ActForm:
    """An action that can be taken now, and what its form asks; `note` is what its free words are."""

    action: str
    label: str
    needs: frozenset[str]
    is_open: bool
    note: str
    answers: tuple[Choice, ...] = ()


@dataclass(frozen=True, slots=True)
class ShutAct:
    """Actions that cannot be taken for the same reason: why, and who could."""

    label: str
    why: str
    who: str


@dataclass(frozen=True, slots=True)
class Happened:
    """One thing in the history."""

    what: str
    at: Moment | None
    clock: str
    org: str
    text: str
    more: str
    misfit: str
    photos: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class AsideLine:
    """A supervision, an extension, an appeal or a satisfaction."""

    id: str
    kind: str
    title: str
    state: str
    at: Moment | None
    org: str
    text: str
    more: str
    reply: str
    can_decide: bool


@dataclass(frozen=True, slots=True)
class CasePageView:
    """The page."""

    id: str
    version: int
    matter: str
    is_danger: bool
    is_restricted: bool
    state: Chip
    place: str
    area: str
    level: str
    orgs: str
    description: str
    solved: str
    reported: Moment | None
    clock: str
    due: Moment | None
    left: Chip | None
    case_due: Moment | None
    is_exempt: bool
    missing_year: int | None
    has_contact: bool
    duplicate_of: str
    photos: tuple[str, ...]
    voices: tuple[str, ...]
    forms: tuple[ActForm, ...]
    shut: tuple[ShutAct, ...]
    history: tuple[Happened, ...]
    asides: tuple[AsideLine, ...]
    may_make: tuple[Choice, ...]
    supervisions: tuple[Choice, ...]
    handlers: tuple[Choice, ...]
    partners: tuple[Choice, ...]
    levels: tuple[Choice, ...]
    voids: tuple[Choice, ...]
    conditions: tuple[tuple[str, str, str], ...]


def case_page_view(
    view: CaseView, directory: Directory, by: Caller, conditions: Sequence[Condition], *, now: Now, texts: Texts
) -> CasePageView:
    """Return a case's page as a caller sees it."""
    line, due = view.case, view.due
    scope = scope_of(view)
    due_ms, case_ms, seen_ms = told(due.stage_due_at), told(due.case_due_at), told(line.reported_at)
    handlers, partners = orgs_for(directory, by, now.day)
    return CasePageView(
        id=str(line.id),
        version=line.version,
        matter=matter_name(line.matter, line.matter_name, directory, texts),
        is_danger=line.severity >= DANGER,
        is_restricted=line.is_restricted,
        state=state_chip(line.state, texts),
        place=place_of(line, view.place or line.place, directory),
        area=directory.named(line.grid),
        level=texts(LEVEL_NAMES.get(line.level, line.level)),
        orgs=texts(", ").join(directory.named(org) for org in line.orgs),
        description=clean_text(view.description),
        solved=clean_text(view.action),
        reported=None if seen_ms is None else now.moment(seen_ms, texts),
        clock=clock_words(line.clock, texts),
        due=None if due_ms is None else now.moment(due_ms, texts),
        left=None if due_ms is None else time_left(due_ms - now.ms, texts),
        case_due=None if case_ms is None else now.moment(case_ms, texts),
        is_exempt=due.is_exempt,
        missing_year=due.missing_year,
        has_contact=view.has_contact,
        duplicate_of=view.duplicate_of,
        photos=view.photos,
        voices=view.voices,
        forms=tuple(_form(view, each.action, each.needs, texts) for each in view.offers if not each.why),
        shut=_shut(view, texts),
        history=tuple(_happened(each, directory, conditions, now, texts) for each in reversed(view.history)),
        asides=tuple(_aside(each, directory, by, scope, now, texts) for each in view.asides),
        may_make=tuple((each.kind, texts(MAKING[each.kind])) for each in view.beside if not each.why),
        supervisions=choices(SUPERVISIONS[0 if due.is_overdue or due.is_stage_overdue else 1 :], texts),
        handlers=handlers,
        partners=partners,
        levels=tuple((each, texts(LEVEL_NAMES[each])) for each in LEVELS[1:] if each != line.level),
        voids=tuple((each, texts(VOID_NAMES[each])) for each in VOID_REASONS),
        conditions=tuple(_condition(each, texts) for each in conditions),
    )


def choices(pairs: Sequence[Choice], texts: Texts) -> tuple[Choice, ...]:
    """Return choices in a language."""
    return tuple((value, texts(words)) for value, words in pairs)


def longest_suspension_day(now: Now) -> str:
    """Return the last day that a suspension may name."""
    return Now(now.ms + MOST_SUSPENDED_MS, now.zone).day


def scope_of(view: CaseView) -> CaseScope:
    """Return what decides who may see a case and act in it, as its page says it."""
    line = view.case
    level: Level = next((each for each in LEVELS if each == line.level), "community")
    return CaseScope(line.grid, level, frozenset(line.orgs), frozenset(), line.state in OPEN_STATES)


def _form(view: CaseView, action: str, needs: Sequence[str], texts: Texts) -> ActForm:
    answers = choices(ANSWERS.get(action, ()), texts)
    is_open = FIRST.get(view.case.state) == action
    note = texts(NOTES.get(action, N_("Remark")))
    return ActForm(action, action_name(action, texts), frozenset(needs), is_open, note, answers)


def _shut(view: CaseView, texts: Texts) -> tuple[ShutAct, ...]:
    """Return what cannot be done now, put together by the reason, in the order in which reasons come up."""
    labels: dict[tuple[str, str], list[str]] = {}
    for label, why, who in (
        *((action_name(each.action, texts), each.why, each.who) for each in view.offers),
        *((texts(MAKING[each.kind]), each.why, each.who) for each in view.beside),
    ):
        if why:
            labels.setdefault((why_not(why, texts), _who(who, texts)), []).append(label)
    return tuple(ShutAct(texts(", ").join(names), why, who) for (why, who), names in labels.items())


def _who(roles: Sequence[str], texts: Texts) -> str:
    return texts(", ").join(role_name(role, texts) for role in roles)


def orgs_for(directory: Directory, by: Caller, day: str) -> tuple[tuple[Choice, ...], tuple[Choice, ...]]:
    """Return who can lead a case that the caller gives away, and who can assist."""
    valid = [
        org
        for org in directory.orgs.values()
        if org.is_valid(day)
        and any(may_dispatch_to(seat, org.patch) for seat in by.seats if seat.role in TABLE["dispatch"])
    ]
    handlers = tuple((org.code, clean_line(org.name)) for org in valid if org.kind == "handler")
    return handlers, tuple((org.code, clean_line(org.name)) for org in valid)


def _condition(condition: Condition, texts: Texts) -> tuple[str, str, str]:
    name = condition.name_en if texts.language == "en" and condition.name_en else condition.name
    return condition.id, clean_line(name), _time(condition.limit.type, condition.limit.amount, texts)


def _time(kind: str, amount: int, texts: Texts) -> str:
    return texts(TIMES.get(kind, "{count}")).format(count=amount)


def _happened(
    each: HappenedView, directory: Directory, conditions: Sequence[Condition], now: Now, texts: Texts
) -> Happened:
    at_ms = told(each.at)
    more = [directory.named(org) for org in (each.to_org, *each.assisting) if org]
    if each.to_level:
        more.append(texts(LEVEL_NAMES.get(each.to_level, each.to_level)))
    if each.answer:
        more += [texts(words) for value, words in ANSWERS.get(each.what, ()) if value == each.answer]
    if each.condition:
        more += [" ".join(_condition(found, texts)[1:]) for found in conditions if found.id == each.condition]
    text = texts(VOID_NAMES[each.text]) if each.what == "void" and each.text in VOID_NAMES else clean_text(each.text)
    return Happened(
        what=happened_name(each.what, texts),
        at=None if at_ms is None else now.moment(at_ms, texts),
        clock=clock_words(each.clock, texts),
        org=directory.named(each.org) if each.org else "",
        text=text,
        more=texts(", ").join(more),
        misfit=why_not(each.why, texts) if each.why else "",
        photos=each.media,
    )


def _aside(each: AsideView, directory: Directory, by: Caller, scope: CaseScope, now: Now, texts: Texts) -> AsideLine:
    at_ms = told(each.at)
    more = ""
    if each.extra_amount:
        more = _time(each.extra_type, each.extra_amount, texts)
    if each.score is not None:
        more = dict(choices(SCORES, texts)).get(str(each.score), "")
    if each.type:
        more = dict(choices(SUPERVISIONS, texts)).get(each.type, "")
    rights = _DECIDED_BY.get(each.kind, ())
    is_own_request = each.is_own and each.kind != "supervision"
    return AsideLine(
        id=each.id,
        kind=each.kind,
        title=texts(ASIDES.get(each.kind, each.kind)),
        state=texts(ASIDE_STATES.get(each.state, each.state)),
        at=None if at_ms is None else now.moment(at_ms, texts),
        org=directory.named(each.org) if each.org else "",
        text=clean_text(each.text),
        more=more,
        reply=clean_text(each.reply),
        can_decide=each.state == "open" and not is_own_request and any(can(by, right, scope) for right in rights),
    )
