"""What every storage engine promises about files that records name."""

from base64 import b16encode
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from uuid import UUID

import pytest
from msgspec import structs

from sync.caseapi.storage.base import Storage
from sync.caseapi.storage.casework import CaseChange, HeldFile
from sync.caseapi.storage.values import NamedMedia
from sync.media import MAX_MEDIA_BYTES, Naming
from sync.records import MediaRef
from tests.contracts.storages import ENGINES, Sender, enrolled, opened
from tests.sync.caseapi.case_rows import case_row
from tests.sync.caseapi.harness import NOW_MS, Clock

NAME, OTHER = "a" * 64, "b" * 64


@pytest.fixture(params=ENGINES)
async def storage(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Storage]:
    storage = opened(request, request.param, tmp_path, Clock())
    yield storage
    await storage.close()


async def sender(storage: Storage, number: int = 1) -> Sender:
    clock = Clock(drawn=number * 1000)
    device = await enrolled(storage, clock, key=bytes([number]) * 32, digits=f"{number:06d}")
    return Sender(device, clock.uuid())


async def say(
    storage: Storage, sender: Sender, *namings: Naming, forked_from: tuple[UUID, int] | None = None
) -> tuple[str, ...]:
    """Store one record for each naming and return what is owed then."""
    start = len(sender.raws) + 1
    sender.grow(len(namings))
    incoming = replace(sender.incoming(start), forked_from=forked_from)
    records = [structs.replace(record, naming=naming) for record, naming in zip(incoming.records, namings, strict=True)]
    return (await storage.exchanges.exchange(replace(incoming, records=tuple(records)))).media_owed


def names(*files: str, record: int = 1, size: int = 10) -> Naming:
    text = b16encode(bytes([record]) * 16).decode().lower()
    record_id = "-".join((text[:8], text[8:12], text[12:16], text[16:20], text[20:]))
    return Naming(record_id, tuple(MediaRef(file, size, "image/jpeg", "before") for file in files))


async def test_a_file_is_owed_from_the_exchange_that_stores_its_record(storage: Storage) -> None:
    one = await sender(storage)
    assert await storage.media.named(one.device, NAME) is None
    assert await say(storage, one, names(NAME)) == (NAME,)
    assert await storage.media.named(one.device, NAME) == NamedMedia(10, is_held=False)


async def test_a_file_that_is_held_is_owed_by_nobody(storage: Storage) -> None:
    one, two = await sender(storage), await sender(storage, 2)
    await say(storage, one, names(NAME))
    await storage.media.keep(NAME, 10, NOW_MS)
    assert await say(storage, two, names(NAME, record=2)) == ()
    assert await storage.media.named(two.device, NAME) == NamedMedia(10, is_held=True)


async def test_a_file_held_twice_is_held_once(storage: Storage) -> None:
    one = await sender(storage)
    await say(storage, one, names(NAME, OTHER))
    for _ in range(2):
        await storage.media.keep(NAME, 10, NOW_MS)
    assert await say(storage, one) == (OTHER,)


async def test_a_lost_file_is_owed_no_more_by_the_tablet_that_lost_it(storage: Storage) -> None:
    one, two = await sender(storage), await sender(storage, 2)
    await say(storage, one, names(NAME))
    await say(storage, two, names(NAME, record=2))
    assert await say(storage, one, Naming("", lost=NAME)) == ()
    assert await say(storage, two) == (NAME,)


async def test_a_file_that_is_gone_is_owed_again(storage: Storage) -> None:
    one = await sender(storage)
    await say(storage, one, names(NAME))
    await storage.media.keep(NAME, 10, NOW_MS)
    assert await storage.media.owe_again(NAME) == 1
    assert await say(storage, one) == (NAME,)


async def test_what_a_key_owed_is_owed_by_the_key_with_which_its_tablet_goes_on(storage: Storage) -> None:
    old, new = await sender(storage), await sender(storage, 2)
    await say(storage, old, names(NAME, OTHER))
    await storage.media.keep(OTHER, 10, NOW_MS)
    assert await say(storage, new, names(record=2), forked_from=(old.stream, 1)) == (NAME,)
    assert await say(storage, new, Naming("", lost=NAME)) == (NAME,), "a copy of it may still have it"
    assert await say(storage, old) == (NAME,), "only the tablet itself says what it lost"


async def test_a_later_key_owes_before_it_has_a_record_of_its_own(storage: Storage) -> None:
    old, new = await sender(storage), await sender(storage, 2)
    await say(storage, old, names(NAME))
    for _ in range(2):
        assert await say(storage, new, forked_from=(old.stream, 1)) == (NAME,)
    await storage.media.keep(NAME, 10, NOW_MS)
    assert await say(storage, new, forked_from=(old.stream, 1)) == ()
    assert await storage.media.owe_again(NAME) == 2
    assert await say(storage, new, forked_from=(old.stream, 1)) == (NAME,)


async def test_a_file_that_is_gone_is_owed_by_every_later_key_of_the_tablet_that_named_it(storage: Storage) -> None:
    old, new, newest = await sender(storage), await sender(storage, 2), await sender(storage, 3)
    await say(storage, old, names(NAME))
    await storage.media.keep(NAME, 10, NOW_MS)
    await say(storage, new, names(record=2), forked_from=(old.stream, 1))
    await say(storage, newest, names(record=3), forked_from=(new.stream, 1))
    assert await storage.media.owe_again(NAME) == 3
    assert [await say(storage, key) for key in (old, new, newest)] == [(NAME,)] * 3
    await storage.media.keep(NAME, 10, NOW_MS)
    assert [await say(storage, key) for key in (old, new, newest)] == [()] * 3


async def test_a_file_that_is_gone_is_asked_of_no_tablet_that_has_nothing_to_do_with_it(storage: Storage) -> None:
    one, other = await sender(storage), await sender(storage, 2)
    await say(storage, one, names(NAME))
    await storage.media.keep(NAME, 10, NOW_MS)
    await say(storage, other, names(record=2))
    assert await storage.media.owe_again(NAME) == 1
    assert await say(storage, other) == ()


async def test_a_file_too_large_is_not_asked_for(storage: Storage) -> None:
    one = await sender(storage)
    assert await say(storage, one, names(NAME, size=MAX_MEDIA_BYTES + 1)) == ()


async def test_a_file_named_by_two_records_is_owed_once(storage: Storage) -> None:
    one = await sender(storage)
    assert await say(storage, one, names(NAME), names(NAME, OTHER, record=2)) == (NAME, OTHER)


async def test_a_file_that_no_case_shows_is_not_shown(storage: Storage) -> None:
    one = await sender(storage)
    await say(storage, one, names(NAME))
    assert not await storage.media.is_shown(NAME)


async def test_a_file_that_comes_with_an_act_is_held_and_owed_by_nobody(storage: Storage) -> None:
    one = await sender(storage)
    event = HeldFile(OTHER, 10, UUID(int=7), NOW_MS)
    row = case_row()
    await storage.casework.change(row.id, lambda _: CaseChange(row=row, files=(event,)))
    assert await storage.media.named(one.device, OTHER) == NamedMedia(10, is_held=True)
    assert await storage.media.named(one.device, NAME) is None
    assert await say(storage, one, names(OTHER)) == ()
    assert not await storage.media.is_shown(OTHER)
