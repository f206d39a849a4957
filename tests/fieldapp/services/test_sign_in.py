"""Signing in: six digits, patience instead of punishment, and a tablet that remembers who had it."""

import uuid

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from fieldapp.services.moments import Moment
from fieldapp.services.session import Refused, Session, SignedIn, fits_verifier, is_idle
from fieldapp.services.throttle import (
    FREE_TRIES,
    LONGEST_WAIT_S,
    Throttle,
    after_failure,
    decoded_throttle,
    wait_after,
    wait_left_s,
)
from sync.reference import PersonEntry
from tests.fieldapp.fakes import PERSON_1, PERSON_2, PIN_1, PIN_2, World, make_world

WRONG = "000000"
BOOT = str(uuid.UUID(int=5))


@pytest.fixture
def world() -> World:
    return make_world()


def test_the_right_pin_signs_in(world: World) -> None:
    answer = world.services.session.sign_in(PERSON_1, PIN_1)
    assert isinstance(answer, SignedIn)
    assert world.services.session.state().signed_in == answer.person


def test_a_wrong_pin_signs_nobody_in_and_says_how_many_tries_are_free(world: World) -> None:
    assert world.services.session.sign_in(PERSON_1, WRONG) == Refused("wrong_pin", 0, FREE_TRIES - 1)
    assert world.services.session.state().signed_in is None


def test_the_sixth_try_waits_half_a_minute_and_then_longer(world: World) -> None:
    session = world.services.session
    answers = [session.sign_in(PERSON_1, WRONG) for _ in range(FREE_TRIES)]
    assert answers[-1] == Refused("wrong_pin", 30, 0)
    assert session.sign_in(PERSON_1, PIN_1) == Refused("wait", 30)
    world.clock.advance(30)
    assert session.sign_in(PERSON_1, WRONG) == Refused("wrong_pin", 60, 0)
    world.clock.advance(59)
    assert session.sign_in(PERSON_1, PIN_1) == Refused("wait", 1)
    world.clock.advance(1)
    assert isinstance(session.sign_in(PERSON_1, PIN_1), SignedIn)


def test_the_right_pin_clears_the_count(world: World) -> None:
    session = world.services.session
    for _ in range(FREE_TRIES - 1):
        session.sign_in(PERSON_1, WRONG)
    session.sign_in(PERSON_1, PIN_1)
    assert session.sign_in(PERSON_1, WRONG) == Refused("wrong_pin", 0, FREE_TRIES - 1)


def test_the_wait_survives_a_kill_and_a_reboot(world: World) -> None:
    for _ in range(FREE_TRIES):
        world.services.session.sign_in(PERSON_1, WRONG)
    assert world.restarted().services.session.sign_in(PERSON_1, PIN_1) == Refused("wait", 30)
    world.clock.reboot(10)
    assert world.restarted().services.session.sign_in(PERSON_1, PIN_1) == Refused("wait", 20)


def test_setting_the_clock_back_wins_nothing(world: World) -> None:
    for _ in range(FREE_TRIES):
        world.services.session.sign_in(PERSON_1, WRONG)
    world.clock.reboot(0)
    world.clock.set_wall(world.clock.wall_ms - 3_600_000)
    assert world.services.session.sign_in(PERSON_1, PIN_1) == Refused("wait", 30)


def test_a_try_cut_off_by_a_kill_is_counted(world: World) -> None:
    def killed(_verifier: str, _pin: str) -> bool:
        raise KeyboardInterrupt

    session = Session(world.reference, world.settings, world.clock, verify=killed)
    for _ in range(FREE_TRIES):
        with pytest.raises(KeyboardInterrupt):
            session.sign_in(PERSON_1, PIN_1)
    assert world.services.session.sign_in(PERSON_1, PIN_1) == Refused("wait", 30)


def test_one_persons_wait_is_not_anothers(world: World) -> None:
    for _ in range(FREE_TRIES):
        world.services.session.sign_in(PERSON_1, WRONG)
    assert isinstance(world.services.session.sign_in(PERSON_2, PIN_2), SignedIn)


def test_an_unknown_person_and_a_missing_verifier_are_told_apart_and_cost_no_try(world: World) -> None:
    world.reference.person_rows[PERSON_2] = replace_pin(world, PERSON_2, "")
    session = world.services.session
    assert session.sign_in(str(uuid.UUID(int=9)), PIN_1) == Refused("unknown_person")
    for _ in range(FREE_TRIES + 1):
        assert session.sign_in(PERSON_2, PIN_2) == Refused("no_pin")


