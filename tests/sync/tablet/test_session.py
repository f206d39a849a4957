"""A sync ends with everything proven, whatever happened on the way; what is not proven stays waiting."""

import json
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from sync.tablet.config import ExchangeConfig
from sync.tablet.errors import (
    BatchTooLarge,
    NoProgress,
    PortalAnswered,
    ProtocolTooOld,
    ServerUnreachable,
    TabletRevoked,
)
from sync.tablet.session import SyncSession, TabletFacts
from sync.tablet.store import Store, open_store
from sync.wire import State
from tests.sync.tablet.fake_server import DEVICE_SCOPE, KEY, FakeServer
from tests.sync.tablet.makers import FixedClock, entry, uuid_text
from tests.sync.tablet.sessions import Heard, saved, session_over


@pytest.fixture
def server() -> FakeServer:
    return FakeServer()


@pytest.fixture
def sync(store: Store, server: FakeServer) -> Callable[[], bool]:
    session = session_over(store, server)

    def run() -> bool:
        outcome = session.run(Heard())
        outcome.raise_notice()
        return outcome.proven_again

    return run


def states(store: Store) -> list[str]:
    return [row.state for row in store.journal.entries()]


def test_a_shift_arrives_once_in_order_with_a_receipt(store: Store, server: FakeServer) -> None:
    ids = saved(store, 34)
    heard = Heard()
    assert session_over(store, server).run(heard).proven_again is False
    assert server.held_ids() == ids
    summary = store.journal.summary()
    assert (summary.watermark, summary.unsettled) == (34, 0)
    assert summary.receipt is not None
    assert (summary.receipt.watermark, len(summary.receipt.code)) == (34, 6)
    assert heard.progress[-1] == (34, 34)
    assert set(states(store)) == {"stored"}


def test_a_quiet_day_costs_one_round_trip(store: Store, server: FakeServer, sync: Callable[[], bool]) -> None:
    saved(store, 3)
    sync()
    before = len(server.requests)
    sync()
    (request,) = server.requests[before:]
    assert (request.start, request.records, request.prev) == (4, [], request.head)


def test_the_hello_says_how_the_tablet_is(store: Store, server: FakeServer) -> None:
    saved(store, 2)
    session_over(store, server).run(Heard(), "E-OFFLINE")
    hello = server.requests[0].hello
    assert (hello.app, hello.unsettled, hello.free_bytes) == ("fieldapp test", 2, 12345)
    assert hello.last_fault == "E-OFFLINE"


@pytest.mark.parametrize("fault", ["lose_request", "lose_reply", "delay"])
def test_what_was_lost_arrives_once_at_the_next_sync(
    store: Store, server: FakeServer, sync: Callable[[], bool], fault: str
) -> None:
    ids = saved(store, 5)
    server.faults = [fault]
    with pytest.raises(ServerUnreachable):
        sync()
    assert set(states(store)) == {"waiting"}
    ids += saved(store, 1)
    sync()
    assert server.held_ids() == ids
    assert set(states(store)) == {"stored"}


@pytest.mark.parametrize("fault", ["portal", "stale"])
def test_an_answer_that_is_not_the_servers_settles_nothing(
    store: Store, server: FakeServer, sync: Callable[[], bool], fault: str
) -> None:
    saved(store, 1)
    sync()
    saved(store, 2)
    server.faults = [fault]
    with pytest.raises(PortalAnswered):
        sync()
    assert store.journal.summary().unsettled == 2


def test_a_doubled_request_changes_nothing(store: Store, server: FakeServer, sync: Callable[[], bool]) -> None:
    ids = saved(store, 4)
    server.faults = ["double"]
    sync()
    assert server.held_ids() == ids
    assert set(states(store)) == {"stored"}


def test_many_records_go_in_batches(store: Store, server: FakeServer) -> None:
    ids = saved(store, 25)
    session_over(store, server, max_records=10).run(Heard())
    assert [len(request.records) for request in server.requests] == [10, 10, 5]
    assert server.held_ids() == ids


