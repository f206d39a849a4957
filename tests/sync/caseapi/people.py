"""Who asks the desk's services in tests: synthetic accounts of every role, in charge of the harness's grid."""

from uuid import UUID

from sync.caseapi.cases.permissions import Account, Role
from sync.caseapi.service.callers import Caller
from sync.caseapi.service.casework.acts import Act
from sync.caseapi.service.casework.opening import DeskReport
from sync.caseapi.service.casework.views import CaseView
from sync.caseapi.storage.orgs import OrgRow
from tests.sync.caseapi.harness import ACTOR, BUILDING, GRID, MATTER, Desk


def in_charge_of(grid: str) -> dict[Role, str]:
    """Return the organisation of an account of each role that is in charge of a grid."""
    return {
        "inspector": grid,
        "grid_leader": grid,
        "community_desk": grid[:12],
        "street_desk": grid[:9],
        "district_desk": grid[:6],
        "handler": "org-heat",
        "leader": grid[:6],
        "auditor": "",
        "system_admin": "",
        "security_admin": "",
    }


ORGS = in_charge_of(GRID)

HANDLERS = (
    OrgRow("org-heat", "handler", "合成供热站", GRID[:12], "0451-00000001"),
    OrgRow("org-water", "handler", "合成水站", GRID[:12]),
    OrgRow("org-wide", "handler", "合成区属单位", GRID[:6]),
    OrgRow("org-friend", "partner", "合成伙伴", GRID[:12]),
    OrgRow("org-over", "handler", "已撤", GRID[:12], valid_to="2026-01-01"),
)


def caller(role: Role, org: str | None = None, name: str = "") -> Caller:
    """Return somebody with one seat, in charge of the grid unless another organisation is named."""
    account = str(ACTOR) if role == "inspector" and not name else name or f"account-{role}"
    return Caller(account, (Account(account, role, ORGS[role] if org is None else org),))


INSPECTOR, LEADER_OF_GRID = caller("inspector"), caller("grid_leader")
COMMUNITY, STREET, DISTRICT = caller("community_desk"), caller("street_desk"), caller("district_desk")
HANDLER, WATER = caller("handler"), caller("handler", "org-water", "account-water")

CALL = DeskReport(matter=MATTER, building=BUILDING, description="三单元没水", contact="合成来电 0451-00000000")


async def phoned(desk: Desk, by: Caller = COMMUNITY, report: DeskReport = CALL) -> CaseView:
    """Take down a phone call."""
    return await desk.case_api.cases.open(report, by)


async def did(desk: Desk, case: CaseView, action: str, by: Caller = COMMUNITY, **said: object) -> CaseView:
    """Take an action on a case as it is; say what the action needs unless told."""
    needed: dict[str, dict[str, object]] = {
        "file": {"condition": "usual"},
        "dispatch": {"to_org": "org-heat"},
        "decline": {"reason": "不归我们"},
        "done": {"note": "修好了"},
        "rework": {"reason": "还漏"},
        "reopen": {"reason": "又坏了"},
        "void": {"reason": "not_found"},
        "transfer_level": {"reason": "要上级定", "to_level": "street"},
        "answer_verify": {"answer": "yes"},
        "answer_recheck": {"answer": "yes"},
        "suspend": {"reason": "等材料", "until": desk.clock() + 86_400_000},
    }
    words = {"action": action, "expected_version": case.case.version} | needed.get(action, {}) | said
    desk.clock.now_ms += 60_000
    return await desk.case_api.cases.act(case.case.id, Act(**words), by)  # type: ignore[arg-type]  # fields by name


async def walked(desk: Desk, *actions: str) -> CaseView:
    """Take down a call and let the ones in charge take these actions."""
    await desk.case_api.storage.orgs.put(HANDLERS)
    case = await phoned(desk)
    for action in actions:
        by = HANDLER if action in ("accept", "decline", "done") else COMMUNITY
        by = STREET if action in ("suspend", "resume") else LEADER_OF_GRID if action.startswith("answer_") else by
        case = await did(desk, case, action, by)
    return case


def offered(case: CaseView) -> set[str]:
    return {offer.action for offer in case.offers if not offer.why}


def new_id(desk: Desk) -> UUID:
    return desk.clock.uuid()
