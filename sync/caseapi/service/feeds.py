"""What goes down with an exchange: the scopes of a tablet's assignment, in pages or as a snapshot."""

from collections import OrderedDict
from collections.abc import Callable, Mapping
from hashlib import sha256
from uuid import UUID

import msgspec

from sync.caseapi.errors import SnapshotGone
from sync.caseapi.storage.base import FeedStore, PageLimits, Wanted
from sync.caseapi.storage.values import Device, FeedSlice, GridPlace
from sync.wire import MAX_FEED_ENTRIES, Cursor, FeedPage, Snapshot, gzip_body

CATALOGUE = "catalogue"
"""Scope of the case categories; every tablet has it."""

REPLY_FEED_BYTES = 1024 * 1024
"""Most bytes of feed entries in one reply; what does not fit follows in the next."""

PLACE_KEPT_MS = 60_000
"""How long it is remembered where a grid belongs; grids move between communities once in years."""

KEPT_SNAPSHOTS = 32
"""Snapshots kept in memory, the newest; one that is gone is offered anew by the next exchange."""


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
        self._places: dict[str, tuple[int, GridPlace]] = {}
        self._snapshots: OrderedDict[str, tuple[str, bytes]] = OrderedDict()

    async def scopes_of(self, device: Device) -> tuple[str, ...]:
        """Return the scopes of a device's assignment, in the order sent."""
        place = await self._place(device.grid)
        scopes = [device_scope(device.id), grid_scope(device.grid)]
        if place is not None:
            scopes += [f"community:{place.community}", f"district:{place.district}"]
        return (*scopes, CATALOGUE)

    async def pages(self, device: Device, cursors: Mapping[str, Cursor]) -> dict[str, FeedPage]:
        """Return a page for every scope of the device; what does not fit says `more`."""
        wanted = [Wanted(scope, cursors.get(scope)) for scope in await self.scopes_of(device)]
        found = await self._feeds.pages(wanted, PageLimits(MAX_FEED_ENTRIES, REPLY_FEED_BYTES))
        return {each.scope: await self._page(each.scope, page) for each, page in zip(wanted, found, strict=True)}

    async def snapshot(self, device: Device, digest: str) -> bytes:
        """Return the bytes of a snapshot that was offered: a gzip file of the JSON list of entries.

        Raises:
            SnapshotGone: never offered, no longer kept, or of a scope that is not this device's.
        """
        scope, data = self._snapshots.get(digest, ("", b""))
        if not data or scope not in await self.scopes_of(device):
            raise SnapshotGone("this snapshot is no longer kept; sync again for a new one")
        return data

    async def _place(self, grid: str) -> GridPlace | None:
        kept = self._places.get(grid)
        if kept is not None and kept[0] > self._now_ms():
            return kept[1]
        place = await self._feeds.place_of(grid)
        if place is not None:
            self._places[grid] = (self._now_ms() + PLACE_KEPT_MS, place)
        return place

    async def _page(self, scope: str, found: FeedSlice) -> FeedPage:
        if found.is_known:
            return FeedPage((found.number, found.check), entries=list(found.entries), more=found.more)
        whole = await self._feeds.current(scope)
        data = gzip_body(msgspec.json.encode(whole.entries))
        digest = sha256(data).hexdigest()
        self._snapshots[digest] = (scope, data)
        self._snapshots.move_to_end(digest)
        while len(self._snapshots) > KEPT_SNAPSHOTS:
            self._snapshots.popitem(last=False)
        snapshot = Snapshot(whole.number, whole.check, digest, len(data))
        return FeedPage((whole.number, whole.check), snapshot=snapshot)
