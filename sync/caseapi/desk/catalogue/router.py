"""The addresses of the catalogue: searched, one category, its form, the draft, the versions."""

from functools import partial

from litestar import Response, get, post
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath

from sync.caseapi.cases.catalogue import MOST_CONDITIONS, PUBLIC_NUMBERS, Sheet
from sync.caseapi.desk.casework.visit import AnyRequest, Office, Visit, elsewhere
from sync.caseapi.desk.catalogue.editing import Said, Written, next_local_code, rows_of, shown_of, written
from sync.caseapi.desk.catalogue.publishing import publishing_routes
from sync.caseapi.desk.catalogue.sheet_words import (
    PHOTOS,
    TIMER_NAMES,
    Changed,
    Wrong,
    changed,
    condition_name,
    limit_words,
    sheet_name,
    wrongs,
)
from sync.caseapi.desk.text import N_
from sync.caseapi.errors import DraftChanged, NotThere, SheetRefused
from sync.caseapi.service.callers import holds_any, seat_with_any
from sync.caseapi.service.catalogue.editing import Drafted

MOST_FOUND = 50
"""Categories that a search shows."""

_TYPED_CHARS = 60
NEW = "new"
"""Stands in an address for a category that is not there yet."""


def catalogue_routes(office: Office) -> list[HTTPRouteHandler]:
    """Return the routes of the catalogue."""
    catalogue = office.case_api.catalogue

    @get("/catalogue", include_in_schema=False)
    async def listed(request: AnyRequest) -> Response[str]:
        visit = await _reading(office, request)
        typed = request.query_params.get("find", "")[:_TYPED_CHARS]
        group = request.query_params.get("group", "")[:_TYPED_CHARS]
        version = await catalogue.in_force()
        sheets = list(version.sheets.values())
        if typed:
            found = await catalogue.found(typed, limit=MOST_FOUND)
        else:
            found = (
                [each for each in sheets if each.group == group]
                if group
                else [each for each in sheets if each.is_common]
            )
        return office.page(
            "catalogue/list.html",
            visit,
            title=visit.texts(N_("Catalogue")),
            typed=typed,
            group=group,
            groups=_groups(sheets, visit),
            found=[_line(each, visit) for each in found],
            is_full=len(found) == MOST_FOUND and bool(typed),
            number=version.number,
            count=len(sheets),
            drafted=len(await catalogue.draft()) if may_edit(visit) else 0,
            may_edit=may_edit(visit),
        )

    @get("/catalogue/matters/{matter:str}", include_in_schema=False)
    async def one(request: AnyRequest, matter: FromPath[str]) -> Response[str]:
        visit = await _reading(office, request)
        sheet = (await catalogue.in_force()).sheets.get(matter)
        drafted = (await catalogue.draft()).get(matter) if may_edit(visit) else None
        if sheet is None and drafted is None:
            raise NotThere("there is no such category")
        shown = sheet or (drafted.sheet if drafted else None)
        return office.page(
            "catalogue/matter.html",
            visit,
            title=sheet_name(shown, visit.texts) if shown else "",
            matter=shown,
            limit=limit_words(shown.timer, visit.texts) if shown else "",
            photo=visit.texts(PHOTOS[shown.photo]) if shown else "",
            conditions=[
                (condition_name(each, visit.texts), limit_words(each.limit, visit.texts), each)
                for each in (shown.conditions if shown else ())
            ],
            pending=_pending(sheet, drafted, visit),
            may_edit=may_edit(visit),
        )

    return [listed, one, *_editing_routes(office), *publishing_routes(office)]


def may_edit(visit: Visit) -> bool:
    """Return whether whoever asks changes the draft."""
    return holds_any(visit.caller, "manage_catalogue", "propose_catalogue")


async def _reading(office: Office, request: AnyRequest) -> Visit:
    visit = await office.visit(request)
    seat_with_any(visit.caller, "read_cases", "manage_catalogue", "propose_catalogue")
    return visit


