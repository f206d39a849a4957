"""Every cell of the matrix of roles and rights, through the services that enforce it: who may, and who is refused."""

from collections.abc import Awaitable, Callable
from uuid import UUID

import msgspec
import pytest

from sync.caseapi.cases.permissions import RIGHTS, ROLES, Right, Role
from sync.caseapi.errors import ActRefused, NotAllowed, UnknownCase
from sync.caseapi.service.callers import Caller
from sync.caseapi.service.casework.asides import AsideWanted, Decision
from sync.caseapi.service.casework.opening import DeskReport
from sync.caseapi.service.grid_notices import NoticeWanted
from sync.caseapi.storage.accounts import SeatRow
from sync.sealing import seal
from tests.sync.caseapi.cases.test_permissions import cells
from tests.sync.caseapi.harness import BUILDING, GRID, MATTER, Desk
from tests.sync.caseapi.people import CALL, HANDLER, STREET, caller, did, walked

ELSEWHERE = {
    "inspector": "231299005002003",
    "grid_leader": "231299005002003",
    "community_desk": "231299005002",
    "street_desk": "231299005",
    "district_desk": "231299",
    "handler": "org-water",
    "leader": "231299",
}
"""The same roles in charge of something else."""

WHOLE_DISTRICT: tuple[Right, ...] = ("propose_catalogue", "own_figures")
"""Rights over what has no place: the catalogue, of which a district has one, and one's own figures."""

WORDS = {"initials": ("bllj",), "group": "市容", "group_en": "Streets"}
"""What the harness's category lacks and an edited one needs."""

_Try = Callable[[Caller], Awaitable[object]]


