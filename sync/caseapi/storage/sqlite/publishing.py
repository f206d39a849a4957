"""What the district says as SQL: entries, and the tags and last visits that move with their places and people."""

import sqlite3
from collections.abc import Iterator, Sequence

from sync.caseapi.storage.sqlite import feeding, mounting, rejudging, seen
from sync.caseapi.storage.values import FeedChange

REFERRED_TYPES = ("building", "entrance")
"""Types of entries to which records refer."""

BEARERS = (*REFERRED_TYPES, "person")
"""Types of entries that have tags."""


def publish(connection: sqlite3.Connection, district: str, changes: Sequence[FeedChange]) -> int:
    """Write changes, tags as records left them, and return how many were news; what referred to nothing is rejudged."""
    tags = [change for change in changes if change.type == mounting.TAG]
    others = [change for change in changes if change.type != mounting.TAG]
    written = feeding.publish(connection, district, others)
    referred = {change.id for change in others if change.type in REFERRED_TYPES}
    is_moving = written > 0 and bool(referred)
    if is_moving:
        rejudging.reference_changed(connection, district)
        feeding.publish(connection, district, seen.moved(connection, district, referred))
    told = {change.id for change in tags}
    tags += [change for change in _moved_tags(connection, district, others) if change.id not in told]
    return written + mounting.publish(connection, district, tags, is_moving=is_moving)


def _moved_tags(connection: sqlite3.Connection, district: str, changes: Sequence[FeedChange]) -> Iterator[FeedChange]:
    """Yield what carries published tags to the scope into which their place or person went."""
    left = {change.id for change in changes if change.is_deleted and change.type in BEARERS}
    scopes = {change.id: change.scope for change in changes if not change.is_deleted and change.id in left}
    if scopes:
        yield from mounting.carried(connection, district, scopes)