def test_a_batch_is_halved_until_it_fits_and_grows_back(store: Store, server: FakeServer) -> None:
    ids = saved(store, 16)
    server.most_records = 4
    session_over(store, server, max_records=16).run(Heard())
    sizes = [len(request.records) for request in server.requests]
    assert sizes[:3] == [16, 8, 4]
    assert server.held_ids() == ids


def test_a_single_record_that_is_too_large_is_an_error_not_a_loop(store: Store, server: FakeServer) -> None:
    saved(store, 1)
    server.most_records = 0
    with pytest.raises(BatchTooLarge):
        session_over(store, server).run(Heard())


def test_a_server_restored_from_yesterday_gets_the_rest_again(
    store: Store, server: FakeServer, sync: Callable[[], bool]
) -> None:
    ids = saved(store, 3)
    sync()
    yesterday = server.backup()
    ids += saved(store, 4)
    sync()
    server.restore(yesterday)
    assert sync() is True, "proven again by the new incarnation"
    assert server.held_ids() == ids
    assert sync() is False


def test_a_restored_server_makes_records_wait_until_it_has_them(store: Store, server: FakeServer) -> None:
    session = session_over(store, server, max_records=2)
    saved(store, 6)
    session.run(Heard())
    server.restore({})
    server.faults = ["", "", "lose_request"]
    with pytest.raises(ServerUnreachable):
        session.run(Heard())
    assert states(store) == ["waiting"] * 4 + ["stored"] * 2
    assert session.run(Heard()).proven_again


def test_a_damaged_record_goes_up_as_it_is_and_blocks_nothing(
    store: Store, store_path: Path, server: FakeServer
) -> None:
    ids = saved(store, 3)
    store.close()
    raw = sqlite3.connect(store_path)
    raw.execute("update records set record = ? where n = 2", (b"\xffnot json",))
    raw.commit()
    raw.close()
    again = open_store(store_path)
    session_over(again, server).run(Heard())
    (held,) = [held for held in server.streams.values() if held]
    assert held[1] == b"\xffnot json"
    assert [json.loads(held[place])["id"] for place in (0, 2)] == [ids[0], ids[2]]
    assert again.journal.summary().unsettled == 0
    again.close()


def test_a_record_whose_bytes_changed_on_disk_is_sent_as_damaged_however_it_reads(
    store: Store, store_path: Path, server: FakeServer
) -> None:
    saved(store, 3)
    store.close()
    raw = sqlite3.connect(store_path)
    raw.execute("update records set record = cast(replace(cast(record as text), 'met', 'absent') as blob) where n = 2")
    raw.commit()
    raw.close()
    again = open_store(store_path)
    backup = server.backup()
    session_over(again, server).run(Heard())
    server.restore(backup)
    session_over(again, server).run(Heard())
    for request in server.requests:
        assert [b'"damaged"' in bytes(record) for record in request.records] in ([], [False, True, False])
    assert [len(request.records) for request in server.requests].count(3) >= 3
    again.close()


def test_the_verdict_on_a_record_that_nobody_could_read_finds_it_by_its_place(
    store: Store, server: FakeServer, sync: Callable[[], bool]
) -> None:
    _, second = saved(store, 2)
    sync()
    verdict = {"verdict": "quarantined", "reason": "damaged", "sentence": "unreadable"}
    server.publish(DEVICE_SCOPE, [entry(1, "verdict", f"{store.journal.summary().stream}:2", verdict)])
    sync()
    found = store.journal.get(second)
    assert found is not None
    assert (found.state, found.reason) == ("quarantined", "damaged")
    assert store.journal.summary().quarantined == 1


def test_a_quarantined_record_is_still_known_as_such_after_a_fork(
    store: Store, server: FakeServer, sync: Callable[[], bool]
) -> None:
    first, _ = saved(store, 2)
    sync()
    verdict = {"verdict": "quarantined", "reason": "unknown_ref", "sentence": "not held"}
    server.publish(DEVICE_SCOPE, [entry(1, "verdict", first, verdict)])
    sync()
    held = server.streams.pop(store.journal.summary().stream)
    server.streams[store.journal.summary().stream] = [b"{}", *held]
    sync()
    found = store.journal.get(first)
    assert found is not None
    assert (found.stream, found.state, found.reason) == (
        store.journal.summary().stream,
        "quarantined",
        "unknown_ref",
    )
    assert server.requests[-1].forked_from is not None


