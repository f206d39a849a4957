"""Nothing entered is lost and nothing is called saved that is not: full disks, locks, colleagues, the app itself."""

import pytest

from sync.records import CaseReport
from tests.fieldapp.fakes import BADGE_2, PIN_1, PIN_2, PLATE_ENTRANCE_11, DiskFull, make_world
from tests.fieldapp.plain.talker import Talker
from tests.fieldapp.robot import robot_in


def half_a_problem() -> Talker:
    talker = Talker(make_world().signed_in())
    talker.scans(PLATE_ENTRANCE_11)
    talker.types("2", "1", "9")
    return talker


def test_each_field_is_on_disk_when_its_line_was_taken() -> None:
    talker = half_a_problem()
    assert talker.world.services.forms.values("problem")["matter"].endswith("10996")
    talker.types("lamp is out")
    assert talker.world.services.forms.values("problem")["description"] == "lamp is out"


def test_after_a_kill_the_same_field_of_the_same_form_is_asked_for() -> None:
    talker = half_a_problem()
    again = Talker(talker.world.restarted())
    assert "Description, 1号楼 1单元" in again.text
    assert again.text.endswith("Text: ")
    again.types("lamp is out", "1")
    case = again.body()
    assert isinstance(case, CaseReport)
    assert case.description == "lamp is out"


async def test_the_app_goes_on_where_the_plain_mode_was_left_and_the_other_way_round() -> None:
    talker = half_a_problem()
    talker.types("lamp is out")
    world = talker.world.restarted()
    async with robot_in(world) as robot:
        assert robot.panel == "problem"
        assert robot.sees("lamp is out")
        await robot.press("2")
    again = Talker(world.restarted())
    assert "What was done, 1号楼 1单元" in again.text
    again.types("1", "1")
    assert again.hears("Saved, Stair light out 1号楼 1单元")
    case = again.body()
    assert isinstance(case, CaseReport)
    assert (case.description, case.action) == ("lamp is out", "Cleared away")


def test_a_full_disk_is_said_with_its_code_and_the_shift_goes_on() -> None:
    talker = half_a_problem()
    talker.types("lamp is out")
    talker.world.journal.fault = DiskFull("no room")
    talker.types("1")
    assert talker.hears("Disk full: nothing was saved. Free some space, then press again. (E-DISK)", "Your choice")
    assert not talker.hears("Saved")
    talker.world.journal.fault = None
    talker.types("1")
    assert isinstance(talker.body(), CaseReport)


def test_an_arrival_that_could_not_be_saved_is_not_called_one() -> None:
    talker = Talker(make_world().signed_in())
    talker.world.journal.fault = DiskFull("no room")
    talker.scans(PLATE_ENTRANCE_11)
    assert talker.hears("E-DISK")
    assert not talker.hears("Arrived, saved")
    assert talker.page == "today"


def test_an_unforeseen_failure_is_a_sentence_and_leads_home(caplog: pytest.LogCaptureFixture) -> None:
    talker = Talker(make_world().signed_in())
    talker.scans(PLATE_ENTRANCE_11)
    talker.world.journal.fault = ZeroDivisionError("nobody thought of this")
    talker.types("1")
    assert talker.hears("Something went wrong. Nothing was lost. Try again. (E-APP)")
    assert talker.page == "today"
    assert "nobody" not in talker.text
    talker.world.journal.fault = None
    talker.types("8")
    assert talker.hears("Normal, saved")
    assert "turn_failed" in caplog.text


def test_an_unused_tablet_locks_and_the_same_person_finds_the_form_as_it_was() -> None:
    talker = half_a_problem()
    idle_s = talker.world.services.session.idle_lock_s
    assert talker.conversation.patience_s() == idle_s
    talker.lets_pass(idle_s - 1)
    assert talker.page == "problem"
    talker.lets_pass(1)
    assert talker.hears("Locked: nobody used it for a while", "网格员 1, enter your PIN")
    assert talker.world.services.session.state().is_locked
    talker.types(PIN_1)
    assert talker.hears("Description", "Text:")


def test_a_script_always_begins_with_the_names_whoever_was_signed_in_a_moment_ago() -> None:
    talker = Talker(make_world().signed_in(), is_typed=False)
    assert talker.text.startswith("Tap your badge or choose your name\n1 网格员 1\n")
    assert talker.world.services.session.state().is_locked
    talker.types("1", PIN_1, "4")
    assert talker.page == "log"
    assert talker.kinds == []


def test_a_script_may_name_who_signs_in() -> None:
    talker = Talker(make_world(), is_typed=False)
    talker.types("网格员 2", PIN_2)
    assert talker.hears("网格员 2, no shift is open")
    other = Talker(make_world(), is_typed=False)
    other.types("nobody")
    assert other.hears("Not understood")


def test_a_script_is_not_locked_out_by_waiting() -> None:
    talker = Talker(make_world().signed_in(), is_typed=False)
    assert talker.conversation.patience_s() is None


def test_a_colleague_who_signs_in_begins_at_home_and_finds_nothing_of_the_other() -> None:
    talker = half_a_problem()
    talker.types("lamp is out", "0")
    talker.taps(BADGE_2)
    talker.types("1", PIN_2)
    assert talker.hears("网格员 2, no shift is open")
    assert not talker.hears("half written")
    assert talker.world.services.forms.half_written() == []


def test_locking_is_one_key_and_needs_the_pin() -> None:
    talker = Talker(make_world().signed_in())
    talker.types("9")
    assert talker.hears("网格员 1, enter your PIN", "PIN:")
    talker.types("0", "h", "u")
    assert talker.page == "sign_in"
    talker.types("1", PIN_1)
    assert talker.page == "today"


def test_something_half_written_is_offered_and_gone_on_with_by_one_key() -> None:
    talker = half_a_problem()
    talker.types("0", "0")
    assert talker.page == "today"
    assert talker.hears("Report a problem", "7 goes on", "7 Go on writing")
    talker.types("7")
    assert talker.page == "problem"
