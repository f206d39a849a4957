"""The form for a phone call: what, where, in which words, and how to reach who called."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from litestar import Response, get, post
from litestar.handlers import HTTPRouteHandler

from sync.caseapi.cases.permissions import CODE_DIGITS, TABLE, is_within
from sync.caseapi.desk.casework.forms import Form, read_as
from sync.caseapi.desk.casework.visit import AnyRequest, Office, Visit, elsewhere
from sync.caseapi.desk.directory import Directory
from sync.caseapi.desk.text import N_
from sync.caseapi.desk.views.acts import field_fault, why_not
from sync.caseapi.errors import InputRefused, NotAllowed
from sync.caseapi.service.callers import Caller, seat_holding
from sync.caseapi.service.casework.opening import DeskReport
from sync.reference import MatterEntry
from sync.text import clean_line

MOST_LISTED = 800
"""Buildings that a page lists to choose from; of more it shows those that what is typed finds."""

MOST_FOUND = 12
"""Most of them shown at once."""

ORIGINS = (
    ("hotline", N_("Hotline")),
    ("walk_in", N_("At the counter")),
    ("wechat", N_("WeChat")),
    ("resident", N_("A resident")),
    ("studio", N_("Grid studio")),
    ("order", N_("Order from above")),
)
SEVERITIES = (("1", N_("Small")), ("2", N_("Usual")), ("3", N_("Danger")))


@dataclass(frozen=True, slots=True)
class Listed:
    """Something to choose: its id, and the words by which it is chosen."""

    id: str
    words: str


def call_routes(office: Office) -> list[HTTPRouteHandler]:
    """Return the routes of the form for a call."""

    @get("/new", include_in_schema=False)
    async def new(request: AnyRequest) -> Response[str]:
        visit = await office.visit(request)
        by = _reporter(visit)
        said = {"severity": "2", "origin": "hotline", "id": str(office.new_id())}
        return _asked(office, visit, by, said)

    @post("/new", include_in_schema=False)
    async def taken_down(request: AnyRequest) -> Response[str]:
        visit, form = await office.sent(request)
        by = _reporter(visit)
        said = {name: form.text(name) for name in form.values if name not in ("token", "find")}
        if form.text("find"):
            return _asked(
                office,
                visit,
                by,
                said,
                candidates=found_buildings(form.text("building"), _buildings(visit.directory, by)),
            )
        try:
            view = await office.case_api.cases.open(_report(form, visit, by), by)
        except InputRefused as exc:
            fault, status = (exc.field, field_fault(exc.field, visit.texts)), 422
        except NotAllowed:
            fault, status = ("building", why_not("right", visit.texts)), 403
        else:
            return elsewhere(visit.href(f"/cases/{view.case.id}"))
        candidates = (
            found_buildings(form.text("building"), _buildings(visit.directory, by)) if fault[0] == "building" else ()
        )
        return _asked(office, visit, by, said, status, fault, candidates)

    return [new, taken_down]


def chosen(typed: str, listed: Iterable[Listed], also: Mapping[str, str]) -> str:
    """Return the id of what was typed: its words as listed, another name, or what alone has it in its words.

    Args:
        also: other names by which it is known, in lower case, to its id.
    """
    wanted = clean_line(typed).strip().casefold()
    if not wanted:
        return ""
    begun = [each for each in listed if wanted in each.words.casefold()]
    exact = [each.id for each in begun if each.words.casefold() == wanted]
    if exact or wanted in also:
        return exact[0] if exact else also[wanted]
    return begun[0].id if len(begun) == 1 else ""


def _candidates(form: Form, visit: Visit, by: Caller) -> list[Listed]:
    return found_buildings(form.text("building"), _buildings(visit.directory, by))


def found_buildings(typed: str, listed: Iterable[Listed]) -> list[Listed]:
    """Return the buildings that have every word of what was typed in their words, the shortest first."""
    words = clean_line(typed).casefold().split()
    found = [each for each in listed if words and all(word in each.words.casefold() for word in words)]
    return sorted(found, key=lambda each: (len(each.words), each.words))


def _asked(
    office: Office,
    visit: Visit,
    by: Caller,
    said: dict[str, str],
    status: int = 200,
    fault: tuple[str, str] = ("", ""),
    candidates: Sequence[Listed] = (),
) -> Response[str]:
    buildings = _buildings(visit.directory, by)
    return office.page(
        "casework/new.html",
        visit,
        status,
        title=visit.texts(N_("New report")),
        faulty=bool(fault[0]),
        said=said,
        fault_field=fault[0],
        fault=fault[1],
        matters=_matters(visit.directory.matters, in_english=visit.texts.language == "en"),
        buildings=buildings if len(buildings) <= MOST_LISTED else [],
        has_search=len(buildings) > MOST_LISTED,
        candidates=candidates[:MOST_FOUND],
        is_more=len(candidates) > MOST_FOUND,
        grids=_grids(visit.directory, by),
        origins=[(value, visit.texts(words)) for value, words in ORIGINS],
        severities=[(value, visit.texts(words)) for value, words in SEVERITIES],
    )


def _report(form: Form, visit: Visit, by: Caller) -> DeskReport:
    directory = visit.directory
    said: dict[str, Any] = dict(form.given("id", "grid", "place", "description", "severity", "origin", "contact"))
    said["matter"] = _matter(form.text("matter"), directory.matters)
    if not said["matter"]:
        raise InputRefused("there is no such category, or several", "matter")
    if picked := form.text("picked"):
        said["building"] = picked
    elif typed := form.text("building"):
        listed = _buildings(directory, by)
        said["building"] = chosen(typed, listed, {})
        if not said["building"]:
            raise InputRefused("there is no such building, or several", "building")
    return read_as(said, DeskReport)


def _matter(typed: str, matters: Mapping[str, MatterEntry]) -> str:
    also: dict[str, str] = {}
    for matter_id, entry in sorted(matters.items(), reverse=True):
        also |= {
            name.casefold(): matter_id for name in (entry.code, *entry.initials.split(), entry.name_en, entry.name)
        }
    listed = [*_matters(matters, in_english=False), *_matters(matters, in_english=True)]
    return chosen(typed, {each.words: each for each in listed}.values(), also)


def _matters(matters: Mapping[str, MatterEntry], *, in_english: bool) -> list[Listed]:
    """Return the categories by name and code, the common ones first."""
    ordered = sorted(matters.items(), key=lambda item: (not item[1].common, item[0]))
    return [
        Listed(matter_id, clean_line(f"{(entry.name_en if in_english else '') or entry.name} {entry.code}"))
        for matter_id, entry in ordered
    ]


def _buildings(directory: Directory, by: Caller) -> list[Listed]:
    """Return the buildings that the caller may report of, by name."""
    patches = _patches(by)
    found = [
        Listed(building_id, clean_line(f"{entry.name} {directory.named(entry.grid)}"))
        for building_id, entry in directory.buildings.items()
        if any(is_within(patch, entry.grid) for patch in patches)
    ]
    return sorted(found, key=lambda each: each.words)


def _grids(directory: Directory, by: Caller) -> list[tuple[str, str]]:
    patches = _patches(by)
    codes = (code for code in directory.areas if len(code) == CODE_DIGITS["grid"])
    return [(code, directory.named(code)) for code in sorted(codes) if any(is_within(each, code) for each in patches)]


def _patches(by: Caller) -> set[str]:
    return {seat.org for seat in by.seats if seat.role in TABLE["report"]}


def _reporter(visit: Visit) -> Caller:
    seat_holding(visit.caller, "report")
    return visit.caller
