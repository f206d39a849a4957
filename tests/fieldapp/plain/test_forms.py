"""Forms line by line: every field, texts kept and changed, warnings, photos, and what else a visit has."""

from fieldapp.services.photo_field import photos_in
from sync.records import CaseReport, ShiftEnd, Visit
from tests.fieldapp.fake_photos import FakeCamera
from tests.fieldapp.fakes import MATTER_GAS, PLATE_ENTRANCE_11, START_MS, World, make_world
from tests.fieldapp.plain.talker import Talker


def at_the_door(world: World | None = None) -> Talker:
    talker = Talker(world or make_world().signed_in())
    talker.scans(PLATE_ENTRANCE_11)
    return talker


def test_a_category_is_found_by_initials_and_a_danger_says_whom_to_call_first() -> None:
    talker = at_the_door()
    talker.types("2", "9")
    assert talker.hears("Find a category", "Initials, characters or digits:")
    talker.types("rqyw")
    assert talker.hears("1 Smell of gas, Homes")
    talker.types("1")
    assert talker.hears("Danger: call 119 first, Smell of gas", "Description", "Danger: call 119 first")
    talker.types("5", "1")
    case = talker.body()
    assert isinstance(case, CaseReport)
    assert (f"{case.standard}:{case.matter_kind}:{case.matter_code}", case.severity) == (MATTER_GAS, 3)


def test_another_search_follows_without_going_back() -> None:
    talker = at_the_door()
    talker.types("2", "9", "zzz")
    assert talker.hears("Nothing fits")
    talker.types("litter")
    assert talker.hears("1 Exposed litter")
    talker.types("0")
    assert talker.hears("Initials, characters or digits:")
    talker.types("0")
    assert talker.hears("Category", "9 All, find")


def test_own_words_are_kept_added_to_and_emptied() -> None:
    talker = at_the_door()
    talker.types("2", "1", "9", "lamp is out")
    assert talker.hears("Words, lamp is out")
    talker.types("5")
    assert talker.hears("So far: lamp is out", "Enter alone keeps it")
    talker.types("+ again")
    assert talker.hears("Words, lamp is out again")
    talker.types("5", "")
    assert talker.hears("Words, lamp is out again")
    talker.types("5", "stairs dark")
    assert talker.hears("Words, stairs dark")
    talker.types("5", "0", "0", "7")
    assert talker.hears("Words, stairs dark")
    talker.types("5", "-")
    assert talker.page == "problem"
    assert talker.hears("1 Seen on the patrol"), "a report without words asks for them again"


def test_a_text_that_is_too_long_is_cut_and_said_so() -> None:
    talker = at_the_door()
    talker.types("2", "1", "9", "楼" * 3000)
    assert talker.hears("Too long: cut to 2000 characters")
    assert talker.world.services.forms.values("problem")["description"] == "楼" * 2000


def test_solved_on_the_spot_says_what_was_done() -> None:
    talker = at_the_door()
    talker.types("2", "1", "1", "2")
    assert talker.hears("What was done", "1 Cleared away")
    talker.types("2", "3", "1")
    case = talker.body()
    assert isinstance(case, CaseReport)
    assert (case.self_resolved, case.action, case.severity) == (True, "Repaired", 3)


def test_a_number_that_looks_like_a_telephone_is_warned_of_once_and_never_blocks() -> None:
    talker = at_the_door()
    talker.types("2", "1", "9", "call 13800138000", "1")
    assert talker.hears("Look again, This looks like a phone number. Take it out?", "1 Report as it is")
    assert talker.kinds[-1] == "check_in"
    talker.types("1")
    assert talker.kinds[-1] == "case_report"


def test_without_a_place_a_report_is_not_saved() -> None:
    talker = Talker(make_world().signed_in())
    talker.types("2", "1", "1", "1")
    assert talker.hears("Not yet, Place is missing")
    assert talker.kinds == []
    talker.types("4", "3", "1")
    assert talker.kinds[-1] == "case_report"


def test_a_discarded_draft_is_asked_about_once() -> None:
    talker = at_the_door()
    talker.types("2", "1", "1", "9")
    assert talker.hears("9 Really discard")
    assert talker.world.services.forms.half_written()
    talker.types("9")
    assert not talker.world.services.forms.half_written()
    assert talker.hears("Discarded")


