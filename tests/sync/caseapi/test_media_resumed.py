"""An upload cut anywhere goes on at the byte that is held, whatever is lost, doubled or comes in another order."""

import asyncio
import errno
import os
from collections.abc import AsyncIterator, Iterator
from hashlib import sha256
from pathlib import Path
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sync.caseapi.errors import NotNamed, OffsetConflict, StorageFailed, WrongHash
from sync.caseapi.service.media import MediaService, Part
from sync.caseapi.storage import staging
from sync.caseapi.storage.blobs import FileBlobs
from sync.caseapi.storage.staging import Staging
from sync.caseapi.storage.values import NamedMedia
from sync.errors import SignatureInvalid, WireError
from sync.media import UploadState
from sync.signing import PromisedBody
from tests.sync.caseapi.media_desk import name_of, picture

DEVICE = UUID(int=7)


class CutOff(WireError):
    """The connection ended."""


class Named:
    """A `MediaStore` that names some files, in memory."""

    def __init__(self, **sizes: int) -> None:
        self.sizes = sizes
        self.held: set[str] = set()
        self.fails = False

    async def named(self, device: UUID, name: str) -> NamedMedia | None:
        return NamedMedia(self.sizes[name], name in self.held) if device == DEVICE and name in self.sizes else None

    async def keep(self, name: str, size_bytes: int, now_ms: int) -> None:
        if self.fails:
            raise StorageFailed("the database cannot be written")
        self.held.add(name)

    async def owe_again(self, name: str) -> int:
        self.held.discard(name)
        return 1

    async def is_shown(self, name: str) -> bool:
        return True


class Bench:
    """A service over a folder, made anew for every restart; what lies on disk is all that lasts."""

    def __init__(self, folder: Path, data: bytes) -> None:
        self.folder, self.data, self.name = folder, data, name_of(data)
        self.named = Named(**{self.name: len(data)})
        self.restart()

    def restart(self) -> None:
        self.blobs = FileBlobs(self.folder)
        self.staging = Staging(self.folder / staging.STAGING_FOLDER)
        self.service = MediaService(self.named, self.blobs, self.staging, now_ms=lambda: 0)

    async def held(self) -> int:
        return (await self.service.state(DEVICE, self.name)).offset

    async def send(self, offset: int, end: int, *, cut_at: int | None = None, data: bytes | None = None) -> UploadState:
        """Send the bytes `offset` to `end`; cut, only those before `cut_at` come."""
        part = (self.data if data is None else data)[offset:end]
        arriving = part if cut_at is None else part[: cut_at - offset]
        promise = PromisedBody(str(DEVICE), sha256(part).digest())
        return await self.service.receive(
            DEVICE, self.name, Part(offset, chunks_of(arriving, is_cut=cut_at is not None), promise)
        )

    def is_whole(self) -> bool:
        return self.blobs.read(self.name) == self.data and self.name in self.named.held


async def chunks_of(data: bytes, *, is_cut: bool) -> AsyncIterator[bytes]:
    for place in range(0, len(data), 64):
        yield data[place : place + 64]
    if is_cut:
        raise CutOff("the connection ended")


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench(tmp_path, picture(200))


async def test_a_cut_at_each_byte_is_gone_on_from_after_a_restart(tmp_path: Path) -> None:
    for cut_at in range(201):
        bench = Bench(tmp_path / str(cut_at), picture(200))
        with pytest.raises(CutOff):
            await bench.send(0, 200, cut_at=cut_at)
        bench.restart()
        held = await bench.held()
        assert held == cut_at
        if held < 200:
            await bench.send(held, 200)
        assert bench.is_whole(), cut_at


cuts = st.lists(st.integers(0, 200), max_size=6)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(st.tuples(st.integers(0, 200), st.integers(0, 200), st.booleans(), st.booleans()), max_size=8))
def test_whatever_parts_come_in_whatever_order_only_the_held_ones_count(
    tmp_path_factory: pytest.TempPathFactory, steps: list[tuple[int, int, bool, bool]]
) -> None:
    asyncio.run(_any_parts(Bench(tmp_path_factory.mktemp("any"), picture(200)), steps))


