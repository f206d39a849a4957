"""What a nearly full disk, a silent server and later verdicts do to a sync."""

from collections.abc import Callable

import msgspec
import pytest

from sync.tablet.errors import ServerSilent
from sync.tablet.store import Store
from tests.sync.tablet.fake_server import DEVICE_SCOPE, FakeServer
from tests.sync.tablet.makers import entry, envelope, record, uuid_text
from tests.sync.tablet.sessions import Heard, session_over


@pytest.fixture
def server() -> FakeServer:
    return FakeServer()


@pytest.fixture
def sync(store: Store, server: FakeServer) -> Callable[[], object]:
    session = session_over(store, server)
    return lambda: session.run(Heard())


def saved(store: Store, count: int) -> list[str]:
    return [store.journal.append(record(f"记录 {place}")).record.id for place in range(count)]


def states(store: Store) -> list[str]:
    return [row.state for row in store.journal.entries()]


def test_a_nearly_full_disk_stops_what_comes_down_and_never_what_goes_up(store: Store, server: FakeServer) -> None:
    server.publish("grid:1", [entry(1, "building", uuid_text(), {"name": "1 号楼", "order": 1})])
    (one,) = saved(store, 1)
    full = session_over(store, server, room_bytes=12346)
    body = {"verdict": "quarantined", "reason": "bad_shape"}
    server.publish(DEVICE_SCOPE, [entry(1, "verdict", one, body)])
    assert full.run(Heard()).is_whole
    assert not full.has_room()
    assert [request.pull for request in server.requests] == [False]
    assert (store.journal.summary().unsettled, store.journal.summary().quarantined) == (0, 1)
    assert list(store.feeds.cursors()) == [DEVICE_SCOPE]
    session_over(store, server).run(Heard())
    assert set(store.feeds.cursors()) == {DEVICE_SCOPE, "grid:1"}


def test_no_scope_is_dropped_while_the_disk_is_nearly_full(store: Store, server: FakeServer) -> None:
    server.publish("grid:1", [entry(1, "building", uuid_text(), {"name": "1 号楼", "order": 1})])
    session_over(store, server).run(Heard())
    del server.feeds["grid:1"]
    session_over(store, server, room_bytes=12346).run(Heard())
    assert set(store.feeds.cursors()) == {DEVICE_SCOPE, "grid:1"}


def test_a_silent_server_is_asked_less_the_next_time(store: Store, server: FakeServer) -> None:
    ids = saved(store, 8)
    session = session_over(store, server, max_records=8)
    server.faults = ["silent", "silent"]
    for _ in range(2):
        with pytest.raises(ServerSilent):
            session.run(Heard())
    session.run(Heard())
    assert [len(request.records) for request in server.requests] == [8, 4, 2, 4, 2]
    assert server.held_ids() == ids


def test_a_quarantined_record_is_mended_by_its_amendment_and_released_by_a_later_verdict(
    store: Store, server: FakeServer, sync: Callable[[], object]
) -> None:
    first, second = saved(store, 2)
    sync()
    wrong = {"verdict": "quarantined", "reason": "bad_shape"}
    server.publish(DEVICE_SCOPE, [entry(n, "verdict", each, wrong) for n, each in enumerate((first, second), 1)])
    sync()
    assert [row.record.id for row in store.journal.to_mend()] == [second, first]
    store.journal.append(msgspec.structs.replace(record("改过"), amends=first))
    assert [row.record.id for row in store.journal.to_mend()] == [second]
    assert store.journal.summary().quarantined == 1
    server.publish(DEVICE_SCOPE, [entry(3, "verdict", second, {"verdict": "stored", "reason": ""})])
    sync()
    assert store.journal.to_mend() == []
    assert store.journal.summary().quarantined == 0


def test_an_amendment_that_is_kept_apart_itself_is_what_is_to_be_mended(
    store: Store, server: FakeServer, sync: Callable[[], object]
) -> None:
    (first,) = saved(store, 1)
    amendment = store.journal.append(msgspec.structs.replace(record("改过"), amends=first)).record.id
    sync()
    wrong = {"verdict": "quarantined", "reason": "bad_shape"}
    server.publish(DEVICE_SCOPE, [entry(n, "verdict", each, wrong) for n, each in enumerate((first, amendment), 1)])
    sync()
    assert [row.record.id for row in store.journal.to_mend()] == [amendment]
    void = envelope("void", msgspec.json.encode({"target": first, "reason": "mistake"}))
    store.journal.append(void)
    assert store.journal.to_mend() == []


def test_a_parked_record_is_stored_once_the_server_has_learnt_its_kind(
    store: Store, server: FakeServer, sync: Callable[[], object]
) -> None:
    (one,) = saved(store, 1)
    sync()
    server.publish(DEVICE_SCOPE, [entry(1, "verdict", one, {"verdict": "parked", "reason": "unknown_kind"})])
    sync()
    assert states(store) == ["parked"]
    server.publish(DEVICE_SCOPE, [entry(2, "verdict", one, {"verdict": "stored", "reason": ""})])
    sync()
    assert states(store) == ["stored"]
