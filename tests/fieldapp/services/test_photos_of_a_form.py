"""Photos of a form: in the draft as soon as they are kept, in the record when it is saved, never in another draft."""

import pytest

from fieldapp.services.photo_field import photos_in, photos_text
from fieldapp.services.photos import FRESH_S, ROOM_BYTES, Added, Dropped, Job, NotAdded, Photos
from sync.clock import parse_time
from sync.imaging.photos import Picture, Reason
from sync.records import CaseReport, Visit, decode_body, kind_of
from tests.fieldapp.fake_photos import FakeCamera, made_picture
from tests.fieldapp.fake_ports import START_MS, DiskFull
from tests.fieldapp.fakes import BUILDING_1, MATTER_LAMP, World, make_world

FORM = "problem"
WHOLE = {"matter": MATTER_LAMP, "building": BUILDING_1, "description": "Seen"}


@pytest.fixture
def world() -> World:
    world = make_world().signed_in()
    world.services.shifts.start()
    world.services.forms.put(FORM, WHOLE)
    return world


def add(world: World, picture: Picture | None = None, form: str = FORM) -> Added | NotAdded | Dropped:
    """Do all that adding a photo is, one after the other."""
    photos = world.services.photos
    job = photos.begin(form, picture)
    return photos.finish(job, photos.make(job)) if isinstance(job, Job) else job


def recent(world: World, name: str = "a.jpg", seconds_ago: float = 20) -> Picture:
    return world.camera.put(name, world.clock.now_ms() - round(seconds_ago * 1000))


def test_a_photo_is_in_the_draft_and_then_in_the_record(world: World) -> None:
    recent(world)
    added = add(world)
    assert isinstance(added, Added)
    entry = world.services.problems.save().entry  # type: ignore[union-attr] # a whole form is saved
    kind = kind_of(entry.record)
    assert kind is not None
    body = decode_body(kind, entry.record.body)
    assert isinstance(body, CaseReport)
    assert body.media == added.photos
    (photo,) = body.media
    assert (photo.mime, photo.role, photo.width, photo.height) == ("image/jpeg", "before", 1600, 1200)
    assert photo.bytes == len(world.media.held[photo.sha256])


def test_the_time_taken_has_the_zone_of_the_streets(world: World) -> None:
    recent(world)
    added = add(world)
    assert isinstance(added, Added)
    assert added.photos[0].taken_at == "2026-11-23T07:59:00.000+08:00"
    assert parse_time(added.photos[0].taken_at) < START_MS


def test_a_photo_after_solving_shows_how_it_was_left(world: World) -> None:
    world.services.forms.put(FORM, {"self_resolved": "yes"})
    recent(world)
    added = add(world)
    assert isinstance(added, Added)
    assert added.photos[0].role == "after"


def test_a_visit_takes_photos_too(world: World) -> None:
    world.services.forms.put("visit", {"building": BUILDING_1, "purpose": "safety", "outcome": "met"})
    recent(world)
    add(world, form="visit")
    entry = world.services.visits.save().entry  # type: ignore[union-attr] # a whole form is saved
    kind = kind_of(entry.record)
    assert kind is not None
    body = decode_body(kind, entry.record.body)
    assert isinstance(body, Visit)
    assert [photo.role for photo in body.media] == ["verify"]


def test_a_problem_with_a_photo_needs_no_words(world: World) -> None:
    world.services.forms.put(FORM, {"description": ""})
    recent(world)
    add(world)
    world.services.problems.save()
    assert world.journal.rows[-1].record.kind == "case_report"


def test_the_newest_picture_nobody_has_used_is_taken(world: World) -> None:
    old, new = recent(world, "old.jpg", 300), recent(world, "new.jpg", 10)
    assert world.services.photos.fresh() == new
    add(world)
    assert world.services.photos.fresh() == old
    assert world.camera.used_keys == [new.key]


def test_a_picture_of_this_morning_is_offered_but_not_taken_by_itself(world: World) -> None:
    picture = recent(world, seconds_ago=FRESH_S + 1)
    assert add(world) == NotAdded("nothing_new")
    assert world.services.photos.offered() == [picture]
    assert isinstance(add(world, picture), Added)


def test_a_camera_whose_clock_is_ahead_is_believed(world: World) -> None:
    recent(world, seconds_ago=-7200)
    assert isinstance(add(world), Added)


def test_where_nothing_is_new_one_is_taken_by_command(world: World) -> None:
    world.camera.takes_pictures = True
    world.camera.to_take.append(made_picture("taken.jpg", START_MS))
    assert isinstance(add(world), Added)


