"""Takes photos in, part by part, and gives them out whole.

A file may be sent by any tablet once a stored record names it: whoever has its bytes knows its name, and the hash
decides. Each tablet's upload is its own, so that none can spoil another's. What a cut connection leaves is kept: a
tablet goes on at the byte that is held. A file takes its name only after its hash was computed from the bytes on disk.
"""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager, closing, contextmanager, suppress
from dataclasses import dataclass, field
from hashlib import sha256 as new_hash
from typing import Protocol, TypeVar
from uuid import UUID

import structlog

from sync.caseapi.errors import NotNamed, OffsetConflict, Overloaded, WrongHash
from sync.caseapi.service.media_places import Places
from sync.caseapi.storage.blobs import BlobStore
from sync.caseapi.storage.media import MediaStore
from sync.caseapi.storage.staging import StagedPart, Staging
from sync.caseapi.storage.values import NamedMedia
from sync.errors import BodyTooLarge, SignatureInvalid, SyncError
from sync.media import HEAD_BYTES, MAX_MEDIA_BYTES, UploadState, kind_of_bytes

WRITTEN_BYTES = 16 * 1024
"""How much of a part is written at once; a slow line brings it in pieces of a kilobyte."""

MAX_UPLOADS_OF_ONE = 4
"""Most of them of one tablet, which sends two at once; a cut connection may not have been noticed yet."""

_Result = TypeVar("_Result")

log = structlog.get_logger("caseapi.media")


class Promise(Protocol):
    """What a request's signature says of its body; see `sync.signing.PromisedBody`."""

    def update(self, chunk: bytes) -> None:
        """Take the next bytes."""
        ...

    def is_kept(self) -> bool:
        """Tell whether the bytes taken are those that were signed."""
        ...


@dataclass(frozen=True, slots=True)
class Part:
    """A part on its way.

    Attributes:
        offset: where it begins.
        chunks: its bytes as they come; raises a `SyncError` when they stop coming.
    """

    offset: int
    chunks: AsyncIterator[bytes]
    promise: Promise


@dataclass(frozen=True, slots=True)
class Shown:
    """A whole file to be shown.

    Attributes:
        mime: by its first bytes, never by what a record says; None when it is nothing that may be shown.
    """

    data: bytes
    mime: str | None


@dataclass(slots=True)
class _Turn:
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    superseded: asyncio.Event = field(default_factory=asyncio.Event)
    wanted: int = 0