def _editing_routes(office: Office) -> list[HTTPRouteHandler]:
    catalogue = office.case_api.catalogue

    @get("/catalogue/matters/{matter:str}/edit", include_in_schema=False)
    async def edited(request: AnyRequest, matter: FromPath[str]) -> Response[str]:
        visit = await office.visit(request)
        seat_with_any(visit.caller, "manage_catalogue", "propose_catalogue")
        standing, drafted = await _found(office, matter)
        sheet = drafted.sheet if drafted else standing
        said = shown_of(sheet) if sheet else await _blank(office)
        return _form(office, visit, matter, standing, said, drafted.changed_ms if drafted else 0)

    @post("/catalogue/matters/{matter:str}/edit", include_in_schema=False)
    async def save(request: AnyRequest, matter: FromPath[str]) -> Response[str]:
        visit, form = await office.sent(request)
        seat_with_any(visit.caller, "manage_catalogue", "propose_catalogue")
        standing, drafted = await _found(office, matter)
        said = written(form, standing or (drafted.sheet if drafted else None))
        expected_ms = int(form.text("expected")) if form.text("expected").isdigit() else 0
        if said.sheet is None:
            return _refused(office, visit, matter, standing, said, expected_ms, wrongs(said.faults, visit.texts))
        try:
            work = partial(catalogue.save, said.sheet, expected_ms, visit.caller)
            await office.case_api.administration.written("catalogue-draft", said.sheet.id, visit.caller, work)
        except SheetRefused as exc:
            return _refused(office, visit, matter, standing, said, expected_ms, wrongs(exc.faults, visit.texts))
        except DraftChanged:
            theirs = (await catalogue.draft()).get(said.sheet.id)
            now_ms = theirs.changed_ms if theirs else 0
            other = changed(theirs.sheet, said.sheet, visit.texts) if theirs else None
            return _refused(office, visit, matter, standing, said, now_ms, [], other)
        return elsewhere(visit.href("/catalogue/draft"))

    return [edited, save]


async def _found(office: Office, matter: str) -> tuple[Sheet | None, Drafted | None]:
    """Return a category as it was published last, and as the draft has it; neither for a new one."""
    if matter == NEW:
        return None, None
    standing = (await office.case_api.catalogue.newest()).sheets.get(matter)
    drafted = (await office.case_api.catalogue.draft()).get(matter)
    if standing is None and drafted is None:
        raise NotThere("there is no such category")
    return standing, drafted


async def _blank(office: Office) -> Said:
    sheets = (await office.case_api.catalogue.newest()).sheets
    drafted = (await office.case_api.catalogue.draft()).values()
    code = next_local_code([*sheets.values(), *(each.sheet for each in drafted)])
    local = next((each for each in sheets.values() if each.standard == "local"), None)
    group = (local.group, local.group_en) if local else ("", "")
    return {"code": code, "timer_type": "work_day", "photo": "optional", "group": group[0], "group_en": group[1]}


def _refused(
    office: Office,
    visit: Visit,
    matter: str,
    standing: Sheet | None,
    said: Written,
    expected_ms: int,
    faults: list[Wrong],
    theirs: Changed | None = None,
) -> Response[str]:
    return _form(office, visit, matter, standing, said.said, expected_ms, faults, theirs)


def _form(
    office: Office,
    visit: Visit,
    matter: str,
    standing: Sheet | None,
    said: Said,
    expected_ms: int,
    faults: list[Wrong] | None = None,
    theirs: Changed | None = None,
) -> Response[str]:
    texts = visit.texts
    is_refused = bool(faults) or theirs is not None
    name = sheet_name(standing, texts) if standing else texts(N_("New category"))
    return office.page(
        "catalogue/edit.html",
        visit,
        (422 if faults else 409) if is_refused else 200,
        title=name if standing is None else texts(N_("Change: {name}")).format(name=name),
        faulty=is_refused,
        matter=matter,
        standing=standing,
        is_new=matter == NEW,
        said=said,
        rows=rows_of(said),
        expected=expected_ms,
        faults=faults or [],
        wrong={each.field for each in faults or []},
        theirs=theirs,
        timers=[(value, texts(words)) for value, words in TIMER_NAMES.items()],
        photos=[(value, texts(words)) for value, words in PHOTOS.items()],
        numbers=PUBLIC_NUMBERS,
        most=MOST_CONDITIONS,
    )


def _pending(sheet: Sheet | None, drafted: Drafted | None, visit: Visit) -> Changed | None:
    return changed(sheet, drafted.sheet, visit.texts) if drafted else None


def _groups(sheets: list[Sheet], visit: Visit) -> list[tuple[str, str, int]]:
    counts: dict[str, int] = {}
    names: dict[str, str] = {}
    for sheet in sheets:
        counts[sheet.group] = counts.get(sheet.group, 0) + 1
        names[sheet.group] = sheet.group_en if visit.texts.language == "en" else sheet.group
    return [(group, names[group], count) for group, count in counts.items() if group]


def _line(sheet: Sheet, visit: Visit) -> tuple[Sheet, str, str]:
    texts = visit.texts
    limits = [limit_words(each.limit, texts) for each in sheet.conditions]
    return sheet, sheet_name(sheet, texts), " / ".join(dict.fromkeys(limits)) or limit_words(sheet.timer, texts)
