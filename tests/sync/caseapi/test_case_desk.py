"""The desk's acts: one transaction each, refused with what would be possible, never losing what was said."""

import asyncio
from uuid import UUID

import pytest

from sync.caseapi.errors import ActRefused, InputRefused, NotAllowed, UnknownCase, VersionConflict
from sync.caseapi.service.casework.acts import Act
from sync.caseapi.service.casework.asides import AsideWanted, Decision
from sync.caseapi.service.casework.desk import BulkDispatch, CaseAt, QueueAsked
from sync.caseapi.service.casework.opening import DeskReport
from sync.reference import CaseEntry, MatterEntry, TaskEntry, decode_entry
from tests.sync.caseapi.harness import BUILDING, ENTRANCE, GRID, MATTER, OTHER_GRID, Desk, entry
from tests.sync.caseapi.people import (
    CALL,
    COMMUNITY,
    DISTRICT,
    HANDLER,
    HANDLERS,
    INSPECTOR,
    LEADER_OF_GRID,
    STREET,
    WATER,
    caller,
    did,
    new_id,
    offered,
    phoned,
    walked,
)

DAY_MS = 86_400_000


@pytest.fixture
async def district(desk: Desk) -> Desk:
    """A desk with organisations that handle cases."""
    await desk.case_api.storage.orgs.put(HANDLERS)
    return desk


async def told(desk: Desk, entry_type: str) -> dict[str, object]:
    current = await desk.case_api.storage.feeds.current(f"grid:{GRID}")
    return {each.id: decode_entry(entry_type, bytes(each.body)) for each in current.entries if each.type == entry_type}


async def test_a_phone_call_becomes_a_case_of_the_desks_level_whose_contact_is_sealed(district: Desk) -> None:
    case = await phoned(district)
    assert (case.case.state, case.case.level, case.case.desk) == ("reported", "community", GRID[:12])
    assert (case.description, case.has_contact) == ("三单元没水", True)
    assert await district.case_api.cases.contact(case.case.id, COMMUNITY) == CALL.contact
    kept = await district.case_api.storage.casework.file(case.case.id)
    assert kept is not None
    assert kept.row.words is not None
    assert "0451" not in repr(kept)
    (look,) = await district.case_api.storage.looks.of_case(case.case.id)
    assert (look.account, look.what) == (COMMUNITY.id, "contact")
    assert (await phoned(district, DISTRICT)).case.level == "district"


async def test_the_same_call_sent_twice_opens_one_case(district: Desk) -> None:
    report = DeskReport(matter=MATTER, building=BUILDING, description="没水", id=new_id(district))
    first, second = await phoned(district, report=report), await phoned(district, report=report)
    assert first.case.id == second.case.id == report.id
    assert len(await district.case_api.desk.cases()) == 1


@pytest.mark.parametrize(
    ("report", "field"),
    [
        (DeskReport(matter="national:matter:09999", building=BUILDING, description="x"), "matter"),
        (DeskReport(matter=MATTER, building=ENTRANCE, description="x"), "building"),
        (DeskReport(matter=MATTER, building=BUILDING, entrance=BUILDING, description="x"), "building"),
        (DeskReport(matter=MATTER, place="路口", description="x"), "grid"),
        (DeskReport(matter=MATTER, grid="230108009009009", place="路口", description="x"), "grid"),
        (DeskReport(matter=MATTER, grid=GRID, description="x"), "place"),
        (DeskReport(matter=MATTER, building=BUILDING, description=" "), "description"),
    ],
)
async def test_a_call_that_says_what_cannot_be_opens_nothing(district: Desk, report: DeskReport, field: str) -> None:
    with pytest.raises(InputRefused) as refused:
        await phoned(district, report=report)
    assert refused.value.field == field
    assert await district.case_api.desk.cases() == []


async def test_an_act_writes_event_standing_task_and_feed_together(district: Desk) -> None:
    case = await did(district, await phoned(district), "ask_verify", note="看三单元")
    ((task, asked),) = (await told(district, "task")).items()
    assert isinstance(asked, TaskEntry)
    assert (asked.type, asked.ask, asked.state, [str(each.id) for each in case.tasks]) == (
        "verify",
        "看三单元",
        "open",
        [task],
    )
    answered = await did(district, case, "answer_verify", LEADER_OF_GRID, note="是没水")
    (closed,) = (await told(district, "task")).values()
    assert isinstance(closed, TaskEntry)
    assert (answered.case.state, closed.state, closed.answer) == ("reported", "answered", "yes")
    (told_case,) = (await told(district, "case")).values()
    assert isinstance(told_case, CaseEntry)
    assert [(line.what, line.answer) for line in told_case.history] == [
        ("reported", ""),
        ("verifying", ""),
        ("verify", "yes"),
    ]