class MediaService:
    """Uploads of tablets, and what the desk shows of them."""

    def __init__(
        self,
        store: MediaStore,
        blobs: BlobStore,
        staging: Staging,
        *,
        now_ms: Callable[[], int],
    ) -> None:
        """Keep what uploads need."""
        self._store = store
        self._blobs = blobs
        self._staging = staging
        self._now_ms = now_ms
        self._turns: dict[tuple[str, UUID], _Turn] = {}
        self._places = Places()
        self._under_way: Counter[UUID] = Counter()

    async def state(self, device: UUID, sha256: str) -> UploadState:
        """Return how much of a file is held durably; an older request that still sends it is ended.

        Raises:
            NotNamed: no stored record names the file.
            Overloaded: another process goes on with this upload.
            StorageFailed: disk or database refused.
        """
        named = await self._named(device, sha256)
        async with self._turn(sha256, device):
            return await self._held(device, sha256, named)

    def place(self) -> AbstractAsyncContextManager[None]:
        """Hold one of the places for parts, from a request's first lines on until it is answered; see `Places`."""
        return self._places.one()

    async def receive(self, device: UUID, sha256: str, part: Part) -> UploadState:
        """Take a part in and return how much is held then; what came of a part that was cut off is kept as well.

        Raises:
            NotNamed: no stored record names the file.
            OffsetConflict: the part begins elsewhere than what is held ends.
            BodyTooLarge: the part goes beyond the file's end, or the file is larger than any may be.
            WrongHash: the file is whole and is not what its name says; it was discarded.
            SignatureInvalid: the part is not the one that was signed; nothing of it was kept.
            Overloaded: too many uploads of this tablet are under way, or another process goes on with this one.
            StorageFailed: disk or database refused; what was held before is still held.
        """
        named = await self._named(device, sha256)
        if named.size_bytes > MAX_MEDIA_BYTES:
            raise BodyTooLarge(f"a file has at most {MAX_MEDIA_BYTES} bytes")
        with self._one_more(device):
            async with self._turn(sha256, device) as superseded:
                held = await self._held(device, sha256, named)
                if part.offset != held.offset:
                    raise _conflict(held)
                if held.is_complete:
                    return held
                offset = await self._take(device, sha256, part, held.length, superseded)
                if offset == held.length:
                    await self._finish(device, sha256, held.length)
                return UploadState(offset, held.length)

    async def shown(self, sha256: str) -> Shown | None:
        """Return a file that the desk may show, or None; one that no longer has its hash is not shown."""
        return await self.read(sha256) if await self._store.is_shown(sha256) else None

    async def read(self, sha256: str) -> Shown | None:
        """Return a file, whoever may see it, or None; one that no longer has its hash is not given out."""
        data = await asyncio.to_thread(self._blobs.read, sha256)
        if data is None or new_hash(data).hexdigest() != sha256:
            return None
        mime = kind_of_bytes(data[:HEAD_BYTES])
        return Shown(data, mime)

    async def ask_again(self, names: Iterable[str]) -> int:
        """Let tablets send files again that are not here any more, or not as they came; return how many files.

        Args:
            names: what a verification found; each is looked at again, and one that is sound stays.
        """
        asked = 0
        for name in names:
            data = await asyncio.to_thread(self._blobs.read, name)
            if data is not None and new_hash(data).hexdigest() == name:
                continue
            await asyncio.to_thread(self._blobs.discard, name)
            asked += await self._store.owe_again(name) > 0
        return asked

    async def sweep(self) -> int:
        """Let go of unfinished uploads that nobody owes any more; return how many."""
        swept = 0
        for sha256, device in await asyncio.to_thread(lambda: list(self._staging.uploads())):
            named = await self._store.named(device, sha256)
            if named is not None and not named.is_held:
                continue
            with suppress(Overloaded):
                async with self._turn(sha256, device):
                    await asyncio.to_thread(self._staging.discard, sha256, device)
                    swept += 1
        return swept

    async def _named(self, device: UUID, sha256: str) -> NamedMedia:
        named = await self._store.named(device, sha256)
        if named is None:
            raise NotNamed("no stored record names this file")
        return named

    async def _held(self, device: UUID, sha256: str, named: NamedMedia) -> UploadState:
        if named.is_held:
            return UploadState(named.size_bytes, named.size_bytes)
        offset = await asyncio.to_thread(self._on_disk, device, sha256)
        if offset is None:
            # It was kept, and the database did not hear of it any more: a kill in between, or an older copy.
            await self._remember(device, sha256, named.size_bytes)
            return UploadState(named.size_bytes, named.size_bytes)
        if offset < named.size_bytes:
            return UploadState(offset, named.size_bytes)
        return await self._left_whole(device, sha256, named.size_bytes)

    def _on_disk(self, device: UUID, sha256: str) -> int | None:
        """Return how much of an upload is held, or None when the file is there whole."""
        return self._staging.held(sha256, device) if self._blobs.size(sha256) is None else None

    async def _left_whole(self, device: UUID, sha256: str, length: int) -> UploadState:
        """Settle an upload whose bytes were all there when the program ended."""
        try:
            await self._finish(device, sha256, length)
        except WrongHash:
            return UploadState(0, length)
        return UploadState(length, length)

    async def _take(self, device: UUID, sha256: str, part: Part, length: int, superseded: asyncio.Event) -> int:
        staged = await in_thread(self._staging.open, sha256, device, part.offset)
        try:
            rest = await self._write_most(staged, part, length, superseded)
            is_superseded = superseded.is_set()
            return await in_thread(
                lambda: _settle(staged, part.promise, rest, length=length, is_superseded=is_superseded)
            )
        finally:
            staged.close()

    async def _write_most(
        self, staged: StagedPart, part: Part, length: int, superseded: asyncio.Event
    ) -> Sequence[bytes]:
        """Write a part as it comes; return the last of its bytes, which are not written yet."""
        rest: list[bytes] = []
        size, end = 0, staged.offset
        try:
            async for chunk in _until(superseded, part.chunks):
                size, end = size + len(chunk), end + len(chunk)
                if end > length:
                    await in_thread(staged.drop)
                    raise BodyTooLarge(f"the file ends at byte {length}")
                rest.append(chunk)
                if size >= WRITTEN_BYTES:
                    written, rest, size = rest, [], 0
                    await in_thread(_write, staged, part.promise, written)
        except BodyTooLarge:
            raise
        except SyncError:
            # Cut off, too slow, or taken over: the whole file's hash judges what came of it.
            await in_thread(_write, staged, part.promise, rest)
            await in_thread(staged.sync)
            raise
        return rest

    async def _finish(self, device: UUID, sha256: str, length: int) -> None:
        if not await asyncio.to_thread(self._named_by_hash, device, sha256):
            log.warning("upload_discarded", sha256=sha256, device=str(device))
            raise WrongHash("the upload does not have its hash and was discarded; begin again")
        await self._remember(device, sha256, length)

    def _named_by_hash(self, device: UUID, sha256: str) -> bool:
        """Let a whole upload take its name if that is its hash, else let it go; tell which."""
        if not self._staging.has_hash(sha256, device):
            self._staging.discard(sha256, device)
            return False
        self._blobs.put(sha256, self._staging.path(sha256, device))
        return True

    async def _remember(self, device: UUID, sha256: str, length: int) -> None:
        await self._store.keep(sha256, length, self._now_ms())
        await asyncio.to_thread(self._staging.discard, sha256, device)

    @asynccontextmanager
    async def _turn(self, sha256: str, device: UUID) -> AsyncIterator[asyncio.Event]:
        """Hold an upload alone; whoever held it is told to end, since a tablet sends again only what it gave up.

        Raises:
            Overloaded: another process has it; there it ends with its connection.
            StorageFailed: the disk refused.
        """
        key = (sha256, device)
        turn = self._turns.setdefault(key, _Turn())
        turn.wanted += 1
        turn.superseded.set()
        try:
            async with turn.lock:
                turn.superseded = asyncio.Event()
                with closing(self._staging.hold(sha256, device)) as hold:
                    await in_thread(hold.take)
                    yield turn.superseded
        finally:
            turn.wanted -= 1
            if not turn.wanted:
                del self._turns[key]

    @contextmanager
    def _one_more(self, device: UUID) -> Iterator[None]:
        if self._under_way[device] >= MAX_UPLOADS_OF_ONE:
            raise Overloaded("too many uploads of this tablet are under way")
        self._under_way[device] += 1
        try:
            yield
        finally:
            self._under_way[device] -= 1
            if not self._under_way[device]:
                del self._under_way[device]


