"""The file of receipts outside the database: it can say what a restored database lost."""

import os
from base64 import b64decode, b64encode
from collections.abc import Iterable, Iterator
from pathlib import Path
from uuid import UUID

import msgspec
import structlog

from sync.caseapi.storage.rows import ReceiptRow

log = structlog.get_logger("caseapi.receipts")

_TAIL_BYTES = 1024 * 1024


class LoggedReceipt(msgspec.Struct, frozen=True):
    """One line of the file.

    Attributes:
        signed: base64 of the 129 bytes.
        code: the six characters.
        device: id of the tablet it was given to.
    """

    code: str
    stream: str
    watermark: int
    time_s: int
    incarnation: str
    device: str
    signed: str

    @classmethod
    def of(cls, row: ReceiptRow, incarnation: UUID) -> "LoggedReceipt":
        """Return the line of a receipt that a database of this incarnation gave."""
        return cls(
            code=row.code,
            stream=str(row.stream),
            watermark=row.watermark,
            time_s=row.time_s,
            incarnation=str(incarnation),
            device=str(row.device),
            signed=b64encode(row.signed).decode(),
        )

    @property
    def signed_bytes(self) -> bytes:
        """Return the receipt's bytes; none where the line was spoilt, which no signature fits."""
        try:
            return b64decode(self.signed, validate=True)
        except ValueError:
            return b""

    @property
    def key(self) -> tuple[str, int, str]:
        """Return what makes a receipt one of a kind: stream, watermark, incarnation."""
        return self.stream, self.watermark, self.incarnation


class ReceiptLog:
    """Appends receipts as JSON lines, on disk before anybody is answered.

    A line that cannot be written is kept and tried again with the next one: the receipt is in the database too, and a
    full disk must not stop tablets that only want to be told what is held.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._owed: list[LoggedReceipt] = []

    def append(self, receipts: Iterable[LoggedReceipt]) -> None:
        """Append receipts and wait for the disk."""
        self._owed.extend(receipts)
        if not self._owed:
            return
        lines = b"".join(msgspec.json.encode(receipt) + b"\n" for receipt in self._owed)
        try:
            self._write(lines)
        except OSError as exc:
            log.error("receipt_log_failed", owed=len(self._owed), error=exc.strerror)
            return
        self._owed.clear()

    def newest_keys(self) -> set[tuple[str, int, str]]:
        """Return the keys of the newest lines, enough to cover a crash between commit and append."""
        if not self.path.exists():
            return set()
        with self.path.open("rb") as file:
            file.seek(max(self.path.stat().st_size - _TAIL_BYTES, 0))
            return {line.key for line in _decoded(file.read().splitlines())}

    def lines(self) -> Iterator[LoggedReceipt]:
        """Yield every readable line, in order; a line cut short by a crash is passed over."""
        if self.path.exists():
            with self.path.open("rb") as file:
                yield from _decoded(file)

    def _write(self, lines: bytes) -> None:
        is_new = not self.path.exists()
        descriptor = os.open(self.path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        with os.fdopen(descriptor, "ab", buffering=0) as file:
            # A line cut short by a crash must not swallow the next one.
            begins_line = file.tell() == 0 or self._ends_line()
            data = lines if begins_line else b"\n" + lines
            written = 0
            while written < len(data):
                written += file.write(data[written:]) or 0
            os.fdatasync(file.fileno())
        if is_new:
            self._sync_folder()

    def _sync_folder(self) -> None:
        # Without it a power cut can take the name of a new file, and with it all that was written.
        descriptor = os.open(self.path.parent, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)

    def _ends_line(self) -> bool:
        with self.path.open("rb") as file:
            file.seek(-1, os.SEEK_END)
            return file.read(1) == b"\n"


def _decoded(lines: Iterable[bytes]) -> Iterator[LoggedReceipt]:
    for line in lines:
        try:
            yield msgspec.json.decode(line, type=LoggedReceipt)
        except msgspec.DecodeError:
            continue
