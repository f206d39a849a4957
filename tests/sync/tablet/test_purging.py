"""Settled records leave after thirty days; what is not settled never does, and the chain stays whole."""

import sqlite3

import pytest
from msgspec.structs import replace

from sync.tablet.store import Store
from sync.tablet.store.purging import KEPT_S
from tests.sync.tablet.fake_server import DEVICE_SCOPE, FakeServer
from tests.sync.tablet.makers import AT_MS, entry, record
from tests.sync.tablet.sessions import Heard, session_over

NOW_S = AT_MS // 1000
LATER_S = NOW_S + KEPT_S + 60


@pytest.fixture
def server() -> FakeServer:
    return FakeServer()


def saved(store: Store, count: int) -> list[str]:
    return [store.journal.append(record(f"记录 {place}")).record.id for place in range(count)]


def held(store: Store) -> list[str]:
    return [row.record.id for row in store.journal.whole()]


def changed(store: Store, statement: str) -> None:
    connection = sqlite3.connect(store.path)
    connection.execute(statement)
    connection.commit()
    connection.close()


def test_nothing_leaves_before_thirty_days_have_passed(store: Store, server: FakeServer) -> None:
    ids = saved(store, 3)
    session_over(store, server).run(Heard())
    assert store.purging.purge(now_s=NOW_S + KEPT_S) == 0
    assert held(store) == ids


def test_settled_records_leave_and_the_chain_stays_whole(store: Store, server: FakeServer) -> None:
    saved(store, 5)
    session_over(store, server).run(Heard())
    waiting = saved(store, 2)
    before = store.journal.summary()
    assert store.purging.purge(now_s=LATER_S) == 5
    assert held(store) == waiting
    assert store.problems() == []
    assert store.journal.summary() == replace(before, purged=5)
    session_over(store, server).run(Heard())
    assert store.journal.summary().watermark == 7
    assert store.journal.summary().unsettled == 0


def test_a_tablet_that_has_let_go_of_everything_appends_behind_it(store: Store, server: FakeServer) -> None:
    saved(store, 3)
    session_over(store, server).run(Heard())
    assert store.purging.purge(now_s=LATER_S) == 3
    assert store.journal.append(record("新的")).n == 4
    session_over(store, server).run(Heard())
    assert len(server.held_ids()) == 4
    assert store.problems() == []


@pytest.mark.parametrize("verdict", ["quarantined", "parked"])
def test_what_is_quarantined_or_parked_stays(store: Store, server: FakeServer, verdict: str) -> None:
    ids = saved(store, 3)
    session_over(store, server).run(Heard())
    server.publish(DEVICE_SCOPE, [entry(1, "verdict", ids[1], {"verdict": verdict, "reason": "bad_shape"})])
    session_over(store, server).run(Heard())
    assert store.purging.purge(now_s=LATER_S) == 2
    assert held(store) == [ids[1]]


def test_a_record_stays_while_an_attachment_of_it_is_on_its_way(store: Store, server: FakeServer) -> None:
    ids = saved(store, 2)
    session_over(store, server).run(Heard())
    changed(
        store,
        "insert into media (sha256, record, size_bytes, mime, role, path)"
        " select 'a', id, 1, 'image/jpeg', 'before', '' from records where n = 1",
    )
    assert store.purging.purge(now_s=LATER_S) == 1
    assert held(store) == [ids[0]]
    changed(store, "update media set acknowledged = 1")
    assert store.purging.purge(now_s=LATER_S) == 1


def test_a_full_disk_lets_go_of_the_oldest_but_never_of_today(store: Store, server: FakeServer) -> None:
    ids = saved(store, 4)
    session_over(store, server).run(Heard())
    assert store.purging.purge(now_s=NOW_S + 3_600, disk_used=0.95) == 0
    assert store.purging.purge(now_s=NOW_S + 2 * 86_400, disk_used=0.79) == 0
    assert store.purging.purge(now_s=NOW_S + 2 * 86_400, disk_used=0.8, most=3) == 3
    assert held(store) == ids[3:]


def test_a_restored_server_that_lacks_what_has_left_gets_another_stream_and_is_told_the_gap(
    store: Store, server: FakeServer
) -> None:
    saved(store, 2)
    session_over(store, server).run(Heard())
    yesterday = server.backup()
    kept = saved(store, 4)
    old = store.journal.summary().stream
    session_over(store, server).run(Heard())
    server.publish(DEVICE_SCOPE, [entry(1, "verdict", kept[1], {"verdict": "quarantined", "reason": "bad_shape"})])
    session_over(store, server).run(Heard())
    assert store.purging.purge(now_s=LATER_S) == 5
    late = saved(store, 2)
    server.restore(yesterday)
    session_over(store, server).run(Heard())
    forked = next(request for request in server.requests if request.forked_from)
    assert forked.forked_from == (old, 6), "records 3 to 6 of the old stream are held by nobody"
    new = store.journal.summary()
    assert new.stream != old
    assert (new.unsettled, new.watermark) == (0, 3)
    assert server.held_ids()[-3:] == [kept[1], *late]
    assert store.problems() == []


def test_records_settled_before_a_server_was_restored_count_their_days_anew(store: Store, server: FakeServer) -> None:
    saved(store, 2)
    session_over(store, server).run(Heard())
    server.restore({})
    server.time_ms += KEPT_S * 1000
    session_over(store, server).run(Heard())
    assert store.purging.purge(now_s=LATER_S) == 0
