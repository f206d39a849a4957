"""What exchanges told of tablets' clocks, as SQL."""

import sqlite3
from uuid import UUID

from sync.caseapi.storage.judged import ClockSeen


def clock_seen(connection: sqlite3.Connection, district: str, device: UUID, boot: str, received_ms: int) -> ClockSeen:
    """Return what is known of a tablet's clocks for a record of a boot that was received at a moment."""
    same_boot = connection.execute(
        "select server_minus_boot_ms from tablet_boot where district_id = ? and device = ? and boot = ?",
        (district, device.bytes, boot),
    ).fetchone()
    brought_in = connection.execute(
        "select server_minus_wall_ms from tablet_boot where district_id = ? and device = ? and seen_ms <= ?"
        " order by seen_ms desc, boot limit 1",
        (district, device.bytes, received_ms),
    ).fetchone()
    return ClockSeen(same_boot[0] if same_boot else None, brought_in[0] if brought_in else None)
