"""A writing session knows what is worth another try, holds no wider lock than it needs, and calls no failure kept."""

from collections.abc import Iterator

import asyncpg
import pytest

from sync.caseapi.errors import StorageFailed
from sync.caseapi.storage.postgres import writer as writing
from sync.caseapi.storage.postgres.connection import PostgresConnection
from sync.caseapi.storage.postgres.place import DatabasePlace
from sync.caseapi.storage.postgres.session import LEASE_CLASS, Session, signed32
from sync.caseapi.storage.postgres.writer import TRIES, PostgresWriter
from tests.postgres_server import PostgresServer

pytestmark = pytest.mark.needs("postgres")

STREAM = bytes(range(16))
LOCKS = (
    "select classid::text, objid::text, objsubid from pg_locks where locktype = 'advisory'"
    " and database = (select oid from pg_database where datname = current_database())"
)


@pytest.fixture
def session(place: DatabasePlace) -> Iterator[Session]:
    made = Session(place)
    yield made
    made.close()


@pytest.fixture
def leasing(place: DatabasePlace) -> Iterator[Session]:
    made = Session(place, lease="230108")
    yield made
    made.close()


@pytest.fixture
def onlooker(place: DatabasePlace) -> Iterator[PostgresConnection]:
    made = PostgresConnection(place)
    yield made
    made.close()


@pytest.mark.parametrize(("name", "number"), [("", 0), ("a", -390611389), ("c", 112844655), ("schema", -1198636718)])
def test_a_name_is_one_number_of_32_bits_for_ever(name: str, number: int) -> None:
    assert signed32(name) == number


def test_a_session_without_a_lease_holds_no_lock_and_one_with_it_that_of_its_district(
    session: Session, leasing: Session, onlooker: PostgresConnection
) -> None:
    session.begin()
    assert onlooker.execute(LOCKS).fetchall() == []
    leasing.begin()
    district = str(signed32("230108") % (1 << 32))
    assert onlooker.execute(LOCKS).fetchall() == [(str(LEASE_CLASS), district, 2)]
    leasing.commit()
    assert onlooker.execute(LOCKS).fetchall() == []


def test_a_stream_is_locked_by_its_last_eight_bytes_until_the_transaction_ends(
    session: Session, onlooker: PostgresConnection
) -> None:
    session.begin()
    session.lock_stream(STREAM)
    high, low = int.from_bytes(STREAM[8:12], "big"), int.from_bytes(STREAM[12:], "big")
    assert onlooker.execute(LOCKS).fetchall() == [(str(high), str(low), 1)]
    session.roll_back()
    assert onlooker.execute(LOCKS).fetchall() == []
    session.begin()
    session.lock_stream(b"\xff" * 16)
    assert onlooker.execute(LOCKS).fetchall() == [(str((1 << 32) - 1), str((1 << 32) - 1), 1)]


def test_half_of_a_piece_of_work_can_be_taken_back(session: Session, onlooker: PostgresConnection) -> None:
    onlooker.script("create table noted (n bigint)")
    try:
        session.begin()
        session.executemany("insert into noted (n) values (?)", [(1,), (2,)])
        for name in ("job", "half"):
            assert session.execute(f"savepoint {name}").fetchall() == []
            session.execute("insert into noted (n) values (?)", (3,))
            session.execute(f"rollback to {name}")
            session.execute(f"release {name}")
        assert onlooker.execute("select count(*) from noted").fetchone() == (0,)
        session.commit()
        assert onlooker.execute("select n from noted order by n").fetchall() == [(1,), (2,)]
        assert not session.in_transaction
    finally:
        session.close()
        onlooker.script("drop table noted")


def test_what_was_never_begun_cannot_be_kept(session: Session) -> None:
    session.roll_back()
    assert not session.in_transaction
    with pytest.raises(StorageFailed, match="over"):
        session.commit()
    session.begin()
    assert session.in_transaction
    session.commit()
    with pytest.raises(StorageFailed, match="over"):
        session.commit()


