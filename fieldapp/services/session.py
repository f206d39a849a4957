"""Who is signed in: people of the grid, six-digit PINs, lock and return after a restart."""

import threading
from collections.abc import Callable
from typing import Literal

from msgspec import Struct

from fieldapp.services.moments import Moment, decoded_moment, elapsed_s, now_of
from fieldapp.services.ports import Clock, Reference, Settings
from fieldapp.services.throttle import FREE_TRIES, Throttle, after_failure, decoded_throttle, wait_left_s
from sync.clock import parse_time
from sync.reference import PersonEntry

PIN_DIGITS = 6
"""Digits of every PIN."""

IDLE_LOCK_S = 180
"""Seconds without a key, touch, scan or badge after which the tablet locks."""

TOUCH_EVERY_S = 15
"""Activity reaches the disk at most this often, seconds; a return after a kill is judged by it."""

_PERSON, _LOCKED, _SEEN = "session.person", "session.locked", "session.seen"

Refusal = Literal["wrong_pin", "wait", "unknown_person", "no_pin"]
"""Why a sign-in was refused; `no_pin` means the person's verifier has not arrived or is unreadable."""


class Person(Struct, frozen=True):
    """Somebody who may sign in on this tablet.

    Attributes:
        is_expired: the tablet has not heard of this person for too long: may record, may not read others' data.
    """

    id: str
    name: str
    seat: str
    grid: str
    is_expired: bool = False


class SignedIn(Struct, frozen=True):
    """The PIN was right."""

    person: Person


class Refused(Struct, frozen=True):
    """The sign-in was refused.

    Attributes:
        wait_s: seconds until the next try is heard, 0 for at once.
        tries_left: wrong PINs that still cost no wait.
    """

    reason: Refusal
    wait_s: int = 0
    tries_left: int = 0


class SessionState(Struct, frozen=True):
    """Who has the tablet in hand.

    Attributes:
        person: who signed in last, or whom a badge chose; None after signing out.
        is_locked: the PIN is needed before anything is shown.
    """

    person: Person | None
    is_locked: bool

    @property
    def signed_in(self) -> Person | None:
        """Return the person who may work now, None while locked."""
        return None if self.is_locked else self.person


class Session:
    """Signs people in and out; every change is on disk, so that it survives a kill.

    Args:
        verify: tells whether a PIN fits an Argon2id verifier; takes about a tenth of a second by design.
        idle_lock_s: see `IDLE_LOCK_S`.
    """

    def __init__(
        self,
        reference: Reference,
        settings: Settings,
        clock: Clock,
        *,
        verify: Callable[[str, str], bool | None] | None = None,
        idle_lock_s: float = IDLE_LOCK_S,
    ) -> None:
        self._reference = reference
        self._settings = settings
        self._clock = clock
        self._verify = verify or fits_verifier
        self.idle_lock_s = idle_lock_s
        self._guard = threading.RLock()
        self._seen: Moment | None = decoded_moment(settings.get(_SEEN))

    def people(self) -> list[Person]:
        """Return who may sign in, in the reference data's order."""
        return [self._person(person_id, entry) for person_id, entry in self._reference.people().items()]

    def find(self, person_id: str) -> Person | None:
        """Return a person of the grid by id."""
        entry = self._reference.people().get(person_id)
        return None if entry is None else self._person(person_id, entry)

    def state(self) -> SessionState:
        """Return who has the tablet in hand."""
        person_id = self._settings.get(_PERSON)
        person = self.find(person_id) if person_id else None
        return SessionState(person, person is None or self._settings.get(_LOCKED) is not None)

    def choose(self, person_id: str) -> SessionState:
        """Set who is asked for the PIN next, as a badge or the name list does; the tablet is locked until then."""
        with self._guard:
            self._settings.put(_LOCKED, "yes")
            self._settings.put(_PERSON, person_id)
        return self.state()

    def sign_in(self, person_id: str, pin: str) -> SignedIn | Refused:
        """Check a PIN; blocks for about a tenth of a second.

        A try is counted on disk before it is checked, so that pulling the battery wins no free guess.
        """
        with self._guard:
            entry = self._reference.people().get(person_id)
            if entry is None:
                return Refused("unknown_person")
            throttle = self._throttle(person_id)
            now = now_of(self._clock)
            if wait_s := wait_left_s(throttle, now):
                return Refused("wait", wait_s)
            failed = after_failure(throttle, now)
            self._settings.put(_throttle_name(person_id), failed.encoded())
            fits = self._verify(entry.pin, pin)
            if fits is None:
                self._settings.put(_throttle_name(person_id), throttle.encoded())
                return Refused("no_pin")
            if not fits:
                return Refused("wrong_pin", wait_left_s(failed, now), max(0, FREE_TRIES - failed.failures))
            return self._open(person_id, entry, now)

    def lock(self) -> None:
        """Lock the tablet; who was signed in stays chosen."""
        self._settings.put(_LOCKED, "yes")

    def touch(self) -> None:
        """Note that somebody used the tablet; cheap, reaches the disk at most every `TOUCH_EVERY_S` seconds."""
        now = now_of(self._clock)
        passed_s = None if self._seen is None else elapsed_s(self._seen, now)
        if passed_s is None or passed_s >= TOUCH_EVERY_S:
            self._settings.put(_SEEN, now.encoded())
            self._seen = now

    def resume(self) -> SessionState:
        """Return the state with which the app opens after a restart, locked when it was left for too long."""
        seen = decoded_moment(self._settings.get(_SEEN))
        if not self.state().is_locked and is_idle(seen, now_of(self._clock), self.idle_lock_s):
            self.lock()
        return self.state()

    def _open(self, person_id: str, entry: PersonEntry, now: Moment) -> SignedIn:
        self._settings.put(_throttle_name(person_id), None)
        self._settings.put(_SEEN, now.encoded())
        self._settings.put(_PERSON, person_id)
        self._settings.put(_LOCKED, None)
        self._seen = now
        return SignedIn(self._person(person_id, entry))

    def _throttle(self, person_id: str) -> Throttle:
        return decoded_throttle(self._settings.get(_throttle_name(person_id)))

    def _person(self, person_id: str, entry: PersonEntry) -> Person:
        return Person(person_id, entry.name, entry.seat, entry.grid, has_expired(entry, self._clock))


def is_idle(last_used: Moment | None, now: Moment, idle_lock_s: float = IDLE_LOCK_S) -> bool:
    """Tell whether a tablet has lain unused long enough to lock; contradicting clocks lock it."""
    passed_s = None if last_used is None else elapsed_s(last_used, now)
    return passed_s is None or passed_s >= idle_lock_s


def has_expired(entry: PersonEntry, clock: Clock) -> bool:
    """Tell whether a person's entry has passed its date by the server-corrected clock."""
    try:
        valid_until_ms = parse_time(entry.valid_until)
    except ValueError:
        return False
    return clock.now_ms() + (clock.stamp().offset_ms or 0) > valid_until_ms


def fits_verifier(verifier: str, pin: str) -> bool | None:
    """Tell whether a six-digit PIN fits an Argon2id verifier, or None when the verifier is unreadable."""
    from argon2 import PasswordHasher
    from argon2.exceptions import InvalidHashError, VerificationError, VerifyMismatchError

    if len(pin) != PIN_DIGITS or not (pin.isascii() and pin.isdecimal()):
        return False
    try:
        return PasswordHasher().verify(verifier, pin)
    except VerifyMismatchError:
        return False
    except (InvalidHashError, VerificationError):
        return None


def _throttle_name(person_id: str) -> str:
    return f"pin.{person_id}"