class World:
    """Cases in the state that each right acts on; one that was acted on is made anew."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.cases = desk.case_api.cases
        self.own = UUID(int=0)

    async def ready(self) -> None:
        tablet = await self.desk.tablet()
        self.own = tablet.case("自己报的", contact=seal("合成来电", self.desk.case_api.keys.seal_public))
        await tablet.sync()
        await self.desk.fold()
        await self.desk.case_api.accounts.add("someone", "a long password", (SeatRow("inspector", GRID),))

    def tries(self, right: Right) -> Callable[[], Awaitable[_Try]]:
        """Return what makes a thing to try the right on, and the try."""
        steps: dict[Right, tuple[tuple[str, ...], str]] = {
            "answer_task": (("ask_verify",), "answer_verify"),
            "ask_task": ((), "ask_verify"),
            "file": ((), "file"),
            "dispatch": (("file",), "dispatch"),
            "handle": (("file", "dispatch"), "accept"),
        }

        administration = self.desk.case_api.administration
        reads: dict[Right, _Try] = {
            "own_figures": self.cases.own_figures,
            "manage_places": administration.orgs,
            "read_acts": administration.acts,
        }

        async def reading() -> _Try:
            return reads[right]

        async def acting() -> _Try:
            before, action = steps[right]
            case = await walked(self.desk, *before)
            return lambda by: did(self.desk, case, action, by)

        if right in reads:
            return reading
        return acting if right in steps else getattr(self, f"_{right}")

    async def _report(self) -> _Try:
        return lambda by: self.cases.open(CALL, by)

    async def _self_resolve(self) -> _Try:
        solved = DeskReport(matter=MATTER, building=BUILDING, description="清掉了", action="清掉")
        return lambda by: self.cases.open(solved, by)

    async def _send_notice(self) -> _Try:
        wanted = NoticeWanted(area=GRID, text="明天停水", last_day="2026-11-24")
        return lambda by: self.desk.case_api.grid_notices.send(wanted, by)

    async def _read_cases(self) -> _Try:
        case = await walked(self.desk, "file", "dispatch")
        return lambda by: self.cases.page(case.case.id, by)

    async def _read_contact(self) -> _Try:
        case = await walked(self.desk, "file", "dispatch")

        async def reading(by: Caller) -> object:
            # An inspector reads the contact of what he reported himself, and no other.
            if "inspector" in by.roles:
                assert not await _is_let(lambda each: self.cases.contact(case.case.id, each), by)
                return await self.cases.contact(self.own, by)
            return await self.cases.contact(case.case.id, by)

        return reading

    async def _supervise(self) -> _Try:
        case = await walked(self.desk, "file", "dispatch")
        wanted = AsideWanted(kind="supervision", type="important", text="盯紧")
        return lambda by: self.cases.beside(case.case.id, wanted, by)

    async def _ask_extension(self) -> _Try:
        case = await walked(self.desk, "file", "dispatch", "accept")
        wanted = AsideWanted(kind="extension", text="等件", extra_type="work_day", extra_amount=1)
        return lambda by: self.cases.beside(case.case.id, wanted, by)

    async def _decide_extension(self) -> _Try:
        case = await walked(self.desk, "file", "dispatch", "accept")
        wanted = AsideWanted(kind="extension", text="等件", extra_type="work_day", extra_amount=1)
        page = await self.cases.beside(case.case.id, wanted, HANDLER)
        return lambda by: self.cases.decide(case.case.id, Decision(aside=UUID(page.asides[0].id)), by)

    async def _assign_seats(self) -> _Try:
        seat = SeatRow("inspector", GRID)

        async def seating(by: Caller) -> object:
            # Who manages accounts may seat anybody: that is the other right.
            if "security_admin" in by.roles:
                raise NotAllowed("asked of another right")
            return await self.desk.case_api.accounts.put_seat("someone", seat, by=by)

        return seating

    async def _manage_accounts(self) -> _Try:
        return lambda by: self.desk.case_api.accounts.all(by=by)

    async def _manage_devices(self) -> _Try:
        return lambda by: self.desk.case_api.administration.offer(GRID, by)

    async def _revoke_devices(self) -> _Try:
        device = UUID((await self.desk.tablet()).device)
        return lambda by: self.desk.case_api.administration.revoke_tablet(device, by)

    async def _wipe_devices(self) -> _Try:
        device = UUID((await self.desk.tablet()).device)
        return lambda by: self.desk.case_api.administration.wipe_tablet(device, by)

    async def _propose_catalogue(self) -> _Try:
        catalogue = self.desk.case_api.catalogue
        sheet = msgspec.structs.replace((await catalogue.newest()).sheets[MATTER], is_closed=True, **WORDS)

        async def proposing(by: Caller) -> object:
            # Who edits the catalogue needs no proposal: that is the other right.
            if "system_admin" in by.roles:
                raise NotAllowed("asked of another right")
            kept = (await catalogue.draft()).get(MATTER)
            return await catalogue.save(sheet, kept.changed_ms if kept else 0, by)

        return proposing

    async def _manage_catalogue(self) -> _Try:
        return lambda by: self.desk.case_api.catalogue.drop(MATTER, by)


async def _is_let(attempt: _Try, by: Caller) -> bool:
    try:
        await attempt(by)
    except ActRefused as refused:
        if refused.why != "right":
            raise
        return False
    except (NotAllowed, UnknownCase):
        return False
    return True


async def test_every_cell_of_the_matrix_through_the_services(desk: Desk) -> None:
    world = World(desk)
    await world.ready()
    wanted: dict[tuple[Right, Role], str] = {(right, role): mark for right, role, mark in cells()}
    astray: list[str] = []
    for right in RIGHTS:
        make = world.tries(right)
        attempt = await make()
        for role in ROLES:
            is_let = await _is_let(attempt, caller(role))
            if is_let:
                attempt = await make()
            if is_let != (wanted[right, role] != "-"):
                astray.append(f"{role} {right}: let={is_let}, the matrix says {wanted[right, role]}")
    assert not astray, "\n".join(astray)
    assert len(wanted) == len(RIGHTS) * len(ROLES) == 230


async def test_no_right_reaches_beyond_the_own_patch(desk: Desk) -> None:
    world = World(desk)
    await world.ready()
    astray: list[str] = []
    for right in RIGHTS:
        if right in WHOLE_DISTRICT:
            continue
        attempt = await world.tries(right)()
        for role, org in ELSEWHERE.items():
            stranger = caller(role, org, name=f"stranger-{role}")  # type: ignore[arg-type]  # the roles with a patch
            if await _is_let(attempt, stranger):
                astray.append(f"{role} elsewhere: {right}")
    assert not astray, "\n".join(astray)


async def test_a_case_handed_up_is_not_acted_on_below(desk: Desk) -> None:
    case = await walked(desk, "transfer_level")
    with pytest.raises(ActRefused) as refused:
        await did(desk, case, "file")
    assert refused.value.why == "right"
    assert (await did(desk, case, "file", STREET)).case.state == "filed"
