"""Versions of the catalogue: drafted, published from a day on, told to tablets then; a case keeps its own."""

import dataclasses

import msgspec
import pytest
from msgspec.structs import replace

from sync.caseapi.cases.limits import Condition
from sync.caseapi.cases.timers import DAY_MS, HOUR_MS, Limit
from sync.caseapi.district.catalogue import shipped_catalogue
from sync.caseapi.errors import DraftChanged, InputRefused, NotAllowed, SheetRefused
from sync.caseapi.service.case_api import CaseApi
from sync.caseapi.service.casework.lives import shipped_lives
from sync.caseapi.service.catalogue.editing import CatalogueService
from sync.caseapi.service.imports import import_catalogue
from sync.reference import MatterEntry
from tests.sync.caseapi.cases.making import HARBIN
from tests.sync.caseapi.harness import MATTER, Clock, Desk
from tests.sync.caseapi.people import COMMUNITY, DISTRICT, caller, did, phoned

SYSTEM = caller("system_admin")
NEXT_DAY = "2026-11-24"
"""The day after the harness's; its midnight is eight hours after the clock's start."""

FOUR_HOURS, TWO_HOURS = Limit("urgent_hour", 4), Limit("urgent_hour", 2)


async def drafted(case_api: CaseApi, **said: object) -> None:
    """Put the harness's category into the draft, changed."""
    sheet = (await case_api.catalogue.newest()).sheets[MATTER]
    kept = (await case_api.catalogue.draft()).get(MATTER)
    wanted = replace(sheet, **{"initials": ("bllj",), "group": "市容", "group_en": "Streets"} | said)
    await case_api.catalogue.save(wanted, kept.changed_ms if kept else 0, SYSTEM)


async def told(case_api: CaseApi) -> dict[str, MatterEntry]:
    standing = await case_api.storage.feeds.standing(["matter"])
    return {key[2]: msgspec.json.decode(body, type=MatterEntry) for key, body in standing.items()}


async def test_a_version_holds_from_its_day_and_tablets_are_told_then(desk: Desk) -> None:
    catalogue = desk.case_api.catalogue
    await drafted(desk.case_api, timer=FOUR_HOURS, is_common=True)
    made = await catalogue.publish(NEXT_DAY, "按会议", SYSTEM)
    assert ((await catalogue.in_force()).number, (await catalogue.newest()).number, made.number) == (1, 2, 2)
    assert await catalogue.draft() == {}
    assert not (await told(desk.case_api))[MATTER].common
    desk.clock.now_ms += 8 * HOUR_MS
    assert await catalogue.take_effect() == 1
    assert (await told(desk.case_api))[MATTER].common
    assert await catalogue.take_effect() == 0


async def test_a_case_keeps_the_version_under_which_it_was_opened(desk: Desk) -> None:
    await drafted(desk.case_api, timer=FOUR_HOURS)
    await desk.case_api.catalogue.publish("2026-11-23", "", SYSTEM)
    older = await phoned(desk)
    desk.clock.now_ms += 1
    own = Condition(matter=MATTER, id="new", name="新条件", name_en="New", limit=TWO_HOURS)
    await drafted(desk.case_api, conditions=(own,))
    await desk.case_api.catalogue.publish("2026-11-23", "", SYSTEM)
    newer = await phoned(desk)
    with pytest.raises(InputRefused, match="usual"):
        await did(desk, older, "file", condition="new")
    filed_older, filed_newer = await did(desk, older, "file"), await did(desk, newer, "file", condition="new")
    opened = {view.case.id: view.opened_ms for view in (filed_older, filed_newer)}
    lives = desk.case_api.casework.lives
    assert [lives.timings.at(opened[each.case.id]).usual.get(MATTER) for each in (older, newer)] == [
        FOUR_HOURS,
        FOUR_HOURS,
    ]
    spans = [(await desk.case_api.storage.casework.file(each.case.id)).standing.case_ms for each in (older, newer)]  # type: ignore[union-attr]  # both are there
    assert spans == [desk.clock.now_ms - 60_000 + 4 * HOUR_MS, desk.clock.now_ms + 2 * HOUR_MS]


async def test_versions_are_known_again_after_a_restart(desk: Desk) -> None:
    await drafted(desk.case_api, timer=FOUR_HOURS)
    await desk.case_api.catalogue.publish("2026-11-23", "", SYSTEM)
    lives = shipped_lives(HARBIN)
    again = CatalogueService(
        desk.case_api.storage.catalogue, desk.case_api.storage.feeds, lives.timings, HARBIN, desk.clock
    )
    assert MATTER not in lives.timings.at(desk.clock.now_ms).usual
    assert [each.number for each in await again.versions()] == [1, 2]
    assert lives.timings.at(desk.clock.now_ms).usual[MATTER] == FOUR_HOURS
    assert MATTER not in lives.timings.at(desk.clock.now_ms - 1).usual


