"""What administrators did, for the auditor: read, page by page, and changed by nobody."""

from litestar import Response, get
from litestar.handlers import HTTPRouteHandler

from sync.caseapi.desk.casework.visit import AnyRequest, Office
from sync.caseapi.desk.text import N_
from sync.text import clean_line

PAGE_LINES = 50

ACTS = {
    "account-add": N_("Account made"),
    "account-seat": N_("Seat given"),
    "account-seat-end": N_("Seat taken away"),
    "account-revoke": N_("Account revoked"),
    "account-password": N_("New password given"),
    "account-sessions": N_("Sessions ended"),
    "org-put": N_("Organisation written"),
    "enrol-offer": N_("Code for a tablet made"),
    "enrol-confirm": N_("Tablet let in"),
    "device-status": N_("Tablet revoked"),
    "device-wipe": N_("Word given for wiping a tablet"),
    "photos-again": N_("Photos asked for again"),
    "notice-send": N_("Notice sent to grids"),
    "notice-withdraw": N_("Notice withdrawn"),
    "import": N_("Files imported"),
    "demo-data": N_("Made-up district imported"),
    "catalogue-draft": N_("Draft of the catalogue edited"),
    "catalogue-drop": N_("Taken out of the catalogue's draft"),
    "catalogue-publish": N_("Catalogue published"),
}


def act_routes(office: Office) -> list[HTTPRouteHandler]:
    """Return the route of what was done."""

    @get("/acts", include_in_schema=False)
    async def acts(request: AnyRequest) -> Response[str]:
        visit = await office.visit(request)
        given = request.query_params.get("before", "")
        before = int(given) if given.isascii() and given.isdigit() and len(given) < 16 else 0
        found = await office.case_api.administration.acts(visit.caller, before=before, limit=PAGE_LINES)
        texts = visit.texts
        return office.page(
            "administration/acts.html",
            visit,
            title=texts(N_("What administrators did")),
            lines=[
                (
                    visit.now.moment(each.act.at_ms, texts),
                    clean_line(each.name) or texts(N_("the server's command line")),
                    texts(ACTS[each.act.act]) if each.act.act in ACTS else clean_line(each.act.act),
                    each.act,
                )
                for each in found
            ],
            is_first=not before,
            next=found[-1].place if len(found) == PAGE_LINES else 0,
        )

    return [acts]
