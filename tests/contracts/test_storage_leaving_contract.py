"""What leaves a database, on every engine: tables and days from one view, contacts for good; what is near is found."""

from uuid import UUID
from zoneinfo import ZoneInfo

from sync.caseapi.service.casework.lives import opening_event, shipped_lives
from sync.caseapi.storage.base import Storage
from sync.caseapi.storage.casework import CaseChange, CaseFile
from sync.caseapi.storage.exporting import ExportSpan, Taken
from sync.caseapi.storage.judged import CaseWords
from tests.sync.caseapi.case_rows import case_row
from tests.sync.caseapi.harness import DISTRICT, GRID, NOW_MS, OTHER_GRID

LIVES = shipped_lives(ZoneInfo("Asia/Shanghai"))
HERE = (45.6042, 126.5975)


async def begun(storage: Storage, number: int, *, grid: str = GRID, is_over: bool = False) -> UUID:
    words = CaseWords(contact="sealed" if is_over else "", point=HERE, action="好了" if is_over else "")
    state = "closed" if is_over else "reported"
    row = case_row(id=UUID(int=number), grid=grid, words=words, state=state, received_ms=NOW_MS + number)
    change = LIVES.begun(row, [opening_event(row)])
    await storage.casework.change(row.id, lambda _: change)
    return row.id


async def test_cases_leave_by_patch_and_time_in_the_order_received(storage: Storage) -> None:
    second, first = await begun(storage, 2), await begun(storage, 1)
    other = await begun(storage, 3, grid=OTHER_GRID)
    with storage.exports.view() as view:
        every = [kept.row.id for kept in view.cases(ExportSpan())]
        own = [kept.row.id for kept in view.cases(ExportSpan(patches=(GRID,)))]
        late = [kept.row.id for kept in view.cases(ExportSpan(from_ms=NOW_MS + 2, to_ms=NOW_MS + 3))]
        none = list(view.cases(ExportSpan(patches=(), orgs=("org-heat",))))
        assert (list(view.check_ins(ExportSpan())), list(view.visits(ExportSpan()))) == ([], [])
    assert (every, own, late, none) == ([first, second, other], [first, second], [second], [])


async def test_a_day_is_read_from_its_events_and_from_what_is_open(storage: Storage) -> None:
    case = await begun(storage, 1)
    await begun(storage, 2, is_over=True)
    with storage.exports.day_view() as view:
        events = list(view.events(GRID, NOW_MS, NOW_MS + 10))
        assert [(event.case.int, event.grid, event.action) for event in events] == [
            (1, GRID, "report"), (2, GRID, "self_resolve"),
        ]  # fmt: skip
        assert list(view.events(OTHER_GRID, NOW_MS, NOW_MS + 10)) == []
        assert [term.case for term in view.open_terms(DISTRICT)] == [case]
        assert list(view.asides(GRID, 0, NOW_MS * 2)) == []


async def test_who_took_what_along_is_kept_newest_first(storage: Storage) -> None:
    lines = [Taken("a", kind, "csv", "", NOW_MS) for kind in ("cases", "visits")]
    numbers = [await storage.exports.add(line) for line in lines]
    await storage.exports.finish(numbers[0], 7)
    assert [(line.kind, line.rows) for line in await storage.exports.taken()] == [("visits", None), ("cases", 7)]


async def test_a_contact_goes_when_it_is_due_and_not_before(storage: Storage) -> None:
    await begun(storage, 1)
    over = await begun(storage, 2, is_over=True)
    erasures = storage.erasures
    assert list(await erasures.with_contact(None, 10)) == [over]
    assert await erasures.erase(over, lambda _: False, NOW_MS) is None
    assert await erasures.erase(over, lambda kept: kept.row.id == over, NOW_MS) == ("sealed",)
    assert list(await erasures.with_contact(None, 10)) == []
    kept = await erasures.case(over)
    assert isinstance(kept, CaseFile)
    assert kept.row.words is not None
    assert kept.row.words.contact == ""


async def test_cases_of_one_place_are_near_one_another(storage: Storage) -> None:
    first, second = await begun(storage, 1), await begun(storage, 2)
    near = await storage.casework.near(first, span_ms=1, within_m=50)
    assert sorted(each.case for each in near) == [first, second]
    assert [each.case for each in await storage.casework.near(first, span_ms=0, within_m=50)] == [first]
    moved = case_row(id=second, words=CaseWords(point=(45.7, 126.7)), received_ms=NOW_MS + 2)
    await storage.casework.change(second, lambda _: CaseChange(row=moved))
    assert [each.case for each in await storage.casework.near(first, span_ms=1, within_m=50)] == [first]
