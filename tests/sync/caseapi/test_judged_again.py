"""A record in quarantine is mended by a correction, or judged again once the server knows more; the tablet is told."""

from uuid import UUID

import msgspec
import pytest

from sync.caseapi.service.judging import KNOWLEDGE
from sync.caseapi.storage.values import FeedChange
from sync.records import KINDS, CaseReport, CheckIn
from sync.records.base import Body, Kind
from sync.reference import BuildingEntry, EntranceEntry
from tests.sync.caseapi.harness import ACTOR, BUILDING, ENTRANCE, GRID, OTHER_ACTOR, Desk, Tablet, entry

OTHER_BUILDING = UUID("01900000-0000-7000-8000-000000000002")
OTHER_ENTRANCE = UUID("01900000-0000-7000-8000-000000000022")
TODAY = "2026-11-23"


class Verdicts:
    """What a tablet has been told in its feed, newest last."""

    def __init__(self, desk: Desk, tablet: Tablet) -> None:
        self.desk, self.tablet = desk, tablet

    async def told(self) -> list[tuple[str, str, str]]:
        """Send what there is, judge it, and return what is new in the feed: id, verdict, reason."""
        await self.tablet.sync()
        await self.desk.fold()
        page = (await self.tablet.sync()).feeds[f"device:{self.tablet.device}"]
        bodies = [(entry.id, msgspec.json.decode(entry.body)) for entry in page.entries]
        return [(record, body["verdict"], body.get("reason", "")) for record, body in bodies]


async def standing(tablet: Tablet) -> dict[str, tuple[str, str]]:
    """Return what a tablet's feed says now: id to verdict and reason."""
    page = (await tablet.sync(feeds={})).feeds[f"device:{tablet.device}"]
    bodies = {entry.id: msgspec.json.decode(entry.body) for entry in page.entries}
    return {record: (body["verdict"], body.get("reason", "")) for record, body in bodies.items()}


async def quarantined(desk: Desk) -> int:
    (row,) = await desk.case_api.desk.tablets()
    return row.quarantined_here


def at(building: UUID, entrance: UUID | None = None) -> CheckIn:
    return CheckIn(building=str(building), method="list", entrance=None if entrance is None else str(entrance))


def building_and_entrance() -> list[FeedChange]:
    scope = f"grid:{GRID}"
    return [
        entry(scope, "building", str(OTHER_BUILDING), BuildingEntry("2号楼", GRID, order=2)),
        entry(scope, "entrance", str(OTHER_ENTRANCE), EntranceEntry(str(OTHER_BUILDING), "二单元", order=1)),
    ]


@pytest.fixture
async def tablet(desk: Desk) -> Tablet:
    return await desk.tablet()


@pytest.fixture
def verdicts(desk: Desk, tablet: Tablet) -> Verdicts:
    return Verdicts(desk, tablet)


async def test_an_entrance_of_another_building_is_quarantined(desk: Desk, tablet: Tablet, verdicts: Verdicts) -> None:
    await desk.publish(building_and_entrance())
    wrong = tablet.record("check_in", at(BUILDING, OTHER_ENTRANCE))
    tablet.record("check_in", at(BUILDING, ENTRANCE))
    tablet.record("check_in", at(OTHER_BUILDING))
    assert await verdicts.told() == [(str(wrong), "quarantined", "unknown_ref")]


async def test_an_entrance_that_was_taken_down_is_still_an_entrance(
    desk: Desk, tablet: Tablet, verdicts: Verdicts
) -> None:
    await desk.publish([FeedChange(f"grid:{GRID}", "entrance", str(ENTRANCE), b"null", is_deleted=True)])
    tablet.record("check_in", at(BUILDING, ENTRANCE))
    assert await verdicts.told() == []


async def test_a_correction_releases_the_record_it_amends(desk: Desk, tablet: Tablet, verdicts: Verdicts) -> None:
    await desk.publish(building_and_entrance())
    wrong = tablet.record("check_in", at(BUILDING, OTHER_ENTRANCE))
    await verdicts.told()
    assert await quarantined(desk) == 1
    tablet.record("check_in", at(BUILDING, ENTRANCE), amends=str(wrong))
    assert await verdicts.told() == [(str(wrong), "stored", "superseded")]
    assert await quarantined(desk) == 0
    (building, _) = await desk.case_api.desk.rounds(TODAY)
    assert building.rounds[0].entrances == (ENTRANCE,)


