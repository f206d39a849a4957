"""Enrolment as SQL: a code is bound to a key by one conditional update."""

import asyncio
import sqlite3
from uuid import UUID

import msgspec

from sync.caseapi.storage.rows import WaitingTablet
from sync.caseapi.storage.sqlite.writer import Writer
from sync.caseapi.storage.values import WIPE_ADMINISTRATORS, CodeUse, DeviceStatus, EnrolmentOffer, EnrolmentState

KEY_ALG = "ed25519"
"""Algorithm of the tablets' keys; the row says it, so that another can come beside it."""

WAITING_MS = 3_600_000
"""How long a tablet may wait for the desk to confirm its digits: an hour, then it takes a new code."""


WIPE_CONFIRMED_MS = 3_600_000
"""How long one administrator's word for an immediate wipe counts: an hour."""


class SqliteEnrolments:
    """The `EnrolmentStore` of SQLite."""

    def __init__(self, writer: Writer, district: str) -> None:
        self._writer = writer
        self._district = district

    async def offer(self, offer: EnrolmentOffer) -> None:
        """Keep a one-time code."""

        def work(connection: sqlite3.Connection) -> None:
            connection.execute(
                "insert into enrolment (district_id, code_digest, grid, created_ms, expires_ms) values (?, ?, ?, ?, ?)",
                (self._district, offer.code_digest, offer.grid, offer.created_ms, offer.expires_ms),
            )

        await asyncio.wrap_future(self._writer.submit(work))

    async def use_code(self, use: CodeUse) -> EnrolmentState | None:
        """Bind a code to a key, once."""
        return await asyncio.wrap_future(self._writer.submit(lambda connection: self._use(connection, use)))

    async def confirm(self, digits: str, now_ms: int) -> tuple[EnrolmentState, ...]:
        """Make the device of the one waiting enrolment with these digits."""
        return await asyncio.wrap_future(
            self._writer.submit(lambda connection: self._confirm(connection, digits, now_ms))
        )

    async def set_status(self, device: UUID, status: DeviceStatus) -> bool:
        """Change a device's status."""

        def work(connection: sqlite3.Connection) -> bool:
            changed = connection.execute(
                "update device set status = case when status = 'erased' then status else ? end"
                " where district_id = ? and device = ?",
                (status, self._district, device.bytes),
            )
            return changed.rowcount == 1

        return await asyncio.wrap_future(self._writer.submit(work))

    async def confirm_wipe(self, device: UUID, administrator: str, now_ms: int) -> frozenset[str]:
        """Let an administrator confirm an immediate wipe; two of them make it so."""
        return await asyncio.wrap_future(
            self._writer.submit(lambda connection: self._confirm_wipe(connection, device, administrator, now_ms))
        )

    def _confirm_wipe(
        self, connection: sqlite3.Connection, device: UUID, administrator: str, now_ms: int
    ) -> frozenset[str]:
        connection.execute(
            "insert into wipe_confirmation (district_id, device, administrator, confirmed_ms) values (?, ?, ?, ?)"
            " on conflict (district_id, device, administrator) do update set confirmed_ms = excluded.confirmed_ms",
            (self._district, device.bytes, administrator, now_ms),
        )
        rows = connection.execute(
            "select administrator from wipe_confirmation where district_id = ? and device = ? and confirmed_ms > ?",
            (self._district, device.bytes, now_ms - WIPE_CONFIRMED_MS),
        ).fetchall()
        agreed = frozenset(row[0] for row in rows)
        if len(agreed) >= WIPE_ADMINISTRATORS:
            connection.execute(
                "update device set is_wiped = 1, status = case when status = 'erased' then status else 'revoked' end"
                " where district_id = ? and device = ?",
                (self._district, device.bytes),
            )
        return agreed

    def _use(self, connection: sqlite3.Connection, use: CodeUse) -> EnrolmentState | None:
        connection.execute(
            "update enrolment set public_key = :key, digits = :digits, streams = :streams, used_ms = :now,"
            " device = coalesce((select device from device where district_id = :district and public_key = :key), :new)"
            " where district_id = :district and code_digest = :code and public_key is null and expires_ms > :now",
            {
                "key": use.public_key,
                "digits": use.digits,
                "streams": msgspec.json.encode(use.streams).decode(),
                "now": use.now_ms,
                "district": self._district,
                "new": use.device.bytes,
                "code": use.code_digest,
            },
        )
        row = connection.execute(
            "select device, grid, confirmed_ms from enrolment"
            " where district_id = ? and code_digest = ? and public_key = ?",
            (self._district, use.code_digest, use.public_key),
        ).fetchone()
        return None if row is None else _state(row)

    def _confirm(self, connection: sqlite3.Connection, digits: str, now_ms: int) -> tuple[EnrolmentState, ...]:
        rows = connection.execute(
            "select code_digest, device, grid, public_key from enrolment where district_id = ? and digits = ?"
            " and used_ms > ? and confirmed_ms is null order by used_ms",
            (self._district, digits, now_ms - WAITING_MS),
        ).fetchall()
        if len(rows) != 1:
            return tuple(EnrolmentState(UUID(bytes=device), grid, False) for _, device, grid, _ in rows)
        code_digest, device, grid, public_key = rows[0]
        device = self._keep_device(connection, device, grid, public_key, now_ms)
        connection.execute(
            "update enrolment set confirmed_ms = ?, device = ? where district_id = ? and code_digest = ?",
            (now_ms, device, self._district, code_digest),
        )
        return (EnrolmentState(UUID(bytes=device), grid, True),)

    def _keep_device(
        self, connection: sqlite3.Connection, device: bytes, grid: str, public_key: bytes, now_ms: int
    ) -> bytes:
        """Return the id under which the key is known from now on; a known key keeps its id and takes the new grid.

        An erased tablet has forgotten its key, so whoever brings it again is a copy: it hands over what it holds.
        """
        row = connection.execute(
            "insert into device (district_id, device, grid, status, key_alg, public_key, enrolled_ms)"
            " values (?, ?, ?, 'active', ?, ?, ?)"
            " on conflict (district_id, public_key) do update set grid = excluded.grid,"
            " status = case when device.status = 'erased' then 'revoked' else device.status end returning device",
            (self._district, device, grid, KEY_ALG, public_key, now_ms),
        ).fetchone()
        return bytes(row[0])


def read_waiting(connection: sqlite3.Connection, district: str, now_ms: int) -> list[WaitingTablet]:
    """Return the tablets that wait for the desk to confirm their digits, the longest first."""
    rows = connection.execute(
        "select digits, grid, used_ms from enrolment where district_id = ? and used_ms is not null"
        " and confirmed_ms is null and used_ms > ? order by used_ms",
        (district, now_ms - WAITING_MS),
    )
    return [WaitingTablet(*row) for row in rows]


def _state(row: tuple[bytes, str, int | None]) -> EnrolmentState:
    device, grid, confirmed_ms = row
    return EnrolmentState(UUID(bytes=device), grid, confirmed_ms is not None)
