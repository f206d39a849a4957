"""What came down the feeds: rows by scope, read as typed entries."""

import logging
from collections.abc import Callable, Collection
from threading import Lock
from typing import TypeVar, cast

from sync.errors import WireError
from sync.reference import (
    BuildingEntry,
    CaseEntry,
    ContactEntry,
    EntranceEntry,
    Entry,
    GridEntry,
    HandoffEntry,
    MatterEntry,
    NoticeEntry,
    PersonEntry,
    SeenEntry,
    TagEntry,
    TaskEntry,
    VerdictEntry,
    decode_entry,
)
from sync.tablet.store.database import Database

E = TypeVar("E", bound=Entry)
log = logging.getLogger(__name__)


class Reference:
    """Typed entries by id; a type is decoded when it is first asked for, and again after a feed changed it.

    A row that the server dropped while a draft or an unfinished record uses it is still found here (see `retired`).
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._lock = Lock()
        self._generation = 0
        self._decoded: dict[str, dict[str, Entry]] = {}

    def changed(self, types: Collection[str] | None = None) -> None:
        """Forget what was decoded: a feed has changed rows.

        Args:
            types: only rows of these types; None for any.
        """
        with self._lock:
            self._generation += 1
            for entry_type in tuple(self._decoded) if types is None else types:
                self._decoded.pop(entry_type, None)

    def grid(self) -> tuple[str, GridEntry] | None:
        """Return this tablet's grid and its id, or None before the first download."""
        grids = self._entries("grid", GridEntry)
        with self._database.reading("reading the tablet's grid") as db:
            # The assignment is the scope; a wider scope may hold other grids too.
            row = db.execute(
                "select id from reference_rows where type = 'grid' order by scope = 'grid:' || id desc, id limit 1"
            ).fetchone()
        return (row[0], grids[row[0]]) if row is not None and row[0] in grids else None

    def buildings(self) -> dict[str, BuildingEntry]:
        """Return the buildings by id, in the order of the patrol."""
        return _sorted(self._entries("building", BuildingEntry), lambda entry: (entry.order, entry.name))

    def entrances(self) -> dict[str, EntranceEntry]:
        """Return the entrances by id, in their order."""
        return _sorted(self._entries("entrance", EntranceEntry), lambda entry: (entry.order, entry.name))

    def people(self) -> dict[str, PersonEntry]:
        """Return who may sign in by id, by name order."""
        return _sorted(self._entries("person", PersonEntry), lambda entry: (0, entry.name))

    def tag(self, digest: str) -> TagEntry | None:
        """Return what a tag means by its digest, or None."""
        with self._database.reading("looking a tag up") as db:
            row = db.execute(
                "select body from reference_rows where type = 'tag' and id = ? order by retired, scope limit 1",
                (digest,),
            ).fetchone()
        return None if row is None else cast("TagEntry | None", _decoded("tag", digest, row[0]))

    def tags(self) -> dict[str, TagEntry]:
        """Return what every tag means, by digest."""
        return self._entries("tag", TagEntry)

    def matters(self) -> dict[str, MatterEntry]:
        """Return the catalogue by ``standard:kind:code``, in that order."""
        return self._entries("matter", MatterEntry)

    def contacts(self) -> dict[str, ContactEntry]:
        """Return the handlers' numbers by id, in their order."""
        return _sorted(self._entries("contact", ContactEntry), lambda entry: (entry.order, entry.name))

    def cases(self) -> dict[str, CaseEntry]:
        """Return the grid's cases by id, newest first."""
        newest_last = _sorted(self._entries("case", CaseEntry), lambda entry: (0, entry.reported_at))
        return dict(reversed(newest_last.items()))

    def tasks(self) -> dict[str, TaskEntry]:
        """Return what the desk wants looked at, answered or not, by id."""
        return self._entries("task", TaskEntry)

    def handoffs(self) -> dict[str, HandoffEntry]:
        """Return what shifts handed over by id, newest first."""
        newest_last = _sorted(self._entries("handoff", HandoffEntry), lambda entry: (0, entry.at))
        return dict(reversed(newest_last.items()))

    def notices(self) -> dict[str, NoticeEntry]:
        """Return what the desk says to the grid, over or not, by id."""
        return self._entries("notice", NoticeEntry)

    def seen(self) -> dict[str, SeenEntry]:
        """Return when somebody of the grid was last at each place, by the id of the building or entrance."""
        return self._entries("seen", SeenEntry)

    def verdicts(self) -> dict[str, VerdictEntry]:
        """Return what the server said later of records that were not plainly stored, by record id."""
        return self._entries("verdict", VerdictEntry)

    def retired(self) -> frozenset[tuple[str, str]]:
        """Return (type, id) of rows that the server dropped and that stay because something unfinished uses them."""
        with self._database.reading("reading retired reference rows") as db:
            rows = db.execute("select type, id from reference_rows where retired").fetchall()
        return frozenset(rows)

    def _entries(self, entry_type: str, _: type[E]) -> dict[str, E]:
        with self._lock:
            generation, known = self._generation, self._decoded.get(entry_type)
        if known is None:
            known = self._read(entry_type)
            with self._lock:
                if generation == self._generation:
                    self._decoded[entry_type] = known
        return cast("dict[str, E]", dict(known))

    def _read(self, entry_type: str) -> dict[str, Entry]:
        with self._database.reading("reading reference data") as db:
            rows = db.execute(
                # A row that two scopes hold counts once, one that is not retired before one that is.
                "select id, body from reference_rows where type = ? order by id, retired desc, scope",
                (entry_type,),
            )
            decoded = ((entry_id, _decoded(entry_type, entry_id, body)) for entry_id, body in rows)
            return {entry_id: entry for entry_id, entry in decoded if entry is not None}


def _decoded(entry_type: str, entry_id: str, body: bytes) -> Entry | None:
    try:
        return decode_entry(entry_type, bytes(body))
    except WireError:
        # One bad row must not hide the others; it is replaced when the server sends it again.
        log.warning("reference_row_unreadable type=%s id=%.64s", entry_type, entry_id)
        return None


def _sorted(entries: dict[str, E], key: Callable[[E], tuple[int, str]]) -> dict[str, E]:
    return dict(sorted(entries.items(), key=lambda item: key(item[1])))