async def test_a_correction_releases_nothing_at_the_same_place_of_another_tablet(
    desk: Desk, tablet: Tablet, verdicts: Verdicts
) -> None:
    await desk.publish(building_and_entrance())
    other = await desk.tablet()
    wrong, own = (each.record("check_in", at(BUILDING, OTHER_ENTRANCE)) for each in (other, tablet))
    await other.sync()
    await verdicts.told()
    tablet.record("check_in", at(BUILDING, ENTRANCE), amends=str(own))
    await verdicts.told()
    assert [(each.verdict, each.reason) for each in (await other.sync()).verdicts] == [("quarantined", "unknown_ref")]
    assert await standing(other) == {str(wrong): ("quarantined", "unknown_ref")}
    assert sorted(row.quarantined_here for row in await desk.case_api.desk.tablets()) == [0, 1]


@pytest.mark.parametrize(
    ("maker", "verdict", "reason"), [(ACTOR, "stored", ""), (OTHER_ACTOR, "quarantined", "not_allowed")]
)
async def test_whoever_brought_a_record_again_is_told_its_new_verdict_too(
    desk: Desk, tablet: Tablet, verdicts: Verdicts, maker: UUID, verdict: str, reason: str
) -> None:
    clone, third = await desk.tablet(), await desk.tablet()
    target = third.record("check_in", at(BUILDING), actor=str(maker))
    withdrawal = str(tablet.void(target))
    clone.records = list(tablet.records)
    both = verdicts, Verdicts(desk, clone)
    assert [await each.told() for each in both] == [[(withdrawal, "quarantined", "unknown_ref")]] * 2
    await third.sync()
    await desk.fold()
    for each in (tablet, clone):
        assert (await standing(each))[withdrawal] == (verdict, reason)


async def test_a_correction_tells_whoever_brought_the_wrong_record_again(
    desk: Desk, tablet: Tablet, verdicts: Verdicts
) -> None:
    await desk.publish(building_and_entrance())
    wrong = tablet.record("check_in", at(BUILDING, OTHER_ENTRANCE))
    clone = await desk.tablet()
    clone.records = list(tablet.records)
    both = verdicts, Verdicts(desk, clone)
    assert [await each.told() for each in both] == [[(str(wrong), "quarantined", "unknown_ref")]] * 2
    tablet.record("check_in", at(BUILDING, ENTRANCE), amends=str(wrong))
    await tablet.sync()
    await desk.fold()
    for each in (tablet, clone):
        assert (await standing(each))[str(wrong)] == ("stored", "superseded")


async def test_a_correction_of_a_correction_releases_both(desk: Desk, tablet: Tablet, verdicts: Verdicts) -> None:
    first = tablet.record("case_report", Broken("1"))
    second = tablet.record("case_report", Broken("2"), amends=str(first))
    assert {verdict for _, verdict, _ in await verdicts.told()} == {"quarantined"}
    tablet.record("case_report", report("mended"), amends=str(second))
    assert sorted(await verdicts.told()) == sorted(
        [(str(first), "stored", "superseded"), (str(second), "stored", "superseded")]
    )
    (case,) = await desk.case_api.desk.cases()
    assert (case.id, case.summary) == (first, "mended")


async def test_a_later_correction_of_the_first_record_supersedes_an_earlier_one_that_was_kept_apart(
    desk: Desk, tablet: Tablet, verdicts: Verdicts
) -> None:
    first = tablet.record("case_report", report("first"))
    bad = tablet.record("case_report", Broken("bad"), amends=str(first))
    assert await verdicts.told() == [(str(bad), "quarantined", "bad_shape")]
    tablet.record("case_report", report("last"), amends=str(first))
    assert await verdicts.told() == [(str(bad), "stored", "superseded")]
    (case,) = await desk.case_api.desk.cases()
    assert case.summary == "last"


async def test_a_withdrawal_releases_what_it_withdraws(desk: Desk, tablet: Tablet, verdicts: Verdicts) -> None:
    bad = tablet.record("case_report", Broken("bad"))
    await verdicts.told()
    tablet.void(bad)
    assert await verdicts.told() == [(str(bad), "stored", "superseded")]
    assert await quarantined(desk) == 0


