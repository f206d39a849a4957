"""Lists of people and places at the desk: a file is checked and shown, then taken in by a second step."""

import asyncio
from io import BytesIO
from uuid import UUID

from litestar import Response, get, post
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath

from sync.caseapi.desk.casework.forms import MAX_FORM_BYTES, Form
from sync.caseapi.desk.casework.visit import AnyRequest, Office, Visit
from sync.caseapi.desk.headers import attached
from sync.caseapi.desk.text import N_
from sync.caseapi.errors import InputRefused, NotAllowed, NotThere
from sync.caseapi.lists.kinds import COLUMNS
from sync.caseapi.lists.template import write_template
from sync.caseapi.service.places.desk_lists import Checked, kinds_for
from sync.caseapi.service.places.importing import ListRefused, TakenKind, Wanted
from sync.caseapi.service.places.timelines import ACTS, Act

MAX_LIST_BYTES = 4 * 1024 * 1024
"""Largest list at the desk: several lists wait for their second step at a time, in memory."""

MAX_NAME_CHARS = 100
"""Longest name of a file that is shown and kept."""

MOST_SHOWN = 300
"""Lines of a list that the page shows; how many there are of each sort stands above them."""

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

KINDS: dict[TakenKind, tuple[str, str]] = {
    "people": (N_("People"), N_("Who sits in which of the four seats of a grid, from when until when.")),
    "orgs": (N_("Organisations"), N_("Who is given cases, and partners who help.")),
    "units": (N_("Streets, communities, grids"), N_("The district's tree; a change of name has its day.")),
    "buildings": (N_("Buildings"), N_("With entrances and, where known, coordinates.")),
    "boundaries": (N_("Borders"), N_("Of grids, communities and streets, as GeoJSON (WGS 84).")),
}

ACT_WORDS: dict[Act, tuple[str, str]] = {
    "add": (N_("new"), "good"),
    "change": (N_("changed"), "calm"),
    "end": (N_("ends"), "warn"),
    "keep": (N_("left alone"), ""),
}


def list_routes(office: Office) -> list[HTTPRouteHandler]:
    """Return the routes of the lists."""

    @get("/lists", include_in_schema=False)
    async def lists(request: AnyRequest) -> Response[str]:
        return _choose(office, await office.visit(request))

    @post("/lists", status_code=200, include_in_schema=False, request_max_body_size=MAX_FORM_BYTES)
    async def check(request: AnyRequest) -> Response[str]:
        visit, form = await office.sent(request)
        file, data = await _file_of(form)
        kind = next((each for each in kinds_for(visit.caller) if each == form.text("kind")), None)
        fault = "" if file else N_("Choose a file.")
        if len(data) > MAX_LIST_BYTES:
            fault = N_("At most 4 MB; longer lists go by the command line of the server.")
        if kind is None:
            fault = N_("Choose what the list is of.")
        if kind is None or fault:
            return _choose(office, visit, form.text("kind"), fault=visit.texts(fault))
        wanted = Wanted(kind, file, data, is_whole=form.text("whole") == "1")
        try:
            checked = await office.case_api.lists.check(wanted, office.new_id(), visit.caller)
        except ListRefused as exc:
            return _faulty(office, visit, wanted, exc)
        return _shown(office, visit, checked, "lists/checked.html")

    @post("/lists/do", status_code=200, include_in_schema=False)
    async def do(request: AnyRequest) -> Response[str]:
        visit, form = await office.sent(request)
        try:
            done = await office.case_api.lists.take(UUID(form.text("id")), visit.caller)
        except NotThere:
            fault = N_("This list was taken in already, or has waited too long. Choose the file again.")
            return _choose(office, visit, fault=visit.texts(fault))
        except ValueError as exc:
            raise InputRefused("no list is called so", "id") from exc
        except ListRefused as exc:
            return _choose(office, visit, fault=exc.found[0].sentence(visit.texts))
        if not done.is_as_shown:
            return _shown(office, visit, done, "lists/checked.html")
        return _shown(office, visit, done, "lists/done.html")

    @get("/lists/template/{kind:str}", include_in_schema=False)
    async def template(request: AnyRequest, kind: FromPath[str]) -> Response[bytes]:
        visit = await office.visit(request)
        known = next((each for each in COLUMNS if each == kind), None)
        if known is None:
            raise NotThere("there is no such list")
        if known not in kinds_for(visit.caller):
            raise NotAllowed("no seat of this account takes such lists in")
        made = BytesIO()
        await asyncio.to_thread(write_template, known, made)
        return Response(made.getvalue(), media_type=XLSX, headers=attached(f"xunge-{known}.xlsx"))

    return [lists, check, do, template]


async def _file_of(form: Form) -> tuple[str, bytes]:
    """Return name and bytes of the file that was sent; both empty where none was."""
    try:
        if not form.files:
            return "", b""
        # Some browsers send a whole path.
        name = form.files[0].name.replace("\\", "/").rpartition("/")[2]
        return name[:MAX_NAME_CHARS], await form.files[0].read(MAX_LIST_BYTES)
    finally:
        await form.close()


def _choose(office: Office, visit: Visit, kind: str = "", *, fault: str = "") -> Response[str]:
    texts, kinds = visit.texts, kinds_for(visit.caller)
    if not kinds:
        raise NotAllowed("no seat of this account takes lists in")
    return office.page(
        "lists/choose.html",
        visit,
        422 if fault else 200,
        title=texts(N_("Lists")),
        faulty=bool(fault),
        fault=fault,
        kind=kind or kinds[0],
        kinds=[(each, *map(texts, KINDS[each]), each in COLUMNS) for each in kinds],
    )


def _faulty(office: Office, visit: Visit, wanted: Wanted, refused: ListRefused) -> Response[str]:
    return office.page(
        "lists/faulty.html",
        visit,
        422,
        title=visit.texts(N_("This list has faults")),
        faulty=True,
        file=wanted.file,
        faults=[(each.line, each.column, each.sentence(visit.texts)) for each in refused.found],
    )


def _shown(office: Office, visit: Visit, checked: Checked, template: str) -> Response[str]:
    texts, outcome = visit.texts, checked.outcome
    items = [item for item in outcome.items if item.act != "keep"]
    titles = {"lists/checked.html": N_("What this list would change"), "lists/done.html": N_("The list is taken in")}
    return office.page(
        template,
        visit,
        title=texts(titles[template]),
        checked=checked,
        file=checked.wanted.file,
        kind=texts(KINDS[checked.wanted.kind][0]),
        counts=[(texts(ACT_WORDS[act][0]), outcome.counts[act]) for act in ACTS],
        items=[(*_words(item.act, visit), item.label, item.day, item.line) for item in items[:MOST_SHOWN]],
        more=max(0, len(items) - MOST_SHOWN),
        notes=[note.sentence(texts) for note in outcome.notes],
        codes=outcome.codes,
    )


def _words(act: Act, visit: Visit) -> tuple[str, str]:
    words, tone = ACT_WORDS[act]
    return visit.texts(words), tone
