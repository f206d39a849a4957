"""What the server says later of records: noted beside the record, from the verdict entries of the tablet's own feed.

The feed's rows stay, so that a record which waits again after the server was restored, and is settled again, is told
the verdict that the feed still has: the feed itself has nothing new to say then.
"""

from sync.errors import WireError
from sync.reference import VerdictEntry, decode_entry
from sync.tablet.store.connections import Connection
from sync.tablet.store.identity import own_scope
from sync.tablet.values import Stream
from sync.text import clean_text


def note_verdict(connection: Connection, entry_id: str, body: bytes) -> None:
    """Write what an entry says beside its record; one that cannot be read is passed over."""
    try:
        verdict = decode_entry("verdict", body)
    except WireError:
        return
    if isinstance(verdict, VerdictEntry):
        _write(connection, entry_id, (verdict.verdict, verdict.reason, clean_text(verdict.sentence)))


def withdraw_verdicts(connection: Connection, scope: str) -> None:
    """Take back what the entries of a scope say, before others take their place."""
    for (entry_id,) in connection.execute(
        "select id from reference_rows where scope = ? and type = 'verdict'", (scope,)
    ).fetchall():
        _write(connection, entry_id, (None, "", ""))


def restate_verdicts(connection: Connection, stream: Stream, *, after: int, up_to: int) -> None:
    """Say again what the feed has of records that are settled again, those behind a place up to another one.

    What was said to a key that the tablet had before is not said again: it is there until the new key's scopes are.
    """
    scope = own_scope(connection)
    rows = connection.execute(
        "select reference_rows.id, body from records join reference_rows on type = 'verdict' and not retired"
        " and reference_rows.id in (records.id, ?1 || ':' || n) where stream = ?2 and n > ?3 and n <= ?4"
        " and scope = coalesce(?5, scope)",
        (stream.id, stream.number, after, up_to, scope),
    ).fetchall()
    for entry_id, body in rows:
        note_verdict(connection, entry_id, bytes(body))


def _write(connection: Connection, entry_id: str, verdict: tuple[str | None, str, str]) -> None:
    # A record that the server cannot read is named by its place.
    stream, _, place = entry_id.rpartition(":")
    where = "stream = (select number from streams where id = ?) and n = ?" if stream else "id = ?"
    connection.execute(
        f"update records set verdict = ?, reason = ?, sentence = ? where {where}",  # noqa: S608 - constants
        (*verdict, *([stream, place] if stream else [entry_id])),
    )
