"""An exchange as SQL: one savepoint of the writing connection, decided by `accepting`."""

import sqlite3
from collections import Counter
from dataclasses import dataclass
from uuid import UUID

from sync.caseapi.errors import DeviceLocked, UnknownDevice
from sync.caseapi.storage.accepting import Decision, NewRecord, StreamState, compared_places, decide, unopened
from sync.caseapi.storage.base import SignReceipt, ToSign
from sync.caseapi.storage.receipt_log import LoggedReceipt
from sync.caseapi.storage.rows import ReceiptRow
from sync.caseapi.storage.sqlite.gaps import note_gap
from sync.caseapi.storage.sqlite.inserting import insert_rows
from sync.caseapi.storage.sqlite.media import SHOWN_OWED, inherit_owed, lost_by_one, name_files, owed_files
from sync.caseapi.storage.values import Device, DeviceStatus, Incoming, PlaceVerdict, Settled
from sync.receipts import receipt_code
from sync.wire import ShiftCount

SHOWN_COUNTS = 8
"""Shifts whose counts stand beside a receipt: the newest ones; a tablet's day has one or two."""


@dataclass(frozen=True, slots=True)
class Exchanged:
    """What an exchange came to, and the receipt that is new with it."""

    settled: Settled
    new_receipt: LoggedReceipt | None = None