def test_a_visit_takes_flat_needs_note_and_a_day() -> None:
    talker = at_the_door()
    talker.types("4", "9")
    assert talker.hears("More about this visit", "1 Flat (sealed)", "2 Needs", "3 Note", "4 Come again on")
    talker.types("1", "3-301", "2", "1", "5", "0", "3", "radiator cold", "4", "3", "0", "1")
    assert talker.hears("Care visit, 3-301, Repair, Doctor or medicine, radiator cold, 2026-11-30")
    talker.types("1")
    visit = talker.body()
    assert isinstance(visit, Visit)
    assert (visit.needs, visit.note, visit.follow_up_on) == (("repair", "medical"), "radiator cold", "2026-11-30")
    assert visit.flat is not None


def test_the_end_of_the_shift_takes_a_note() -> None:
    talker = at_the_door()
    talker.types("0", "6", "2", "quiet day")
    assert talker.hears("End the shift?", "2 Note, quiet day")
    talker.types("1")
    end = talker.body()
    assert isinstance(end, ShiftEnd)
    assert end.note == "quiet day"


# Photos ---------------------------------------------------------------------------------------------------------------


def reviewing(camera: FakeCamera) -> Talker:
    talker = at_the_door(make_world(camera=camera).signed_in())
    talker.types("2", "1", "1")
    return talker


def test_the_newest_picture_becomes_a_photo_of_the_report() -> None:
    camera = FakeCamera()
    camera.put("new.jpg", START_MS)
    talker = reviewing(camera)
    assert talker.hears("7 Add a photo, Newest picture")
    talker.types("7")
    assert talker.hears("A moment, The photo is being made")
    talker.waits()
    assert talker.hears("Photo added, 1, 160 KB", "7 Photos 1")
    talker.types("1")
    case = talker.body()
    assert isinstance(case, CaseReport)
    assert len(case.media) == 1


def test_saving_waits_for_the_photo_and_goes_without_it_when_asked_again() -> None:
    camera = FakeCamera()
    camera.put("new.jpg", START_MS)
    talker = reviewing(camera)
    talker.types("7", "", "1")
    assert talker.hears("It goes on by itself", "Saved as soon as the photo is ready")
    talker.waits()
    assert talker.hears("Photo added", "Saved, Stair light out")
    case = talker.body()
    assert isinstance(case, CaseReport)
    assert len(case.media) == 1


def test_a_photo_that_fails_is_said_and_the_report_stays() -> None:
    camera = FakeCamera(takes_pictures=True)
    camera.refuses = "camera_slow"
    talker = reviewing(camera)
    talker.types("7")
    talker.waits()
    assert talker.hears("No photo, The camera did not answer. Try again.", "Your choice")
    talker.types("1")
    assert talker.kinds[-1] == "case_report"


def test_a_photo_is_taken_out_again_at_the_second_time() -> None:
    camera = FakeCamera()
    camera.put("new.jpg", START_MS)
    talker = reviewing(camera)
    talker.types("7")
    talker.waits()
    talker.types("8")
    assert talker.hears("1 of 4 photos", "1 Photo 1, 160 KB, 1600 x 1200")
    talker.types("1", "9")
    assert talker.hears("Photo 1 of 1", "9 Really remove")
    talker.types("9")
    assert talker.hears("Photo removed")
    assert photos_in(talker.world.services.forms.values("problem")) == ()


def test_without_a_camera_no_photo_is_offered() -> None:
    talker = reviewing(FakeCamera(is_there=False))
    assert talker.hears("6 Category", "9 Discard")
    assert not talker.hears("photo")


def test_the_end_of_a_shift_warns_of_a_telephone_number_and_ends_anyway_when_asked_again() -> None:
    talker = Talker(make_world().signed_in())
    talker.scans(PLATE_ENTRANCE_11)
    talker.types("0", "6", "2", "call 13800138000", "1")
    assert talker.hears("Look again, This looks like a phone number. Take it out?", "1 End as it is")
    assert "shift_end" not in talker.kinds
    talker.types("1")
    end = talker.body()
    assert isinstance(end, ShiftEnd)
    assert end.note == "call 13800138000"
