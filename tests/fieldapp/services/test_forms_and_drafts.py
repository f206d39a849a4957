"""Nothing typed is ever lost: every field of every form outlives a kill, and stays its person's."""

import pytest

from fieldapp.services.filling import begin_here
from fieldapp.services.forms import AMENDS, FORMS, YES, Incomplete, Saved, Warned
from fieldapp.services.places import Place
from sync.errors import RecordRejected
from sync.records import CaseReport, Visit, decode_record, encode
from tests.fieldapp.fakes import (
    BUILDING_1,
    BUILDING_3,
    ENTRANCE_11,
    ENTRANCE_12,
    MATTER_DISPUTE,
    MATTER_GAS,
    MATTER_LIGHT,
    PERSON_2,
    PIN_2,
    DiskFull,
    World,
    make_world,
)

PROBLEM = {"matter": MATTER_LIGHT, "building": BUILDING_3, "description": "二楼灯不亮"}
VISIT = {"building": BUILDING_3, "purpose": "care", "outcome": "met"}


@pytest.fixture
def world() -> World:
    world = make_world().signed_in()
    world.services.shifts.start()
    return world


def saved_body(answer: object) -> object:
    assert isinstance(answer, Saved), answer
    record = decode_record(encode(answer.entry.record))
    assert record is not None
    return record.body


@pytest.mark.parametrize("form", FORMS)
def test_every_field_of_every_form_outlives_a_kill(world: World, form: str) -> None:
    spec = world.services.forms.spec(form)
    names = (*(field.name for field in spec.fields), *spec.hidden)
    for name in names:
        world.services.forms.put(form, {name: f"{name} 已填 \U0001f9e7"})
    world.services.forms.opened(form, names[-1])
    again = world.restarted().services.forms
    assert again.values(form) == {name: f"{name} 已填 \U0001f9e7" for name in names}
    last = again.last_open()
    assert last is not None
    assert (last.form, last.field) == (form, names[-1])


def test_what_a_terminal_would_obey_never_gets_into_a_draft(world: World) -> None:
    world.services.forms.put("problem", {"description": "灯\ud800\x1b]52;c;eA==\x07\x00不亮"})
    assert world.services.forms.values("problem") == {"description": "灯\ufffd不亮"}


@pytest.mark.parametrize("form", FORMS)
def test_a_discarded_draft_is_gone_and_its_form_closed(world: World, form: str) -> None:
    world.services.forms.put(form, {"note": "x"})
    world.services.forms.opened(form, "note")
    world.services.forms.discard(form)
    assert world.services.forms.values(form) == {}
    assert world.services.forms.last_open() is None


def test_an_unreadable_note_of_the_open_form_opens_nothing(world: World) -> None:
    world.services.forms.opened("no-such-form", "x")
    assert world.services.forms.last_open() is None


def test_a_colleague_does_not_see_my_draft_and_i_find_it_again(world: World) -> None:
    world.services.forms.put("problem", {"description": "我写的"})
    world.services.forms.opened("problem", "description")
    world.services.session.sign_in(PERSON_2, PIN_2)
    assert world.services.forms.values("problem") == {}
    assert world.services.forms.half_written() == []
    assert world.services.forms.last_open() is None
    world.signed_in()
    assert world.services.forms.values("problem") == {"description": "我写的"}


def test_a_field_written_as_the_tablet_locks_is_in_the_same_draft(world: World) -> None:
    world.services.session.lock()
    world.services.forms.put("problem", {"description": "最后一句"})
    world.signed_in()
    assert world.services.forms.values("problem") == {"description": "最后一句"}


def begun(world: World) -> dict[str, str]:
    begin_here(world.services, "problem")
    return world.services.forms.values("problem")


def test_a_form_opened_and_left_empty_is_no_draft(world: World) -> None:
    world.services.check_ins.arrive(Place(BUILDING_1, ENTRANCE_11), "list")
    values = begun(world)
    assert values["entrance"] == ENTRANCE_11
    assert world.services.forms.half_written() == []


def test_an_empty_form_moves_along_to_the_next_place(world: World) -> None:
    world.services.check_ins.arrive(Place(BUILDING_1, ENTRANCE_11), "list")
    begin_here(world.services, "problem")
    arrived = world.services.check_ins.arrive(Place(BUILDING_1, ENTRANCE_12), "list")
    values = begun(world)
    assert (values["entrance"], values["check_in"]) == (ENTRANCE_12, arrived.entry.record.id)


