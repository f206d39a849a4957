"""What is to change on later days, and who changed what: every engine keeps it the same way."""

from sync.caseapi.storage.base import Storage
from sync.caseapi.storage.orgs import OrgRow
from sync.caseapi.storage.places import PlaceAct, PlaceChange, Step
from sync.caseapi.storage.values import FeedChange
from tests.sync.caseapi.harness import NOW_MS

NOW = FeedChange("grid:1", "person", "p", b'{"now":1}')


async def standing(storage: Storage) -> dict[tuple[str, str, str], bytes]:
    return {key: bytes(body) for key, body in (await storage.feeds.standing(["person"])).items()}


async def test_a_change_is_written_whole_and_its_acts_are_kept(storage: Storage) -> None:
    acts = (PlaceAct(NOW_MS, "a", "first", "x 1"), PlaceAct(NOW_MS, "b", "second", "x 2", 5))
    org = OrgRow("o", "handler", "name", "1")
    assert await storage.places.write(PlaceChange((NOW,), orgs=(org,), acts=acts)) == 1
    assert await standing(storage) == {("grid:1", "person", "p"): b'{"now":1}'}
    assert list(await storage.orgs.all()) == [org]
    assert list(await storage.places.acts(1)) == [acts[1]]
    assert list(await storage.places.acts_on("x")) == list(acts)
    assert list(await storage.places.acts_on("x 1")) == [acts[0]]


async def test_steps_wait_for_their_day_and_are_taken_once_in_order(storage: Storage) -> None:
    moves = Step("2026-12-02", "person", "p", "grid:2", b'{"now":2}')
    first, ends = Step("2026-12-01", "person", "p", "grid:1", b'{"now":0}'), Step("2026-12-03", "person", "p")
    await storage.places.write(PlaceChange((NOW,), (moves, first, ends)))
    assert list(await storage.places.steps()) == [first, moves, ends]
    assert await storage.places.begin_day("2026-11-30") == 0
    assert await storage.places.begin_day("2026-12-02") == 2
    assert await standing(storage) == {("grid:2", "person", "p"): b'{"now":2}'}
    assert await storage.places.begin_day("2026-12-02") == 0
    assert await storage.places.begin_day("2027-01-01") == 1
    assert await standing(storage) == {}
    assert list(await storage.places.steps()) == []


async def test_a_step_of_the_same_day_is_replaced_and_one_can_be_dropped(storage: Storage) -> None:
    step = Step("2026-12-01", "person", "p", "grid:1", b"1")
    await storage.places.write(PlaceChange(steps=(step, Step("2026-12-02", "person", "p"))))
    other = Step("2026-12-01", "person", "p", "grid:1", b"2")
    await storage.places.write(PlaceChange(steps=(other,), dropped=(Step("2026-12-02", "person", "p"),)))
    assert list(await storage.places.steps()) == [other]