def test_a_person_past_the_date_may_still_sign_in_and_is_marked(world: World) -> None:
    world.clock.advance(2 * 366 * 86_400)
    answer = world.services.session.sign_in(PERSON_1, PIN_1)
    assert isinstance(answer, SignedIn)
    assert answer.person.is_expired


def test_a_lock_keeps_the_person_chosen(world: World) -> None:
    world.signed_in()
    world.services.session.lock()
    state = world.services.session.state()
    assert state.is_locked
    assert state.person is not None
    assert state.person.id == PERSON_1
    assert state.signed_in is None


def test_a_badge_chooses_the_person_and_asks_the_pin(world: World) -> None:
    world.signed_in()
    state = world.services.session.choose(PERSON_2)
    assert state.is_locked
    assert state.person is not None
    assert state.person.id == PERSON_2


def test_a_kill_in_the_middle_of_work_reopens_signed_in(world: World) -> None:
    world.signed_in()
    world.clock.advance(100)
    world.services.session.touch()
    world.clock.advance(120)
    state = world.restarted().services.session.resume()
    assert state.signed_in is not None
    assert state.signed_in.id == PERSON_1


def test_a_tablet_left_alone_reopens_locked_with_its_person(world: World) -> None:
    world.signed_in()
    world.clock.advance(180)
    state = world.restarted().services.session.resume()
    assert state.is_locked
    assert state.person is not None


def test_a_locked_tablet_stays_locked_after_a_kill(world: World) -> None:
    world.signed_in()
    world.services.session.lock()
    assert world.restarted().services.session.resume().is_locked


def test_activity_reaches_the_disk_at_most_every_fifteen_seconds(world: World) -> None:
    world.signed_in()
    before = world.settings.writes
    for _ in range(100):
        world.clock.advance(0.5)
        world.services.session.touch()
    assert world.settings.writes - before <= 4


def replace_pin(world: World, person: str, pin: str) -> PersonEntry:
    entry = world.reference.person_rows[person]
    return type(entry)(entry.name, entry.seat, entry.grid, pin, entry.valid_until)


def test_a_real_argon2id_verifier_is_understood() -> None:
    from argon2 import PasswordHasher

    verifier = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1).hash(PIN_1)
    assert fits_verifier(verifier, PIN_1) is True
    assert fits_verifier(verifier, WRONG) is False


@pytest.mark.parametrize("pin", ["", "12345", "1234567", "12345a", "１２３４５６", "123 56"])
def test_what_is_not_six_digits_never_fits(pin: str) -> None:
    assert fits_verifier("$argon2id$never-read", pin) is False


@pytest.mark.parametrize("verifier", ["", "plain", "$argon2id$v=19$m=65536,t=3,p=4$broken"])
def test_an_unreadable_verifier_is_not_a_wrong_pin(verifier: str) -> None:
    assert fits_verifier(verifier, PIN_1) is None


moments = st.builds(Moment, st.integers(0, 2**45), st.just(BOOT), st.integers(0, 2**45))


@given(st.integers(0, 200))
def test_the_wait_never_falls_and_never_passes_a_quarter_of_an_hour(failures: int) -> None:
    assert wait_after(failures) <= wait_after(failures + 1) <= LONGEST_WAIT_S


@given(st.integers(0, 200), moments, st.integers(0, 10_000_000))
def test_waiting_always_ends(failures: int, last: Moment, passed_ms: int) -> None:
    now = replace(last, mono_ms=last.mono_ms + passed_ms)
    left = wait_left_s(Throttle(failures, last), now)
    assert 0 <= left <= LONGEST_WAIT_S
    assert wait_left_s(Throttle(failures, last), replace(now, mono_ms=now.mono_ms + left * 1000)) == 0


@given(st.integers(0, 200), moments)
def test_a_throttle_survives_its_text(failures: int, last: Moment) -> None:
    throttle = after_failure(Throttle(failures, None), last)
    assert decoded_throttle(throttle.encoded()) == throttle


@given(st.text())
def test_an_unreadable_throttle_counts_as_none(text: str) -> None:
    assert wait_left_s(decoded_throttle(text), Moment(0, BOOT, 0)) >= 0


@given(moments, moments)
def test_idleness_is_decided_whatever_the_clocks_say(seen: Moment, now: Moment) -> None:
    assert is_idle(seen, now) is not (0 <= now.mono_ms - seen.mono_ms < 180_000)
