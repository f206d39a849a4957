"""The draft against the version that holds last, publishing it, and the versions there are."""

from collections.abc import Mapping
from datetime import timedelta
from functools import partial

from litestar import Response, get, post
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath

from sync.caseapi.cases.catalogue import Sheet
from sync.caseapi.desk.casework.visit import AnyRequest, Office, Visit, elsewhere
from sync.caseapi.desk.catalogue.sheet_words import Wrong, all_changed, wrongs
from sync.caseapi.desk.text import N_
from sync.caseapi.errors import DraftChanged, InputRefused, NotThere, SheetRefused
from sync.caseapi.service.callers import holds_any, seat_holding, seat_with_any
from sync.caseapi.service.catalogue.editing import Version

_DAY_FAULTS = {
    "day": N_("A version holds from today or a later day, and after every version that is published already."),
    "draft": N_("Nothing is changed."),
}


def publishing_routes(office: Office) -> list[HTTPRouteHandler]:
    """Return the routes of the draft and of the versions."""
    catalogue = office.case_api.catalogue

    @get("/catalogue/draft", include_in_schema=False)
    async def draft(request: AnyRequest) -> Response[str]:
        visit = await office.visit(request)
        seat_with_any(visit.caller, "manage_catalogue", "propose_catalogue")
        return await _draft(office, visit)

    @post("/catalogue/draft/{matter:str}", include_in_schema=False)
    async def drop(request: AnyRequest, matter: FromPath[str]) -> Response[str]:
        visit, _ = await office.sent(request)
        seat_holding(visit.caller, "manage_catalogue")
        work = partial(catalogue.drop, matter, visit.caller)
        await office.case_api.administration.written("catalogue-drop", matter, visit.caller, work)
        return elsewhere(visit.href("/catalogue/draft"))

    @post("/catalogue/publish", include_in_schema=False)
    async def publish(request: AnyRequest) -> Response[str]:
        visit, form = await office.sent(request)
        seat_holding(visit.caller, "manage_catalogue")
        texts, said = visit.texts, {"day": form.text("day"), "note": form.text("note")}
        try:
            work = partial(catalogue.publish, said["day"], said["note"], visit.caller)
            about, note = said["day"], said["note"]
            made = await office.case_api.administration.written(
                "catalogue-publish", about, visit.caller, work, said=note
            )
        except SheetRefused as exc:
            return await _draft(office, visit, 422, said=said, faults=wrongs(exc.faults, texts))
        except InputRefused as exc:
            return await _draft(office, visit, 422, said=said, sentence=texts(_DAY_FAULTS[exc.field]))
        except DraftChanged:
            sentence = texts(N_("Somebody else changed the draft meanwhile. Look at it again, then publish."))
            return await _draft(office, visit, 409, said=said, sentence=sentence)
        return elsewhere(visit.href(f"/catalogue/versions/{made.number}"))

    return [draft, drop, publish, *_version_routes(office)]


def _version_routes(office: Office) -> list[HTTPRouteHandler]:
    catalogue = office.case_api.catalogue

    @get("/catalogue/versions", include_in_schema=False)
    async def versions(request: AnyRequest) -> Response[str]:
        visit = await office.visit(request)
        seat_with_any(visit.caller, "read_cases", "manage_catalogue", "propose_catalogue")
        kept, in_force = await catalogue.versions(), await catalogue.in_force()
        return office.page(
            "catalogue/versions.html",
            visit,
            title=visit.texts(N_("Versions of the catalogue")),
            versions=[(each, _since(each, visit), each.number == in_force.number) for each in reversed(kept)],
            now_ms=visit.now.ms,
        )

    @get("/catalogue/versions/{number:int}", include_in_schema=False)
    async def version(request: AnyRequest, number: FromPath[int]) -> Response[str]:
        visit = await office.visit(request)
        seat_with_any(visit.caller, "read_cases", "manage_catalogue", "propose_catalogue")
        kept = await catalogue.versions()
        place = next((place for place, each in enumerate(kept) if each.number == number), None)
        if place is None:
            raise NotThere("there is no such version")
        before: Mapping[str, Sheet] = kept[place - 1].sheets if place else kept[place].sheets
        return office.page(
            "catalogue/version.html",
            visit,
            title=visit.texts(N_("Version {number} of the catalogue")).format(number=number),
            note=kept[place].note,
            since=_since(kept[place], visit),
            is_waiting=kept[place].from_ms > visit.now.ms,
            is_first=place == 0,
            changed=all_changed(before, kept[place].sheets.values(), visit.texts),
        )

    return [versions, version]


async def _draft(
    office: Office,
    visit: Visit,
    status: int = 200,
    *,
    said: Mapping[str, str] | None = None,
    sentence: str = "",
    faults: list[Wrong] | None = None,
) -> Response[str]:
    newest, drafted = await office.case_api.catalogue.newest(), await office.case_api.catalogue.draft()
    return office.page(
        "catalogue/draft.html",
        visit,
        status,
        title=visit.texts(N_("Draft of the next version")),
        faulty=status != 200,
        number=newest.number,
        since=_since(newest, visit),
        changed=all_changed(newest.sheets, (each.sheet for each in drafted.values()), visit.texts),
        unchanged=[each.sheet for each in drafted.values() if newest.sheets.get(each.sheet.id) == each.sheet],
        said=said or {"day": (visit.now.local.date() + timedelta(days=1)).isoformat()},
        today=visit.now.day,
        sentence=sentence,
        faults=faults or [],
        may_publish=holds_any(visit.caller, "manage_catalogue"),
    )


def _since(version: Version, visit: Visit) -> str:
    if not version.from_ms:
        return visit.texts(N_("from the beginning"))
    return visit.texts(N_("from {time}")).format(time=visit.now.moment(version.from_ms, visit.texts).absolute)
