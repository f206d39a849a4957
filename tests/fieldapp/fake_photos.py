"""In-memory camera, darkroom and media: same promises as the real ones, no file and no process."""

from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

from sync.errors import SyncError
from sync.imaging.photos import Developed, Picture, Pixels, Reason, Refused
from sync.journal import Delivery, MediaProgress
from sync.records import MediaRef
from sync.records.shared import MediaMime, MediaRole

TAKEN = "2026:11:23 07:59:00"
"""When every fake picture was taken."""


class FakeCamera:
    """Pictures that a test puts there; `take` gives the next of them, or raises `refuses`."""

    def __init__(self, *, is_there: bool = True, takes_pictures: bool = False) -> None:
        self.is_there = is_there
        self.takes_pictures = takes_pictures
        self.found: list[Picture] = []
        self.to_take: list[Picture] = []
        self.used_keys: list[str] = []
        self.refuses: Reason | None = None

    def put(self, name: str, at_ms: int) -> Picture:
        """Let a picture appear."""
        picture = made_picture(name, at_ms)
        self.found.append(picture)
        return picture

    def pictures(self, limit: int) -> list[Picture]:
        return sorted(self.found, key=lambda picture: picture.at_ms, reverse=True)[:limit]

    def take(self) -> Picture:
        if self.refuses is not None:
            raise Refused(self.refuses)
        return self.to_take.pop(0)

    def used(self, picture: Picture) -> None:
        self.used_keys.append(picture.key)


class FakeDarkroom:
    """Makes of each picture a photo that is named after it; `refuses` maps a name to a reason.

    Attributes:
        meanwhile: called while a photo is being made.
    """

    def __init__(self) -> None:
        self.refuses: dict[str, Reason] = {}
        self.meanwhile: Callable[[], None] = lambda: None

    def develop(self, file: Path) -> Developed:
        self.meanwhile()
        if file.name in self.refuses:
            raise Refused(self.refuses[file.name])
        return Developed(f"photo of {file.name}".encode() * 10_000, 1600, 1200, TAKEN)

    def preview(self, file: Path, width: int, height: int) -> Pixels:
        if file.name in self.refuses:
            raise Refused(self.refuses[file.name])
        columns, rows = min(width, height * 4 // 3), min(height, width * 3 // 4)
        pixels = (
            bytes((255 * column // max(columns - 1, 1), 255 * row // max(rows - 1, 1), 128))
            for row in range(rows)
            for column in range(columns)
        )
        return Pixels(columns, rows, b"".join(pixels))


class FakeMedia:
    """Attachments in a dictionary; `fault` is raised by the next ones until it is taken away."""

    def __init__(self) -> None:
        self.held: dict[str, bytes] = {}
        self.fault: SyncError | None = None
        self.progress_of: dict[str | None, MediaProgress] = {}
        self.unsettled = 0

    def attach(
        self,
        source: bytes | Path,
        *,
        mime: MediaMime,
        role: MediaRole,
        taken_at: str | None = None,
        width: int | None = None,
        height: int | None = None,
    ) -> MediaRef:
        if self.fault is not None:
            raise self.fault
        data = source if isinstance(source, bytes) else source.read_bytes()
        name = sha256(data).hexdigest()
        self.held[name] = data
        return MediaRef(name, len(data), mime, role, taken_at, width, height)

    def path(self, sha256: str) -> Path | None:
        return Path(f"/synthetic/{sha256}") if sha256 in self.held else None

    def progress(self, *, record: str | None = None, shift: str | None = None) -> MediaProgress:
        return self.progress_of.get(record or shift, MediaProgress())

    def delivery(self) -> Delivery:
        return Delivery(self.unsettled, self.progress())


def made_picture(name: str, at_ms: int) -> Picture:
    """Return a picture file that is nowhere."""
    return Picture(
        sha256(f"{name} {at_ms}".encode()).hexdigest()[:16], name, Path("/synthetic") / name, at_ms, 3_000_000
    )
