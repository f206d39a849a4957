"""A spoken note line by line: V begins, V ends, it goes with the record; what has no sound says so."""

from fieldapp.services.voice_field import is_voice
from sync.records import CaseReport
from tests.fieldapp.fake_voice import FakeMicrophone
from tests.fieldapp.fakes import PLATE_ENTRANCE_11, make_world
from tests.fieldapp.plain.talker import Talker


def in_a_report(microphone: FakeMicrophone) -> Talker:
    talker = Talker(make_world(microphone=microphone).signed_in())
    talker.scans(PLATE_ENTRANCE_11)
    talker.types("2", "1", "1")
    return talker


def saved(talker: Talker) -> CaseReport:
    report = talker.body()
    assert isinstance(report, CaseReport)
    return report


def test_one_key_records_the_same_key_ends_and_the_note_goes_with_the_report() -> None:
    talker = in_a_report(FakeMicrophone())
    talker.types("v")
    assert talker.hears("V Stop, The microphone is on")
    talker.types("v")
    talker.waits()
    assert talker.hears("Spoken note kept, 0:07")
    talker.types("1")
    (note,) = saved(talker).media
    assert is_voice(note)


def test_saving_while_it_is_recorded_ends_it_and_saves_with_it() -> None:
    talker = in_a_report(FakeMicrophone())
    talker.types("v", "1")
    talker.waits()
    assert len(saved(talker).media) == 1


def test_it_is_heard_and_removed_again() -> None:
    microphone = FakeMicrophone()
    talker = in_a_report(microphone)
    talker.types("v", "v")
    talker.waits()
    talker.types("v", "1")
    talker.waits()
    assert len(microphone.played) == 1
    talker.types("2")
    assert talker.hears("Removed", "V Spoken note")
    talker.types("1")
    assert saved(talker).media == ()


def test_a_recording_without_sound_is_refused_and_the_report_stands() -> None:
    microphone = FakeMicrophone()
    microphone.refuses = "no_sound"
    talker = in_a_report(microphone)
    talker.types("v", "v")
    talker.waits()
    assert talker.hears("No spoken note, No sound arrived. Try again.")
    talker.types("1")
    assert saved(talker).media == ()


def test_one_that_ends_by_itself_is_kept() -> None:
    microphone = FakeMicrophone()
    talker = in_a_report(microphone)
    talker.types("v")
    microphone.recordings[-1].is_running = False
    talker.lets_pass(1)
    talker.waits()
    assert talker.hears("Spoken note kept")


def test_leaving_the_form_ends_what_is_recorded() -> None:
    microphone = FakeMicrophone()
    talker = in_a_report(microphone)
    talker.types("v")
    talker.scans(PLATE_ENTRANCE_11)
    talker.types("0", "0", "0")
    talker.waits()
    assert not microphone.recordings[-1].is_running


def test_without_a_recorder_the_key_says_so() -> None:
    talker = in_a_report(FakeMicrophone(records=False, plays=False))
    talker.types("v")
    assert talker.hears("Spoken note, No recorder")


def test_a_note_is_heard_again_from_the_log() -> None:
    microphone = FakeMicrophone()
    talker = in_a_report(microphone)
    talker.types("v", "1")
    talker.waits()
    talker.types("4", "1", "v")
    talker.waits()
    assert len(microphone.played) == 1
