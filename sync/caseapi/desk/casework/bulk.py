"""Many cases for one organisation: chosen in a queue, dispatched one by one; what became of each is told."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from litestar import Response, get, post
from litestar.handlers import HTTPRouteHandler

from sync.caseapi.desk.casework.forms import Form, read_as
from sync.caseapi.desk.casework.visit import AnyRequest, Office, Visit
from sync.caseapi.desk.text import N_, Texts
from sync.caseapi.desk.views.acts import field_fault, why_not
from sync.caseapi.desk.views.case_page import MODES, choices, orgs_for
from sync.caseapi.desk.views.queue import QueueLine, queue_lines
from sync.caseapi.errors import ActRefused, CaseApiError, InputRefused, NotAllowed, UnknownCase, VersionConflict
from sync.caseapi.service.callers import Caller, seat_holding
from sync.caseapi.service.casework.desk import MOST_AT_ONCE, BulkDispatch
from sync.caseapi.service.casework.views import CaseLine

BULK_PATH = "/queue/dispatch"

_CHOSEN = re.compile(r"(?P<case>[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\.(?P<version>[0-9]{1,7})", re.ASCII)


@dataclass(frozen=True, slots=True)
class ChosenLine:
    """A case that was chosen.

    Attributes:
        value: what its box sends: id and version.
        why: why it was not dispatched a moment ago; empty where nobody tried yet.
    """

    line: QueueLine
    value: str
    why: str


def bulk_routes(office: Office) -> list[HTTPRouteHandler]:
    """Return the routes of dispatching many cases."""

    @get(BULK_PATH, include_in_schema=False)
    async def chosen(request: AnyRequest) -> Response[str]:
        visit = await office.visit(request)
        seat_holding(visit.caller, "dispatch")
        versions = _chosen(request.query_params.getall("case", []))
        return await _asked(office, visit, versions)

    @post(BULK_PATH, status_code=200, include_in_schema=False)
    async def dispatched(request: AnyRequest) -> Response[str]:
        visit, form = await office.sent(request)
        by = visit.caller
        seat_holding(by, "dispatch")
        versions = _chosen(form.every("case"))
        if fault := _fault(form, versions):
            return await _asked(office, visit, versions, form, fault=field_fault(fault, visit.texts))
        wanted = {
            "cases": [{"case": str(case), "expected_version": version} for case, version in versions.items()],
            "assisting": [org for org in form.every("assisting") if org != form.text("to_org")],
            **form.given("to_org", "mode", "note"),
        }
        outcomes = await office.case_api.cases.dispatch(read_as(wanted, BulkDispatch), by)
        failed = {each.case: _why(each.error, visit.texts) for each in outcomes if each.error is not None}
        went = [each.case for each in outcomes if each.error is None]
        return await _asked(office, visit, versions, form, failed=failed, went=went)

    return [chosen, dispatched]


async def _asked(
    office: Office,
    visit: Visit,
    versions: Mapping[UUID, int],
    form: Form | None = None,
    *,
    fault: str = "",
    failed: Mapping[UUID, str] | None = None,
    went: Sequence[UUID] = (),
) -> Response[str]:
    by, texts, form = visit.caller, visit.texts, form or Form({})
    handlers, partners = orgs_for(visit.directory, by, visit.now.day)
    waiting = [each for each in versions if each not in went]
    return office.page(
        "casework/bulk.html",
        visit,
        422 if fault else 200,
        title=texts(N_("Dispatch several cases")),
        faulty=bool(fault or failed),
        fault=fault,
        went=[each.line for each in await _lines(office, visit, by, went, {})],
        chosen=await _lines(office, visit, by, waiting, failed or {}),
        is_tried=failed is not None,
        handlers=handlers,
        partners=partners,
        modes=choices(MODES, texts),
        said=form,
    )


async def _lines(
    office: Office, visit: Visit, by: Caller, cases: Iterable[UUID], failed: Mapping[UUID, str]
) -> list[ChosenLine]:
    """Return the cases as they are now; one that the caller does not see any more is left out."""
    found: list[CaseLine] = []
    for case in cases:
        try:
            found.append((await office.case_api.cases.page(case, by)).case)
        except UnknownCase:
            continue
    lines = queue_lines(found, visit.directory, now=visit.now, texts=visit.texts)
    return [
        ChosenLine(line, f"{each.id}.{each.version}", failed.get(each.id, ""))
        for each, line in zip(found, lines, strict=True)
    ]


def _chosen(values: Iterable[str]) -> dict[UUID, int]:
    """Return what boxes say, each case once, in order; no more than one request may have."""
    found = [match for each in values if (match := _CHOSEN.fullmatch(each))]
    return {UUID(each["case"]): max(int(each["version"]), 1) for each in found[:MOST_AT_ONCE]}


def _fault(form: Form, versions: Mapping[UUID, int]) -> str:
    if not versions:
        return "cases"
    return "" if form.text("to_org") else "org"


def _why(error: CaseApiError, texts: Texts) -> str:
    if isinstance(error, VersionConflict):
        return texts(N_("Somebody else acted on it first. It stands here as it is now."))
    if isinstance(error, ActRefused):
        return " ".join(field_fault(each, texts) for each in error.missing) or why_not(error.why, texts)
    if isinstance(error, InputRefused):
        return field_fault(error.field, texts)
    if isinstance(error, NotAllowed):
        return why_not("right", texts)
    return texts(N_("The server could not do it now."))