def test_a_begun_form_goes_on_where_it_was_begun_also_about_another_place(world: World) -> None:
    world.services.check_ins.arrive(Place(BUILDING_1, ENTRANCE_11), "list")
    begin_here(world.services, "problem")
    world.services.forms.put("problem", {"description": "这里"})
    world.services.forms.put_place("problem", Place(BUILDING_3))
    assert begun(world)["building"] == BUILDING_3
    assert [half.name for half in world.services.forms.half_written()] == ["problem"]


def test_a_begun_form_is_put_aside_at_the_next_place_and_goes_on_when_one_is_back(world: World) -> None:
    there = world.services.check_ins.arrive(Place(BUILDING_1, ENTRANCE_11), "list")
    begin_here(world.services, "problem")
    world.services.forms.put("problem", {"description": "那里"})
    world.services.check_ins.arrive(Place(BUILDING_3), "list")
    aside = begin_here(world.services, "problem")
    assert aside is not None
    assert (aside.form, aside.values["description"]) == ("problem", "那里")
    values = world.services.forms.values("problem")
    assert (values["building"], values["entrance"], values.get("description")) == (BUILDING_3, "", None)
    world.services.forms.put("problem", {"description": "这里"})
    again = world.restarted().services
    assert [half.values["description"] for half in again.forms.half_written()] == ["这里", "那里"]
    assert begin_here(again, "problem", there.spot) is not None
    assert again.forms.values("problem")["description"] == "那里"
    assert {half.values["description"] for half in again.forms.half_written()} == {"这里", "那里"}


def test_any_number_of_drafts_is_taken_up_again_and_none_is_lost(world: World) -> None:
    forms = world.services.forms
    for number in range(4):
        forms.put_aside("problem")
        forms.put("problem", {"description": f"第{number}"})
    names = [half.name for half in forms.half_written()]
    assert len(set(names)) == 4
    for name in names:
        words = next(half.values["description"] for half in forms.half_written() if half.name == name)
        assert forms.take_up(name) == "problem"
        assert forms.values("problem")["description"] == words
        assert len(forms.half_written()) == 4


def test_a_draft_that_puts_a_record_right_is_not_taken_for_another_report(world: World) -> None:
    arrived = world.services.check_ins.arrive(Place(BUILDING_1, ENTRANCE_11), "list")
    mended = {"description": "旧的", "building": BUILDING_1, "entrance": ENTRANCE_11, AMENDS: "x"}
    world.services.forms.put("problem", mended)
    assert begin_here(world.services, "problem", arrived.spot) is not None
    assert world.services.forms.values("problem").get(AMENDS) is None


def test_what_a_saved_form_held_comes_back_beside_what_was_begun_since(world: World) -> None:
    world.services.forms.put("problem", {"description": "后来"})
    world.services.forms.fill_again("problem", {"description": "收回的"})
    assert world.services.forms.values("problem") == {"description": "收回的"}
    assert {half.values["description"] for half in world.services.forms.half_written()} == {"后来", "收回的"}


def test_a_plate_inside_a_form_sets_the_place_and_keeps_the_draft(world: World) -> None:
    world.services.forms.put("problem", {"description": "这里", "check_in": "x"})
    world.services.forms.put_place("problem", Place(BUILDING_1, ENTRANCE_11))
    values = world.services.forms.values("problem")
    assert values == {"description": "这里", "building": BUILDING_1, "entrance": ENTRANCE_11, "check_in": ""}


def test_saving_a_problem_makes_the_record_and_forgets_the_draft(world: World) -> None:
    arrived = world.services.check_ins.arrive(Place(BUILDING_1, ENTRANCE_11), "list")
    begin_here(world.services, "problem")
    body = saved_body(world.services.problems.save({"matter": MATTER_LIGHT, "description": "灯不亮"}))
    assert isinstance(body, CaseReport)
    assert (body.matter_code, body.entrance, body.check_in) == ("10996", ENTRANCE_11, arrived.entry.record.id)
    assert (body.severity, body.restricted) == (2, False)
    assert world.services.forms.values("problem") == {}
    assert world.services.forms.last_open() is None


@pytest.mark.parametrize(
    ("changes", "gap"),
    [
        ({"matter": ""}, "matter"),
        ({"matter": "local:matter:00000"}, "matter"),
        ({"building": ""}, "building"),
        ({"description": " \n"}, "description"),
        ({"self_resolved": YES}, "action"),
    ],
)
def test_a_gap_in_a_problem_is_named_and_nothing_is_saved(world: World, changes: dict[str, str], gap: str) -> None:
    assert world.services.problems.save({**PROBLEM, **changes}) == Incomplete(gap)
    assert len(world.journal.rows) == 1
    assert world.services.forms.values("problem") == {**PROBLEM, **changes}


