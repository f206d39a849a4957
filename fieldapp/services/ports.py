"""What the services need of the outside, as Protocols; only `fieldapp.bootstrap` knows who fulfils them.

All calls may be made from any thread and may block for one disk write; none belongs on the event loop.
"""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from sync.clock import Stamp
from sync.journal import Delivery, Enrolment, JournalEntry, JournalSummary, MediaProgress, SyncStatus
from sync.records import Envelope, MediaRef
from sync.records.shared import MediaMime, MediaRole
from sync.reference import (
    BuildingEntry,
    CaseEntry,
    ContactEntry,
    EntranceEntry,
    GridEntry,
    HandoffEntry,
    MatterEntry,
    NoticeEntry,
    PersonEntry,
    SeenEntry,
    TagEntry,
    TaskEntry,
)

if TYPE_CHECKING:
    from fieldapp.recording.sounds import Sound
    from sync.imaging.photos import Developed, Picture, Pixels


class Clock(Protocol):
    """The tablet's clocks and its luck, injected so that tests hold them."""

    def now_ms(self) -> int:
        """Return the wall clock, Unix milliseconds."""

    def stamp(self) -> Stamp:
        """Return what is known of time now."""

    def random_bytes(self, count: int) -> bytes:
        """Return fresh random bytes."""


class Journal(Protocol):
    """The tablet's records, append-only."""

    def append(self, record: Envelope) -> JournalEntry:
        """Store a record and return it once it is on disk.

        Raises:
            sync.tablet.errors.StoreError: nothing was stored; the message says why (`E-DISK`, …).
        """

    def get(self, record_id: str) -> JournalEntry | None:
        """Return a record by id."""

    def entries(
        self, *, shift: str | None = None, kinds: Sequence[str] = (), limit: int = 200, before_n: int | None = None
    ) -> list[JournalEntry]:
        """Return records of the open stream, newest first, at most `limit`."""

    def naming(self, text: str, kinds: Sequence[str]) -> list[JournalEntry]:
        """Return records of some kinds in which a digest or an id stands, and what amends or withdraws them."""

    def at_building(self, building: str, *, limit: int = 50) -> list[JournalEntry]:
        """Return the newest records of a building, at most `limit`, with all that amends or withdraws them.

        They are of every stream, newest first; an amendment may have moved one to another building.
        """

    def looked_at(self, since: str) -> list[tuple[str, str]]:
        """Return (building, time) of every standing check-in made since a moment by the tablet's clock."""

    def settled_since(self, since_s: int) -> list[tuple[int, int]]:
        """Return (server's seconds, records) of each time that the server proved to hold more, oldest first."""

    def to_mend(self, *, limit: int = 50) -> list[JournalEntry]:
        """Return the quarantined records that nothing later has put right or withdrawn, newest first."""

    def summary(self) -> JournalSummary:
        """Return the journal's facts."""


class Drafts(Protocol):
    """Half-filled forms, one row per field."""

    def put(self, form: str, fields: Mapping[str, str]) -> None:
        """Store fields of a form at once; an empty value stays a value."""

    def fields(self, form: str) -> dict[str, str]:
        """Return the stored fields of a form, empty when there is no draft."""

    def open_forms(self) -> list[str]:
        """Return the forms that hold a draft, last touched first."""

    def discard(self, form: str) -> None:
        """Forget a form's draft."""

    def rename(self, form: str, name: str) -> None:
        """Keep a form's draft under another name, where there is none; when it was touched stays as it was."""

    def save(self, form: str, record: Envelope) -> JournalEntry:
        """Append a record and forget the draft it was made from, in one transaction."""


class Media(Protocol):
    """Photos and other attachments, by the SHA-256 of their bytes; they are sent after all records.

    A record names its photos by what `attach` returned; saving the record is what makes them owed. A draft holds them
    by the same digest in any of its fields, as text: what a draft names is kept, what nothing names is removed at a
    later start of the program.
    """

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
        """Keep a file's bytes, or a copy of a file, and return its name once it is on disk; the same bytes once.

        Raises:
            sync.tablet.errors.StoreError: nothing was kept; the code says why (`E-DISK`, `E-PHOTO` for a file that
                is empty, too large or not what its type says).
        """

    def path(self, sha256: str) -> Path | None:
        """Return where a kept file lies, to be read and never written, or None when it is not held."""

    def progress(self, *, record: str | None = None, shift: str | None = None) -> MediaProgress:
        """Return how far the photos of one record, of one shift or of all have come."""

    def delivery(self) -> Delivery:
        """Return whether the server has everything, and the tablet may be switched off."""


