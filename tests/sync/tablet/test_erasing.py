"""A revoked tablet hands everything over, erases itself on a proven word, and is then as new."""

import sqlite3
from pathlib import Path

import pytest

from sync.tablet.errors import NoProgress, PortalAnswered, ServerRefused, ServerUnreachable, TabletErased, TabletRevoked
from sync.tablet.session import SyncSession
from sync.tablet.store import Store
from sync.tablet.store.identity import Membership
from sync.wire import State, SyncRequest
from tests.sync.tablet.fake_server import DEVICE_SCOPE, FakeServer
from tests.sync.tablet.makers import entry, record, uuid_text
from tests.sync.tablet.sessions import Heard, session_over

SECRET = "只此一处的字"


class Revoking(FakeServer):
    """Drains a revoked tablet, tells it to erase, and locks it once it says that it has."""

    def __init__(self) -> None:
        super().__init__()
        self.is_revoked = False
        self.is_locked = False
        self.is_wiped = False

    def _store(self, request: SyncRequest) -> tuple[State, int | None]:
        state, agreed = super()._store(request)
        if not self.is_revoked or (state != "ok" and not request.erased):
            return state, agreed
        if self.is_locked:
            raise ServerRefused("this tablet was revoked and erased", "E-LOCKED")
        self.is_locked = request.erased
        if self.is_wiped or request.erased:
            return "erase", agreed
        is_empty = not request.records and request.hello.unsettled == 0
        return ("erase" if is_empty else "drain"), agreed


@pytest.fixture
def server() -> Revoking:
    return Revoking()


@pytest.fixture
def session(store: Store, server: Revoking) -> SyncSession:
    """A session of a tablet that has joined, worked, and been revoked."""
    store.identity.keep_device_key(bytes(32))
    store.identity.keep("joined", Membership("http://127.0.0.1:1", (), "", "", bytes(32), bytes(32), "区", "device"))
    store.settings.put("language", "zh_CN")
    store.drafts.put("visit:1", {"note": SECRET})
    server.publish("grid:1", [entry(1, "grid", uuid_text(), {"name": SECRET, "street": "s", "community": "c"})])
    session = session_over(store, server)
    for _ in range(3):
        store.journal.append(record(SECRET))
    session.run(Heard())
    server.is_revoked = True
    return session


def tables(store: Store) -> dict[str, int]:
    connection = sqlite3.connect(store.path)
    names = [name for (name,) in connection.execute("select name from sqlite_schema where type = 'table'")]
    counts = {name: connection.execute(f"select count(*) from {name}").fetchone()[0] for name in names}  # noqa: S608
    connection.close()
    return counts


def bytes_on_disk(path: Path) -> bytes:
    return b"".join(file.read_bytes() for file in path.parent.iterdir() if file.is_file())


def test_what_waits_is_handed_over_before_anything_is_erased(
    store: Store, server: Revoking, session: SyncSession
) -> None:
    late = store.journal.append(record("后来")).record.id
    outcome = session.run(Heard())
    assert server.held_ids()[-1] == late
    with pytest.raises(TabletRevoked):
        outcome.raise_notice()
    assert store.journal.get(late) is not None, "the next sync erases"


def test_a_proven_erase_leaves_nothing_readable_and_the_tablet_as_new(
    store: Store, server: Revoking, session: SyncSession
) -> None:
    stream, before = store.journal.summary().stream, tables(store)
    assert SECRET.encode() in bytes_on_disk(store.path)
    with pytest.raises(TabletErased) as caught:
        session.run(Heard()).raise_notice()
    assert caught.value.code == "E-ERASED"
    told = [request.erased for request in server.requests]
    assert told[-2:] == [False, True], "first told to erase, then the erase receipt"
    assert SECRET.encode() not in bytes_on_disk(store.path)
    left = {name: count for name, count in tables(store).items() if count and name in before}
    assert set(left) <= {"streams", "migration_steps", "_sqlite_migrations"}
    assert store.identity.device_key() is None
    assert store.identity.membership() is None
    summary = store.journal.summary()
    assert (summary.last_n, summary.unsettled) == (0, 0)
    assert summary.stream != stream
    assert store.problems() == []
    assert store.reference.grid() is None
    assert len(server.streams[stream]) == 3


@pytest.mark.parametrize("loses", ["lose_request", "lose_reply"])
def test_the_key_stays_until_the_server_has_heard(
    store: Store, server: Revoking, session: SyncSession, loses: str
) -> None:
    server.faults = ["", loses]
    with pytest.raises(ServerUnreachable):
        session.run(Heard())
    assert store.journal.summary().last_n == 3, "the place in the stream stays, the records are gone"
    assert store.journal.entries() == []
    assert store.erasing.is_erased()
    assert store.identity.device_key() == bytes(32)
    assert session_over(store, server).run(Heard()).notice == "erased"
    assert store.identity.device_key() is None


def test_an_erase_that_is_not_proven_is_not_carried_out(store: Store, server: Revoking, session: SyncSession) -> None:
    for fault in ("portal", "stale"):
        server.faults = [fault]
        with pytest.raises(PortalAnswered):
            session.run(Heard())
    assert len(store.journal.entries()) == 3
    assert not store.erasing.is_erased()


def test_an_erase_comes_too_early_while_attachments_are_on_their_way(
    store: Store, server: Revoking, session: SyncSession
) -> None:
    connection = sqlite3.connect(store.path)
    connection.execute(
        "insert into media (sha256, record, size_bytes, mime, role, path) select 'a', id, 1, 'image/jpeg', 'before', ''"
        " from records limit 1"
    )
    connection.commit()
    with pytest.raises(NoProgress):
        session.run(Heard())
    assert len(store.journal.entries()) == 3
    connection.execute("update media set acknowledged = 1")
    connection.commit()
    connection.close()
    assert session.run(Heard()).notice == "erased"


def test_a_record_saved_between_the_two_steps_is_handed_over_first(
    store: Store, server: Revoking, session: SyncSession
) -> None:
    server.faults = ["", "lose_request"]
    with pytest.raises(ServerUnreachable):
        session.run(Heard())
    late = store.journal.append(record("擦除之后")).record.id
    session_over(store, server).run(Heard())
    assert server.held_ids()[-1] == late
    assert session_over(store, server).run(Heard()).notice == "erased"
    assert server.feeds[DEVICE_SCOPE] == []


def test_what_was_saved_between_the_two_steps_is_handed_over_again_to_a_restored_server(
    store: Store, server: Revoking, session: SyncSession
) -> None:
    server.faults = ["", "lose_request"]
    with pytest.raises(ServerUnreachable):
        session.run(Heard())
    backup = server.backup()
    late = store.journal.append(record("擦除之后")).record.id
    session_over(store, server).run(Heard())
    server.restore(backup)
    assert late not in server.held_ids()
    session_over(store, server).run(Heard())
    assert session_over(store, server).run(Heard()).notice == "erased"
    assert late in server.held_ids()


def test_two_administrators_erase_a_tablet_at_once_with_what_it_has_not_handed_over(
    store: Store, server: Revoking, session: SyncSession
) -> None:
    for _ in range(3):
        store.journal.append(record(SECRET))
    server.is_wiped = True
    server.faults = ["", "lose_request"]
    with pytest.raises(ServerUnreachable):
        session_over(store, server, max_records=2).run(Heard())
    assert store.journal.entries() == []
    assert SECRET.encode() not in bytes_on_disk(store.path)
    assert session_over(store, server).run(Heard()).notice == "erased"
    assert store.identity.membership() is None
    assert len(server.held_ids()) == 5
