"""Half-filled forms, one row per field, so that a killed program loses at most the key being pressed."""

from collections.abc import Callable, Mapping

from sync.journal import JournalEntry
from sync.records import Envelope
from sync.tablet.store.connections import Connection
from sync.tablet.store.database import Database
from sync.tablet.store.journal import append_record, checked_bytes


class Drafts:
    """Stores the fields of forms by the form's name."""

    def __init__(self, database: Database, on_append: Callable[[], None] = lambda: None) -> None:
        self._database = database
        self._on_append = on_append

    def put(self, form: str, fields: Mapping[str, str]) -> None:
        """Store fields of a form in one transaction; an empty value stays a value."""
        if fields:
            stored = dict(fields)
            self._database.write("storing a draft", lambda db: _put(db, form, stored))

    def fields(self, form: str) -> dict[str, str]:
        """Return the stored fields of a form by name, empty when there is no draft."""
        with self._database.reading("reading a draft") as db:
            rows = db.execute("select field, value from drafts where form = ? order by field", (form,)).fetchall()
        return dict(rows)

    def open_forms(self) -> list[str]:
        """Return the forms that hold a draft, last touched first."""
        with self._database.reading("reading the drafts") as db:
            rows = db.execute("select form from drafts group by form order by max(touched) desc, form").fetchall()
        return [form for (form,) in rows]

    def discard(self, form: str) -> None:
        """Forget a form's draft."""
        self._database.write("discarding a draft", lambda db: _discard(db, form))

    def rename(self, form: str, name: str) -> None:
        """Keep a form's draft under another name, where there is none; when it was touched stays as it was."""
        self._database.write("renaming a draft", lambda db: _rename(db, form, name))

    def save(self, form: str, record: Envelope) -> JournalEntry:
        """Append a record and forget the draft it was made from, in one transaction.

        Raises:
            RecordRejected: the record breaks the rules of its kind; nothing was stored, the draft stays.
            StoreError: nothing was stored, the draft stays; the code says why.
        """
        data = checked_bytes(record)

        def change(connection: Connection) -> JournalEntry:
            entry = append_record(connection, record, data)
            _discard(connection, form)
            return entry

        entry = self._database.write("saving a record", change)
        self._on_append()
        return entry


def _put(connection: Connection, form: str, fields: dict[str, str]) -> None:
    (touched,) = connection.execute("select coalesce(max(touched), 0) + 1 from drafts").fetchone()
    connection.executemany(
        "insert into drafts (form, field, value, touched) values (?, ?, ?, ?)"
        " on conflict (form, field) do update set value = excluded.value, touched = excluded.touched",
        [(form, field, value, touched) for field, value in fields.items()],
    )


def _rename(connection: Connection, form: str, name: str) -> None:
    connection.execute("update drafts set form = ? where form = ?", (name, form))


def _discard(connection: Connection, form: str) -> None:
    connection.execute("delete from drafts where form = ?", (form,))
