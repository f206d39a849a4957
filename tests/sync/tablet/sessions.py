"""Sessions over a fake server, for tests of what a sync does."""

from msgspec.structs import replace

from sync.journal import SyncPhase
from sync.tablet.config import ExchangeConfig
from sync.tablet.session import SyncSession, TabletFacts
from sync.tablet.store import Store
from tests.sync.tablet.fake_server import KEY, FakeServer
from tests.sync.tablet.makers import FixedClock, record


class Heard:
    """Remembers what a session tells, and never stops it."""

    def __init__(self) -> None:
        self.phases: list[SyncPhase] = []
        self.progress: list[tuple[int, int]] = []
        self.downloads: list[tuple[int, int]] = []
        self.photo_moves: list[tuple[int, int]] = []

    def phase(self, phase: SyncPhase) -> None:
        self.phases.append(phase)

    def settled(self, sent: int, total: int) -> None:
        self.progress.append((sent, total))

    def photos(self, sent: int, total: int) -> None:
        return

    def photo_bytes(self, came: int, left: int) -> None:
        self.photo_moves.append((came, left))

    def fetched(self, done_bytes: int, total_bytes: int) -> None:
        self.downloads.append((done_bytes, total_bytes))

    def is_stopping(self) -> bool:
        return False


def saved(store: Store, count: int) -> list[str]:
    """Save so many records; return their ids."""
    return [store.journal.append(record(f"记录 {place}")).record.id for place in range(count)]


def session_over(store: Store, server: FakeServer, **config: int) -> SyncSession:
    return SyncSession(
        store,
        server,
        receipt_key=KEY.public_key(),
        clock=FixedClock(),
        config=replace(ExchangeConfig(room_bytes=0), **config),
        facts=TabletFacts("fieldapp test", lambda: 12345),
    )
