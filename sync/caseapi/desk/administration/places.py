"""Organisations and grids, for the system administrator."""

from collections.abc import Sequence

from litestar import Response, get, post
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath

from sync.caseapi.desk.areas import COMMUNITY_DIGITS
from sync.caseapi.desk.casework.forms import Form
from sync.caseapi.desk.casework.visit import AnyRequest, Office, Visit, elsewhere
from sync.caseapi.desk.text import N_
from sync.caseapi.errors import InputRefused, NotThere
from sync.caseapi.service.people.teams import GridTeam, grid_teams
from sync.caseapi.storage.orgs import OrgRow
from sync.text import clean_line

NEW = "new"
"""Stands in an address for an organisation that is not there yet."""

KINDS = {"handler": N_("Handles cases"), "partner": N_("Helps; is given no case to lead")}
FAULTS = {
    "code": N_("A code is one word of letters, digits and hyphens, and none that is taken."),
    "name": N_("An organisation needs a name."),
    "patch": N_("Choose the district, street or community that it works for."),
    "valid_to": N_("It ends after it begins; a day is written as in 2026-10-01."),
}
_FIELDS = ("code", "kind", "name", "patch", "number", "valid_from", "valid_to")


def place_routes(office: Office) -> list[HTTPRouteHandler]:
    """Return the routes of organisations and grids."""
    administration = office.case_api.administration

    @get("/organisations", include_in_schema=False)
    async def listed(request: AnyRequest) -> Response[str]:
        visit = await office.visit(request)
        orgs = await administration.orgs(visit.caller)
        return office.page(
            "administration/organisations.html",
            visit,
            title=visit.texts(N_("Organisations")),
            orgs=[(org, visit.texts(KINDS[org.kind]), visit.directory.named(org.patch)) for org in orgs],
            today=visit.now.day,
        )

    @get("/organisations/{code:str}", include_in_schema=False)
    async def one(request: AnyRequest, code: FromPath[str]) -> Response[str]:
        visit = await office.visit(request)
        org = _named(await administration.orgs(visit.caller), code)
        said = {name: str(getattr(org, name)) for name in _FIELDS} if org else {}
        return _form(visit, office, code, said)

    @post("/organisations/{code:str}", include_in_schema=False)
    async def put(request: AnyRequest, code: FromPath[str]) -> Response[str]:
        visit, form = await office.sent(request)
        standing = await administration.orgs(visit.caller)
        said = {name: form.text(name) for name in _FIELDS}
        try:
            await administration.put_org(_written(form, code, standing), visit.caller)
        except InputRefused as exc:
            return _form(visit, office, code, said, fault=exc.field)
        return elsewhere(visit.href("/organisations"))

    return [listed, one, put, _grid_route(office)]


def _grid_route(office: Office) -> HTTPRouteHandler:
    @get("/grids", include_in_schema=False)
    async def grids(request: AnyRequest) -> Response[str]:
        visit = await office.visit(request)
        teams = await grid_teams(office.case_api.storage, visit.caller)
        community = request.query_params.get("community", "")[:COMMUNITY_DIGITS]
        shown = [team for team in teams if community and team.entry.community == community]
        buildings: dict[str, int] = {}
        for building in visit.directory.buildings.values():
            buildings[building.grid] = buildings.get(building.grid, 0) + 1
        return office.page(
            "administration/grids.html",
            visit,
            title=visit.directory.named(community) if shown else visit.texts(N_("Grids")),
            streets=_streets(teams),
            community=community if shown else "",
            grids=[(team, buildings.get(team.grid, 0), _seats(team, office)) for team in shown],
            count=len(teams),
        )

    return grids


def _streets(teams: Sequence[GridTeam]) -> list[tuple[str, list[tuple[str, str, int, int]]]]:
    """Return streets with their communities: code, name, how many grids, and of how many seats nobody sits on."""
    counted: dict[str, dict[str, list[str | int]]] = {}
    for team in teams:
        communities = counted.setdefault(team.entry.street_name, {})
        line = communities.setdefault(team.entry.community, [team.entry.community_name, 0, 0])
        line[1] = int(line[1]) + 1
        line[2] = int(line[2]) + max(0, _SEATS - len(team.people))
    return [
        (street, [(code, clean_line(str(line[0])), int(line[1]), int(line[2])) for code, line in communities.items()])
        for street, communities in counted.items()
    ]


_SEATS = 4


def _seats(team: GridTeam, office: Office) -> list[tuple[str, str, str]]:
    """Return the four seats of a grid: what each is called, who sits there, until when."""
    lines: list[tuple[str, str, str]] = []
    for number, called in enumerate(office.case_api.places.seat_names, 1):
        person = team.people.get(f"{team.grid}-{number}")
        lines.append((called, clean_line(person.name) if person else "", person.valid_until[:10] if person else ""))
    return lines


def _form(visit: Visit, office: Office, code: str, said: dict[str, str], *, fault: str = "") -> Response[str]:
    texts, directory = visit.texts, visit.directory
    is_new = code == NEW
    areas = sorted(each for each in directory.areas if len(each) <= COMMUNITY_DIGITS)
    return office.page(
        "administration/organisation.html",
        visit,
        422 if fault else 200,
        title=texts(N_("New organisation")) if is_new else directory.named(code),
        faulty=bool(fault),
        is_new=is_new,
        code=code,
        said=said,
        kinds=[(kind, texts(words)) for kind, words in KINDS.items()],
        patches=[(each, directory.named(each)) for each in areas],
        fault=texts(FAULTS[fault]) if fault else "",
        fault_field=fault,
    )


def _named(orgs: Sequence[OrgRow], code: str) -> OrgRow | None:
    """Return an organisation, or None for a new one.

    Raises:
        NotThere: there is none.
    """
    if code == NEW:
        return None
    org = next((each for each in orgs if each.code == code), None)
    if org is None:
        raise NotThere("there is no such organisation")
    return org


def _written(form: Form, code: str, standing: Sequence[OrgRow]) -> OrgRow:
    before = _named(standing, code)
    new_code = form.text("code")
    if before is None and (new_code == NEW or any(each.code == new_code for each in standing)):
        raise InputRefused("this code is taken", "code")
    kept = OrgRow(before.code if before else new_code, "handler", form.text("name"), form.text("patch"))
    return OrgRow(
        kept.code,
        "partner" if form.text("kind") == "partner" else "handler",
        kept.name,
        kept.patch,
        form.text("number"),
        form.text("valid_from") or kept.valid_from,
        form.text("valid_to") or kept.valid_to,
    )