def test_another_ones_way_is_worth_another_try_and_a_wrong_statement_is_not(session: Session) -> None:
    session.begin()
    with pytest.raises(asyncpg.UndefinedTableError):
        session.execute("select n from nowhere")
    assert not session.is_worth_again
    session.roll_back()
    session.begin()
    with pytest.raises(asyncpg.SerializationError):
        session.execute("do 'begin raise exception using errcode = ''40001''; end'")
    assert (session.is_worth_again, session.in_transaction) == (True, False)
    with pytest.raises(StorageFailed, match="over"):
        session.commit()
    session.roll_back()
    session.begin()
    assert (session.is_worth_again, session.in_transaction) == (False, True)


def test_a_cut_connection_is_worth_another_try_on_a_new_one(session: Session, postgres: PostgresServer) -> None:
    session.begin()
    postgres.cut_connections()
    with pytest.raises(asyncpg.PostgresError):
        session.execute("select 1")
    assert (session.is_worth_again, session.in_transaction) == (True, False)
    session.roll_back()
    session.begin()
    assert session.execute("select 1").fetchall() == [(1,)]
    assert (session.is_worth_again, session.in_transaction) == (False, True)


def test_of_a_commit_that_was_cut_nobody_knows_so_that_it_is_not_run_again(
    session: Session, postgres: PostgresServer
) -> None:
    session.begin()
    session.execute("select 1")
    postgres.cut_connections()
    with pytest.raises(asyncpg.PostgresError):
        session.commit()
    assert (session.is_worth_again, session.in_transaction) == (False, False)


def test_a_connection_on_which_a_rollback_fails_is_given_up(session: Session, postgres: PostgresServer) -> None:
    session.begin()
    postgres.cut_connections()
    session.roll_back()
    assert not session.in_transaction
    session.begin()
    assert session.in_transaction


class InTheWay:
    """A piece of work in whose way another one stands, so many times."""

    def __init__(self, times: int) -> None:
        self.left, self.runs = times, 0

    def __call__(self, session: Session) -> int:
        self.runs += 1
        if self.left:
            self.left -= 1
            session.execute("do 'begin raise exception using errcode = ''40001''; end'")
        return self.runs


async def test_work_in_anothers_way_is_run_so_often_and_then_given_up(place: DatabasePlace) -> None:
    writer = PostgresWriter(Session(place))
    try:
        passing, stuck = InTheWay(TRIES - 1), InTheWay(TRIES)
        assert await writer.run(passing) == TRIES  # type: ignore[arg-type]  # a session stands for a connection
        with pytest.raises(StorageFailed, match="could not commit"):
            await writer.run(stuck)  # type: ignore[arg-type]
        assert stuck.runs == TRIES
        assert await writer.run(InTheWay(0)) == 1  # type: ignore[arg-type]
        assert writer.is_running
    finally:
        writer.stop()


async def test_what_is_no_conflict_is_run_once(place: DatabasePlace, monkeypatch: pytest.MonkeyPatch) -> None:
    runs: list[int] = []

    def fails(session: Session) -> None:
        runs.append(1)
        raise StorageFailed("no")

    monkeypatch.setattr(Session, "commit", fails)
    writer = PostgresWriter(Session(place))
    try:
        with pytest.raises(StorageFailed, match="could not commit"):
            await writer.run(lambda _: 1)
        assert len(runs) == 1
    finally:
        writer.stop()


async def test_a_group_takes_its_streams_in_one_order_and_what_has_none_first(place: DatabasePlace) -> None:
    order: list[bytes] = []

    class Work:
        def __init__(self, stream: bytes) -> None:
            self.stream = stream

        def __call__(self, _: Session) -> None:
            order.append(self.stream)

    session = Session(place)
    writer = PostgresWriter(session)
    try:
        jobs = [
            writing._Job(each, None, is_alone=False)  # type: ignore[arg-type]  # nobody waits for it
            for each in (Work(b"c"), Work(b"a"), lambda _: order.append(b""), Work(b"b"))
        ]
        writer._committed(jobs)
    finally:
        writer.stop()
    assert order == [b"", b"a", b"b", b"c"]
