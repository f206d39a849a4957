"""Who this tablet is: its key, the district it joined, and the server's public keys.

Everything secret passes through `_read` and `_write`, so that sealing the database, or wrapping the key by the
system, changes two functions.
"""

from collections.abc import Mapping
from typing import Literal

import msgspec
from msgspec import Struct

from sync.tablet.errors import StoreCorrupt
from sync.tablet.store.connections import Connection
from sync.tablet.store.database import Database

Slot = Literal["joined", "joining"]
"""`joined` is the district this tablet speaks with; `joining` an enrolment that the desk has not confirmed."""


class Membership(Struct, frozen=True):
    """One enrolment, confirmed or not.

    Attributes:
        origin: scheme, host and port of the case API.
        pins: SHA-256 of the server's public keys, base64; empty on loopback without TLS.
        code: the one-time code; kept only while it is pending.
        digits: the six digits to compare; kept only while it is pending.
        receipt_key: the server's Ed25519 public key, 32 bytes.
        seal_key: the district's X25519 public key, 32 bytes.
        server: the server's name of itself.
        device: this tablet's id, empty while it is pending.
    """

    origin: str
    pins: tuple[str, ...]
    code: str
    digits: str
    receipt_key: bytes
    seal_key: bytes
    server: str
    device: str = ""


class Identity:
    """Keeps the device's private key and its enrolment."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def device_key(self) -> bytes | None:
        """Return the 32 bytes of the private Ed25519 key, or None before the first enrolment."""
        return self._read("device_key")

    def keep_device_key(self, private_key: bytes) -> bytes:
        """Store a new private key unless there is one already; return the one that counts."""

        def change(connection: Connection) -> bytes:
            kept = _value(connection, "device_key")
            if kept is not None:
                return kept
            _write(connection, {"device_key": private_key})
            return private_key

        return self._database.write("storing the device key", change)

    def membership(self, slot: Slot = "joined") -> Membership | None:
        """Return the enrolment of a slot, or None.

        Raises:
            StoreCorrupt: what is stored is no enrolment.
        """
        data = self._read(slot)
        return None if data is None else _membership(data)

    def keep(self, slot: Slot, membership: Membership) -> None:
        """Store an enrolment; a confirmed one ends the pending one in the same transaction."""
        values: dict[str, bytes | None] = {slot: msgspec.json.encode(membership)}
        if slot == "joined":
            values["joining"] = None
        self._database.write("storing the enrolment", lambda db: _write(db, values))

    def forget_joining(self) -> None:
        """Forget a pending enrolment; what was confirmed before stays."""
        self._database.write("forgetting an enrolment", lambda db: _write(db, {"joining": None}))

    def _read(self, name: str) -> bytes | None:
        with self._database.reading("reading the tablet's identity") as db:
            return _value(db, name)


def own_scope(connection: Connection) -> str | None:
    """Return the scope of what the server says to this tablet alone, or None before it has joined.

    Raises:
        StoreCorrupt: what is stored is no enrolment.
    """
    joined = _value(connection, "joined")
    return None if joined is None else f"device:{_membership(joined).device}"


def _membership(data: bytes) -> Membership:
    try:
        return msgspec.json.decode(data, type=Membership)
    except msgspec.DecodeError as exc:
        raise StoreCorrupt(f"the stored enrolment is unreadable: {exc}") from exc


def _value(connection: Connection, name: str) -> bytes | None:
    row = connection.execute("select value from identity where name = ?", (name,)).fetchone()
    return None if row is None else bytes(row[0])


def _write(connection: Connection, values: Mapping[str, bytes | None]) -> None:
    for name, value in values.items():
        connection.execute("delete from identity where name = ?", (name,))
        if value is not None:
            connection.execute("insert into identity (name, value) values (?, ?)", (name, value))
