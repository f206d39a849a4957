"""One suite over every storage engine: cases found by their words, and what they count for; rule 12 of the contract."""

import random
from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID

from sync.caseapi.storage.base import Storage
from sync.caseapi.storage.casework import NEVER_MS, CaseChange, CaseFile, Figures, KeptEvent, Standing
from sync.caseapi.storage.figures import OpenPlace, summed
from sync.caseapi.storage.judged import CaseRow, CaseWords
from sync.caseapi.storage.search_text import is_found, phrases_of, stored
from sync.caseapi.storage.searching import Reach, SearchWanted
from tests.sync.caseapi.case_rows import case_row
from tests.sync.caseapi.harness import BUILDING, DISTRICT, GRID, MATTER, NOW_MS, OTHER_GRID, small_district

ALL = Reach(is_everything=True)
STANDING = Standing(
    state="reported",
    level="community",
    desk=GRID[:12],
    version=1,
    orgs=(),
    is_open=True,
    is_void=False,
    due_ms=NEVER_MS,
    rank_ms=NEVER_MS,
    case_ms=NEVER_MS,
    wakes_ms=NEVER_MS,
    misfits=0,
)
OTHER_COMMUNITY = "230108002003001"
PARTS = ("楼道", "堆物", "三单元", "漏水", "12号", "110kV", "，", " ", "冰溜", "楼", "道", "物")


def row(number: int, words: str, *, place: str = "", **changes: object) -> CaseRow:
    case = UUID(int=(NOW_MS << 80) + number)
    said = CaseWords(description=words, place=place)
    return case_row(id=case, matter_name="暴露垃圾", received_ms=NOW_MS + number, words=said, **changes)


async def put(storage: Storage, case: CaseRow, standing: Standing = STANDING, figures: Figures = ()) -> UUID:
    await storage.casework.change(case.id, lambda _: CaseChange(row=case, standing=standing, figures=figures))
    return case.id


async def found(storage: Storage, query: str, reach: Reach = ALL, restricted: Reach = ALL) -> list[UUID]:
    hits = await storage.search.find(SearchWanted(phrases_of(query), reach, restricted))
    return [hit.found.row.id for hit in hits]


async def test_a_case_is_found_by_words_place_matter_code_and_building(storage: Storage) -> None:
    await storage.feeds.publish(small_district())
    case = await put(storage, row(1, "楼道堆物", place="三单元门口", building=BUILDING))
    await put(storage, row(2, "漏水"))
    for query in ("楼道", "三单元", "暴露垃圾 堆物", MATTER[-5:] + " 堆物", "1号楼"):
        assert await found(storage, query) == [case], query
    assert await found(storage, "") == await found(storage, "，") == []


async def test_the_index_finds_what_a_plain_look_at_every_text_finds(storage: Storage) -> None:
    drawn = random.Random(7)
    texts = {}
    for number in range(50):
        text = "".join(drawn.choices(PARTS, k=drawn.randrange(1, 9)))
        texts[await put(storage, row(number, text))] = stored(["暴露垃圾 02001", text])
    for _ in range(80):
        query = "".join(drawn.choices(PARTS, k=drawn.randrange(1, 4)))
        wanted = [case for case, kept in reversed(texts.items()) if is_found(kept, phrases_of(query))]
        hits = await storage.search.find(SearchWanted(phrases_of(query), ALL, limit=30))
        assert [hit.found.row.id for hit in hits] == wanted[:30], query


async def test_the_newest_come_first_and_pages_join(storage: Storage) -> None:
    cases = [await put(storage, row(number, "冰溜")) for number in range(7)]
    seen: list[UUID] = []
    before: int | None = None
    for _ in range(4):
        hits = await storage.search.find(SearchWanted(phrases_of("冰溜"), ALL, before=before, limit=2))
        seen += [hit.found.row.id for hit in hits]
        before = hits[-1].place
    assert seen == cases[::-1]


async def test_a_reach_finds_its_streets_communities_grids_and_organisations(storage: Storage) -> None:
    given = replace(STANDING, orgs=("org-heat", "org-水"))
    here = await put(storage, row(1, "冰溜"))
    next_door = await put(storage, row(2, "冰溜", grid=OTHER_GRID), given)
    far = await put(storage, row(3, "冰溜", grid=OTHER_COMMUNITY))

    async def within(*areas: str, orgs: Sequence[str] = ()) -> list[UUID]:
        return await found(storage, "冰溜", Reach(frozenset(areas), frozenset(orgs)))

    assert await within(GRID) == [here]
    assert await within(GRID[:12]) == await within(GRID[:9]) == [next_door, here]
    assert await within(GRID, OTHER_COMMUNITY[:12]) == [far, here]
    assert await within(orgs=["org-水"]) == [next_door]
    assert await within() == await within("2301080", orgs=["org"]) == []
    await put(storage, row(2, "冰溜", grid=OTHER_GRID), replace(given, orgs=()))
    assert await within(orgs=["org-水"]) == []


