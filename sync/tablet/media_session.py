"""Sends photos after all records, each from the byte where the server's part of it ends.

Several go at once, each on a connection of its own: while the server puts one on its disk and the answer travels,
another fills the line. A photo counts as sent only once the server has said that it holds it whole. Whatever breaks
off, the next try asks where to go on; a file that is no longer what was taken is said to be lost, by a record, and
never sent.
"""

import logging
from collections.abc import Collection, Sequence
from threading import Lock
from typing import Literal, Protocol

import msgspec
from msgspec.structs import replace

from sync.clock import format_time
from sync.errors import SyncError
from sync.ids import RANDOM_BYTES, uuid7_at
from sync.media import UploadState
from sync.records import KINDS, Envelope, MediaLost
from sync.records.media_lost import LossReason
from sync.tablet.clock import TabletClock
from sync.tablet.errors import BatchTooLarge, ConnectionCut, NoProgress, ServerSilent
from sync.tablet.lanes import side_by_side
from sync.tablet.parts import PartSize
from sync.tablet.speaking import PartAnswer
from sync.tablet.store import Store
from sync.tablet.store.media import Upload
from sync.tablet.watcher import Watcher

Ended = Literal["sent", "nothing", "records_wait", "stopped"]
"""How a session ended: all that could be sent was, there was nothing, records come first, or it was told to stop."""

MOST_STANDSTILLS = 3
"""Answers in a row that may leave a photo where it was; then the others go first."""

SPEAKERS = 50
"""Newest records among which one is looked for that can be read."""

log = logging.getLogger(__name__)


class MediaWire(Protocol):
    """The way of photos to the case API."""

    def upload_state(self, sha256: str) -> UploadState | None:
        """Return how much of a photo the server holds, or None when no record that it holds names it."""
        ...

    def send_part(self, sha256: str, state: UploadState, part: bytes) -> PartAnswer:
        """Send a part of a photo and return what the server holds then."""
        ...


class _BrokenOff(Exception):
    """Something comes before the photos that are left."""

    def __init__(self, ended: Ended) -> None:
        super().__init__(ended)
        self.ended = ended


class _Pile:
    """The photos of one session, shared by all that send them.

    Attributes:
        left: those that nobody has begun in this session.
        owed: names that the server has just said it lacks.
        stuck: what was wrong with those that did not get on.
        is_over: one of the senders has ended before the others, who begin nothing more.
    """

    def __init__(self, uploads: Sequence[Upload], owed: Collection[str], watcher: Watcher) -> None:
        self.left = iter(uploads)
        self.owed = frozenset(owed)
        self.stuck: list[str] = []
        self.is_over = False
        self.sent = 0
        self._total = len(uploads)
        self._left_bytes = {upload.sha256: upload.size_bytes for upload in uploads}
        self._came_bytes = 0
        self._watcher = watcher
        self._lock = Lock()

    def begin(self) -> None:
        """Tell what there is to do."""
        self._watcher.photos(0, self._total)
        self._watcher.photo_bytes(0, sum(self._left_bytes.values()))

    def move(self, upload: Upload, state: UploadState, *, came_bytes: int = 0) -> None:
        """Note how far a photo is, of which so many bytes have just gone up, and tell it."""
        with self._lock:
            self._left_bytes[upload.sha256] = max(upload.size_bytes - state.offset, 0)
            self._came_bytes += came_bytes
            if came_bytes:
                self._watcher.photo_bytes(self._came_bytes, sum(self._left_bytes.values()))

    def count(self, upload: Upload, *, is_sent: bool) -> None:
        """Note that a photo was sent, or not, and tell how far they are."""
        with self._lock:
            self.sent += is_sent
            self._left_bytes[upload.sha256] = 0
            self._watcher.photos(self.sent, self._total)

    def is_stopping(self) -> bool:
        """Tell whether to begin nothing more."""
        return self.is_over or self._watcher.is_stopping()


