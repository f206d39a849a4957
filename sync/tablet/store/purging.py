"""Lets go of records that the server has held for long: their bytes leave, their places in the chain stay.

Nothing that waits, is quarantined or parked, or has an attachment on its way is ever let go of.
"""

from sync.tablet.store.connections import Connection
from sync.tablet.store.database import Database

KEPT_S = 30 * 86_400
"""How long a settled record stays on the tablet, in seconds."""

KEPT_ON_A_FULL_DISK_S = 86_400
"""How long it stays when the disk is nearly full: the shift that goes on is still shown."""

FULL_DISK = 0.8
"""Part of the disk that is in use from which on it is nearly full."""

BATCH_RECORDS = 200
"""Most records let go of in one transaction, so that a save never waits long behind it."""

# In this order no record is looked at while nothing was settled long enough ago, as at most syncs.
_SETTLED = """
    select records.stream, records.n, records.id from (
        select stream, max(watermark) as proven_to from settlings where at_s <= :before_s group by stream
    ) as settled
    cross join streams on streams.number = settled.stream
    cross join records on records.stream = settled.stream and records.n <= min(settled.proven_to, streams.watermark)
    where coalesce(records.verdict, 'stored') in ('stored', 'duplicate')
    and not exists (select 1 from media where media.record = records.id and not media.acknowledged)
    order by records.stream, records.n limit :most
"""


class Purging:
    """Lets go of settled records, oldest first."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def purge(self, *, now_s: int, disk_used: float | None = None, most: int = BATCH_RECORDS) -> int:
        """Let go of at most `most` records that have been settled for long enough; return how many went.

        Args:
            now_s: the server's Unix time, just learnt from a proven reply.
            disk_used: part of the disk that is in use, from 0 to 1, or None when unknown.
            most: upper bound of records; the rest goes the next time.
        """
        is_full = disk_used is not None and disk_used >= FULL_DISK
        before_s = now_s - (KEPT_ON_A_FULL_DISK_S if is_full else KEPT_S)
        with self._database.reading("looking for what can go") as db:
            if not db.execute(_SETTLED, {"before_s": before_s, "most": 1}).fetchone():
                return 0
        return self._database.write("purging records", lambda db: _purge(db, before_s, most))


def _purge(connection: Connection, before_s: int, most: int) -> int:
    rows = connection.execute(_SETTLED, {"before_s": before_s, "most": most}).fetchall()
    for stream, n, record_id in rows:
        connection.execute(
            "insert into purged (stream, n, id, digest, head)"
            " select stream, n, id, digest, head from records where stream = ? and n = ?",
            (stream, n),
        )
        connection.execute("delete from media where record = ?", (record_id,))
        connection.execute("delete from records where stream = ? and n = ?", (stream, n))
    return len(rows)