def test_words_for_a_place_are_enough_where_no_building_fits(world: World) -> None:
    body = saved_body(world.services.problems.save({**PROBLEM, "building": "", "place": "小区\x1b[31m北门"}))
    assert isinstance(body, CaseReport)
    assert body.place == "小区\ufffd北门"


def test_solved_on_the_spot_says_how(world: World) -> None:
    body = saved_body(world.services.problems.save({**PROBLEM, "self_resolved": YES, "action": "换了灯泡"}))
    assert isinstance(body, CaseReport)
    assert (body.self_resolved, body.action) == (True, "换了灯泡")


def test_a_danger_is_pressing_and_a_restricted_category_restricted(world: World) -> None:
    gas = world.services.problems.matter(MATTER_GAS)
    assert gas is not None
    assert (gas.entry.danger, gas.entry.emergency_number) == (True, "119")
    assert world.services.problems.choose(gas)["severity"] == "3"
    body = saved_body(world.services.problems.save({**PROBLEM, "matter": MATTER_DISPUTE, "restricted": ""}))
    assert isinstance(body, CaseReport)
    assert body.restricted


def test_a_telephone_number_is_warned_of_and_may_be_saved_anyway(world: World) -> None:
    values = {**PROBLEM, "description": "联系 138 0013 8000"}
    answer = world.services.problems.save(values)
    assert isinstance(answer, Warned)
    assert [(warning.field, warning.kind) for warning in answer.warnings] == [("description", "phone_number")]
    assert world.services.forms.values("problem") == values
    assert isinstance(world.services.problems.save(anyway=True), Saved)


def test_a_full_disk_keeps_the_draft(world: World) -> None:
    world.services.forms.put("problem", PROBLEM)
    world.journal.fault = DiskFull("no room")
    with pytest.raises(DiskFull):
        world.services.problems.save()
    world.journal.fault = None
    assert world.services.forms.values("problem") == PROBLEM
    assert isinstance(world.services.problems.save(), Saved)


def test_saving_a_visit_seals_the_flat(world: World) -> None:
    body = saved_body(
        world.services.visits.save({**VISIT, "flat": "3-502", "needs": "meals repair nonsense", "note": "好"})
    )
    assert isinstance(body, Visit)
    assert body.flat is not None
    assert "3-502" not in body.flat
    assert body.needs == ("repair", "meals")


@pytest.mark.parametrize(
    ("changes", "gap"),
    [
        ({"building": ""}, Incomplete("building")),
        ({"purpose": ""}, Incomplete("purpose")),
        ({"outcome": "vanished"}, Incomplete("outcome")),
        ({"follow_up_on": "soon"}, Incomplete("follow_up_on", "unreadable")),
        ({"follow_up_on": "2026-02-30"}, Incomplete("follow_up_on", "unreadable")),
    ],
)
def test_a_gap_in_a_visit_is_named(world: World, changes: dict[str, str], gap: Incomplete) -> None:
    assert world.services.visits.save({**VISIT, **changes}) == gap


def test_a_flat_that_cannot_be_sealed_is_never_saved_in_the_open(world: World) -> None:
    from fieldapp.services.visit import Visits

    for seal in (None, lambda text: None):
        visits = Visits(world.services.recorder, world.services.forms, seal)
        assert visits.save({**VISIT, "flat": "3-502"}) == Incomplete("flat", "no_seal_key")
    assert len(world.journal.rows) == 1


def test_a_warning_is_given_for_an_id_number_in_a_note(world: World) -> None:
    answer = world.services.visits.save({**VISIT, "note": "证件 23010819500101123X"})
    assert isinstance(answer, Warned)
    assert answer.warnings[0].kind == "id_number"


def test_a_record_that_breaks_its_rules_is_refused_before_anything_is_stored(world: World) -> None:
    with pytest.raises(RecordRejected) as refused:
        world.services.recorder.record(Visit(building="not-an-id", purpose="care", outcome="met"))
    assert refused.value.code == "E-RECORD"
    assert len(world.journal.rows) == 1


def test_a_person_whose_seat_cannot_be_written_is_refused_not_quarantined(world: World) -> None:
    entry = world.reference.person_rows[PERSON_2]
    world.reference.person_rows[PERSON_2] = type(entry)(entry.name, "座席 2", entry.grid, entry.pin, entry.valid_until)
    world.services.session.sign_in(PERSON_2, PIN_2)
    with pytest.raises(RecordRejected):
        world.services.shifts.start()