async def test_somebody_elses_correction_releases_nothing(desk: Desk, tablet: Tablet, verdicts: Verdicts) -> None:
    bad = tablet.record("case_report", Broken("bad"))
    other = tablet.record("case_report", report("mine"), amends=str(bad), actor=str(OTHER_ACTOR))
    told = await verdicts.told()
    assert told == [(str(bad), "quarantined", "bad_shape"), (str(other), "quarantined", "not_allowed")]
    assert await quarantined(desk) == 2


async def test_what_refers_to_reference_data_is_judged_again_when_that_arrives(
    desk: Desk, tablet: Tablet, verdicts: Verdicts
) -> None:
    early = tablet.record("check_in", at(BUILDING, OTHER_ENTRANCE))
    assert await verdicts.told() == [(str(early), "quarantined", "unknown_ref")]
    change = entry(f"grid:{GRID}", "entrance", str(OTHER_ENTRANCE), EntranceEntry(str(BUILDING), "二单元", order=2))
    await desk.publish([change])
    assert await verdicts.told() == [(str(early), "stored", "")]
    assert await quarantined(desk) == 0


async def test_a_correction_that_comes_before_its_record_waits_for_it(desk: Desk, verdicts: Verdicts) -> None:
    tablet, other = verdicts.tablet, await desk.tablet()
    case = other.record("case_report", report("first"))
    early = tablet.record("case_report", report("mended"), amends=str(case))
    assert await verdicts.told() == [(str(early), "quarantined", "unknown_ref")]
    await other.sync()
    assert await verdicts.told() == [(str(early), "stored", "")]
    (shown,) = await desk.case_api.desk.cases()
    assert (shown.id, shown.summary) == (case, "mended")


async def test_a_correction_of_a_parked_record_waits_with_it(
    desk: Desk, verdicts: Verdicts, monkeypatch: pytest.MonkeyPatch
) -> None:
    tablet = verdicts.tablet
    parked = tablet.record("check_in", at(BUILDING), v=2)
    waits = tablet.record("check_in", at(BUILDING), amends=str(parked))
    told = await verdicts.told()
    assert {(record, verdict) for record, verdict, _ in told} == {(str(parked), "parked"), (str(waits), "parked")}
    monkeypatch.setitem(KINDS, "check_in", Kind("check_in", 2, CheckIn))
    assert await desk.case_api.storage.judging.learn("check_in:2") == 2
    assert sorted(await verdicts.told()) == sorted([(str(parked), "stored", ""), (str(waits), "stored", "")])


async def test_two_records_that_amend_each_other_come_to_an_end(desk: Desk, verdicts: Verdicts) -> None:
    tablet, clock = verdicts.tablet, desk.clock
    first_id, second_id = clock.uuid(), clock.uuid()
    tablet.record("case_report", report("a"), id=str(first_id), amends=str(second_id), v=9)
    tablet.record("case_report", report("b"), id=str(second_id), amends=str(first_id), v=9)
    await verdicts.told()
    await desk.case_api.storage.judging.learn("again")
    assert await desk.fold() < 10


async def test_the_same_knowledge_judges_nothing_again(desk: Desk, verdicts: Verdicts) -> None:
    verdicts.tablet.record("case_report", Broken("bad"))
    await verdicts.told()
    judging = desk.case_api.storage.judging
    assert await judging.learn(KNOWLEDGE) == 1
    assert await judging.learn(KNOWLEDGE) == 0
    assert await desk.fold() == 1
    assert await verdicts.told() == []


async def test_what_is_judged_again_is_taken_in_bounded_batches(desk: Desk, verdicts: Verdicts) -> None:
    for place in range(7):
        verdicts.tablet.record("case_report", Broken(str(place)))
    await verdicts.told()
    store, judge = desk.case_api.storage.judging, desk.case_api.judging._judge
    await store.learn("more")
    assert [await store.judge_waiting(judge, 3) for _ in range(4)] == [3, 3, 1, 0]


class Broken(Body, frozen=True):
    """A body that no case report has."""

    nonsense: str


def report(description: str) -> CaseReport:
    return CaseReport("national", "matter", "02001", building=str(BUILDING), description=description)