def _write(staged: StagedPart, promise: Promise, chunks: Iterable[bytes]) -> None:
    for chunk in chunks:
        promise.update(chunk)
        staged.write(chunk)


def _settle(staged: StagedPart, promise: Promise, rest: Iterable[bytes], *, length: int, is_superseded: bool) -> int:
    """Write the last bytes of a part and put it on disk, if it is the one that was signed; return how much is held.

    Raises:
        OffsetConflict: it is not whole, because another request goes on with the upload; what came of it is kept.
        SignatureInvalid: it is another; nothing of it was kept.
        StorageFailed: the disk is full or failing.
    """
    _write(staged, promise, rest)
    if promise.is_kept():
        return staged.sync(is_whole=staged.offset == length)
    if is_superseded:
        held = staged.sync()
        raise OffsetConflict("another request goes on with this upload", offset=held, length=length)
    staged.drop()
    raise SignatureInvalid("the part is not the one that was signed")


async def in_thread(work: Callable[..., _Result], *arguments: object) -> _Result:
    """Run something that blocks in a thread; cancelled, it is still waited for: a file must not be closed under it."""
    running = asyncio.ensure_future(asyncio.to_thread(work, *arguments))
    try:
        return await asyncio.shield(running)
    except asyncio.CancelledError:
        await asyncio.wait({running})
        raise


async def _until(stop: asyncio.Event, chunks: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    """Yield chunks until they end or the event is set, whichever is first."""
    stopping = asyncio.ensure_future(stop.wait())
    try:
        while True:
            coming = asyncio.ensure_future(anext(chunks, None))
            await asyncio.wait({coming, stopping}, return_when=asyncio.FIRST_COMPLETED)
            if not coming.done():
                coming.cancel()
                await asyncio.wait({coming})
                return
            chunk = coming.result()
            if chunk is None:
                return
            yield chunk
    finally:
        stopping.cancel()


def _conflict(held: UploadState) -> OffsetConflict:
    return OffsetConflict(f"{held.offset} bytes are held", offset=held.offset, length=held.length)
