"""A storage over PostgreSQL leaves nothing open behind it, says when it cannot write, and owes no receipt its line."""

from pathlib import Path

import pytest

from sync.caseapi.errors import StorageFailed
from sync.caseapi.storage.postgres.connection import PostgresConnection
from sync.caseapi.storage.postgres.erasing import TABLES, clear
from sync.caseapi.storage.postgres.inspecting import PostgresInspection
from sync.caseapi.storage.postgres.opening import connected
from sync.caseapi.storage.postgres.place import DatabasePlace
from sync.caseapi.storage.postgres.store import PostgresStorage
from sync.caseapi.storage.receipt_log import ReceiptLog
from tests.contracts.storages import Recorder, Sender, enrolled
from tests.sync.caseapi.harness import Clock
from tests.sync.caseapi.postgres.conftest import Open

pytestmark = pytest.mark.needs("postgres")

OF_OURS = (
    "select count(*) from pg_stat_activity where datname = current_database()"
    " and application_name = 'xunge-caseapi' and pid <> pg_backend_pid()"
)


MOST_ASKED = 3_000
"""How often the server is asked whether a connection is gone; it sees a goodbye within some questions."""


def connections(onlooker: PostgresConnection) -> int:
    count: int = onlooker.execute(OF_OURS).fetchone()[0]
    return count


def are_gone(onlooker: PostgresConnection) -> bool:
    """Ask until the server has seen every goodbye, as long as that can take."""
    return any(connections(onlooker) == 0 for _ in range(MOST_ASKED))


async def written(storage: PostgresStorage, clock: Clock) -> Sender:
    sender = Sender(await enrolled(storage, clock, key=b"\1" * 32), clock.uuid())
    sender.grow(2)
    await storage.exchanges.exchange(sender.incoming())
    await storage.judging.judge_waiting(Recorder(), 10)
    return sender


async def test_a_closed_storage_has_no_connection_left_and_takes_no_work(
    open_another: Open, place: DatabasePlace, clock: Clock
) -> None:
    with connected(place) as onlooker:
        assert are_gone(onlooker)
        storage = open_another()
        storage.check_writable()
        sender = await written(storage, clock)
        await storage.desk.lag()
        with storage.exports.view() as view:
            assert view.orgs() == []
        assert connections(onlooker) >= 3
        await storage.close()
        assert are_gone(onlooker)
    with pytest.raises(StorageFailed):
        storage.check_writable()
    for ask in (storage.exchanges.exchange(sender.incoming()), storage.desk.lag()):
        with pytest.raises(StorageFailed):
            await ask


@pytest.mark.parametrize("writer", ["_writer", "_exchanging"])
async def test_each_writer_that_has_stopped_is_told(open_another: Open, writer: str) -> None:
    storage = open_another()
    getattr(storage, writer).stop()
    with pytest.raises(StorageFailed, match="restart the server"):
        storage.check_writable()


async def test_a_receipt_whose_line_was_lost_is_written_when_the_storage_opens(
    open_another: Open, clock: Clock, tmp_path: Path
) -> None:
    storage = open_another()
    await written(storage, clock)
    log = ReceiptLog(tmp_path / "case.receipts.log")
    (line,) = log.lines()
    await storage.close()
    log.path.unlink()
    for _ in range(2):
        await open_another().close()
        assert list(log.lines()) == [line]


async def test_rows_that_were_written_over_are_cleared_away_without_writing_the_tables_anew(
    place: DatabasePlace,
) -> None:
    files = "select relname::text, relfilenode::text from pg_class where relname = any(?) order by relname"
    with connected(place) as onlooker:
        before = onlooker.execute(files, (list(TABLES),)).fetchall()
        clear(place)
        assert onlooker.execute(files, (list(TABLES),)).fetchall() == before
        clear(place, is_whole=True)
        after = onlooker.execute(files, (list(TABLES),)).fetchall()
    assert [old != new for old, new in zip(before, after, strict=True)] == [True, True]


def test_a_verification_reads_one_moment_writes_nothing_and_says_what_failed(place: DatabasePlace) -> None:
    with PostgresInspection(place) as inspection:
        assert inspection.engine().startswith("PostgreSQL 1")
        assert inspection._asked.execute("select current_setting('transaction_isolation')").fetchone() == (
            "repeatable read",
        )
        assert inspection._asked.execute("select current_setting('transaction_read_only')").fetchone() == ("on",)
    assert inspection._asked.is_closed
    with pytest.raises(StorageFailed, match="cannot be read"), PostgresInspection(place) as broken:
        broken._asked.execute("select n from nowhere")
    assert broken._asked.is_closed
    with pytest.raises(KeyError), PostgresInspection(place):
        raise KeyError("a fault of ours")


def test_a_server_that_keeps_what_it_says_is_whole(place: DatabasePlace, monkeypatch: pytest.MonkeyPatch) -> None:
    from sync.caseapi.storage.postgres import inspecting

    with PostgresInspection(place) as inspection:
        assert "fsync is off" in inspection.integrity()
        monkeypatch.setattr(inspecting, "SAFE_SETTINGS", ("enable_seqscan", "full_page_writes"))
        assert "full_page_writes is off" in inspection.integrity()
        monkeypatch.setattr(inspecting, "SAFE_SETTINGS", ("enable_seqscan",))
        assert inspection.integrity() == "ok"
