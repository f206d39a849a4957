"""What the journal tells of a building and of the last days, by indexes: amendments and withdrawals included."""

import sqlite3

import msgspec
import pytest

from sync.clock import format_time
from sync.records import Envelope
from sync.tablet.store import Store, open_store
from sync.tablet.store.looking_back import AT_BUILDING, CHECK_INS
from sync.tablet.store.schema import STEPS
from tests.sync.tablet.fake_server import FakeServer
from tests.sync.tablet.makers import AT, AT_MS, BUILDING, envelope, uuid_text
from tests.sync.tablet.sessions import Heard, session_over

OTHER = uuid_text()
DAY_MS = 86_400_000


def check_in(building: str = BUILDING, *, days_ago: int = 0, amends: str | None = None) -> Envelope:
    made = envelope("check_in", msgspec.json.encode({"building": building, "method": "list"}))
    return msgspec.structs.replace(made, at=format_time(AT_MS - days_ago * DAY_MS, 480), amends=amends)


def void(target: str) -> Envelope:
    return envelope("void", msgspec.json.encode({"target": target, "reason": "undo"}))


def saved(store: Store, *records: Envelope) -> list[str]:
    return [store.journal.append(each).record.id for each in records]


def at_building(store: Store, *, limit: int = 50) -> list[str]:
    return [entry.record.id for entry in store.journal.at_building(BUILDING, limit=limit)]


def test_a_building_tells_its_own_records_newest_first(store: Store) -> None:
    first, _other, last = saved(store, check_in(), check_in(OTHER), check_in())
    assert at_building(store) == [last, first]
    assert at_building(store, limit=1) == [last]


def test_what_amends_or_withdraws_a_record_comes_with_it_wherever_it_is(store: Store) -> None:
    [first] = saved(store, check_in())
    [moved] = saved(store, check_in(OTHER, amends=first))
    [undone] = saved(store, void(moved))
    assert at_building(store) == [undone, moved, first]


def test_what_a_record_amends_comes_with_it_beyond_the_limit(store: Store) -> None:
    [old, _between] = saved(store, check_in(), check_in())
    [newest] = saved(store, check_in(amends=old))
    assert at_building(store, limit=1) == [newest, old]


def test_the_last_days_hold_standing_check_ins_alone(store: Store) -> None:
    today = check_in()
    saved(store, check_in(days_ago=9), check_in(OTHER, days_ago=3), today, envelope("shift_start", b"{}"))
    [gone] = saved(store, check_in())
    saved(store, void(gone))
    since = format_time(AT_MS - 6 * DAY_MS, 480)
    assert store.journal.looked_at(since) == [(OTHER, format_time(AT_MS - 3 * DAY_MS, 480)), (BUILDING, today.at)]


def test_an_amended_check_in_counts_once_as_amended_on_the_day_it_was_made(store: Store) -> None:
    [first] = saved(store, check_in(days_ago=2))
    saved(store, check_in(OTHER, amends=first))
    assert store.journal.looked_at("2026") == [(OTHER, format_time(AT_MS - 2 * DAY_MS, 480))]


def test_each_day_on_which_the_server_proved_more_is_told_with_how_much(store: Store) -> None:
    server = FakeServer()
    for count in (3, 2):
        saved(store, *(check_in() for _ in range(count)))
        session_over(store, server).run(Heard())
    told = store.journal.settled_since(0)
    assert [count for _at_s, count in told] == [3, 2]
    assert store.journal.settled_since(told[-1][0] + 1) == []


def test_records_from_before_the_step_are_found_by_their_building_too(store: Store) -> None:
    ids = saved(store, check_in(), check_in(OTHER))
    saved(store, envelope("shift_start", b"{}"))
    store.close()
    places = next(number for number, step in enumerate(STEPS) if step.name == "places")
    older = sqlite3.connect(store.path)
    older.executescript(
        "drop index records_by_building; drop index check_ins_by_time; alter table records drop column building;"
        "delete from _sqlite_migrations where name = 'places'; delete from migration_steps where name = 'places';"
    )
    older.execute(f"pragma user_version = {places}")
    older.close()
    again = open_store(store.path)
    assert [entry.record.id for entry in again.journal.at_building(BUILDING)] == ids[:1]
    assert again.journal.looked_at("2026") == [(BUILDING, AT), (OTHER, AT)]
    again.close()


@pytest.mark.parametrize(
    ("query", "values"), [(AT_BUILDING, {"building": BUILDING, "limit": 50}), (CHECK_INS, ("2026",))]
)
def test_no_record_is_read_that_was_not_asked_for(store: Store, query: str, values: object) -> None:
    connection = sqlite3.connect(store.path)
    plan = [line for *_, line in connection.execute(f"explain query plan {query}", values)]  # type: ignore[arg-type]
    connection.close()
    assert any("USING INDEX records_by_building" in line or "USING INDEX check_ins_by_time" in line for line in plan)
    assert not [line for line in plan if line.startswith(("SCAN records", "SCAN seen", "SCAN gone"))]
