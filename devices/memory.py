"""What was recognised where, kept over the end of the program in a small file; losing it costs seconds, no more."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterable
from pathlib import Path

import msgspec

from devices.detection import Recognised

MOST_PLACES = 64
"""Most places that are remembered; a tablet has a handful."""

MAX_FILE_BYTES = 64 * 1024
"""A larger file is not ours."""


class Place(msgspec.Struct, frozen=True):
    """Where a reader hangs.

    Attributes:
        path: the USB socket, or the address of a port that is none.
        usb_id: ``1a86:7523``, empty when it is no USB port.
        serial_number: of the adapter, empty when it has none.
    """

    path: str
    usb_id: str = ""
    serial_number: str = ""

    def is_same_adapter(self, other: Place) -> bool:
        """Return whether it is surely the same adapter, in whatever socket."""
        return bool(self.serial_number) and (self.usb_id, self.serial_number) == (other.usb_id, other.serial_number)


class Remembered(msgspec.Struct, frozen=True):
    """What was recognised at a place."""

    place: Place
    reader: Recognised


class Memory:
    """Remembers the readers of places; safe to use from any thread.

    Args:
        file: where it is kept; None for as long as the program runs.
    """

    def __init__(self, file: Path | None = None) -> None:
        self._file = file
        self._lock = threading.Lock()
        self._kept: dict[tuple[str, str], Remembered] | None = None

    def recall(self, place: Place) -> Recognised | None:
        """Return what was recognised there, or of the same adapter in another socket; None when nothing was."""
        with self._lock:
            kept = self._all()
            found = kept.get((place.path, place.usb_id))
            if found is None or (place.serial_number and place.serial_number != found.place.serial_number):
                found = next((one for one in reversed(kept.values()) if one.place.is_same_adapter(place)), None)
            return found.reader if found is not None else None

    def remember(self, place: Place, reader: Recognised) -> None:
        """Keep what was recognised; a disk that takes nothing is no reason to stop."""
        with self._lock:
            kept = self._all()
            fresh = Remembered(place, reader)
            if kept.get((place.path, place.usb_id)) == fresh:
                return
            kept.pop((place.path, place.usb_id), None)
            kept[place.path, place.usb_id] = fresh
            while len(kept) > MOST_PLACES:
                del kept[next(iter(kept))]
            self._write(kept.values())

    def _all(self) -> dict[tuple[str, str], Remembered]:
        if self._kept is None:
            self._kept = {(one.place.path, one.place.usb_id): one for one in self._read()[-MOST_PLACES:]}
        return self._kept

    def _read(self) -> list[Remembered]:
        if self._file is None:
            return []
        try:
            with self._file.open("rb") as opened:
                data = opened.read(MAX_FILE_BYTES + 1)
            return msgspec.json.decode(data, type=list[Remembered]) if len(data) <= MAX_FILE_BYTES else []
        except (OSError, ValueError):
            return []

    def _write(self, kept: Iterable[Remembered]) -> None:
        if self._file is None:
            return
        fresh = self._file.with_name(f".{self._file.name}.new")
        try:
            with fresh.open("wb") as opened:
                opened.write(msgspec.json.encode(list(kept)))
                opened.flush()
                os.fsync(opened.fileno())
            fresh.replace(self._file)
        except OSError:
            fresh.unlink(missing_ok=True)
