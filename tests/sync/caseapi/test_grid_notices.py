"""What desks tell grids: to exactly the grids of the area, by whoever may, once, until it is withdrawn or over."""

import asyncio
from dataclasses import dataclass
from uuid import UUID

import pytest
from litestar import Litestar

from sync.caseapi.app import make_app
from sync.caseapi.cases.permissions import ROLES
from sync.caseapi.errors import CaseApiError, InputRefused, NotAllowed, NotThere
from sync.caseapi.service.callers import Caller
from sync.caseapi.service.grid_notices import NOTICE_CHARS, GridNotices, Listed, NoticeWanted, notice_text
from sync.reference import GridEntry, NoticeEntry, decode_entry
from tests.sync.caseapi.desk_client import staffed, taken
from tests.sync.caseapi.harness import DISTRICT, GRID, OTHER_GRID, Desk, Tablet, entry
from tests.sync.caseapi.people import COMMUNITY, STREET, caller
from tests.sync.caseapi.people import DISTRICT as DISTRICT_DESK

NEXT_GRID = "230108001002001"
"""A grid of another community of the same street."""

FAR_GRID = "230108002001001"
"""A grid of another street."""

TODAY, LAST_OF_ALL = "2026-11-23", "2027-01-22"
FIRST = UUID("01900000-0000-7000-8000-0000000000f1")
OTHER = UUID("01900000-0000-7000-8000-0000000000f2")
AUDITOR = caller("auditor")
NEXT_COMMUNITY = caller("community_desk", NEXT_GRID[:12], "next")
DAY_MS = 86_400_000


def notice(**said: object) -> NoticeWanted:
    whole: dict[str, object] = {"area": GRID[:12], "text": "明天停水", "last_day": "2026-11-30"} | said
    return NoticeWanted(**whole)  # type: ignore[arg-type]  # fields by name


async def more_grids(desk: Desk) -> None:
    for code, community, street in ((NEXT_GRID, "邻社区", "街道"), (FAR_GRID, "远社区", "远街道")):
        place = GridEntry("第一网格", code[:12], community, street, DISTRICT, "平房区")
        await desk.publish([entry(f"grid:{code}", "grid", code, place)])


@dataclass
class Office:
    """A district of four grids in three communities of two streets, and its notices."""

    desk: Desk
    notices: GridNotices

    async def told(self) -> dict[str, dict[str, NoticeEntry]]:
        """Return what each grid is told, by id."""
        found: dict[str, dict[str, NoticeEntry]] = {}
        for (scope, _, notice_id), body in (await self.desk.case_api.storage.feeds.standing(["notice"])).items():
            read = decode_entry("notice", bytes(body))
            assert isinstance(read, NoticeEntry)
            found.setdefault(scope.removeprefix("grid:"), {})[notice_id] = read
        return found

    async def acts(self) -> list[tuple[str, str, str, str]]:
        lines = await self.desk.case_api.administration.acts(AUDITOR)
        return [(each.act.account, each.act.act, each.act.about, each.act.outcome) for each in reversed(lines)]


@pytest.fixture
async def office(desk: Desk) -> Office:
    await more_grids(desk)
    return Office(desk, desk.case_api.grid_notices)


async def test_a_notice_is_told_to_exactly_the_grids_of_its_area(office: Office) -> None:
    at, until = "2026-11-23T16:00:00+08:00", "2026-11-30T23:59:59+08:00"
    for by, desk, area, grids in (
        (COMMUNITY, "社区", GRID, {GRID}),
        (COMMUNITY, "社区", GRID[:12], {GRID, OTHER_GRID}),
        (STREET, "街道", GRID[:9], {GRID, OTHER_GRID, NEXT_GRID}),
        (DISTRICT_DESK, "平房区", GRID[:6], {GRID, OTHER_GRID, NEXT_GRID, FAR_GRID}),
        (DISTRICT_DESK, "平房区", NEXT_GRID[:12], {NEXT_GRID}),
    ):
        sent = await office.notices.send(notice(area=area, urgent=True), by)
        told = {
            grid: each[str(sent.row.id)] for grid, each in (await office.told()).items() if str(sent.row.id) in each
        }
        assert told == dict.fromkeys(grids, NoticeEntry("明天停水", desk, at, until, urgent=True))
        assert (sent.row.grids, sent.may_withdraw) == (len(grids), True)