async def test_restricted_words_are_found_in_an_index_of_their_own(storage: Storage) -> None:
    case = await put(storage, row(1, "两家争吵", is_restricted=True))
    assert await found(storage, "争吵", restricted=Reach()) == []
    assert await found(storage, "暴露垃圾 争吵") == [case]
    assert await found(storage, "暴露垃圾", restricted=Reach()) == [case]
    (hit,) = await storage.search.find(SearchWanted(phrases_of("争吵"), Reach(), ALL))
    assert {each.name for each in hit.fields if each.is_restricted} == {"words"}


async def test_what_is_said_later_is_found_and_what_is_said_anew_replaces_it(storage: Storage) -> None:
    case = await put(storage, row(1, "楼道堆物"))
    note = KeptEvent(
        UUID(int=9), "file", "", NOW_MS, NOW_MS, "", "filed", "", "", False, b'{"note":"\xe6\xb8\x85\xe8\xb5\xb0"}'
    )
    await storage.casework.change(case, lambda _: CaseChange(events=(note,), standing=STANDING))
    assert await found(storage, "清走") == [case]
    await put(storage, row(1, "楼道漏水"))
    assert (await found(storage, "堆物"), await found(storage, "漏水 清走")) == ([], [case])


async def test_figures_are_summed_by_district_street_and_community_and_move_with_the_case(storage: Storage) -> None:
    await put(storage, row(1, "a"), figures=("2026-11.filed", "2026-11.received"))
    await put(storage, row(2, "b", grid=OTHER_COMMUNITY, matter="national:matter:02002"), figures=("2026-11.received",))

    async def counts(area: str, *, by_matter: bool = False) -> dict[tuple[str, str], dict[str, int]]:
        rows = await storage.desk.figures([area], ("2026-01", "2026-12"), by_matter=by_matter)
        return {(each.month, each.matter): told for each in rows if (told := dict(summed([each.counts])))}

    assert await counts(DISTRICT) == {("2026-11", ""): {"received": 2, "filed": 1}}
    assert await counts(GRID[:9]) == await counts(GRID[:12]) == {("2026-11", ""): {"received": 1, "filed": 1}}
    await put(storage, row(1, "a", grid=OTHER_COMMUNITY), figures=("2026-11.received", "2026-12.closed"))
    assert await counts(GRID[:12], by_matter=True) == {}
    assert await counts(OTHER_COMMUNITY[:12], by_matter=True) == {
        ("2026-11", ""): {"received": 2},
        ("2026-11", MATTER): {"received": 1},
        ("2026-11", "national:matter:02002"): {"received": 1},
        ("2026-12", ""): {"closed": 1},
        ("2026-12", MATTER): {"closed": 1},
    }
    assert await storage.desk.figures([DISTRICT], ("2026-01", "2026-10")) == []


async def test_open_cases_are_counted_by_building_and_state_within_an_area(storage: Storage) -> None:
    handling, closed = replace(STANDING, state="handling"), replace(STANDING, state="closed", is_open=False)
    await put(storage, row(1, "a", building=BUILDING))
    await put(storage, row(2, "b", building=BUILDING))
    await put(storage, row(3, "c", grid=OTHER_GRID), handling)
    await put(storage, row(4, "d"), closed)
    await put(storage, row(5, "e", grid=OTHER_COMMUNITY))
    here = [OpenPlace(GRID, BUILDING, "reported", 2), OpenPlace(OTHER_GRID, None, "handling", 1)]
    assert await storage.desk.open_places(GRID[:12]) == here
    assert await storage.desk.open_places(DISTRICT) == [*here, OpenPlace(OTHER_COMMUNITY, None, "reported", 1)]
    assert await storage.desk.open_places(GRID) == here[:1]


async def test_a_new_database_has_nothing_of_before_to_take(storage: Storage) -> None:
    await put(storage, row(1, "a"))

    def figures(_: CaseFile) -> Figures:
        raise AssertionError("nothing is to be taken")

    assert await storage.search.is_filled()
    assert await storage.search.fill(figures, 10) == 0