@dataclass(frozen=True, slots=True)
class Exchanger:
    """Runs exchanges of one district."""

    district: str
    incarnation: UUID
    sign: SignReceipt

    def run(self, connection: sqlite3.Connection, incoming: Incoming) -> Exchanged:
        """Store what is new and return what is held.

        Raises:
            UnknownDevice: the district has no such device.
            DeviceLocked: the device was erased.
        """
        device = self._device(connection, incoming)
        found = self._stream(connection, incoming.stream)
        state = found or unopened(incoming)
        if found is None and self._lacks_what_is_behind(connection, incoming):
            decision = Decision("rewind")
        else:
            decision = decide(state, incoming, self._heads(connection, state, incoming))
        state = self._store(connection, state, incoming, decision, device.status)
        if found is None and incoming.forked_from is not None:
            if decision.new:
                note_gap(connection, self.district, incoming, *incoming.forked_from)
            # Also of one that has nothing new: its next record may be days away, or never come.
            inherit_owed(connection, self.district, incoming.device, incoming.forked_from[0])
        # The tablet counted before it sent: what this exchange settles is no longer open.
        self._keep_hello(connection, incoming, len(decision.new) + len(decision.repeated))
        self._keep_boot(connection, incoming)
        receipt, new_receipt = self._receipt(connection, state, incoming, has_grown=bool(decision.new))
        settled = Settled(
            decision.state,
            device,
            state.watermark,
            state.head,
            agreed=decision.agreed,
            duplicates=self._verdicts(connection, incoming.stream, decision.repeated),
            receipt=receipt,
            counts=self._counts(connection, incoming.stream) if receipt else (),
            media_owed=self._owed(connection, device, incoming),
        )
        return Exchanged(settled, new_receipt)

    def _owed(self, connection: sqlite3.Connection, device: Device, incoming: Incoming) -> tuple[str, ...]:
        owed = owed_files(connection, self.district, incoming.device)
        if device.status == "revoked":
            # It is told to erase once it owes nothing; what is lost for good must not keep it from that.
            return owed
        forked_from = incoming.forked_from[0] if incoming.forked_from else None
        return (owed + lost_by_one(connection, self.district, incoming.device, forked_from))[:SHOWN_OWED]

    def _device(self, connection: sqlite3.Connection, incoming: Incoming) -> Device:
        found = find_device(connection, self.district, incoming.device)
        if found is None:
            raise UnknownDevice(f"no device {incoming.device} in this district")
        is_receipt = incoming.is_erased and not incoming.records
        if found.status == "erased" and not is_receipt:
            raise DeviceLocked("this device was revoked and erased")
        if found.status == "revoked" and is_receipt:
            connection.execute(
                "update device set status = 'erased' where district_id = ? and device = ?",
                (self.district, incoming.device.bytes),
            )
        return found

    def _keep_hello(self, connection: sqlite3.Connection, incoming: Incoming, settled: int) -> None:
        hello = incoming.hello
        unsettled = max(0, hello.unsettled - settled)
        connection.execute(
            "insert into device_hello (district_id, device, last_exchange_ms, app, unsettled, oldest_unsettled,"
            " quarantined, free_bytes, last_fault, clock_offset_ms, protocol)"
            " values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
            " on conflict (district_id, device) do update set last_exchange_ms = excluded.last_exchange_ms,"
            " app = excluded.app, unsettled = excluded.unsettled, oldest_unsettled = excluded.oldest_unsettled,"
            " quarantined = excluded.quarantined, free_bytes = excluded.free_bytes, last_fault = excluded.last_fault,"
            " clock_offset_ms = excluded.clock_offset_ms, protocol = excluded.protocol",
            (
                self.district,
                incoming.device.bytes,
                incoming.received_ms,
                hello.app,
                unsettled,
                hello.oldest_unsettled if unsettled else None,
                hello.quarantined,
                hello.free_bytes,
                hello.last_fault,
                incoming.clock_offset_ms,
                incoming.protocol,
            ),
        )

    def _keep_boot(self, connection: sqlite3.Connection, incoming: Incoming) -> None:
        if incoming.boot is None:
            return
        # The first one stays: a record that is folded again gets the same time again.
        connection.execute(
            "insert into tablet_boot (district_id, device, boot, seen_ms, server_minus_boot_ms, server_minus_wall_ms)"
            " values (?, ?, ?, ?, ?, ?) on conflict do nothing",
            (
                *(self.district, incoming.device.bytes, incoming.boot.boot, incoming.received_ms),
                *(incoming.boot.server_minus_boot_ms, incoming.boot.server_minus_wall_ms),
            ),
        )

    def _stream(self, connection: sqlite3.Connection, stream: UUID) -> StreamState | None:
        row = connection.execute(
            "select device, watermark, head from stream where district_id = ? and stream = ?",
            (self.district, stream.bytes),
        ).fetchone()
        return None if row is None else StreamState(UUID(bytes=row[0]), row[1], row[2])

    def _heads(self, connection: sqlite3.Connection, state: StreamState, incoming: Incoming) -> dict[int, bytes]:
        places = compared_places(state, incoming)
        if not places:
            return {}
        rows = connection.execute(
            "select n, head from inbox where district_id = ? and stream = ? and n between ? and ?",
            (self.district, incoming.stream.bytes, places[0], places[-1]),
        )
        return dict(rows.fetchall())

    def _lacks_what_is_behind(self, connection: sqlite3.Connection, incoming: Incoming) -> bool:
        if incoming.forked_from is None or incoming.behind is None:
            return False
        n, head = incoming.behind
        row = connection.execute(
            "select head from inbox where district_id = ? and stream = ? and n = ?",
            (self.district, incoming.forked_from[0].bytes, n),
        ).fetchone()
        return row is None or bytes(row[0]) != head

    def _store(
        self,
        connection: sqlite3.Connection,
        state: StreamState,
        incoming: Incoming,
        decision: Decision,
        status: DeviceStatus,
    ) -> StreamState:
        if not decision.new:
            return state
        last = decision.new[-1]
        self._move_stream(connection, incoming, last)
        stream = incoming.stream.bytes
        is_revoked = status == "revoked"
        insert_rows(
            connection,
            "inbox (district_id, stream, n, digest, head, mark, received_ms, raw)",
            [
                (
                    self.district,
                    stream,
                    new.n,
                    new.record.digest,
                    new.head,
                    "revoked" if is_revoked else new.record.mark,
                    incoming.received_ms,
                    new.record.raw,
                )
                for new in decision.new
            ],
        )
        self._count(connection, incoming.stream, decision.new)
        name_files(connection, self.district, incoming, [new.record for new in decision.new])
        return StreamState(state.device, last.n, last.head)

    def _move_stream(self, connection: sqlite3.Connection, incoming: Incoming, last: NewRecord) -> None:
        forked_from, forked_at = incoming.forked_from or (None, None)
        connection.execute(
            "insert into stream (district_id, stream, device, watermark, head, opened_ms, forked_from, forked_at)"
            " values (?, ?, ?, ?, ?, ?, ?, ?)"
            " on conflict (district_id, stream) do update set watermark = excluded.watermark, head = excluded.head",
            (
                self.district,
                incoming.stream.bytes,
                incoming.device.bytes,
                last.n,
                last.head,
                incoming.received_ms,
                forked_from.bytes if forked_from else None,
                forked_at,
            ),
        )

    def _count(self, connection: sqlite3.Connection, stream: UUID, new: tuple[NewRecord, ...]) -> None:
        counts = Counter((entry.record.actor, entry.record.shift) for entry in new)
        last_n = {(entry.record.actor, entry.record.shift): entry.n for entry in new}
        connection.executemany(
            "insert into shift_count (district_id, stream, actor, shift, records, last_n) values (?, ?, ?, ?, ?, ?)"
            " on conflict (district_id, stream, actor, shift)"
            " do update set records = shift_count.records + excluded.records, last_n = excluded.last_n",
            [
                (self.district, stream.bytes, actor, shift, count, last_n[actor, shift])
                for (actor, shift), count in counts.items()
            ],
        )

    def _receipt(
        self, connection: sqlite3.Connection, state: StreamState, incoming: Incoming, *, has_grown: bool
    ) -> tuple[bytes | None, LoggedReceipt | None]:
        """Return the receipt of what is held; the same bytes again while nothing was added, so the code stays.

        Nobody gets one while nothing is held, nor of another tablet's stream.
        """
        if state.watermark == 0 or state.device != incoming.device:
            return None, None
        key = (self.district, incoming.stream.bytes, state.watermark, self.incarnation.bytes)
        if not has_grown and (given := self._given(connection, key)) is not None:
            return given, None
        time_s = incoming.received_ms // 1000
        signed = self.sign(ToSign(self.incarnation, incoming.stream, state.watermark, state.head, time_s))
        code = receipt_code(signed)
        connection.execute(
            "insert into receipt (district_id, stream, watermark, incarnation, device, time_s, code, signed)"
            " values (?, ?, ?, ?, ?, ?, ?, ?)",
            (*key, state.device.bytes, time_s, code, signed),
        )
        row = ReceiptRow(code, incoming.stream, state.device, "", state.watermark, time_s, signed)
        return signed, LoggedReceipt.of(row, self.incarnation)

    def _given(self, connection: sqlite3.Connection, key: tuple[str, bytes, int, bytes]) -> bytes | None:
        row = connection.execute(
            "select signed from receipt where district_id = ? and stream = ? and watermark = ? and incarnation = ?", key
        ).fetchone()
        return None if row is None else row[0]

    def _verdicts(self, connection: sqlite3.Connection, stream: UUID, places: range) -> tuple[PlaceVerdict, ...]:
        if not places:
            return ()
        rows = connection.execute(
            "select n, verdict, id, reason, sentence from place_verdict"
            " where district_id = ? and stream = ? and n between ? and ?",
            (self.district, stream.bytes, places[0], places[-1]),
        )
        known = {
            n: PlaceVerdict(n, verdict, UUID(bytes=record_id) if record_id else None, reason, sentence)
            for n, verdict, record_id, reason, sentence in rows
        }
        return tuple(known.get(n) or PlaceVerdict(n) for n in places)

    def _counts(self, connection: sqlite3.Connection, stream: UUID) -> tuple[ShiftCount, ...]:
        rows = connection.execute(
            "select actor, shift, records from shift_count where district_id = ? and stream = ?"
            " order by last_n desc, actor, shift limit ?",
            (self.district, stream.bytes, SHOWN_COUNTS),
        )
        return tuple(ShiftCount(actor, shift or None, records) for actor, shift, records in rows)


def find_device(connection: sqlite3.Connection, district: str, device: UUID) -> Device | None:
    """Return a device of the district, or None."""
    row = connection.execute(
        "select grid, status, key_alg, public_key, is_wiped from device where district_id = ? and device = ?",
        (district, device.bytes),
    ).fetchone()
    if row is None:
        return None
    grid, status, key_alg, public_key, is_wiped = row
    return Device(device, grid, status, key_alg, public_key, bool(is_wiped))


def read_keys(connection: sqlite3.Connection, district: str) -> dict[UUID, bytes]:
    """Return the public key of every device of the district."""
    rows = connection.execute("select device, public_key from device where district_id = ?", (district,))
    return {UUID(bytes=device): key for device, key in rows}
