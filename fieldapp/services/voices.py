"""Spoken notes of a form: recorded, kept, and named in the draft until the record is saved. Nobody transcribes them."""

from datetime import tzinfo
from pathlib import Path

from msgspec import Struct

from fieldapp.recording.sounds import NotHeard, Reason
from fieldapp.services.forms import Forms
from fieldapp.services.moments import CHINA, local_time
from fieldapp.services.photos import ROOM_BYTES
from fieldapp.services.ports import Clock, Machine, Media, Microphone, Recording
from fieldapp.services.voice_field import FIELD, WANTED, voices_in, voices_text
from sync.clock import format_time
from sync.errors import SyncError
from sync.records import MediaRef

_FULL_CODES = ("E-DISK",)


class Speaking(Struct, frozen=True):
    """A recording under way, for one draft."""

    form: str
    id: str
    began_ms: int
    recording: Recording


class NotSaid(Struct, frozen=True):
    """There is no new spoken note; the draft is as it was."""

    reason: Reason


class Dropped(Struct, frozen=True):
    """The draft for which it was recorded is no more."""


class NoMicrophone:
    """A tablet on which nothing records or plays."""

    records = plays = False

    def start(self) -> Recording:
        """Say that there is no program."""
        raise NotHeard("no_program")

    def play(self, file: Path) -> None:  # noqa: ARG002 - the port's signature
        """Say that there is no program."""
        raise NotHeard("no_player")

    def hush(self) -> None:
        """Do nothing: nothing is played."""


class Voices:
    """Records spoken notes and names them in drafts.

    `begin`, `finish` and `remove` are quick and belong in the order of the other work; `end` and `play` take as long as
    their programs need, and belong beside it.
    """

    def __init__(
        self,
        *,
        media: Media,
        microphone: Microphone,
        forms: Forms,
        machine: Machine,
        clock: Clock,
        zone: tzinfo = CHINA,
    ) -> None:
        self._media, self._microphone, self._forms = media, microphone, forms
        self._machine, self._clock, self._zone = machine, clock, zone

    @property
    def records(self) -> bool:
        """Return whether there is a program to record with."""
        return self._microphone.records

    @property
    def plays(self) -> bool:
        """Return whether there is a program to play with."""
        return self._microphone.plays

    def begin(self, form: str) -> Speaking | NotSaid:
        """Begin to record for a form's draft, or say why not."""
        if voices_in(self._forms.values(form)):
            return NotSaid("already")
        free = self._machine.free_bytes()
        if free is not None and free < ROOM_BYTES:
            return NotSaid("disk_low")
        try:
            recording = self._microphone.start()
        except NotHeard as refused:
            return NotSaid(refused.reason)
        speaking = Speaking(form, self._clock.random_bytes(8).hex(), self._clock.now_ms(), recording)
        self._forms.put(form, {WANTED: speaking.id})
        return speaking

    def end(self, speaking: Speaking) -> MediaRef | NotSaid:
        """End a recording and keep its file."""
        try:
            sound = speaking.recording.stop()
        except NotHeard as refused:
            return NotSaid(refused.reason)
        began = local_time(speaking.began_ms, self._zone)
        offset = began.utcoffset()
        minutes = 0 if offset is None else round(offset.total_seconds() / 60)
        try:
            return self._media.attach(
                sound.data, mime=sound.mime, role="before", taken_at=format_time(speaking.began_ms, minutes)
            )
        except SyncError as error:
            if error.code in _FULL_CODES:
                return NotSaid("disk_low")
            raise

    def finish(self, speaking: Speaking, ended: MediaRef | NotSaid) -> MediaRef | NotSaid | Dropped:
        """Name a spoken note in the draft it was recorded for."""
        values = self._forms.values(speaking.form)
        if values.get(WANTED) != speaking.id:
            return Dropped()
        kept = {FIELD: voices_text([*voices_in(values), ended])} if isinstance(ended, MediaRef) else {}
        self._forms.put(speaking.form, {**kept, WANTED: ""})
        return ended

    def remove(self, form: str) -> None:
        """Take the spoken note out of a draft."""
        self._microphone.hush()
        self._forms.put(form, {FIELD: ""})

    def play(self, sha256: str) -> NotSaid | None:
        """Play a kept note until it is over; return why it cannot be heard."""
        path = self._media.path(sha256)
        if path is None:
            return NotSaid("gone")
        try:
            self._microphone.play(path)
        except NotHeard as refused:
            return NotSaid(refused.reason)
        return None

    def hush(self) -> None:
        """End what is being played."""
        self._microphone.hush()
