"""A spoken note on a report and on a case: one key begins, the same key ends; kept, heard, removed, not in the way."""

from fieldapp.recording.sounds import Sound
from fieldapp.services.photos import ROOM_BYTES
from fieldapp.services.voice_field import voices_in
from sync.records import CaseNote, CaseReport
from tests.fieldapp.casework_rows import with_casework
from tests.fieldapp.fake_voice import FakeMicrophone, ogg
from tests.fieldapp.fakes import PLATE_ENTRANCE_11, World, make_world, small_grid
from tests.fieldapp.robot import Robot, robot_in

REVIEW = ("2", "1", "1")
"""Problem, category, phrase."""


def world_with(**microphone: bool) -> World:
    return make_world(microphone=FakeMicrophone(**microphone)).signed_in()


def ticked(robot: Robot, panel: str = "problem") -> None:
    """Let a second pass for the panel."""
    robot.app.screen.query_one(f"#{panel}").tick()  # type: ignore[attr-defined]  # the panel of that id


async def test_the_same_key_begins_and_ends_and_the_report_names_the_sound() -> None:
    async with robot_in(world_with()) as robot:
        await robot.scan(PLATE_ENTRANCE_11)
        await robot.press(*REVIEW, "v")
        assert robot.sees("Stop 0:07")
        await robot.press("v")
        assert robot.word == "Spoken note kept"
        assert robot.sees("Spoken note  2 KB")
        await robot.press("1")
        case = robot.body()
        assert isinstance(case, CaseReport)
        assert [(ref.mime, ref.bytes) for ref in case.media] == [("audio/wav", 1644)]


async def test_saving_while_it_is_recorded_ends_it_and_saves_with_it() -> None:
    async with robot_in(world_with()) as robot:
        await robot.scan(PLATE_ENTRANCE_11)
        await robot.press_at_once(*REVIEW, "v", "1")
        assert robot.kinds[-1] == "case_report"
        case = robot.body()
        assert isinstance(case, CaseReport)
        assert len(case.media) == 1


async def test_a_note_is_heard_and_removed_before_saving() -> None:
    async with robot_in(world_with()) as robot:
        microphone = robot.world.microphone
        await robot.scan(PLATE_ENTRANCE_11)
        await robot.press(*REVIEW, "v", "v", "v")
        assert robot.sees("Listen")
        await robot.press("1")
        kept = voices_in(robot.world.services.forms.values("problem"))
        assert microphone.played == [kept[0].sha256]
        microphone.refuses = "player_failed"
        await robot.press("1")
        assert robot.word == "Not heard"
        await robot.press("2")
        assert robot.word == "Removed"
        await robot.press("1")
        case = robot.body()
        assert isinstance(case, CaseReport)
        assert case.media == ()


async def test_leaving_the_form_ends_it_and_keeps_it_in_the_draft_over_a_kill() -> None:
    async with robot_in(world_with()) as robot:
        await robot.scan(PLATE_ENTRANCE_11)
        await robot.press(*REVIEW, "v", "0", "0")
        assert not robot.world.microphone.recordings[0].is_running
        restarted = robot.world.restarted()
    assert len(voices_in(restarted.services.forms.values("problem"))) == 1


async def test_one_that_ends_by_itself_is_kept() -> None:
    async with robot_in(world_with()) as robot:
        robot.world.microphone.sound = Sound(ogg(), "audio/ogg")
        await robot.scan(PLATE_ENTRANCE_11)
        await robot.press(*REVIEW, "v")
        robot.world.microphone.recordings[0].is_running = False
        ticked(robot)
        await robot.settle()
        assert robot.word == "Spoken note kept"


async def test_what_fails_is_said_and_the_report_is_saved_all_the_same() -> None:
    async with robot_in(world_with()) as robot:
        microphone = robot.world.microphone
        await robot.scan(PLATE_ENTRANCE_11)
        await robot.press(*REVIEW)
        microphone.missing = True
        await robot.press("v")
        assert robot.sees("The recording program is missing. Call support.")
        microphone.missing, microphone.refuses = False, "no_sound"
        await robot.press("v", "v")
        assert robot.sees("No sound arrived. Try again.")
        robot.world.machine.free = ROOM_BYTES - 1
        await robot.press("v")
        assert robot.sees("Too little room. The report can still be saved.")
        await robot.press("1")
        assert robot.kinds[-1] == "case_report"


async def test_a_discarded_report_takes_the_recording_with_it() -> None:
    async with robot_in(world_with()) as robot:
        await robot.scan(PLATE_ENTRANCE_11)
        await robot.press(*REVIEW, "v", "9", "9")
        assert not robot.world.microphone.recordings[0].is_running
        assert robot.world.services.forms.values("problem") == {}


async def test_without_a_program_the_key_says_why() -> None:
    async with robot_in(world_with(records=False, plays=False)) as robot:
        await robot.scan(PLATE_ENTRANCE_11)
        await robot.press(*REVIEW)
        assert robot.sees("Spoken note")
        await robot.press("v")
        assert robot.sees("No recorder")
        assert robot.world.microphone.recordings == []


async def test_the_note_of_a_saved_report_is_heard_from_the_log() -> None:
    async with robot_in(world_with()) as robot:
        await robot.scan(PLATE_ENTRANCE_11)
        await robot.press(*REVIEW, "v", "v", "1")
        case = robot.body()
        assert isinstance(case, CaseReport)
        await robot.press("4", "1")
        assert robot.panel == "record"
        await robot.press("v")
        assert robot.world.microphone.played == [case.media[0].sha256]


async def test_a_note_on_a_case_can_be_spoken() -> None:
    world = make_world(with_casework(small_grid()), microphone=FakeMicrophone()).signed_in()
    async with robot_in(world) as robot:
        await robot.scan(PLATE_ENTRANCE_11)
        await robot.press("1", "k", "4", "1", "1", "v", "v")
        assert robot.word == "Spoken note kept"
        await robot.press("1")
        note = robot.body()
        assert isinstance(note, CaseNote)
        assert [ref.mime for ref in note.media] == ["audio/wav"]