def test_photos_survive_a_kill_with_the_draft(world: World) -> None:
    recent(world)
    added = add(world)
    assert isinstance(added, Added)
    restarted = world.restarted()
    assert photos_in(restarted.services.forms.values(FORM)) == added.photos
    assert restarted.services.forms.is_begun(FORM)


def test_a_draft_that_holds_a_photo_alone_is_worth_resuming() -> None:
    world = make_world().signed_in()
    world.services.forms.put(FORM, {"building": BUILDING_1})
    recent(world)
    assert not world.services.forms.is_begun(FORM)
    add(world)
    assert world.services.forms.is_begun(FORM)


def test_a_record_has_no_more_photos_than_allowed(world: World) -> None:
    for number in range(6):
        recent(world, f"{number}.jpg", 10 + number)
    outcomes = [add(world) for _ in range(5)]
    assert [isinstance(outcome, Added) for outcome in outcomes] == [True, True, True, True, False]
    assert outcomes[-1] == NotAdded("enough")


def test_the_same_photo_twice_is_one(world: World) -> None:
    picture = recent(world)
    first = add(world, picture)
    assert isinstance(first, Added)
    assert add(world, picture) == NotAdded("same")
    assert photos_in(world.services.forms.values(FORM)) == first.photos


def test_a_removed_photo_is_gone_and_the_others_stay(world: World) -> None:
    recent(world, "a.jpg", 30)
    recent(world, "b.jpg", 10)
    add(world)
    both = add(world)
    assert isinstance(both, Added)
    first, second = both.photos
    assert world.services.photos.remove(FORM, first.sha256) == (second,)
    assert photos_in(world.services.forms.values(FORM)) == (second,)


def test_a_photo_for_a_draft_that_was_saved_meanwhile_is_dropped(world: World) -> None:
    recent(world)
    job = world.services.photos.begin(FORM)
    assert isinstance(job, Job)
    world.services.problems.save()
    world.services.forms.put(FORM, WHOLE)
    assert world.services.photos.finish(job, world.services.photos.make(job)) == Dropped()
    assert photos_in(world.services.forms.values(FORM)) == ()


def test_a_photo_for_a_discarded_draft_makes_no_new_one(world: World) -> None:
    recent(world)
    job = world.services.photos.begin(FORM)
    assert isinstance(job, Job)
    world.services.forms.discard(FORM)
    assert world.services.photos.finish(job, world.services.photos.make(job)) == Dropped()
    assert world.services.forms.values(FORM) == {}


def test_a_tablet_without_a_camera_says_so() -> None:
    world = make_world(camera=FakeCamera(is_there=False)).signed_in()
    assert add(world) == NotAdded("no_camera")


def test_with_little_room_no_photo_is_made_and_the_report_is_saved(world: World) -> None:
    recent(world)
    world.machine.free = ROOM_BYTES - 1
    assert add(world) == NotAdded("disk_low")
    world.services.problems.save()
    assert world.journal.rows[-1].record.kind == "case_report"


def test_a_disk_that_fills_while_the_photo_is_written_says_the_same(world: World) -> None:
    recent(world)
    world.media.fault = DiskFull("no room")
    assert add(world) == NotAdded("disk_low")
    assert photos_in(world.services.forms.values(FORM)) == ()


@pytest.mark.parametrize("reason", ["not_a_picture", "damaged", "too_many_pixels"])
def test_what_is_no_photo_leaves_the_draft_as_it_was(world: World, reason: Reason) -> None:
    picture = recent(world, "bad.jpg")
    world.darkroom.refuses["bad.jpg"] = reason
    assert add(world) == NotAdded(reason)
    assert photos_in(world.services.forms.values(FORM)) == ()
    assert world.services.photos.offered() == [picture]


def test_a_field_that_somebody_broke_holds_no_photos() -> None:
    assert photos_in({"photos": '[{"sha256": 1}]'}) == ()
    assert photos_in({"photos": "x"}) == ()
    assert photos_text(()) == ""


def test_the_longest_list_of_photos_fits_a_draft(world: World) -> None:
    world.services.photos.limit = 9
    for number in range(9):
        recent(world, f"{number}.jpg", 10 + number)
        assert isinstance(add(world), Added)
    assert len(photos_in(world.services.forms.values(FORM))) == 9


def test_a_preview_of_a_photo_that_is_gone_is_refused_in_words(world: World) -> None:
    assert isinstance(world.services.photos, Photos)
    assert world.services.photos.preview("0" * 64, 10, 10) == NotAdded("gone")
