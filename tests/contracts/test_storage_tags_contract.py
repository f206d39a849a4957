"""One suite over every storage engine: tags as published and as records left them, `storage.base` rule 8."""

from collections.abc import Callable, Sequence
from uuid import UUID

import msgspec

from sync.caseapi.storage.base import Facts, Storage
from sync.caseapi.storage.judged import JudgedBatch, TagsSaid, Unjudged
from sync.caseapi.storage.values import FeedChange
from sync.mounting import Saying
from sync.reference import TagEntry, TagStatus
from tests.contracts.storages import Recorder, Sender
from tests.sync.caseapi.harness import BUILDING, ENTRANCE, GRID, NOW_MS, OTHER_GRID, entry, small_district

TAG, OTHER_TAG = "1" * 64, "2" * 64
SCOPE, OTHER_SCOPE = f"grid:{GRID}", f"grid:{OTHER_GRID}"
PUBLISHED = TagEntry("qr", "place", str(BUILDING))


class Says(Recorder):
    """A judge that makes one row of each record and looks at the facts."""

    def __init__(self, row: TagsSaid | None = None, look: Callable[[Facts], object] = lambda _facts: None) -> None:
        super().__init__()
        self._row, self._look = row, look
        self.found: list[object] = []

    def judge(self, records: Sequence[Unjudged], facts: Facts) -> JudgedBatch:
        self.found.append(self._look(facts))
        return JudgedBatch(rows=(self._row,) if self._row else ())


def said(
    root: int, status: TagStatus = "active", *, place: UUID = ENTRANCE, at: int = 0, tags: Sequence[str] = (TAG,)
) -> TagsSaid:
    record = UUID(int=root)
    sayings = {tag: Saying(str(record), "qr", str(place), status) for tag in tags}
    return TagsSaid(record, record, GRID, sayings, NOW_MS + at, UUID(int=7), root)


async def judged(storage: Storage, sender: Sender, *judges: Says) -> None:
    """Hand one record to each judge."""
    for judge in judges:
        sender.grow(1)
        await storage.exchanges.exchange(sender.incoming(len(sender.raws)))
        assert await storage.judging.judge_waiting(judge, 10) == 1


async def standing(storage: Storage, tag: str = TAG) -> dict[str, TagEntry]:
    """Return what the tablets are told of a tag, by scope."""
    found = await storage.feeds.standing(["tag"])
    return {scope: msgspec.json.decode(body, type=TagEntry) for (scope, _, each), body in found.items() if each == tag}


def told(entry: TagEntry) -> tuple[str, str, tuple[str, ...]]:
    return entry.target, entry.status, entry.records


async def test_what_a_record_says_is_told_in_the_scope_of_the_place_s_grid(storage: Storage, sender: Sender) -> None:
    await storage.feeds.publish(small_district())
    await judged(storage, sender, Says(said(1)))
    (found,) = (await standing(storage)).items()
    assert (found[0], told(found[1])) == (SCOPE, (str(ENTRANCE), "active", (str(UUID(int=1)),)))


async def test_what_was_received_last_counts_in_whatever_order_it_is_written(storage: Storage, sender: Sender) -> None:
    await storage.feeds.publish(small_district())
    await judged(storage, sender, Says(said(2, place=BUILDING, at=5)), Says(said(1, place=ENTRANCE, at=3)))
    (found,) = (await standing(storage)).values()
    assert told(found) == (str(BUILDING), "active", (str(UUID(int=1)), str(UUID(int=2))))


async def test_a_row_put_again_takes_the_place_of_what_it_said_before(storage: Storage, sender: Sender) -> None:
    await storage.feeds.publish(small_district())
    await judged(storage, sender, Says(said(1, tags=(TAG, OTHER_TAG))), Says(said(1, place=BUILDING)))
    assert await standing(storage, OTHER_TAG) == {}
    (found,) = (await standing(storage)).values()
    assert found.target == str(BUILDING)
    await judged(storage, sender, Says(said(1, tags=())))
    assert await standing(storage) == {}


async def test_what_was_published_comes_back_with_a_withdrawal_byte_for_byte(storage: Storage, sender: Sender) -> None:
    body = msgspec.json.encode(PUBLISHED).replace(b":", b": ")
    await storage.feeds.publish([*small_district(), FeedChange(SCOPE, "tag", TAG, body)])
    await judged(storage, sender, Says(said(1, "replaced", place=BUILDING)))
    (replaced,) = (await standing(storage)).values()
    assert replaced.status == "replaced"
    await judged(storage, sender, Says(said(1, tags=())))
    assert (await storage.feeds.standing(["tag"]))[SCOPE, "tag", TAG] == body


async def test_what_is_published_later_lies_under_what_records_say(storage: Storage, sender: Sender) -> None:
    await storage.feeds.publish(small_district())
    await judged(storage, sender, Says(said(1)))
    assert await storage.feeds.publish([entry(OTHER_SCOPE, "tag", TAG, PUBLISHED)]) == 0
    assert list(await standing(storage)) == [SCOPE]
    await storage.feeds.publish([FeedChange(OTHER_SCOPE, "tag", TAG, b"null", is_deleted=True)])
    await judged(storage, sender, Says(said(1, tags=())))
    assert await standing(storage) == {}


async def test_a_tag_of_no_record_is_told_as_it_is_published_and_deleted(storage: Storage) -> None:
    assert await storage.feeds.publish([entry(SCOPE, "tag", TAG, PUBLISHED)]) == 1
    assert await storage.feeds.publish([entry(SCOPE, "tag", TAG, PUBLISHED)]) == 0
    moved = [FeedChange(SCOPE, "tag", TAG, b"null", is_deleted=True), entry(OTHER_SCOPE, "tag", TAG, PUBLISHED)]
    assert await storage.feeds.publish(moved) == 2
    assert list(await standing(storage)) == [OTHER_SCOPE]


async def test_a_judge_learns_what_a_tag_is_published_as_and_where_buildings_lie(
    storage: Storage, sender: Sender
) -> None:
    badge = TagEntry("em", "inspector", "somebody")
    gone = FeedChange(SCOPE, "building", "gone", b"null", is_deleted=True)
    await storage.feeds.publish([*small_district(), entry(SCOPE, "tag", OTHER_TAG, badge)])
    await storage.feeds.publish([FeedChange(SCOPE, "building", "gone", small_district()[2].body)])
    await storage.feeds.publish([gone])

    def look(facts: Facts) -> object:
        return (
            [facts.tag_role(tag) for tag in (TAG, OTHER_TAG)],
            [facts.grid_of(building) for building in (str(BUILDING), "gone", "never")],
        )

    looking = Says(look=look)
    await judged(storage, sender, Says(said(1)), looking)
    assert looking.found == [(["", "inspector"], [GRID, "", None])]