async def test_an_imported_catalogue_that_says_anything_new_is_a_version(desk: Desk) -> None:
    catalogue = desk.case_api.catalogue
    (row,) = [each for each in shipped_catalogue() if each.code == "06010"]
    await import_catalogue(desk.case_api.storage.feeds, [row])
    await catalogue.adopt([row])
    await import_catalogue(desk.case_api.storage.feeds, [row])
    await catalogue.adopt([row])
    assert [each.number for each in await catalogue.versions()] == [0]
    slower = dataclasses.replace(row, timer=FOUR_HOURS)
    await import_catalogue(desk.case_api.storage.feeds, [slower])
    await catalogue.adopt([slower])
    assert [each.number for each in await catalogue.versions()] == [1, 2]
    assert (await catalogue.in_force()).sheets["national:matter:06010"].timer == FOUR_HOURS


async def test_a_closed_category_leaves_the_tablets_and_keeps_its_code(desk: Desk) -> None:
    await drafted(desk.case_api, is_closed=True)
    await desk.case_api.catalogue.publish("2026-11-23", "", SYSTEM)
    assert MATTER not in await told(desk.case_api)
    assert (await desk.case_api.catalogue.in_force()).sheets[MATTER].is_closed


async def test_what_a_tablet_reports_late_of_a_closed_category_still_has_its_name(desk: Desk) -> None:
    tablet = await desk.tablet()
    await drafted(desk.case_api, is_closed=True)
    await desk.case_api.catalogue.publish("2026-11-23", "", SYSTEM)
    tablet.case("还堆着")
    await tablet.sync()
    await desk.fold()
    (case,) = await desk.case_api.desk.cases()
    assert (case.matter, case.matter_name) == (MATTER, "暴露垃圾")


async def test_what_cannot_be_published_is_refused_with_its_place_and_changes_nothing(desk: Desk, clock: Clock) -> None:
    catalogue = desk.case_api.catalogue
    with pytest.raises(SheetRefused) as refused:
        await drafted(desk.case_api, timer=None)
    assert [(each.matter, each.field, each.why) for each in refused.value.faults] == [
        (MATTER, "timer_amount", "no_limit")
    ]
    with pytest.raises(InputRefused, match="keeps its name"):
        await drafted(desk.case_api, name="别的")
    with pytest.raises(InputRefused, match="nothing is changed"):
        await catalogue.publish(NEXT_DAY, "", SYSTEM)
    await drafted(desk.case_api, timer=Limit("work_day", 3))
    for day, field in (("2026-11-22", "day"), ("soon", "day")):
        with pytest.raises(InputRefused) as wrong:
            await catalogue.publish(day, "", SYSTEM)
        assert wrong.value.field == field
    with pytest.raises(SheetRefused) as late:
        await catalogue.publish("2026-12-30", "", SYSTEM)
    assert [(each.why, each.what) for each in late.value.faults] == [("calendar", "2027")]
    assert [each.number for each in await catalogue.versions()] == [0]
    clock.now_ms += DAY_MS


async def test_a_version_does_not_begin_before_one_that_is_published(desk: Desk) -> None:
    await drafted(desk.case_api, timer=FOUR_HOURS)
    await desk.case_api.catalogue.publish("2026-12-01", "", SYSTEM)
    await drafted(desk.case_api, timer=TWO_HOURS)
    with pytest.raises(InputRefused, match="later day"):
        await desk.case_api.catalogue.publish(NEXT_DAY, "", SYSTEM)


async def test_two_editors_at_once_lose_nothing(desk: Desk) -> None:
    sheet = (await desk.case_api.catalogue.newest()).sheets[MATTER]
    wanted = replace(sheet, timer=FOUR_HOURS, initials=("bllj",), group="市容", group_en="Streets")
    await desk.case_api.catalogue.save(wanted, 0, SYSTEM)
    with pytest.raises(DraftChanged):
        await desk.case_api.catalogue.save(replace(wanted, timer=TWO_HOURS), 0, SYSTEM)
    assert (await desk.case_api.catalogue.draft())[MATTER].sheet.timer == FOUR_HOURS


async def test_a_district_desk_proposes_and_does_not_publish(desk: Desk) -> None:
    sheet = (await desk.case_api.catalogue.newest()).sheets[MATTER]
    wanted = replace(sheet, timer=FOUR_HOURS, initials=("bllj",), group="市容", group_en="Streets")
    await desk.case_api.catalogue.save(wanted, 0, DISTRICT)
    with pytest.raises(NotAllowed):
        await desk.case_api.catalogue.publish(NEXT_DAY, "", DISTRICT)
    with pytest.raises(NotAllowed):
        await desk.case_api.catalogue.drop(MATTER, DISTRICT)
    with pytest.raises(NotAllowed):
        await desk.case_api.catalogue.save(wanted, 0, COMMUNITY)