class Camera(Protocol):
    """Where pictures come from: a folder that a camera fills, a command that takes one, files that are handed in."""

    @property
    def is_there(self) -> bool:
        """Return whether pictures can come from anywhere."""

    @property
    def takes_pictures(self) -> bool:
        """Return whether one can be taken by command."""

    def pictures(self, limit: int) -> "list[Picture]":
        """Return the newest pictures, newest first, at most so many."""

    def take(self) -> "Picture":
        """Take a picture; may last as long as whoever holds the camera needs.

        Raises:
            sync.imaging.photos.Refused: none was taken; the reason says why.
        """

    def used(self, picture: "Picture") -> None:
        """Note that a picture is kept as a photo now, so that a copy made for it can go."""


class Recording(Protocol):
    """A spoken note that is being recorded."""

    @property
    def is_running(self) -> bool:
        """Return whether it still records."""

    @property
    def lasts_s(self) -> float:
        """Return for how long it records, or has recorded."""

    def stop(self) -> "Sound":
        """End it and return what was recorded; waits for the program.

        Raises:
            NotHeard: nothing came, or nothing that is sound.
        """


class Microphone(Protocol):
    """What spoken notes are recorded and played with."""

    @property
    def records(self) -> bool:
        """Return whether there is a program to record with."""

    @property
    def plays(self) -> bool:
        """Return whether there is a program to play with."""

    def start(self) -> Recording:
        """Begin to record.

        Raises:
            NotHeard: there is no program, or it cannot be started.
        """

    def play(self, file: Path) -> None:
        """Play a file until it is over; one that is still played is ended.

        Raises:
            NotHeard: there is no program, or it failed.
        """

    def hush(self) -> None:
        """End what is being played."""


class Darkroom(Protocol):
    """Turns pictures into photos, and photos into previews, at a distance from the app's own memory."""

    def develop(self, file: Path) -> "Developed":
        """Return the photo made of a file.

        Raises:
            sync.imaging.photos.Refused: it is no picture that can be used; the reason says why.
        """

    def preview(self, file: Path, width: int, height: int) -> "Pixels":
        """Return a picture no larger than so many pixels.

        Raises:
            sync.imaging.photos.Refused: it cannot be shown; the reason says why.
        """


class Reference(Protocol):
    """What came down the feeds, by id."""

    def grid(self) -> tuple[str, GridEntry] | None:
        """Return this tablet's grid, or None before the first download."""

    def buildings(self) -> dict[str, BuildingEntry]:
        """Return the buildings in their order."""

    def entrances(self) -> dict[str, EntranceEntry]:
        """Return the entrances in their order."""

    def people(self) -> dict[str, PersonEntry]:
        """Return who may sign in, by name order."""

    def tag(self, digest: str) -> TagEntry | None:
        """Return what a tag means, by its digest."""

    def tags(self) -> dict[str, TagEntry]:
        """Return what every tag means, by digest."""

    def matters(self) -> dict[str, MatterEntry]:
        """Return the catalogue by ``standard:kind:code``."""

    def contacts(self) -> dict[str, ContactEntry]:
        """Return the handlers' numbers in their order."""

    def cases(self) -> dict[str, CaseEntry]:
        """Return the grid's cases, newest first."""

    def tasks(self) -> dict[str, TaskEntry]:
        """Return what the desk wants looked at, answered or not."""

    def handoffs(self) -> dict[str, HandoffEntry]:
        """Return what shifts handed over, newest first."""

    def notices(self) -> dict[str, NoticeEntry]:
        """Return what the desk says to the grid, over or not."""

    def seen(self) -> dict[str, SeenEntry]:
        """Return when somebody of the grid was last at each place, by the place's id."""


class Settings(Protocol):
    """Small facts of the tablet that outlive the program: language, theme, PIN throttle, who is signed in."""

    def get(self, name: str) -> str | None:
        """Return a stored value."""

    def put(self, name: str, value: str | None) -> None:
        """Store a value, or forget it."""


class Exchange(Protocol):
    """The sync worker."""

    def request(self) -> None:
        """Ask for a sync now; returns at once, coalesces with one under way."""

    def status(self) -> SyncStatus:
        """Return what the worker is doing."""

    def subscribe(self, listener: Callable[[SyncStatus], None]) -> None:
        """Call the listener on every change, in the worker's thread."""


class Enroller(Protocol):
    """Joins this tablet to a district's case API."""

    def state(self) -> Enrolment:
        """Return the stored enrolment."""

    def begin(self, offer_text: str) -> Enrolment:
        """Send this tablet's key with the one-time code of a scanned or pasted offer.

        Raises:
            sync.errors.WireError: not an enrolment code.
            sync.tablet.errors.ExchangeError: the server could not be reached or refused; the code says which.
        """

    def poll(self) -> Enrolment:
        """Ask whether the desk has confirmed."""


class Machine(Protocol):
    """Facts of the tablet itself."""

    def free_bytes(self) -> int | None:
        """Return the free space of the disk that holds the database, or None when unknown."""
