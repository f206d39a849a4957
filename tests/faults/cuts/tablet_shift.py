"""A shift on the tablet's database, played in a child under the shim: drafts, records, syncs, photos, feeds, restarts.

Run as ``python -m tests.faults.cuts.tablet_shift FOLDER LOG [PLANTED]``.
"""

import sys
from base64 import b64encode
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from random import Random
from uuid import UUID

import msgspec

from sync.media import UploadState
from sync.records import CaseReport, Envelope, encode
from sync.tablet.config import ExchangeConfig
from sync.tablet.media_session import MediaSession
from sync.tablet.parts import SMALLEST_PART_BYTES, PartSize
from sync.tablet.session import SyncSession, TabletFacts
from sync.tablet.speaking import PartAnswer
from sync.tablet.store import Store, connections, media_files, open_store
from sync.tablet.watcher import Watcher
from sync.wire import FeedEntry
from tests.faults.cuts.preload import Shim
from tests.sync.caseapi.media_desk import picture
from tests.sync.tablet.fake_server import DEVICE_SCOPE, KEY, FakeServer
from tests.sync.tablet.makers import BUILDING, FixedClock, entry, envelope, record, uuid_text

DATABASE = "journal.db"
ROUNDS = 3
RECORDS_A_ROUND = 7
PHOTO_PLACE = 3
"""Which record of a round has a photo."""
SNAPSHOT_ROUND = 1
"""The round whose feed comes down as a snapshot."""
PHOTO_BYTES = SMALLEST_PART_BYTES + 3_000
"""So much that a photo goes up in two parts."""
PLANTED = ("synchronous=NORMAL on the tablet", "photo renamed before it is synced on the tablet")


class Quiet:
    """Hears nothing of a sync and never stops it."""

    def phase(self, phase: object) -> None:
        return

    def settled(self, sent: int, total: int) -> None:
        return

    def photos(self, sent: int, total: int) -> None:
        return

    def photo_bytes(self, *numbers: int) -> None:
        return

    def fetched(self, *numbers: int) -> None:
        return

    def is_stopping(self) -> bool:
        return False


class PhotoServer:
    """Holds what comes of photos; all have the same size."""

    def __init__(self) -> None:
        self.held: dict[str, int] = {}

    def upload_state(self, sha256: str) -> UploadState | None:
        return UploadState(self.held.get(sha256, 0), PHOTO_BYTES)

    def send_part(self, sha256: str, state: UploadState, part: bytes) -> PartAnswer:
        self.held[sha256] = state.offset + len(part)
        return PartAnswer("kept", UploadState(self.held[sha256], PHOTO_BYTES))


class Shift:
    """What the inspector does, and what he is told."""

    def __init__(self, folder: Path, say: Callable[[dict[str, object]], None]) -> None:
        self.path = folder / DATABASE
        self.say = say
        self.server = FakeServer()
        self.server.page_size = 4
        self.photos = PhotoServer()
        self.clock = FixedClock()
        self.rng = Random(7)

    def play(self) -> None:
        for round_number in range(ROUNDS):
            store = open_store(self.path, new_stream=lambda: UUID(int=77))
            self.say({"what": "opened"})
            self.server.publish(DEVICE_SCOPE, self._entries(round_number))
            if round_number == SNAPSHOT_ROUND:
                self.server.make_snapshot(DEVICE_SCOPE)
            for place in range(RECORDS_A_ROUND):
                self._record(store, round_number, place)
                if place == RECORDS_A_ROUND // 2:
                    self._sync(store)
            if round_number < ROUNDS - 1:
                self._sync(store)
            store.close()
            self.say({"what": "closed"})

    def _record(self, store: Store, round_number: int, place: int) -> None:
        made = self._made(store, round_number, place)
        told: dict[str, object] = {"id": made.id, "bytes": b64encode(encode(made)).decode()}
        if place % 2:
            store.journal.append(made)
        else:
            form = f"visit-{round_number}-{place}"
            for field in ("purpose", "note"):
                store.drafts.put(form, {field: f"{field} {place}"})
                self.say({"what": "draft", "form": form, "fields": store.drafts.fields(form)})
            self.say({"what": "saving", "form": form, "id": made.id})
            store.drafts.save(form, made)
            told["form"] = form
        self.say({"what": "saved"} | told)

    def _made(self, store: Store, round_number: int, place: int) -> Envelope:
        if place != PHOTO_PLACE:
            return record(f"第 {round_number} 回第 {place} 户" + "访" * self.rng.randrange(400))
        photo = store.media.attach(picture(PHOTO_BYTES, round_number), mime="image/jpeg", role="before")
        body = CaseReport("national", "matter", "02001", building=BUILDING, description="有照片", media=(photo,))
        return envelope("case_report", msgspec.json.encode(body))

    def _sync(self, store: Store) -> None:
        session = SyncSession(
            store,
            self.server,
            receipt_key=KEY.public_key(),
            clock=self.clock,
            config=ExchangeConfig(max_records=3),
            facts=TabletFacts("shift", lambda: 1),
        )
        watcher: Watcher = Quiet()
        session.run(watcher)
        sent = self._send_photos(store, watcher)
        summary = store.journal.summary()
        assert summary.receipt is not None
        self.say(
            {
                "what": "synced",
                "watermark": summary.watermark,
                "receipt": summary.receipt.code,
                "cursor": store.feeds.cursors()[DEVICE_SCOPE][0],
                "photos": sent,
            }
        )

    def _send_photos(self, store: Store, watcher: Watcher) -> int:
        """Send what waits and return how many photos count as sent."""
        photos = MediaSession(store, self.photos, clock=self.clock, parts=PartSize(SMALLEST_PART_BYTES), at_once=1)
        photos.run(watcher, ())
        return store.media.progress().sent

    def _entries(self, round_number: int) -> list[FeedEntry]:
        first = len(self.server.feeds[DEVICE_SCOPE]) + 1
        return [
            entry(number, "note", str(sha256(bytes([number])).hexdigest()), {"text": uuid_text() * 9})
            for number in range(first, first + 6)
        ]


def plant(name: str) -> None:
    """Put a named defect into the real code of this process."""
    if name == PLANTED[0]:
        pragmas = connections._WRITER_PRAGMAS
        connections._WRITER_PRAGMAS = tuple(pragma.replace("full", "normal") for pragma in pragmas)  # type: ignore[assignment]  # three pragmas stay three
    elif name == PLANTED[1]:
        media_files._write_synced = _written_only


def _written_only(path: Path, data: bytes) -> None:
    path.write_bytes(data)


def main(folder: str, log: str, planted: str = "") -> None:
    plant(planted)
    shim = Shim()
    shim.watch(Path(folder))
    shim.record(Path(log))
    Shift(Path(folder), lambda told: shim.mark(msgspec.json.encode(told))).play()


if __name__ == "__main__":
    main(*sys.argv[1:])
