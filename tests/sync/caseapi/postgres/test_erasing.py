"""A contact leaves a PostgreSQL database: its rows at once, its files when they are written anew; the chain holds."""

from collections.abc import Sequence

import pytest

from sync.caseapi.service.verifying.chains import verify
from sync.caseapi.storage.postgres.erasing import clear
from sync.caseapi.storage.postgres.inspecting import PostgresInspection
from sync.caseapi.storage.postgres.store import PostgresStorage
from sync.sealing import seal
from tests.postgres_server import SHARED, PostgresServer
from tests.sync.caseapi.harness import Desk

pytestmark = pytest.mark.needs("postgres")

DAY_MS = 86_400_000


@pytest.fixture
def engine() -> str:
    return "postgres"


def in_files(server: PostgresServer, texts: Sequence[str]) -> list[str]:
    """Return which texts stand in the files of tables, once everything was written there."""
    server.run("checkpoint", SHARED)
    held = [path.read_bytes() for path in (server.folder / "data" / "base").rglob("*") if path.is_file()]
    return [text for text in texts if any(text.encode() in each for each in held)]


async def test_an_erased_contact_is_in_no_row_and_once_written_anew_in_no_file(
    desk: Desk, postgres: PostgresServer
) -> None:
    storage = desk.case_api.storage
    assert isinstance(storage, PostgresStorage)
    tablet = await desk.tablet()
    sealed = [seal(f"0451-{number:08}", desk.case_api.keys.seal_public) for number in range(2)]
    for text in sealed:
        tablet.case("问题", self_resolved=True, action="好了", contact=text)
    tablet.fill(3)
    await tablet.sync()
    await desk.fold()
    assert in_files(postgres, sealed) == sealed

    desk.clock.now_ms += 91 * DAY_MS
    erased = await desk.case_api.erasing.erase()
    assert (erased.cases, erased.texts, erased.left_over) == (2, 2, 0)
    with PostgresInspection(storage.place) as inspection:
        report = verify(inspection, desk.case_api.keys.receipt.public_key(), ())
        held = b"".join(row.raw for stream in inspection.streams() for row in inspection.held(stream.stream))
    assert (report.broken_chains, report.erased, report.ok) == (0, 2, True)
    assert not any(text.encode() in held for text in sealed)

    clear(storage.place, is_whole=True)
    assert in_files(postgres, sealed) == []
