"""The page of notices: what stands now, a form for a new one, what has ended."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta

from litestar import Response, get, post
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath

from sync.caseapi.cases.permissions import CODE_DIGITS, is_within
from sync.caseapi.desk.casework.forms import Form, read_as
from sync.caseapi.desk.casework.visit import AnyRequest, Office, Visit, elsewhere
from sync.caseapi.desk.text import N_
from sync.caseapi.desk.views.words import day_words
from sync.caseapi.errors import InputRefused
from sync.caseapi.service.grid_notices import LONGEST_DAYS, NOTICE_CHARS, Listed, NoticeWanted, notice_id, patches_of
from sync.caseapi.storage.grid_notices import NoticeRow

USUAL_DAYS = 7
"""How many days from today the last day is preset to."""

FAULTS = {
    "area": N_("Choose the area whose grids are told."),
    "text": N_("Say it in words, in at most {chars} characters."),
    "last_day": N_("Choose a last day from today to {days} days on."),
    "id": N_("This form was sent already, in other words. What was sent stands below; send again to send these, too."),
}
_FIELDS = ("area", "text", "last_day", "urgent", "id")


def grid_notice_routes(office: Office) -> list[HTTPRouteHandler]:
    """Return the routes of notices."""
    notices = office.case_api.grid_notices

    @get("/grid-notices", include_in_schema=False)
    async def listed(request: AnyRequest) -> Response[str]:
        visit = await office.visit(request)
        asked = request.query_params
        return await _page(office, visit, sent=asked.get("sent", ""), withdrawn=asked.get("withdrawn", ""))

    @post("/grid-notices", include_in_schema=False)
    async def send(request: AnyRequest) -> Response[str]:
        visit, form = await office.sent(request)
        said = form.given(*_FIELDS)
        try:
            made = await notices.send(_wanted(form), visit.caller)
        except InputRefused as exc:
            if exc.field == "id":
                said["id"] = str(office.new_id())
            return await _page(office, visit, said=said, fault=exc.field)
        return elsewhere(visit.href("/grid-notices", sent=str(made.row.id)))

    @post("/grid-notices/{notice:str}/withdraw", include_in_schema=False)
    async def withdraw(request: AnyRequest, notice: FromPath[str]) -> Response[str]:
        visit, _ = await office.sent(request)
        ended = await notices.withdraw(notice_id(notice), visit.caller)
        return elsewhere(visit.href("/grid-notices", withdrawn=str(ended.row.id)))

    return [listed, send, withdraw]


async def _page(
    office: Office,
    visit: Visit,
    *,
    said: dict[str, str] | None = None,
    fault: str = "",
    sent: str = "",
    withdrawn: str = "",
) -> Response[str]:
    notices, texts = office.case_api.grid_notices, visit.texts
    found = await notices.listed(visit.caller)
    first_day, last_day = notices.days()
    areas = _areas(visit)
    return office.page(
        "grid_notices/notices.html",
        visit,
        422 if fault else 200,
        title=texts(N_("Notices to grids")),
        faulty=bool(fault),
        fault=_fault(fault, visit),
        fault_field=fault,
        made=_named(found.standing, sent),
        withdrawn=_named([each for each in found.ended if each.row.withdrawn_by], withdrawn),
        standing=[_shown(each, visit) for each in found.standing],
        ended=[_shown(each, visit) for each in found.ended],
        areas=[(code, visit.directory.named(code), count) for code, count in areas.items()],
        said=said if said is not None else _begun(office, areas, first_day),
        first_day=first_day,
        last_day=last_day,
        chars=NOTICE_CHARS,
        days=LONGEST_DAYS,
    )


def _areas(visit: Visit) -> dict[str, int]:
    """Return the areas whose grids a caller may tell, from the widest down as they lie, each with how many it has."""
    patches = patches_of(visit.caller)
    counted = Counter(grid[:digits] for grid in visit.directory.grids for digits in CODE_DIGITS.values())
    return {code: counted[code] for code in sorted(counted) if any(is_within(org, code) for org in patches)}


def _begun(office: Office, areas: Mapping[str, int], today: str) -> dict[str, str]:
    """Return what a new form holds: a community's desk mostly tells its whole community, a wider one must choose."""
    widest = next(iter(areas), "")
    return {
        "id": str(office.new_id()),
        "area": widest if len(widest) >= CODE_DIGITS["community"] else "",
        "last_day": (date.fromisoformat(today) + timedelta(days=USUAL_DAYS)).isoformat(),
    }


def _wanted(form: Form) -> NoticeWanted:
    said = {"area": "", "text": "", "last_day": ""} | form.given("area", "text", "last_day", "id")
    try:
        return read_as(said | {"urgent": bool(form.text("urgent"))}, NoticeWanted)
    except InputRefused as exc:
        # That a form was sent already is for the service alone to say.
        raise InputRefused(str(exc), "form" if exc.field == "id" else exc.field) from exc


def _shown(listed: Listed, visit: Visit) -> dict[str, object]:
    """Return a notice as the page shows it."""
    row, texts, now = listed.row, visit.texts, visit.now
    return {
        "row": row,
        "area": visit.directory.named(row.area),
        "at": now.moment(row.at_ms, texts),
        "until": now.moment(row.until_ms, texts),
        "ended": now.moment(row.ends_ms, texts),
        "last_day": day_words(datetime.fromtimestamp(row.until_ms / 1000, now.zone), now, texts),
        "may_withdraw": listed.may_withdraw,
    }


def _fault(field: str, visit: Visit) -> str:
    words = FAULTS.get(field, N_("What was asked for cannot be.")) if field else ""
    return visit.texts(words).format(chars=NOTICE_CHARS, days=LONGEST_DAYS) if words else ""


def _named(some: Sequence[Listed], notice: str) -> NoticeRow | None:
    """Return the notice of which an address speaks: what is not so is not said."""
    return next((each.row for each in some if str(each.row.id) == notice), None)