async def test_nobody_tells_what_is_not_his(office: Office) -> None:
    for by, area in (
        (COMMUNITY, GRID[:9]),
        (COMMUNITY, NEXT_GRID[:12]),
        (STREET, FAR_GRID),
        (DISTRICT_DESK, "231299"),
        *((caller(role), GRID) for role in ROLES if not role.endswith("_desk")),
    ):
        with pytest.raises(NotAllowed):
            await office.notices.send(notice(area=area), by)
    assert (await office.told(), await office.acts()) == ({}, [])


async def test_what_cannot_be_is_refused_at_its_field_and_changes_nothing(office: Office) -> None:
    for said in (
        {"area": f"{GRID[:12]}999"},
        {"area": GRID[:13]},
        {"area": ""},
        *({"text": text} for text in ("", " \n\u200b\x07 ", "水" * (NOTICE_CHARS + 1))),
        *({"last_day": day} for day in ("2026-11-22", "2027-01-23", "30.11.2026", "2026-02-30", "")),
    ):
        with pytest.raises(InputRefused) as refused:
            await office.notices.send(notice(**said), COMMUNITY)
        assert [refused.value.field] == list(said)
    assert (await office.told(), await office.acts()) == ({}, [])


async def test_the_first_and_the_last_day_are_taken_and_the_words_come_clean(office: Office) -> None:
    for last_day in (TODAY, LAST_OF_ALL):
        await office.notices.send(notice(area=GRID, last_day=last_day, text="水" * NOTICE_CHARS), COMMUNITY)
    assert office.notices.days() == (TODAY, LAST_OF_ALL)
    hostile = "停水\x1b[31m\r\n\r\n\r\n\r\n[red]明天[/]\u202e \t\n"
    assert notice_text(hostile) == "停水\ufffd\n\n[red]明天[/]"


async def test_a_form_sent_twice_makes_one_notice_and_other_words_need_another_form(office: Office) -> None:
    first = await office.notices.send(notice(id=FIRST), COMMUNITY)
    at_once = [office.notices.send(notice(id=OTHER, area=NEXT_GRID), STREET) for _ in range(3)]
    assert len({sent.row for sent in await asyncio.gather(*at_once)}) == 1
    assert list((await office.told()).pop(NEXT_GRID)) == [str(OTHER)]
    office.desk.clock.now_ms += 1000
    assert await office.notices.send(notice(id=FIRST), COMMUNITY) == first
    for by, said in ((COMMUNITY, {"text": "后天停水"}), (COMMUNITY, {"urgent": True}), (STREET, {})):
        with pytest.raises(InputRefused) as refused:
            await office.notices.send(notice(id=FIRST, **said), by)
        assert refused.value.field == "id"
    assert {grid: list(told) for grid, told in (await office.told()).items()} == {
        GRID: [str(FIRST)],
        OTHER_GRID: [str(FIRST)],
        NEXT_GRID: [str(OTHER)],
    }
    acts = [line for line in await office.acts() if line[0] == COMMUNITY.id]
    assert acts == [(COMMUNITY.id, "notice-send", GRID[:12], "done")]


async def _can(office: Office, sent: Listed, by: Caller) -> str:
    try:
        await office.notices.withdraw(sent.row.id, by)
    except CaseApiError as exc:
        return exc.code
    return "done"


async def test_a_notice_is_withdrawn_by_its_desk_or_one_above_and_by_nobody_else(office: Office) -> None:
    async def sent(by: Caller) -> Listed:
        return await office.notices.send(notice(area=GRID), by)

    others = {COMMUNITY: "E-RIGHT", NEXT_COMMUNITY: "E-NONE", AUDITOR: "E-RIGHT", caller("grid_leader"): "E-RIGHT"}
    for by, code in others.items():
        of_street = await sent(STREET)
        assert await _can(office, of_street, by) == code
        assert str(of_street.row.id) in (await office.told())[GRID]
    for by in (COMMUNITY, STREET, DISTRICT_DESK):
        of_community = await sent(COMMUNITY)
        assert await _can(office, of_community, by) == "done"
        assert str(of_community.row.id) not in (await office.told())[GRID]
    with pytest.raises(NotThere):
        await office.notices.withdraw(FIRST, COMMUNITY)