class MediaSession:
    """Sends what waits, photo by photo."""

    def __init__(self, store: Store, wire: MediaWire, *, clock: TabletClock, parts: PartSize, at_once: int) -> None:
        """Keep what is needed to send.

        Args:
            at_once: how many photos are under way at the same time, at least 1.
        """
        self._store = store
        self._media = store.media
        self._wire = wire
        self._clock = clock
        self._parts = parts
        self._at_once = at_once

    def run(self, watcher: Watcher, owed: Collection[str]) -> Ended:
        """Send every photo whose record the server holds, until done or until a record waits.

        Args:
            owed: what the server has just said that it lacks; the tablet's own rows count beside it.

        Raises:
            ExchangeError: it did not come to its end; what the server holds stays held.
            StoreError: the tablet's disk refused.
        """
        self._media.owe(owed)
        uploads = self._media.uploads()
        if not uploads:
            return "nothing"
        watcher.phase("sending")
        pile = _Pile(uploads, owed, watcher)
        pile.begin()
        try:
            side_by_side(lambda: self._send_along(pile), min(self._at_once, len(uploads)))
        except _BrokenOff as exc:
            return exc.ended
        if pile.stuck:
            raise NoProgress(pile.stuck[0])
        if self._store.journal.summary().unsettled:
            return "records_wait"
        return "sent" if pile.sent else "nothing"

    def _send_along(self, pile: _Pile) -> None:
        """Send one photo after another until none is left to begin."""
        try:
            for upload in pile.left:
                is_sent = False
                try:
                    is_sent = self._send(upload, pile)
                except NoProgress as exc:
                    pile.stuck.append(str(exc))
                pile.count(upload, is_sent=is_sent)
        except (SyncError, _BrokenOff):
            pile.is_over = True
            raise

    def _send(self, upload: Upload, pile: _Pile) -> bool:
        """Send one photo; tell whether the server holds it whole."""
        self._look_around(pile)
        file_state = self._media.files.check(upload.sha256)
        if file_state != "whole":
            return self._settle_lost(upload, file_state)
        # Nothing of it was ever sent: the question where to go on would cost a round trip for each photo.
        is_fresh = not upload.begun and upload.sha256 in pile.owed
        state = UploadState(0, upload.size_bytes) if is_fresh else self._held(upload)
        if state is None:
            return False
        if not upload.begun:
            self._media.begin(upload.sha256)
        return self._send_parts(upload, state, pile)

    def _send_parts(self, upload: Upload, state: UploadState, pile: _Pile) -> bool:
        standstills = 0
        pile.move(upload, state)
        while not state.is_complete:
            self._look_around(pile)
            answer = self._sent_part(upload, state)
            if answer.outcome == "unnamed":
                return False
            has_moved = answer.outcome == "kept" and answer.state.offset > state.offset
            standstills = 0 if has_moved else standstills + 1
            if standstills >= MOST_STANDSTILLS or answer.state.length != upload.size_bytes:
                raise NoProgress(f"photo {upload.sha256[:12]} does not get on: {answer.outcome}")
            if answer.outcome == "discarded":
                log.warning("upload_discarded sha256=%s", upload.sha256)
                if self._media.files.check(upload.sha256) != "whole":
                    # It broke between the check and the sending: the next sync says that it is lost.
                    return False
            pile.move(upload, answer.state, came_bytes=max(answer.state.offset - state.offset, 0))
            state = answer.state
        self._media.acknowledge(upload.sha256)
        return True

    def _sent_part(self, upload: Upload, state: UploadState) -> PartAnswer:
        part = self._media.files.read(upload.sha256, state.offset, self._parts.size_bytes)
        try:
            answer = self._wire.send_part(upload.sha256, state, part)
        except BatchTooLarge:
            if self._parts.is_smallest:
                raise
            self._parts.halve()
            return PartAnswer("kept", state)
        except ServerSilent:
            self._parts.halve()
            raise
        except ConnectionCut as cut:
            return self._gone_on(upload, state, cut)
        self._parts.grow()
        return answer

    def _gone_on(self, upload: Upload, state: UploadState, cut: ConnectionCut) -> PartAnswer:
        """Go on at once where a connection was cut, if it had brought anything.

        Raises:
            ConnectionCut: it had not.
            ServerUnreachable: there is no connection at all.
        """
        held = self._held(upload)
        if held is None or held.offset <= state.offset:
            raise cut
        log.info("upload_resumed sha256=%s offset=%d", upload.sha256, held.offset)
        return PartAnswer("kept", held)

    def _held(self, upload: Upload) -> UploadState | None:
        """Return how much of a photo the server holds, or None when no record that it holds names it."""
        held = self._wire.upload_state(upload.sha256)
        if held is not None and held.length != upload.size_bytes:
            raise NoProgress(f"photo {upload.sha256[:12]} has another size at the server: {held.length} bytes")
        return held

    def _look_around(self, pile: _Pile) -> None:
        if pile.is_stopping():
            raise _BrokenOff("stopped")
        if self._store.journal.summary().unsettled:
            raise _BrokenOff("records_wait")

    def _settle_lost(self, upload: Upload, reason: LossReason) -> bool:
        """Say that a photo is lost, unless the server has all of it; tell whether it has."""
        held = self._held(upload)
        if held is not None and held.is_complete:
            self._media.acknowledge(upload.sha256)
            return True
        speaker = self._speaker(upload.record)
        if speaker is not None:
            self._lose(upload, speaker, reason)
        return False

    def _speaker(self, record_id: str) -> Envelope | None:
        """Return in whose words a loss is told: the record's own, or of the newest that can be read; None without any.

        A record that was damaged on disk names nobody.
        """
        named_by = self._store.journal.get(record_id)
        if named_by is None or named_by.record.actor:
            return None if named_by is None else named_by.record
        others = (entry.record for entry in self._store.journal.entries(limit=SPEAKERS))
        return next((record for record in others if record.actor), None)

    def _lose(self, upload: Upload, named_by: Envelope, reason: LossReason) -> None:
        kind = KINDS["media_lost"]
        body = MediaLost(upload.sha256, upload.record, reason)
        record = replace(
            named_by,
            id=str(uuid7_at(self._clock.now_ms(), self._clock.random_bytes(RANDOM_BYTES))),
            kind=kind.name,
            v=kind.version,
            at=format_time(self._clock.now_ms()),
            clock=self._clock.stamp(),
            body=msgspec.Raw(msgspec.json.encode(body)),
            amends=None,
        )
        log.warning("photo_lost sha256=%s reason=%s", upload.sha256, reason)
        self._store.lose_photo(upload.sha256, record)
