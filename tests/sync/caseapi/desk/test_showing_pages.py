"""Search, map, boards and statistics behind the sign-in: what each seat sees of them, and what nobody does."""

import gzip
import re
from urllib.parse import quote

import pytest

from sync.reference import BuildingEntry, GridEntry
from tests.sync.caseapi.desk.work_desk import Reading, seated, staff
from tests.sync.caseapi.harness import BUILDING, DISTRICT, ENTRANCE, GRID, OTHER_GRID, Desk, entry
from tests.sync.caseapi.people import phoned, walked

PAGES = ("/search?q=x", "/overview/map", "/overview/rounds", "/overview/reconciliation", "/overview/statistics")
PLACE = ("230108001001", "社区<b>", "街道", DISTRICT, "平房区")
BORDER = ((126.60, 45.60), (126.61, 45.60), (126.61, 45.61), (126.60, 45.61), (126.60, 45.60))


@pytest.fixture
async def district(desk: Desk) -> Desk:
    """A district with a border, a building on the map, and a case that is open."""
    scope = f"grid:{GRID}"
    await desk.publish(
        [
            entry(scope, "grid", GRID, GridEntry("第一网格", *PLACE, border=(BORDER,))),
            entry(scope, "building", str(BUILDING), BuildingEntry("1号楼", GRID, lat=45.605, lon=126.605, order=1)),
        ]
    )
    await phoned(desk)
    return desk


async def test_what_is_found_has_its_words_marked_and_is_escaped(district: Desk) -> None:
    await staff(district, "community")
    seeker = await seated(district, "community")
    page = await seeker.get(f"/search?q={quote('没水')}")
    assert page.html.count("<mark>没水</mark>") == 1
    assert "社区&lt;b&gt;" in page.html
    assert "<b>" not in page.html
    hostile = await seeker.get(f"/search?q={quote('<script>没水')}")
    assert "<script>没" not in hostile.html
    beside = await seeker.get(f"/search?q={quote('1号楼')}")
    assert f"/desk/overview/map/{GRID}#b-{BUILDING}" in beside.html
    assert "暴露" in (await seeker.get(f"/search?q={quote('垃圾')}")).words
    await seeker.get("/search?q=a&before=-1", 422)


async def test_a_case_is_found_by_its_number_and_address(district: Desk) -> None:
    case = await phoned(district)
    await staff(district, "community", "water")
    page = await (await seated(district, "community")).get(f"/search?q=http://x/desk/cases/{case.case.id}")
    assert f"/desk/cases/{case.case.id}" in page.html
    page = await (await seated(district, "water")).get(f"/search?q={case.case.id}")
    assert f"/desk/cases/{case.case.id}" not in page.html


async def test_every_signed_in_page_has_a_search_box(district: Desk) -> None:
    await staff(district, "community")
    seeker = await seated(district, "community")
    for path in (*PAGES, "/queue", "/new", "/me"):
        page = await seeker.get(path)
        assert [form for form in page.forms if form.action.startswith("/desk/search")], path
        assert page.html.count("<h1") == 1
        assert not re.search(r"\sstyle=|<script(?![^>]*src=)", page.html)


async def test_a_map_shows_open_cases_at_buildings_and_a_table_says_the_same(district: Desk) -> None:
    await staff(district, "community")
    page = await (await seated(district, "community")).get(f"/overview/map/{GRID}")
    assert page.html.count('class="mark new"') == 2  # one on the map, one in the legend
    assert _row(page, f"b-{BUILDING}")[-5:] == ["1", "0", "0", "0", "1"]
    assert "126.6" not in page.html
    assert len(gzip.compress(page.html.encode())) < 60_000


async def test_an_area_of_others_is_not_shown(district: Desk) -> None:
    await staff(district, "community", "water", "district", "leader")
    community, handler, whole = [await seated(district, name) for name in ("community", "water", "district")]
    for path in ("/overview/map", "/overview/rounds", "/overview/reconciliation", "/overview/statistics"):
        await community.get(f"{path}/{DISTRICT}", 403)
        await community.get(f"{path}/230108001002", 403)
        await handler.get(path, 403)
        await whole.get(path)
        assert "/desk/overview" not in (await handler.get("/queue")).html
        assert "/desk/overview" in (await whole.get("/queue")).html
    await whole.get(f"/overview/statistics/{GRID}", 403)
    await whole.get("/overview/map/x", 404)
    of_grid = await seated(district, "leader")
    assert "/overview/statistics" not in (await of_grid.get("/overview")).html
    await of_grid.get("/overview/statistics", 403)


async def test_rounds_say_which_buildings_and_entrances_and_never_who(district: Desk) -> None:
    tablet = await district.tablet()
    tablet.check_in(entrance=str(ENTRANCE))
    await tablet.sync()
    await district.fold()
    await staff(district, "community")
    seeker = await seated(district, "community", "en")
    page = await seeker.get(f"/overview/rounds/{OTHER_GRID[:12]}")
    assert "1 / 1" in page.words
    assert "not this week" not in page.words
    assert "not this week" in (await seeker.get(f"/overview/rounds/{OTHER_GRID[:12]}?back=1")).words
    await seeker.get("/overview/rounds?back=9", 422)
    board = await seeker.get("/overview/reconciliation")
    assert tablet.device[-4:].upper() in board.words


async def test_statistics_say_what_they_count_and_break_no_small_number_down(district: Desk) -> None:
    for _ in range(5):
        await walked(district, "file", "dispatch", "accept", "done", "close")
    await staff(district, "community")
    seeker = await seated(district, "community", "en")
    page = await seeker.get("/overview/statistics")
    assert "100 % 5 of 5" in " ".join(page.words.split())
    means = set(re.findall(r'href="#(means-[a-z_]+)"', page.html))
    assert len(means) == 8
    for each in means:
        assert f'id="{each}"' in page.html
    nothing = await seeker.get("/overview/statistics?span=last")
    assert "Fewer than five cases" in nothing.words
    await seeker.get("/overview/statistics?span=ever", 422)


def _row(page: Reading, name: str) -> list[str]:
    row = page.html.split(f'id="{name}"')[1].split("</tr>")[0]
    return re.findall(r">\s*([0-9]+)\s*<", row)