async def test_who_handles_a_case_and_its_number_reach_the_tablets(district: Desk) -> None:
    await walked(district, "file", "dispatch")
    (found,) = (await told(district, "case")).values()
    assert isinstance(found, CaseEntry)
    assert (found.state, found.handler, found.handler_number) == ("dispatched", "合成供热站", "0451-00000001")
    assert found.due_at is not None


async def test_an_act_sent_twice_is_done_once(district: Desk) -> None:
    case = await phoned(district)
    act = Act(action="file", expected_version=1, condition="usual", id=new_id(district))
    first = await district.case_api.cases.act(case.case.id, act, COMMUNITY)
    assert (await district.case_api.cases.act(case.case.id, act, COMMUNITY)).case.version == first.case.version == 2


async def test_of_two_desks_at_once_one_acts_and_the_other_gets_both_texts(district: Desk) -> None:
    case = (await phoned(district)).case.id

    async def void(note: str) -> object:
        act = Act(action="void", expected_version=1, reason="not_found", note=note)
        return await district.case_api.cases.act(case, act, COMMUNITY)

    outcomes = await asyncio.gather(void("甲"), void("乙"), return_exceptions=True)
    (conflict,) = [each for each in outcomes if isinstance(each, VersionConflict)]
    assert (conflict.version, {conflict.mine, conflict.theirs[0][2]}) == (2, {"甲", "乙"})
    assert conflict.theirs[0][:2] == ("void", GRID[:12])
    page = await district.case_api.cases.page(case, COMMUNITY)
    assert [(each.what, each.why) for each in page.history] == [("report", ""), ("void", "")]


async def test_what_a_case_does_not_allow_is_refused_with_what_it_would_and_who_may(district: Desk) -> None:
    case = await phoned(district)
    with pytest.raises(ActRefused) as refused:
        await did(district, case, "close")
    assert refused.value.why == "state"
    assert ("file", ("community_desk", "street_desk", "district_desk")) in refused.value.allowed
    with pytest.raises(ActRefused) as refused:
        await did(district, case, "file", LEADER_OF_GRID)
    assert refused.value.why == "right"


async def test_an_action_that_lacks_words_says_which(district: Desk) -> None:
    case = await walked(district, "file")
    with pytest.raises(ActRefused) as refused:
        await did(district, case, "dispatch", to_org="")
    assert (refused.value.why, refused.value.missing) == ("missing", ("org",))


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"to_org": "org-nobody"}, "to_org"),
        ({"to_org": "org-over"}, "to_org"),
        ({"to_org": "org-wide"}, "to_org"),
        ({"to_org": "org-friend"}, "to_org"),
        ({"assisting": ("org-nobody",)}, "assisting"),
        ({"assisting": ("org-heat",)}, "assisting"),
    ],
)
async def test_a_case_is_given_only_to_who_can_take_it(district: Desk, said: dict[str, object], field: str) -> None:
    case = await walked(district, "file")
    with pytest.raises(InputRefused) as refused:
        await did(district, case, "dispatch", **said)
    assert refused.value.field == field


async def test_a_whistle_gives_a_case_to_several_and_only_the_lead_handles_it(district: Desk) -> None:
    case = await walked(district, "file")
    case = await did(district, case, "dispatch", assisting=("org-water", "org-friend"), mode="emergency")
    assert case.case.orgs == ("org-heat", "org-water", "org-friend")
    (line,) = await district.case_api.cases.queue(QueueAsked(), WATER)
    assert line.id == case.case.id
    with pytest.raises(ActRefused) as refused:
        await did(district, case, "accept", WATER)
    assert refused.value.why == "not_lead"
    page = await district.case_api.cases.page(case.case.id, WATER)
    assert {offer.why for offer in page.offers if offer.action == "accept"} == {"not_lead"}
    assert (await did(district, case, "accept", HANDLER)).case.state == "handling"


