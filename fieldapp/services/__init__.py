"""What the app can do, as plain synchronous objects: no screens, no store, no network.

Every call may be made from any thread and may block for one disk write, so none belongs on the event loop. Expected
answers are values; errors carry a stable `code` (`fieldapp.services.errors`, `sync.errors.SyncError`).
"""

from collections.abc import Callable
from datetime import tzinfo
from functools import cached_property
from typing import TYPE_CHECKING

from fieldapp.services.casework import Casework
from fieldapp.services.check_in import CheckIns
from fieldapp.services.forms import Forms
from fieldapp.services.moments import CHINA
from fieldapp.services.ports import (
    Clock,
    Drafts,
    Enroller,
    Exchange,
    Journal,
    Machine,
    Media,
    Reference,
    Settings,
)
from fieldapp.services.position import NoReceiver, Positions, PositionSource
from fieldapp.services.recorder import Author, Recorder
from fieldapp.services.round import Rounds
from fieldapp.services.session import IDLE_LOCK_S, Session
from fieldapp.services.shift import Shifts
from fieldapp.services.today import Battery, Today

if TYPE_CHECKING:
    from fieldapp.services.buildings import Buildings
    from fieldapp.services.day_log import DayLog
    from fieldapp.services.finding import Finder
    from fieldapp.services.hanging import Hanging
    from fieldapp.services.mending import Mending
    from fieldapp.services.mounting import Mounting
    from fieldapp.services.outbox import Outbox
    from fieldapp.services.photos import PhotoGear, Photos
    from fieldapp.services.ports import Microphone
    from fieldapp.services.problem import Problems
    from fieldapp.services.shift_log import ShiftLog
    from fieldapp.services.tags import Tags
    from fieldapp.services.visit import Visits
    from fieldapp.services.voices import Voices
    from fieldapp.services.week import Weeks

__all__ = ["Services"]


