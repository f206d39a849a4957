"""The signed receipts that the server gave, as kept on the tablet."""

from sync.journal import StoredReceipt
from sync.tablet.store.connections import Connection
from sync.tablet.store.database import Database
from sync.tablet.values import ProvenReceipt

_RECEIPT = "select signed, code, stream, watermark, time_s from receipts"


class Receipts:
    """Reads receipts back; they are written with the watermark they prove."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def newest(self) -> StoredReceipt | None:
        """Return the receipt that came last, or None."""
        with self._database.reading("reading the receipt") as db:
            return newest_receipt(db)

    def all(self, *, limit: int = 100) -> list[StoredReceipt]:
        """Return receipts, the last first, one for each watermark the server has proven."""
        with self._database.reading("reading the receipts") as db:
            rows = db.execute(f"{_RECEIPT} order by number desc limit ?", (limit,)).fetchall()
        return [StoredReceipt(*row) for row in rows]


def newest_receipt(connection: Connection) -> StoredReceipt | None:
    """Return the receipt that came last, or None."""
    row = connection.execute(f"{_RECEIPT} order by number desc limit 1").fetchone()
    return None if row is None else StoredReceipt(*row)


def store_receipt(connection: Connection, receipt: ProvenReceipt) -> None:
    """Keep a receipt, in place of an older one for the same watermark of the same server database."""
    kept = receipt.kept
    connection.execute(
        "delete from receipts where stream = ? and watermark = ? and incarnation = ?",
        (kept.stream, kept.watermark, receipt.incarnation),
    )
    connection.execute(
        "insert into receipts (number, stream, watermark, incarnation, time_s, code, signed)"
        " values ((select coalesce(max(number), 0) + 1 from receipts), ?, ?, ?, ?, ?, ?)",
        (kept.stream, kept.watermark, receipt.incarnation, kept.time_s, kept.code, kept.signed),
    )