async def test_after_two_refusals_the_next_level_decides(district: Desk) -> None:
    case = await walked(district, "file", "dispatch", "decline", "dispatch", "decline")
    with pytest.raises(ActRefused) as refused:
        await did(district, case, "dispatch")
    assert refused.value.why == "declined_twice"
    case = await did(district, case, "transfer_level")
    with pytest.raises(ActRefused):
        await did(district, case, "dispatch", COMMUNITY)
    assert (await did(district, case, "dispatch", STREET)).case.state == "dispatched"
    assert await district.case_api.cases.queue(QueueAsked(), COMMUNITY) == []


async def test_a_suspension_ends_by_itself(district: Desk) -> None:
    case = await walked(district, "file", "dispatch", "accept", "suspend")
    assert await district.case_api.cases.wake() == 0
    district.clock.now_ms += 2 * DAY_MS
    assert await district.case_api.cases.wake() == 1
    assert (await district.case_api.cases.page(case.case.id, COMMUNITY)).case.state == "handling"
    assert await district.case_api.cases.wake() == 0


async def test_overdue_follows_from_the_clock_and_can_be_supervised_and_answered(district: Desk) -> None:
    case = await walked(district, "file", "dispatch", "accept")
    cases = district.case_api.cases
    late = AsideWanted(kind="supervision", type="timeout", text="请说明")
    with pytest.raises(ActRefused) as refused:
        await cases.beside(case.case.id, late, STREET)
    assert refused.value.why == "not_overdue"
    district.clock.now_ms += 15 * DAY_MS
    assert [line.is_overdue for line in await cases.queue(QueueAsked(late=True), COMMUNITY)] == [True]
    page = await cases.beside(case.case.id, late, STREET)
    assert (page.due.is_overdue, page.case.is_overdue, page.asides[0].state) == (True, True, "open")
    with pytest.raises(InputRefused):
        await cases.decide(case.case.id, Decision(aside=UUID(page.asides[0].id)), HANDLER)
    page = await cases.decide(case.case.id, Decision(aside=UUID(page.asides[0].id), text="今天修"), HANDLER)
    assert (page.asides[0].state, page.asides[0].reply) == ("answered", "今天修")


async def test_an_extension_adds_time_and_nobody_grants_his_own(district: Desk) -> None:
    case = await walked(district, "file", "dispatch", "accept")
    cases = district.case_api.cases
    both = caller("handler", name="both")
    both = type(both)(both.id, (*both.seats, *STREET.seats))
    wanted = AsideWanted(kind="extension", text="等配件", extra_type="work_day", extra_amount=2)
    before = case.due.case_due_at
    page = await cases.beside(case.case.id, wanted, both)
    decision = Decision(aside=UUID(page.asides[0].id))
    with pytest.raises(ActRefused) as refused:
        await cases.decide(case.case.id, decision, both)
    assert refused.value.why == "own"
    page = await cases.decide(case.case.id, decision, STREET)
    assert before is not None
    assert page.due.case_due_at is not None
    assert page.due.case_due_at > before
    with pytest.raises(ActRefused) as refused:
        await cases.decide(case.case.id, decision, DISTRICT)
    assert refused.value.why == "decided"


async def test_an_appeal_needs_two_reviewers_and_leaves_the_fact(district: Desk) -> None:
    case = await walked(district, "file", "dispatch", "accept")
    district.clock.now_ms += 15 * DAY_MS
    for action, by in (("done", HANDLER), ("close", COMMUNITY)):
        case = await did(district, case, action, by)
    cases = district.case_api.cases
    # The case has ended; its handler still reads it.
    page = await cases.beside(case.case.id, AsideWanted(kind="appeal", text="等停电通知"), HANDLER)
    decision = Decision(aside=UUID(page.asides[0].id))
    page = await cases.decide(case.case.id, decision, STREET)
    assert (page.asides[0].state, page.due.is_exempt) == ("open", False)
    with pytest.raises(ActRefused) as refused:
        await cases.decide(case.case.id, decision, STREET)
    assert refused.value.why == "twice"
    page = await cases.decide(case.case.id, decision, DISTRICT)
    assert (page.asides[0].state, page.due.is_exempt, page.due.is_overdue) == ("granted", True, True)


async def test_a_year_without_a_calendar_is_said_and_no_time_is_guessed(district: Desk) -> None:
    district.clock.now_ms += 60 * DAY_MS
    case = await walked(district, "file")
    assert (case.due.missing_year, case.due.case_due_at, case.due.stage_due_at) == (2027, None, None)


