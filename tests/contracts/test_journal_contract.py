"""One suite over every journal, drafts and settings: the tablet's database and the fake that tests stand on.

What a fake promises wrongly, every test of a screen believes.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fieldapp.services.ports import Drafts, Journal, Settings
from sync.clock import Stamp
from sync.errors import RecordRejected, SyncError
from sync.records import Body, CheckIn, Envelope, ShiftEnd, ShiftStart, Visit, Void, encode
from sync.tablet.store import open_store
from tests.fieldapp.fakes import FakeDrafts, FakeJournal, FakeSettings, fixed_id

PERSON, BUILDING = fixed_id(900), fixed_id(901)
KINDS: dict[type[Body], str] = {
    ShiftStart: "shift_start",
    ShiftEnd: "shift_end",
    CheckIn: "check_in",
    Visit: "visit",
    Void: "void",
}


@dataclass(frozen=True, slots=True)
class Ports:
    journal: Journal
    drafts: Drafts
    settings: Settings


@pytest.fixture(params=["database", "fake"])
def ports(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Ports]:
    if request.param == "fake":
        journal = FakeJournal()
        yield Ports(journal, FakeDrafts(journal), FakeSettings())
        return
    store = open_store(tmp_path / "tablet.db")
    yield Ports(store.journal, store.drafts, store.settings)
    store.close()


def record(number: int, body: Body | None = None, *, shift: str | None = None) -> Envelope:
    body = body or Visit(building=BUILDING, purpose="care", outcome="met")
    return Envelope(
        id=fixed_id(number),
        kind=KINDS[type(body)],
        v=1,
        at="2026-11-23T08:00:00.000+08:00",
        clock=Stamp(fixed_id(902), number),
        actor=PERSON,
        seat="s1",
        grid="g1",
        body=msgspec.Raw(msgspec.json.encode(body)),
        shift=shift,
    )


def test_records_are_numbered_from_one_without_gaps(ports: Ports) -> None:
    entries = [ports.journal.append(record(number)) for number in range(1, 6)]
    assert [entry.n for entry in entries] == [1, 2, 3, 4, 5]
    assert {entry.state for entry in entries} == {"waiting"}
    assert len({entry.stream for entry in entries}) == 1


def test_a_record_comes_back_as_it_was(ports: Ports) -> None:
    saved = ports.journal.append(record(1))
    found = ports.journal.get(saved.record.id)
    assert found is not None
    assert encode(found.record) == encode(record(1))
    assert (found.n, found.stream, found.state) == (saved.n, saved.stream, saved.state)


def test_an_id_nobody_has_is_none(ports: Ports) -> None:
    assert ports.journal.get(fixed_id(5)) is None


def test_the_same_record_again_changes_nothing(ports: Ports) -> None:
    first, second = ports.journal.append(record(1)), ports.journal.append(record(1))
    assert first.n == second.n
    assert ports.journal.summary().last_n == 1


def test_another_record_with_the_same_id_is_refused(ports: Ports) -> None:
    ports.journal.append(record(1))
    with pytest.raises(SyncError) as refused:
        ports.journal.append(record(1, ShiftStart()))
    assert refused.value.code == "E-STORE"
    assert ports.journal.summary().last_n == 1


def test_a_record_that_breaks_its_rules_is_refused(ports: Ports) -> None:
    with pytest.raises(RecordRejected):
        ports.journal.append(record(1, Visit(building="nowhere", purpose="care", outcome="met")))
    assert ports.journal.summary().last_n == 0


def test_entries_come_newest_first_and_at_most_as_many_as_asked(ports: Ports) -> None:
    for number in range(1, 8):
        ports.journal.append(record(number))
    assert [entry.n for entry in ports.journal.entries(limit=3)] == [7, 6, 5]
    assert [entry.n for entry in ports.journal.entries(before_n=3)] == [2, 1]
    assert [entry.n for entry in ports.journal.entries(limit=2, before_n=6)] == [5, 4]


def test_entries_of_a_shift_have_its_start_among_them(ports: Ports) -> None:
    start = ports.journal.append(record(1, ShiftStart()))
    ports.journal.append(record(2))
    ports.journal.append(record(3, shift=start.record.id))
    assert [entry.n for entry in ports.journal.entries(shift=start.record.id)] == [3, 1]


def test_entries_of_some_kinds_are_only_those(ports: Ports) -> None:
    ports.journal.append(record(1, ShiftStart()))
    ports.journal.append(record(2))
    ports.journal.append(record(3, Void(target=fixed_id(2), reason="undo")))
    assert [entry.n for entry in ports.journal.entries(kinds=("void", "shift_start"))] == [3, 1]
    assert ports.journal.entries(kinds=("case_report",)) == []


def test_the_newest_of_several_kinds_are_the_newest_of_all_of_them(ports: Ports) -> None:
    for number in range(1, 9):
        ports.journal.append(record(number, ShiftStart() if number in {2, 3} else None))
    newest = ports.journal.entries(kinds=("shift_start", "visit"), limit=3)
    assert [entry.n for entry in newest] == [8, 7, 6]
    older = ports.journal.entries(kinds=("shift_start", "visit"), limit=3, before_n=4)
    assert [entry.n for entry in older] == [3, 2, 1]


def test_records_that_name_something_come_with_what_amends_or_withdraws_them(ports: Ports) -> None:
    elsewhere, here = Visit(fixed_id(77), purpose="care", outcome="met"), record(2)
    ports.journal.append(record(1, elsewhere))
    ports.journal.append(here)
    ports.journal.append(msgspec.structs.replace(record(3, elsewhere), amends=here.id))
    ports.journal.append(record(4, Void(target=here.id, reason="undo")))
    ports.journal.append(record(5, Void(target=fixed_id(1), reason="undo")))
    assert [entry.n for entry in ports.journal.naming(BUILDING, ("visit",))] == [4, 3, 2]
    assert ports.journal.naming(BUILDING, ("shift_start",)) == []
    assert ports.journal.naming(fixed_id(78), ("visit",)) == []


def test_a_building_tells_its_records_with_what_withdraws_them(ports: Ports) -> None:
    other = Visit(building=fixed_id(903), purpose="care", outcome="met")
    ports.journal.append(record(1))
    ports.journal.append(record(2, other))
    ports.journal.append(record(3, Void(target=fixed_id(1), reason="undo")))
    ports.journal.append(record(4))
    assert [entry.n for entry in ports.journal.at_building(BUILDING)] == [4, 3, 1]
    assert [entry.n for entry in ports.journal.at_building(BUILDING, limit=1)] == [4]


def test_what_moved_a_record_away_comes_with_it_and_with_what_withdraws_the_move(ports: Ports) -> None:
    ports.journal.append(record(1))
    moved = record(2, Visit(building=fixed_id(903), purpose="care", outcome="met"))
    ports.journal.append(msgspec.structs.replace(moved, amends=fixed_id(1)))
    ports.journal.append(record(3, Void(target=fixed_id(2), reason="undo")))
    assert [entry.n for entry in ports.journal.at_building(BUILDING)] == [3, 2, 1]


def test_the_last_rounds_hold_check_ins_that_nobody_withdrew(ports: Ports) -> None:
    for number in (1, 2):
        ports.journal.append(record(number, CheckIn(building=BUILDING, method="list")))
    ports.journal.append(record(3))
    moved = msgspec.structs.replace(record(4, CheckIn(building=fixed_id(903), method="list")), amends=fixed_id(2))
    ports.journal.append(moved)
    ports.journal.append(record(5, Void(target=fixed_id(1), reason="undo")))
    assert ports.journal.looked_at("2026-11-23") == [(fixed_id(903), moved.at)]
    assert ports.journal.looked_at("2026-11-24") == []


def test_nothing_was_proven_before_anything_was_sent(ports: Ports) -> None:
    ports.journal.append(record(1))
    assert ports.journal.settled_since(0) == []


def test_the_summary_counts_what_waits(ports: Ports) -> None:
    empty = ports.journal.summary()
    assert (empty.last_n, empty.watermark, empty.unsettled, empty.oldest_unsettled_at) == (0, 0, 0, None)
    ports.journal.append(record(1))
    ports.journal.append(record(2))
    summary = ports.journal.summary()
    assert (summary.last_n, summary.unsettled, summary.quarantined, summary.receipt) == (2, 2, 0, None)
    assert summary.oldest_unsettled_at == record(1).at


def test_fields_of_a_draft_come_back_and_empty_ones_stay(ports: Ports) -> None:
    ports.drafts.put("visit:p", {"note": "半", "flat": ""})
    ports.drafts.put("visit:p", {"note": "半句"})
    assert ports.drafts.fields("visit:p") == {"flat": "", "note": "半句"}
    assert ports.drafts.fields("visit:q") == {}


def test_nothing_put_makes_no_draft(ports: Ports) -> None:
    ports.drafts.put("visit:p", {})
    assert ports.drafts.open_forms() == []


def test_drafts_are_listed_last_touched_first(ports: Ports) -> None:
    for form in ("a", "b", "c", "a"):
        ports.drafts.put(form, {"x": "1"})
    assert ports.drafts.open_forms() == ["a", "c", "b"]
    ports.drafts.discard("c")
    ports.drafts.discard("never")
    assert ports.drafts.open_forms() == ["a", "b"]


def test_saving_a_draft_appends_and_forgets_together(ports: Ports) -> None:
    ports.drafts.put("visit:p", {"note": "x"})
    ports.drafts.put("problem:p", {"note": "y"})
    entry = ports.drafts.save("visit:p", record(1))
    assert entry.n == 1
    assert ports.drafts.open_forms() == ["problem:p"]


def test_a_save_that_is_refused_keeps_the_draft(ports: Ports) -> None:
    ports.drafts.put("visit:p", {"note": "x"})
    with pytest.raises(RecordRejected):
        ports.drafts.save("visit:p", record(1, Visit(building="nowhere", purpose="care", outcome="met")))
    assert ports.drafts.fields("visit:p") == {"note": "x"}
    assert ports.journal.summary().last_n == 0


def test_a_setting_is_kept_replaced_and_forgotten(ports: Ports) -> None:
    assert ports.settings.get("theme") is None
    ports.settings.put("theme", "sun")
    ports.settings.put("theme", "night")
    assert ports.settings.get("theme") == "night"
    ports.settings.put("theme", None)
    ports.settings.put("theme", None)
    assert ports.settings.get("theme") is None


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(alphabet=st.characters(codec="utf-8", exclude_characters="\0"), max_size=40))
def test_any_text_survives_drafts_and_settings(ports: Ports, text: str) -> None:
    ports.drafts.put("f", {"x": text})
    ports.settings.put("x", text)
    assert ports.drafts.fields("f") == {"x": text}
    assert ports.settings.get("x") == text
