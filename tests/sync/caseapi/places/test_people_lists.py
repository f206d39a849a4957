"""A list of people: seats change hands at once or on a day to come, PINs are shown once, a fault changes nothing."""

import pytest

from sync.caseapi.errors import ImportRefused
from sync.caseapi.service.people.verifiers import still_verifies
from sync.caseapi.service.places.people import VALID_MS
from sync.clock import parse_time
from sync.reference import PersonEntry
from tests.sync.caseapi.harness import GRID, OTHER_GRID, Desk
from tests.sync.caseapi.places.listed import DAY_MS, acts, begin, take, told

HEAD = ("网格编码", "席位", "姓名", "六位密码", "生效日期", "失效日期", "人员编号")
FIRST = (GRID, "网格长", "甲", "", "", "", "")
SECOND = (GRID, "网格员", "乙", "204816", "", "", "")


async def people(desk: Desk) -> dict[str, PersonEntry]:
    """Return who may sign in, by seat."""
    entries = [entry for _, entry in (await told(desk, "person")).values()]
    assert all(isinstance(entry, PersonEntry) for entry in entries)
    return {entry.seat: entry for entry in entries if isinstance(entry, PersonEntry)}


async def ids(desk: Desk) -> dict[str, str]:
    """Return the ids of people by name."""
    found = (await told(desk, "person")).items()
    return {entry.name: person for person, (_, entry) in found if isinstance(entry, PersonEntry)}


async def test_new_people_get_a_pin_that_is_shown_once_and_kept_as_a_verifier_alone(desk: Desk) -> None:
    done = await take(desk, "people", HEAD, FIRST, SECOND)
    assert acts(done) == [("add", f"{GRID} 网格长 甲", ""), ("add", f"{GRID} 网格员 乙", "")]
    (code,) = done.codes
    assert (code.grid, code.seat, code.name) == (GRID, "网格长", "甲")
    seated = await people(desk)
    assert still_verifies(seated[f"{GRID}-1"].pin, code.pin, "demo")
    assert still_verifies(seated[f"{GRID}-2"].pin, "204816", "demo")
    (act, *_) = await desk.case_api.storage.places.acts(10)
    assert (act.act, act.by, act.subject, act.count) == ("import_people", "tests", "list.csv", 2)
    assert code.pin not in str(act)


async def test_a_dry_run_says_what_the_import_does_and_changes_nothing(desk: Desk) -> None:
    await take(desk, "people", HEAD, FIRST)
    before = await people(desk)
    rows = (HEAD, (GRID, "网格长", "丙", "", "", "", ""), SECOND)
    dry = await take(desk, "people", *rows, is_dry=True)
    assert await people(desk) == before
    assert (dry.codes, dry.news) == ((), 0)
    done = await take(desk, "people", *rows)
    assert acts(dry) == acts(done)
    assert set(acts(done)) == {
        ("end", f"{GRID} 网格长 甲", ""),
        ("add", f"{GRID} 网格长 丙", ""),
        ("add", f"{GRID} 网格员 乙", ""),
    }
    assert {entry.name for entry in (await people(desk)).values()} == {"丙", "乙"}


async def test_the_same_list_again_is_no_news_and_half_a_year_later_it_renews(desk: Desk) -> None:
    await take(desk, "people", HEAD, FIRST, SECOND)
    again = await take(desk, "people", HEAD, FIRST, SECOND)
    assert (again.counts["keep"], again.news, again.codes) == (2, 0, ())
    desk.clock.now_ms += VALID_MS // 2 + 1
    assert (await take(desk, "people", HEAD, FIRST, SECOND)).counts["change"] == 2


async def test_a_seat_that_changes_hands_tomorrow_does_so_tomorrow(desk: Desk) -> None:
    await take(desk, "people", HEAD, FIRST)
    coming = (GRID, "网格长", "丁", "", "2026-11-24", "2026-11-26", "")
    done = await take(desk, "people", HEAD, coming)
    assert set(acts(done)) == {
        ("end", f"{GRID} 网格长 甲", "2026-11-24"),
        ("add", f"{GRID} 网格长 丁", "2026-11-24"),
    }
    assert done.news == 0
    assert (await take(desk, "people", HEAD, coming)).counts["keep"] == 2
    assert [entry.name for entry in (await people(desk)).values()] == ["甲"]
    await begin(desk, 1)
    (entry,) = (await people(desk)).values()
    assert entry.name == "丁"
    assert still_verifies(entry.pin, done.codes[0].pin, "demo")
    assert parse_time(entry.valid_until) - desk.clock.now_ms < 2 * DAY_MS
    await begin(desk, 2)
    assert await people(desk) == {}


async def test_a_server_that_slept_through_the_days_does_what_was_planned_for_them(desk: Desk) -> None:
    await take(desk, "people", HEAD, FIRST, (GRID, "网格长", "丁", "", "2026-11-24", "", ""))
    assert {entry.name for entry in (await people(desk)).values()} == {"甲"}
    await begin(desk, 30)
    assert {entry.name for entry in (await people(desk)).values()} == {"丁"}


async def test_a_plan_is_taken_back_by_a_list_that_says_otherwise(desk: Desk) -> None:
    await take(desk, "people", HEAD, FIRST)
    await take(desk, "people", HEAD, (GRID, "网格长", "丁", "", "2026-11-24", "", ""))
    await take(desk, "people", HEAD, FIRST)
    assert await desk.case_api.storage.places.steps() == []
    await begin(desk, 2)
    assert [entry.name for entry in (await people(desk)).values()] == ["甲"]


async def test_somebody_known_moves_with_id_pin_and_badge(desk: Desk) -> None:
    await take(desk, "people", HEAD, SECOND)
    person = (await ids(desk))["乙"]
    before = await people(desk)
    done = await take(desk, "people", HEAD, (OTHER_GRID, "1", "乙", "", "", "", person))
    assert (done.counts["change"], done.codes) == (1, ())
    ((scope, entry),) = (await told(desk, "person")).values()
    assert scope == f"grid:{OTHER_GRID}"
    assert isinstance(entry, PersonEntry)
    assert entry.pin == before[f"{GRID}-2"].pin


async def test_who_is_not_in_a_list_stays_unless_it_is_whole(desk: Desk) -> None:
    await take(desk, "people", HEAD, FIRST, SECOND)
    await take(desk, "people", HEAD, FIRST)
    assert len(await people(desk)) == 2
    done = await take(desk, "people", HEAD, FIRST, is_whole=True)
    assert ("end", f"{GRID} 网格员 乙", "") in acts(done)
    assert list(await people(desk)) == [f"{GRID}-1"]


async def test_a_seat_whose_days_are_over_is_empty(desk: Desk) -> None:
    await take(desk, "people", HEAD, FIRST)
    done = await take(desk, "people", HEAD, (GRID, "网格长", "甲", "", "", "2026-11-23", ""))
    assert acts(done) == [("end", f"{GRID} 网格长 甲", "")]
    assert await people(desk) == {}


async def test_one_fault_in_a_list_changes_nothing_and_every_fault_is_told(desk: Desk) -> None:
    bad = ("230108001001999", "网格员", "乙", "1", "", "", "")
    with pytest.raises(ImportRefused) as refused:
        await take(desk, "people", HEAD, FIRST, bad)
    assert [fault.partition(";")[0] for fault in refused.value.faults] == [
        "list.csv:3 六位密码: must be 6 digits, is “1”",
        "list.csv:3 网格编码: there is no grid “230108001001999” here",
    ]
    assert await people(desk) == {}
    assert await desk.case_api.storage.places.acts(1) == []