async def test_what_was_withdrawn_or_is_over_stays_as_it_ended(office: Office) -> None:
    sent = await office.notices.send(notice(), COMMUNITY)
    office.desk.clock.now_ms += 60_000
    ended = await office.notices.withdraw(sent.row.id, STREET)
    assert (ended.row.withdrawn_by, ended.may_withdraw) == (STREET.id, False)
    office.desk.clock.now_ms += 60_000
    assert await office.notices.withdraw(sent.row.id, COMMUNITY) == ended
    assert [line[1] for line in await office.acts()] == ["notice-send", "notice-withdraw"]
    over = await office.notices.send(notice(last_day=TODAY), COMMUNITY)
    office.desk.clock.now_ms += DAY_MS
    assert (await office.notices.withdraw(over.row.id, COMMUNITY)).row == over.row
    assert [each.row.id for each in (await office.notices.listed(COMMUNITY)).ended] == [over.row.id, sent.row.id]


async def test_what_is_over_leaves_the_feeds_by_itself_while_the_server_runs(office: Office) -> None:
    over = await office.notices.send(notice(last_day=TODAY), COMMUNITY)
    stays = await office.notices.send(notice(), COMMUNITY)
    assert await office.notices.end_in_time() == 0
    office.desk.clock.now_ms += DAY_MS
    app = make_app(office.desk.case_api, has_desk=False)._app
    assert isinstance(app, Litestar)
    async with asyncio.timeout(10), app.lifespan():
        while any(str(over.row.id) in told for told in (await office.told()).values()):
            pass
    assert [list(told) for told in (await office.told()).values()] == [[str(stays.row.id)]] * 2


async def test_each_desk_lists_what_its_own_grids_are_told(office: Office) -> None:
    community = await office.notices.send(notice(), COMMUNITY)
    office.desk.clock.now_ms += 1000
    district = await office.notices.send(notice(area=GRID[:6]), DISTRICT_DESK)
    office.desk.clock.now_ms += 1000
    urgent = await office.notices.send(notice(area=NEXT_GRID, urgent=True), STREET)
    seen = {
        COMMUNITY: [(district, False), (community, True)],
        NEXT_COMMUNITY: [(urgent, False), (district, False)],
        STREET: [(urgent, True), (district, False), (community, True)],
        DISTRICT_DESK: [(urgent, True), (district, True), (community, True)],
    }
    for by, wanted in seen.items():
        standing = (await office.notices.listed(by)).standing
        assert [(each.row, each.may_withdraw) for each in standing] == [(each.row, may) for each, may in wanted]
    with pytest.raises(NotAllowed):
        await office.notices.listed(AUDITOR)


def notices_of(tablet: Tablet, reply: object) -> list[tuple[str, str]]:
    feeds = reply.feeds  # type: ignore[attr-defined]  # a `SyncReply`
    return [(each.op, each.id) for each in feeds[f"grid:{GRID}"].entries if each.type == "notice"]


@pytest.mark.parametrize("engine", ["sqlite", pytest.param("postgres", marks=pytest.mark.needs("postgres"))])
async def test_a_tablet_pulls_a_notice_and_after_its_withdrawal_has_it_no_more(desk: Desk) -> None:
    who, tablet = await staffed(desk, ["community", "auditor"]), await desk.tablet()
    await tablet.sync()
    wanted = {"area": GRID, "text": "明天停水", "last_day": "2026-11-30", "urgent": True, "id": str(FIRST)}
    sent = taken(await who["community"].post("notices", **wanted))
    assert (sent["id"], sent["desk"], sent["grids"], sent["may_withdraw"]) == (str(FIRST), "社区", 1, True)
    assert taken(await who["community"].post("notices", **wanted)) == sent
    assert notices_of(tablet, await tablet.sync()) == [("put", str(FIRST))]
    assert taken(await who["community"].get("notices")) == {"standing": [sent], "ended": []}

    desk.clock.now_ms += 60_000
    ended = taken(await who["community"].post(f"notices/{FIRST}/withdraw"))
    assert (ended["withdrawn"], ended["ended"]) == (True, "2026-11-23T16:01:00+08:00")
    assert notices_of(tablet, await tablet.sync()) == [("delete", str(FIRST))]
    assert notices_of(tablet, await tablet.sync(feeds={})) == [("delete", str(FIRST))]
    assert taken(await who["community"].get("notices")) == {"standing": [], "ended": [ended]}

    refused = await who["community"].post("notices", **(wanted | {"text": "别的", "area": GRID}))
    assert (refused.status_code, refused.json()["code"], refused.json()["path"]) == (422, "E-INPUT", "$.id")
    assert (await who["auditor"].get("notices")).status_code == 403
    for unknown in ("x", str(UUID(int=1))):
        refused = await who["community"].post(f"notices/{unknown}/withdraw")
        assert (refused.status_code, refused.json()["code"]) == (404, "E-NONE")