async def _any_parts(bench: Bench, steps: list[tuple[int, int, bool, bool]]) -> None:
    for offset, length, is_cut, is_restarted in steps:
        before = await bench.held()
        end = min(offset + length, 200)
        try:
            await bench.send(offset, end, cut_at=(offset + end) // 2 if is_cut else None)
            is_refused = False
        except OffsetConflict:
            is_refused = True
        except CutOff:
            is_refused = False
        assert is_refused == (offset != before)
        if is_restarted:
            bench.restart()
        assert await bench.held() >= before
    held = await bench.held()
    if held < 200:
        await bench.send(held, 200)
    assert bench.is_whole()


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(cuts=cuts, doubled=st.booleans())
def test_cuts_doubled_parts_and_lost_answers_end_in_the_whole_file(
    tmp_path_factory: pytest.TempPathFactory, cuts: list[int], doubled: bool
) -> None:
    asyncio.run(_cut_often(Bench(tmp_path_factory.mktemp("cut"), picture(200)), cuts, doubled=doubled))


async def _cut_often(bench: Bench, cuts: list[int], *, doubled: bool) -> None:
    for cut_at in cuts:
        held = await bench.held()
        if held >= cut_at or held == 200:
            continue
        with pytest.raises(CutOff):
            await bench.send(held, 200, cut_at=cut_at)
        if doubled:
            with pytest.raises(OffsetConflict):
                await bench.send(held, 200)
    held = await bench.held()
    if held < 200:
        await bench.send(held, 200)
    assert bench.is_whole()


async def test_two_requests_for_one_photo_never_write_at_once(bench: Bench) -> None:
    gate = asyncio.Event()

    async def slow() -> AsyncIterator[bytes]:
        yield bench.data[:80]
        gate.set()
        await asyncio.Event().wait()

    promise = PromisedBody(str(DEVICE), sha256(bench.data).digest())
    first = asyncio.create_task(bench.service.receive(DEVICE, bench.name, Part(0, slow(), promise)))
    await gate.wait()
    assert await bench.held() == 80
    with pytest.raises(OffsetConflict):
        await first
    await bench.send(80, 200)
    assert bench.is_whole()


async def test_a_wrong_file_is_discarded_and_the_right_one_is_taken_after_it(bench: Bench) -> None:
    with pytest.raises(WrongHash):
        await bench.send(0, 200, data=picture(200, seed=1))
    assert await bench.held() == 0
    await bench.send(0, 200)
    assert bench.is_whole()


async def test_a_part_that_was_changed_on_its_way_leaves_what_was_held(bench: Bench) -> None:
    await bench.send(0, 100)
    promise = PromisedBody(str(DEVICE), sha256(b"other").digest())
    with pytest.raises(SignatureInvalid):
        await bench.service.receive(
            DEVICE, bench.name, Part(100, chunks_of(bench.data[100:150], is_cut=False), promise)
        )
    assert await bench.held() == 100


async def test_a_whole_upload_left_by_a_kill_is_settled_by_the_next_question(bench: Bench) -> None:
    left = bench.staging.open(bench.name, DEVICE, 0)
    left.write(bench.data)
    left.close()
    assert await bench.held() == 200
    assert bench.is_whole()


async def test_a_wrong_whole_upload_left_by_a_kill_begins_again(bench: Bench) -> None:
    left = bench.staging.open(bench.name, DEVICE, 0)
    left.write(picture(200, seed=1))
    left.close()
    assert await bench.held() == 0


async def test_a_file_kept_before_the_database_heard_of_it_is_not_sent_again(bench: Bench) -> None:
    bench.named.fails = True
    with pytest.raises(StorageFailed):
        await bench.send(0, 200)
    bench.named.fails = False
    bench.restart()
    assert await bench.held() == 200
    assert bench.is_whole()


async def test_what_nobody_owes_any_more_is_swept_and_what_is_owed_stays(bench: Bench) -> None:
    await bench.send(0, 50)
    left = bench.staging.open("f" * 64, DEVICE, 0)
    left.close()
    assert await bench.service.sweep() == 1
    assert await bench.held() == 50
    assert list(bench.staging.uploads()) == [(bench.name, DEVICE)]


async def test_only_what_is_missing_or_damaged_is_asked_for_again(bench: Bench) -> None:
    await bench.send(0, 200)
    assert await bench.service.ask_again([bench.name]) == 0
    (bench.folder / bench.name[:2] / bench.name).write_bytes(b"?")
    assert await bench.service.ask_again([bench.name]) == 1
    assert await bench.held() == 0
    await bench.send(0, 200)
    assert bench.is_whole()


async def test_a_photo_that_no_record_names_is_unknown(bench: Bench) -> None:
    with pytest.raises(NotNamed):
        await bench.service.state(UUID(int=8), "ab" * 32)


@pytest.fixture
def full_disk(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A disk that takes some bytes of a write and then no more."""
    room = [130]
    write = os.pwrite

    def pwrite(descriptor: int, data: memoryview, offset: int) -> int:
        taken = min(room[0], len(data))
        if not taken:
            raise OSError(errno.ENOSPC, "No space left on device")
        room[0] -= taken
        return write(descriptor, data[:taken], offset)

    monkeypatch.setattr(os, "pwrite", pwrite)
    yield
    monkeypatch.setattr(os, "pwrite", write)


async def test_a_full_disk_keeps_what_was_held_and_loses_no_more(
    bench: Bench, full_disk: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    await bench.send(0, 100)
    with pytest.raises(StorageFailed):
        await bench.send(100, 200)
    assert await bench.held() == 100
    monkeypatch.undo()
    await bench.send(100, 200)
    assert bench.is_whole()


async def test_a_failed_sync_promises_nothing(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    await bench.send(0, 100)

    def fails(descriptor: int) -> None:
        raise OSError(errno.EIO, "Input/output error")

    monkeypatch.setattr(os, "fsync", fails)
    with pytest.raises(StorageFailed):
        await bench.send(100, 150)
    monkeypatch.undo()
    assert await bench.held() == 100
