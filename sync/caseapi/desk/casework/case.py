"""A case's page and its forms: an action, a row beside the case, a word on one, a look at the contact."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from litestar import Response, get, post
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath

from sync.caseapi.desk.casework.forms import MAX_FORM_BYTES, Form, read_as
from sync.caseapi.desk.casework.photos import NO_PHOTOS, TakenIn, marked, taken_in
from sync.caseapi.desk.casework.visit import AnyRequest, Office, Visit, elsewhere
from sync.caseapi.desk.photos import photo_response
from sync.caseapi.desk.text import N_
from sync.caseapi.desk.views.acts import ACTIONS, done_words, field_fault, happened_name, why_not
from sync.caseapi.desk.views.case_page import (
    EXTRA_TIMES,
    MODES,
    SCORES,
    case_page_view,
    choices,
    longest_suspension_day,
    scope_of,
)
from sync.caseapi.desk.views.near import near_lines
from sync.caseapi.errors import ActRefused, InputRefused, NotAllowed, UnknownCase, VersionConflict
from sync.caseapi.service.callers import Caller, may_see
from sync.caseapi.service.casework.acts import Act
from sync.caseapi.service.casework.asides import AsideWanted, Decision
from sync.caseapi.service.casework.views import CaseView

_ACT_FIELDS = (
    "action",
    "expected_version",
    "id",
    "note",
    "reason",
    "to_org",
    "mode",
    "to_level",
    "condition",
    "answer",
)
_ASIDE_FIELDS = ("kind", "id", "type", "text", "extra_type", "extra_amount", "score")
_UUID_CHARS = 36


class PhotosRefused(Exception):
    """Photos of a form cannot be used; its sentences say why."""


@dataclass(frozen=True, slots=True)
class Trouble:
    """Why a form was not taken; what it said is kept.

    Attributes:
        form: which form it was, by its action or kind.
        said: what its fields held.
        waiting: photos that are here already, as the form names them.
        done: what was done a moment ago, where all went well.
        mine, theirs: both texts, where somebody else acted first.
    """

    sentence: str = ""
    form: str = ""
    said: dict[str, str] = field(default_factory=dict)
    mine: str = ""
    theirs: tuple[tuple[str, str, str], ...] = ()
    is_conflict: bool = False
    status: int = 200
    waiting: tuple[str, ...] = ()
    done: str = ""
    contact: str | None = None


def case_routes(office: Office) -> list[HTTPRouteHandler]:
    """Return the routes of a case."""
    cases = office.case_api.cases

    @get("/cases/{case:str}", include_in_schema=False)
    async def case_page(request: AnyRequest, case: FromPath[str]) -> Response[str]:
        visit = await office.visit(request)
        done = done_words(request.query_params.get("done", ""), visit.texts)
        return await _shown(office, replace(visit, query=()), case_id(case), Trouble(done=done))

    @post("/cases/{case:str}/acts", include_in_schema=False, request_max_body_size=MAX_FORM_BYTES)
    async def act(request: AnyRequest, case: FromPath[str]) -> Response[str]:
        visit, form = await office.sent(request)
        try:
            photos = await taken_in(form, case_id(case), visit, cases.photos)
        finally:
            await form.close()

        async def work(by: Caller) -> CaseView:
            if photos.faults:
                raise PhotosRefused
            return await cases.act(case_id(case), _act(form, visit), by, photos.names)

        return await _taken(office, visit, case_id(case), form, work, photos)

    @post("/cases/{case:str}/asides", include_in_schema=False)
    async def aside(request: AnyRequest, case: FromPath[str]) -> Response[str]:
        visit, form = await office.sent(request)

        async def work(by: Caller) -> CaseView:
            return await cases.beside(case_id(case), read_as(form.given(*_ASIDE_FIELDS), AsideWanted), by)

        return await _taken(office, visit, case_id(case), form, work)

    @post("/cases/{case:str}/decisions", include_in_schema=False)
    async def decide(request: AnyRequest, case: FromPath[str]) -> Response[str]:
        visit, form = await office.sent(request)

        async def work(by: Caller) -> CaseView:
            said: dict[str, Any] = {**form.given("aside", "text"), "grant": form.text("grant") != "no"}
            return await cases.decide(case_id(case), read_as(said, Decision), by)

        return await _taken(office, visit, case_id(case), form, work)

    return [case_page, act, aside, decide, *_looking_routes(office)]


def _looking_routes(office: Office) -> list[HTTPRouteHandler]:
    cases = office.case_api.cases

    @post("/cases/{case:str}/contact", status_code=200, include_in_schema=False)
    async def contact(request: AnyRequest, case: FromPath[str]) -> Response[str]:
        visit, _ = await office.sent(request)
        told = await cases.contact(case_id(case), visit.caller)
        return await _shown(office, visit, case_id(case), Trouble(contact=told))

    @get("/cases/{case:str}/media/{name:str}", include_in_schema=False)
    async def media(request: AnyRequest, case: FromPath[str], name: FromPath[str]) -> Response[bytes]:
        visit = await office.visit(request)
        view = await cases.page(case_id(case), visit.caller)
        files = {*view.photos, *view.voices, *(each for happened in view.history for each in happened.media)}
        shown = await office.case_api.media.read(name) if name in files else None
        if shown is None:
            raise UnknownCase("there is no such file")
        return photo_response(name, shown)

    return [contact, media]


def case_id(text: str) -> UUID:
    """Return the id of a case.

    Raises:
        UnknownCase: it is none.
    """
    try:
        return UUID(text)
    except ValueError as exc:
        raise UnknownCase("there is no such case") from exc


async def _taken(
    office: Office,
    visit: Visit,
    case: UUID,
    form: Form,
    work: Callable[[Caller], Awaitable[CaseView]],
    photos: TakenIn = NO_PHOTOS,
) -> Response[str]:
    """Do what a form asks; show the page again with what it said where that does not go."""
    texts = visit.texts
    said = {name: form.text(name) for name in form.values if name not in ("token", "expected_version", "id", "waiting")}
    form_name = form.text("action") or form.text("kind") or form.text("aside")
    waiting = marked(photos.names, case, visit)
    trouble = Trouble(form=form_name, said=said, status=409, waiting=tuple(waiting))
    try:
        after = await work(visit.caller)
    except VersionConflict as exc:
        sentence = texts(
            N_("Somebody else acted on this case first. Nothing of yours was lost: read both, then decide.")
        )
        mine = "\n".join(said[name] for name in ("reason", "note") if said.get(name))
        trouble = replace(trouble, sentence=sentence, mine=mine, theirs=exc.theirs, is_conflict=True)
        return await _shown(office, visit, case, trouble)
    except ActRefused as exc:
        words = [field_fault(each, texts) for each in exc.missing] or [why_not(exc.why, texts)]
        return await _shown(office, visit, case, replace(trouble, sentence=" ".join(words)))
    except InputRefused as exc:
        trouble = replace(trouble, sentence=field_fault(exc.field, texts), status=422)
        return await _shown(office, visit, case, trouble)
    except PhotosRefused:
        trouble = replace(trouble, sentence=" ".join(photos.faults), status=422)
        return await _shown(office, visit, case, trouble)
    except NotAllowed:
        trouble = replace(trouble, sentence=why_not("right", texts), status=403)
        return await _shown(office, visit, case, trouble)
    # Whoever gave a case away may not see it any more.
    is_seen = may_see(visit.caller, scope_of(after))
    return elsewhere(
        visit.href(f"/cases/{case}" if is_seen else "/queue", done=form.text("action") or form.text("kind"))
    )


async def _shown(office: Office, visit: Visit, case: UUID, trouble: Trouble | None = None) -> Response[str]:
    by, texts = visit.caller, visit.texts
    view = await office.case_api.cases.page(case, by)
    conditions = office.case_api.casework.lives.timings.at(view.opened_ms).conditions_for(view.case.matter)
    page = case_page_view(view, visit.directory, by, conditions, now=visit.now, texts=texts)
    trouble = trouble or Trouble()
    # After a form, the page stands at the case's own address for whoever changes the language.
    visit = replace(visit, here=f"/cases/{case}", query=())
    theirs = [(happened_name(what, texts), visit.directory.named(org), text) for what, org, text in trouble.theirs]
    near = await office.case_api.cases.likely_same(case, by) if view.case.ended_at is None else []
    return office.page(
        "casework/case.html",
        visit,
        trouble.status,
        title=page.matter,
        faulty=bool(trouble.sentence),
        case=page,
        trouble=trouble,
        theirs=theirs,
        near=near_lines(near, view, visit.directory, now=visit.now, texts=texts),
        modes=choices(MODES, texts),
        new_id=office.new_id,
        extra_times=choices(EXTRA_TIMES, texts),
        scores=choices(SCORES, texts),
        last_day=longest_suspension_day(visit.now),
    )


def _act(form: Form, visit: Visit) -> Act:
    said: dict[str, Any] = dict(form.given(*_ACT_FIELDS))
    if said.get("action") not in ACTIONS:
        raise InputRefused("there is no such action", "action")
    if assisting := form.every("assisting"):
        said["assisting"] = [org for org in assisting if org != said.get("to_org")]
    if target := form.text("target"):
        said["target"] = target[-_UUID_CHARS:]
    if until := form.text("until"):
        said["until"] = _end_of(until, visit)
    return read_as(said, Act)


def _end_of(day: str, visit: Visit) -> int:
    """Return the last moment of a day of the district, Unix milliseconds."""
    try:
        following = date.fromisoformat(day) + timedelta(days=1)
    except (ValueError, OverflowError) as exc:
        raise InputRefused("a day is YYYY-MM-DD", "until") from exc
    return round(datetime.combine(following, time(), visit.now.zone).timestamp() * 1000) - 1