class Services:
    """Every service of the app, and the ports that screens may use as they are.

    What the home screen works with is made at once; the rest, and its modules, when it is first asked for.
    """

    def __init__(
        self,
        *,
        journal: Journal,
        drafts: Drafts,
        reference: Reference,
        settings: Settings,
        exchange: Exchange,
        enroller: Enroller,
        machine: Machine,
        clock: Clock,
        media: Media,
        photo_gear: "Callable[[], PhotoGear]",
        microphone: "Callable[[], Microphone] | None" = None,
        receiver: PositionSource = NoReceiver(),  # noqa: B008 - it holds nothing
        seal: Callable[[str], str | None] | None = None,
        verify_pin: Callable[[str, str], bool | None] | None = None,
        battery: Callable[[], Battery | None] = lambda: None,
        idle_lock_s: float = IDLE_LOCK_S,
        zone: tzinfo = CHINA,
    ) -> None:
        """Make the services over the given ports.

        Args:
            photo_gear: makes what photos are made with, when wanted; `microphone` the same of spoken notes.
            receiver: says where the tablet stands.
            seal: seals a text to the district's key; answers None while there is none.
            verify_pin: tells whether a PIN fits a verifier; Argon2id when None.
            battery: reads the battery; may take a moment.
            idle_lock_s: seconds unused after which the tablet locks.
            zone: zone in which times are written and days begin.
        """
        self.journal, self.reference, self.settings, self.exchange = journal, reference, settings, exchange
        self.enroller, self.machine, self.media, self.clock, self.zone = enroller, machine, media, clock, zone
        self._photo_gear, self._microphone, self._seal = photo_gear, microphone, seal
        self.positions = Positions(receiver, reference)
        self.session = Session(reference, settings, clock, verify=verify_pin, idle_lock_s=idle_lock_s)
        self._holder = holder = _Holder(self.session)
        self.forms = Forms(drafts, settings, holder.chosen)
        self.recorder = Recorder(journal, drafts, clock, lambda: holder.author(self.shifts), zone=zone)
        self.shifts = Shifts(journal, self.recorder, self.forms, settings, clock, holder.signed_in, zone=zone)
        self.rounds = Rounds(journal, reference, settings)
        self.check_ins = CheckIns(journal, self.recorder, reference, self.rounds)
        self.casework = Casework(journal, reference, settings, clock, holder.signed_in)
        self.today = Today(
            journal,
            reference,
            exchange,
            machine,
            clock,
            self.session,
            self.shifts,
            self.rounds,
            self.check_ins,
            self.forms,
            media,
            self.positions,
            battery,
            self.casework,
        )

    @cached_property
    def tags(self) -> "Tags":
        """Return what tags do."""
        from fieldapp.services.tags import Tags

        return Tags(self.reference, self.hanging, self.settings, self.session, self.clock)

    @cached_property
    def hanging(self) -> "Hanging":
        """Return what knows which tags hang where."""
        from fieldapp.services.hanging import Hanging

        return Hanging(self.journal, self.reference)

    @cached_property
    def mounting(self) -> "Mounting":
        """Return what puts up plates."""
        from fieldapp.services.mounting import Mounting

        return Mounting(self.recorder, self.reference, self.hanging, self.tags)

    @cached_property
    def photos(self) -> "Photos":
        """Return what makes photos for forms."""
        from fieldapp.services.photos import Photos

        return Photos(
            media=self.media,
            gear=self._photo_gear(),
            forms=self.forms,
            settings=self.settings,
            machine=self.machine,
            clock=self.clock,
            zone=self.zone,
        )

    @cached_property
    def voices(self) -> "Voices":
        """Return what records spoken notes for forms."""
        from fieldapp.services.voices import NoMicrophone, Voices

        return Voices(
            media=self.media,
            microphone=self._microphone() if self._microphone is not None else NoMicrophone(),
            forms=self.forms,
            machine=self.machine,
            clock=self.clock,
            zone=self.zone,
        )

    @cached_property
    def mending(self) -> "Mending":
        """Return what opens the form of a record that is kept apart."""
        from fieldapp.services.mending import Mending

        return Mending(self.journal, self.recorder, self.forms, self.log)

    @cached_property
    def problems(self) -> "Problems":
        """Return what saves problems."""
        from fieldapp.services.problem import Problems

        return Problems(self.journal, self.recorder, self.reference, self.forms)

    @cached_property
    def visits(self) -> "Visits":
        """Return what saves visits."""
        from fieldapp.services.visit import Visits

        return Visits(self.recorder, self.forms, self._seal)

    @cached_property
    def finder(self) -> "Finder":
        """Return what finds buildings, doors and people."""
        from fieldapp.services.finding import Finder

        return Finder(self.journal, self.reference, self.positions, self.tags)

    @cached_property
    def buildings(self) -> "Buildings":
        """Return what knows the grid's buildings as they stand today."""
        from fieldapp.services.buildings import Buildings

        return Buildings(
            self.journal,
            self.reference,
            self.shifts,
            self.rounds,
            self.positions,
            self.log,
            self.session,
            self.casework,
            zone=self.zone,
        )

    @cached_property
    def weeks(self) -> "Weeks":
        """Return what looks back on a week."""
        from fieldapp.services.week import Weeks

        return Weeks(self.journal, self.reference, self.media, self.clock, zone=self.zone)

    @cached_property
    def log(self) -> "ShiftLog":
        """Return what makes lines of a log."""
        from fieldapp.services.shift_log import ShiftLog

        return ShiftLog(self.reference, self.media, zone=self.zone)

    @cached_property
    def day_log(self) -> "DayLog":
        """Return what reads the day's log."""
        from fieldapp.services.day_log import DayLog

        return DayLog(self.journal, self.shifts, self.log, self._holder.signed_in)

    @cached_property
    def outbox(self) -> "Outbox":
        """Return what waits and what became of it."""
        from fieldapp.services.outbox import Outbox

        return Outbox(self.journal, self.reference, self.media, zone=self.zone)


class _Holder:
    """Who has the tablet in hand, asked anew each time."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def signed_in(self) -> str | None:
        """Return the id of who may work now."""
        person = self._session.state().signed_in
        return person.id if person else None

    def chosen(self) -> str | None:
        """Return the id of who has the tablet, also while it is locked."""
        person = self._session.state().person
        return person.id if person else None

    def author(self, shifts: Shifts) -> Author | None:
        """Return who would sign a record now, with the open shift."""
        person = self._session.state().signed_in
        if person is None:
            return None
        shift = shifts.of_person(person.id)
        return Author(person.id, person.seat, person.grid, shift.id if shift else None)
