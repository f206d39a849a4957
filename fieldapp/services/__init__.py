"""What the app can do, as plain synchronous objects: no screens, no store, no network.

Every call may be made from any thread and may block for one disk write, so none belongs on the event loop. Expected
answers are values; errors carry a stable `code` (`fieldapp.services.errors`, `sync.errors.SyncError`).
"""

from collections.abc import Callable
from datetime import tzinfo

from msgspec import Struct

from fieldapp.services.check_in import CheckIns
from fieldapp.services.finding import Finder
from fieldapp.services.forms import Forms
from fieldapp.services.moments import CHINA
from fieldapp.services.outbox import Outbox
from fieldapp.services.ports import Clock, Drafts, Enroller, Exchange, Journal, Machine, Reference, Settings
from fieldapp.services.problem import Problems
from fieldapp.services.recorder import Author, Recorder
from fieldapp.services.round import Rounds
from fieldapp.services.session import IDLE_LOCK_S, Session
from fieldapp.services.shift import Shifts
from fieldapp.services.shift_log import ShiftLog
from fieldapp.services.tags import Tags
from fieldapp.services.today import Today
from fieldapp.services.visit import Visits

__all__ = ["Services", "build_services"]


class Services(Struct, frozen=True):
    """Every service of the app, and the ports that screens may use as they are."""

    session: Session
    shifts: Shifts
    check_ins: CheckIns
    tags: Tags
    problems: Problems
    visits: Visits
    forms: Forms
    finder: Finder
    rounds: Rounds
    log: ShiftLog
    outbox: Outbox
    today: Today
    recorder: Recorder
    journal: Journal
    reference: Reference
    settings: Settings
    exchange: Exchange
    enroller: Enroller
    machine: Machine
    clock: Clock
    zone: tzinfo


def build_services(
    *,
    journal: Journal,
    drafts: Drafts,
    reference: Reference,
    settings: Settings,
    exchange: Exchange,
    enroller: Enroller,
    machine: Machine,
    clock: Clock,
    seal: Callable[[str], str | None] | None = None,
    verify_pin: Callable[[str, str], bool | None] | None = None,
    idle_lock_s: float = IDLE_LOCK_S,
    zone: tzinfo = CHINA,
) -> Services:
    """Return the services over the given ports.

    Args:
        seal: seals a text to the district's key; answers None while there is none.
        verify_pin: tells whether a PIN fits a verifier; Argon2id when None.
        idle_lock_s: seconds unused after which the tablet locks.
        zone: zone in which times are written and days begin.
    """
    session = Session(reference, settings, clock, verify=verify_pin, idle_lock_s=idle_lock_s)
    holder = _Holder(session)
    forms = Forms(drafts, settings, holder.chosen)
    recorder = Recorder(journal, drafts, clock, lambda: holder.author(shifts), zone=zone)
    shifts = Shifts(journal, recorder, forms, settings, clock, holder.signed_in, zone=zone)
    rounds = Rounds(journal, reference, settings)
    check_ins = CheckIns(journal, recorder, reference, rounds)
    today = Today(journal, reference, exchange, machine, clock, session, shifts, rounds, check_ins, forms)
    return Services(
        session=session,
        shifts=shifts,
        check_ins=check_ins,
        tags=Tags(reference, settings, session, clock),
        problems=Problems(journal, recorder, reference, forms, check_ins),
        visits=Visits(recorder, forms, check_ins, seal),
        forms=forms,
        finder=Finder(journal, reference),
        rounds=rounds,
        log=ShiftLog(journal, reference, zone=zone),
        outbox=Outbox(journal, reference, zone=zone),
        today=today,
        recorder=recorder,
        journal=journal,
        reference=reference,
        settings=settings,
        exchange=exchange,
        enroller=enroller,
        machine=machine,
        clock=clock,
        zone=zone,
    )


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