async def test_many_cases_are_dispatched_at_once_and_each_says_what_became_of_it(district: Desk) -> None:
    filed, reported = await walked(district, "file"), await phoned(district)
    wanted = BulkDispatch(
        cases=(CaseAt(filed.case.id, 2), CaseAt(reported.case.id, 1), CaseAt(filed.case.id, 2)), to_org="org-heat"
    )
    outcomes = await district.case_api.cases.dispatch(wanted, COMMUNITY)
    assert [type(each.error) for each in outcomes] == [type(None), ActRefused, VersionConflict]
    assert (await district.case_api.cases.page(filed.case.id, COMMUNITY)).case.state == "dispatched"


async def test_likely_duplicates_are_of_one_category_place_and_day(district: Desk) -> None:
    case, same = await phoned(district), await phoned(district)
    elsewhere = DeskReport(matter=MATTER, grid=OTHER_GRID, place="路口", description="没水")
    await phoned(district, report=elsewhere)
    district.clock.now_ms += 2 * DAY_MS
    await phoned(district)
    assert await district.case_api.cases.duplicates(case.case.id, COMMUNITY) == [same.case.id]
    case = await did(district, case, "void", reason="duplicate", target=same.case.id)
    assert case.duplicate_of == str(same.case.id)
    with pytest.raises(InputRefused):
        await did(district, same, "void", reason="duplicate", target=same.case.id)


async def test_a_restricted_case_is_read_in_words_by_the_handling_chain_alone(district: Desk) -> None:
    quiet = MatterEntry("national", "matter", "02001", "家事", "Quiet", "", "", restricted=True)
    await district.publish([entry("catalogue", "matter", MATTER, quiet)])
    case = (await phoned(district, report=DeskReport(matter=MATTER, building=BUILDING, description="谁家的事"))).case.id
    cases = district.case_api.cases
    leader, auditor = caller("leader"), caller("auditor")
    for by in (COMMUNITY, STREET, LEADER_OF_GRID):
        assert (await cases.page(case, by)).description == "谁家的事"
    for by in (leader, auditor, INSPECTOR):
        page = await cases.page(case, by)
        assert "谁家的事" not in repr(page)
        assert (page.description, page.case.is_restricted) == ("", True)
        assert "谁家的事" not in repr(await cases.queue(QueueAsked(reach="all"), by))
    assert "谁家的事" not in repr(await told(district, "case"))
    assert [look.account for look in await district.case_api.storage.looks.of_case(case)] == [auditor.id]


async def test_a_case_elsewhere_is_no_case_to_the_asker(district: Desk) -> None:
    case = await phoned(district)
    cases, stranger = district.case_api.cases, caller("community_desk", "231299005002")
    for asked in (
        cases.page(case.case.id, stranger),
        cases.contact(case.case.id, stranger),
        cases.duplicates(case.case.id, stranger),
        did(district, case, "file", stranger),
        cases.beside(case.case.id, AsideWanted(kind="supervision", type="leader", text="x"), stranger),
        cases.page(new_id(district), COMMUNITY),
    ):
        with pytest.raises(UnknownCase):
            await asked
    assert await cases.queue(QueueAsked(reach="all"), stranger) == []
    with pytest.raises(NotAllowed):
        await cases.queue(QueueAsked(), caller("security_admin"))


async def test_offers_are_what_the_case_and_the_seat_allow(district: Desk) -> None:
    case = await walked(district, "file", "dispatch")
    assert offered(case) == {"transfer_level"}
    page = await district.case_api.cases.page(case.case.id, HANDLER)
    assert offered(page) == {"accept", "decline"}
    (closing,) = [offer for offer in page.offers if offer.action == "transfer_level"]
    assert (closing.why, closing.who) == ("right", ("community_desk", "street_desk", "district_desk"))


async def test_a_note_of_a_tablet_stands_in_the_history_of_the_desk(district: Desk) -> None:
    from sync.records import CaseNote

    tablet = await district.tablet()
    case = tablet.case("楼道漏水")
    tablet.record("case_note", CaseNote(str(case), "物业明天来"))
    await tablet.sync()
    await district.fold()
    page = await district.case_api.cases.page(case, COMMUNITY)
    assert [(each.what, each.text) for each in page.history] == [("report", ""), ("note", "物业明天来")]
    assert [(each.what, each.is_own) for each in (await district.case_api.cases.page(case, INSPECTOR)).history] == [
        ("report", True),
        ("note", True),
    ]
