"""The `PlaceStore` of SQLite."""

import sqlite3
from collections.abc import Sequence

from sync.caseapi.storage.places import PlaceAct, PlaceChange, Step
from sync.caseapi.storage.sqlite import feeding, orgs, publishing
from sync.caseapi.storage.sqlite.readers import Readers
from sync.caseapi.storage.sqlite.writer import Writer
from sync.caseapi.storage.values import FeedChange

_ACT = "select at_ms, by_whom, act, subject, count from place_act where district_id = ?"


class SqlitePlaces:
    """Keeps what is to change on later days, and who changed what."""

    def __init__(self, writer: Writer, readers: Readers, district: str) -> None:
        self._writer = writer
        self._readers = readers
        self._district = district

    async def write(self, change: PlaceChange) -> int:
        """Write a change in one transaction; return how many entries were news for tablets."""

        def work(connection: sqlite3.Connection) -> int:
            connection.executemany(
                "delete from place_step where district_id = ? and type = ? and id = ? and day = ?",
                [(self._district, *step.key) for step in change.dropped],
            )
            connection.executemany(
                "insert into place_step (district_id, type, id, day, scope, body) values (?, ?, ?, ?, ?, ?)"
                " on conflict (district_id, type, id, day) do update set scope = excluded.scope, body = excluded.body",
                [(self._district, *step.key, step.scope, step.body) for step in change.steps],
            )
            connection.executemany(
                "insert into place_act (district_id, at_ms, by_whom, act, subject, count) values (?, ?, ?, ?, ?, ?)",
                [(self._district, act.at_ms, act.by, act.act, act.subject, act.count) for act in change.acts],
            )
            orgs.put(connection, self._district, change.orgs)
            return publishing.publish(connection, self._district, change.entries)

        return await self._writer.run(work, is_alone=True)

    async def steps(self) -> Sequence[Step]:
        """Return the steps whose day has not begun, by day, type and id."""
        return await self._readers.read(lambda connection: _steps(connection, self._district, "9999-12-31"))

    async def begin_day(self, day: str) -> int:
        """Take the steps of this day and of those before it, in their order; return how many there were."""
        if not await self._readers.read(lambda connection: _steps(connection, self._district, day)):
            return 0

        def work(connection: sqlite3.Connection) -> int:
            due = _steps(connection, self._district, day)
            connection.execute("delete from place_step where district_id = ? and day <= ?", (self._district, day))
            newest = {(step.type, step.id): step for step in due}
            publishing.publish(
                connection, self._district, [each for step in newest.values() for each in self._told(connection, step)]
            )
            return len(due)

        return await self._writer.run(work, is_alone=True)

    async def acts(self, limit: int) -> Sequence[PlaceAct]:
        """Return what was done last, newest first."""

        def read(connection: sqlite3.Connection) -> list[PlaceAct]:
            rows = connection.execute(f"{_ACT} order by given desc limit ?", (self._district, limit))
            return [PlaceAct(*row) for row in rows]

        return await self._readers.read(read)

    async def acts_on(self, subject: str) -> Sequence[PlaceAct]:
        """Return what was done to a subject, by the beginning of its words, oldest first."""

        def read(connection: sqlite3.Connection) -> list[PlaceAct]:
            rows = connection.execute(
                f"{_ACT} and subject >= ? and subject < ? order by given",
                (self._district, subject, f"{subject}\U0010ffff"),
            )
            return [PlaceAct(*row) for row in rows]

        return await self._readers.read(read)

    def _told(self, connection: sqlite3.Connection, step: Step) -> list[FeedChange]:
        now = (step.scope, step.body) if step.scope else None
        return list(feeding.in_one_scope(connection, self._district, (step.type, step.id), now))


def _steps(connection: sqlite3.Connection, district: str, until: str) -> list[Step]:
    rows = connection.execute(
        "select day, type, id, scope, body from place_step where district_id = ? and day <= ? order by day, type, id",
        (district, until),
    )
    return [Step(day, entry_type, entry_id, scope, bytes(body)) for day, entry_type, entry_id, scope, body in rows]