def test_feeds_come_page_by_page_until_nothing_is_left(
    store: Store, server: FakeServer, sync: Callable[[], bool]
) -> None:
    server.page_size = 2
    buildings = [uuid_text() for _ in range(5)]
    server.publish(
        "grid:1",
        [entry(n, "building", one, {"name": f"楼 {n}", "grid": "g", "order": n}) for n, one in enumerate(buildings, 1)],
    )
    sync()
    assert list(store.reference.buildings()) == buildings
    assert store.feeds.cursors()["grid:1"] == (5, f"{5:016x}")
    assert len(server.requests) == 3


def test_a_snapshot_replaces_a_scope(store: Store, server: FakeServer, sync: Callable[[], bool]) -> None:
    old, new = uuid_text(), uuid_text()
    server.publish("grid:1", [entry(1, "building", old, {"name": "old", "grid": "g"})])
    sync()
    server.feeds["grid:1"] = [
        entry(7, "building", new, {"name": "new", "grid": "g"}),
        entry(8, "entrance", uuid_text(), {"building": new, "name": "1"}),
    ]
    server.make_snapshot("grid:1")
    sync()
    assert list(store.reference.buildings()) == [new]
    assert store.feeds.cursors()["grid:1"] == (2, f"{2:016x}")


def test_a_snapshot_with_another_digest_is_not_applied(
    store: Store, server: FakeServer, sync: Callable[[], bool]
) -> None:
    server.publish("grid:1", [entry(1, "building", uuid_text(), {"name": "a", "grid": "g"})])
    server.make_snapshot("grid:1")
    server.snapshots = dict.fromkeys(server.snapshots, b"[]")
    with pytest.raises(PortalAnswered):
        sync()
    assert store.reference.buildings() == {}


def test_a_scope_that_is_no_longer_assigned_is_dropped(
    store: Store, server: FakeServer, sync: Callable[[], bool]
) -> None:
    server.publish("grid:1", [entry(1, "building", uuid_text(), {"name": "a", "grid": "g"})])
    sync()
    del server.feeds["grid:1"]
    sync()
    assert store.reference.buildings() == {}
    assert list(store.feeds.cursors()) == [DEVICE_SCOPE]


def test_a_later_verdict_reaches_its_record(store: Store, server: FakeServer, sync: Callable[[], bool]) -> None:
    (one,) = saved(store, 1)
    sync()
    body = {"verdict": "quarantined", "reason": "unknown_ref", "sentence": "无此楼\x1b[2J"}
    server.publish(DEVICE_SCOPE, [entry(1, "verdict", one, body)])
    sync()
    (row,) = store.journal.entries()
    assert (row.state, row.reason) == ("quarantined", "unknown_ref")
    assert "\x1b" not in row.sentence
    assert store.journal.summary().quarantined == 1


@pytest.mark.parametrize(("state", "error"), [("drain", TabletRevoked), ("upgrade", ProtocolTooOld)])
def test_what_the_server_says_of_the_tablet_is_told_after_everything_was_sent(
    store: Store, server: FakeServer, sync: Callable[[], bool], state: State, error: type[Exception]
) -> None:
    ids = saved(store, 3)
    server.state = state
    with pytest.raises(error):
        sync()
    assert server.held_ids() == ids
    assert store.journal.summary().unsettled == 0


def test_a_server_that_takes_nothing_is_not_asked_for_ever(store: Store, server: FakeServer) -> None:
    saved(store, 1)
    server._store = lambda request: ("ok", None)  # type: ignore[method-assign]
    with pytest.raises(NoProgress):
        session_over(store, server).run(Heard())
    assert len(server.requests) <= 3


def test_the_servers_time_is_learnt_and_remembered(store: Store, server: FakeServer) -> None:
    clock = FixedClock()
    session = SyncSession(
        store,
        server,
        receipt_key=KEY.public_key(),
        clock=clock,
        config=ExchangeConfig(),
        facts=TabletFacts("test", lambda: None),
    )
    session.run(Heard())
    assert clock.offset_ms == 5_000
    assert store.facts.get("clock") == "5000"
