"""What goes down with an exchange: the scopes of a tablet's assignment, in pages or as a snapshot."""

import asyncio
from collections import OrderedDict
from collections.abc import Callable, Mapping
from hashlib import sha256
from uuid import UUID

import msgspec

from sync.caseapi.errors import SnapshotGone
from sync.caseapi.storage.base import FeedStore, PageLimits, Wanted
from sync.caseapi.storage.values import Device, FeedSlice, GridPlace
from sync.reference import GridEntry, decode_entry
from sync.wire import MAX_FEED_ENTRIES, Cursor, FeedPage, Snapshot, gzip_body

CATALOGUE = "catalogue"
"""Scope of the case categories; every tablet has it."""

REPLY_FEED_BYTES = 1024 * 1024
"""Most bytes of feed entries in one reply; what does not fit follows in the next."""

PLACE_KEPT_MS = 60_000
"""How long it is remembered where a grid belongs; grids move between communities once in years."""

KEPT_SNAPSHOT_BYTES = 32 * 1024 * 1024
"""Snapshots kept in memory, the newest: a whole district's, after a restore. One that is gone is offered anew."""


def device_scope(device: UUID) -> str:
    """Return the scope that one tablet has for itself."""
    return f"device:{device}"


def grid_scope(grid: str) -> str:
    """Return the scope of a responsibility grid."""
    return f"grid:{grid}"


class FeedService:
    """Answers cursors with pages."""

    def __init__(self, feeds: FeedStore, now_ms: Callable[[], int]) -> None:
        self._feeds = feeds
        self._now_ms = now_ms
        self._places: dict[str, GridPlace] = {}
        self._places_at_ms: int | None = None
        self._placing = asyncio.Lock()
        self._snapshots: OrderedDict[tuple[str, str], bytes] = OrderedDict()
        self._snapshot_bytes = 0
        self._offers: dict[str, Snapshot] = {}

    async def scopes_of(self, device: Device) -> tuple[str, ...]:
        """Return the scopes of a device's assignment, in the order sent; a revoked one has only its own."""
        if device.status != "active":
            return (device_scope(device.id),)
        place = await self._place(device.grid)
        scopes = [device_scope(device.id), grid_scope(device.grid)]
        if place is not None:
            scopes += [f"community:{place.community}", f"district:{place.district}"]
        return (*scopes, CATALOGUE)

    async def pages(
        self, device: Device, cursors: Mapping[str, Cursor], *, is_pulling: bool = True
    ) -> dict[str, FeedPage]:
        """Return a page for every scope of the device; what does not fit says `more`.

        Args:
            is_pulling: False for a tablet that has no room: it gets its own scope, which holds its verdicts.
        """
        scopes = await self.scopes_of(device) if is_pulling else (device_scope(device.id),)
        wanted = [Wanted(scope, cursors.get(scope)) for scope in scopes]
        found = await self._feeds.pages(wanted, PageLimits(MAX_FEED_ENTRIES, REPLY_FEED_BYTES))
        return {each.scope: await self._page(each.scope, page) for each, page in zip(wanted, found, strict=True)}

    async def snapshot(self, device: Device, digest: str) -> bytes:
        """Return the bytes of a snapshot that was offered: a gzip file of the JSON list of entries.

        Raises:
            SnapshotGone: never offered, no longer kept, or of a scope that is not this device's.
        """
        for scope in await self.scopes_of(device):
            data = self._snapshots.get((scope, digest))
            if data is not None:
                return data
        raise SnapshotGone("this snapshot is no longer kept; sync again for a new one")

    async def _place(self, grid: str) -> GridPlace | None:
        # All grids at once: a whole district's tablets come in the same second, each of another grid.
        async with self._placing:
            if self._places_at_ms is None or not 0 <= self._now_ms() - self._places_at_ms < PLACE_KEPT_MS:
                standing = await self._feeds.standing(["grid"])
                placed = {each: _placed(each, body) for (_, _, each), body in standing.items()}
                self._places = {each: place for each, place in placed.items() if place is not None}
                self._places_at_ms = self._now_ms()
        return self._places.get(grid) or await self._feeds.place_of(grid)

    async def _page(self, scope: str, found: FeedSlice) -> FeedPage:
        if found.is_known:
            return FeedPage((found.number, found.check), entries=list(found.entries), more=found.more)
        # All tablets of a grid ask at once after a restore: the file is made for the first of them.
        cursor = (found.number, found.check)
        offer = self._offers.get(scope)
        if offer is None or (offer.number, offer.check) != cursor or (scope, offer.sha256) not in self._snapshots:
            offer = await self._offer(scope)
        return FeedPage((offer.number, offer.check), snapshot=offer)

    async def _offer(self, scope: str) -> Snapshot:
        whole = await self._feeds.current(scope)
        data = await asyncio.to_thread(lambda: gzip_body(msgspec.json.encode(whole.entries)))
        offer = Snapshot(whole.number, whole.check, sha256(data).hexdigest(), len(data))
        self._keep(scope, offer.sha256, data)
        self._offers[scope] = offer
        return offer

    def _keep(self, scope: str, digest: str, data: bytes) -> None:
        self._snapshot_bytes += len(data) - len(self._snapshots.get((scope, digest), b""))
        self._snapshots[scope, digest] = data
        self._snapshots.move_to_end((scope, digest))
        while self._snapshot_bytes > KEPT_SNAPSHOT_BYTES and len(self._snapshots) > 1:
            (gone, _), lost = self._snapshots.popitem(last=False)
            self._snapshot_bytes -= len(lost)
            self._offers.pop(gone, None)


def _placed(grid: str, body: bytes) -> GridPlace | None:
    entry = decode_entry("grid", body)
    return GridPlace(grid, entry.community, entry.district) if isinstance(entry, GridEntry) else None
