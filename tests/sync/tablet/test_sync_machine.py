"""Whatever is lost, doubled, late, restored or reopened, in any order: nothing is lost and nothing is held twice."""

import shutil
import tempfile
from pathlib import Path
from uuid import UUID

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from sync.chain import first_head, head_after
from sync.errors import SyncError
from sync.tablet.config import ExchangeConfig
from sync.tablet.session import SyncSession, TabletFacts
from sync.tablet.store import Store, open_store
from tests.sync.tablet.fake_server import KEY, FakeServer
from tests.sync.tablet.makers import FixedClock, record

FAULTS = ("", "lose_request", "lose_reply", "double", "delay", "portal", "stale")


class Quiet:
    """Hears nothing; breaks a session off after so many exchanges."""

    def __init__(self, exchanges: int) -> None:
        self.left = exchanges

    def phase(self, phase: object) -> None:
        return

    def photos(self, sent: int, total: int) -> None:
        return

    def photo_bytes(self, came: int, left: int) -> None:
        return

    def settled(self, sent: int, total: int) -> None:
        return

    def is_stopping(self) -> bool:
        self.left -= 1
        return self.left < 0


class Tablets(RuleBasedStateMachine):
    """One tablet with a real database, one server, and a hostile world between them."""

    @initialize()
    def begin(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="machine-"))
        self.server = FakeServer()
        self.server.page_size = 3
        self.store: Store = open_store(self.folder / "journal.db")
        self.saved: list[str] = []
        self.backups: list[dict[str, list[bytes]]] = [{}]
        self.is_proven = True

    @rule(count=st.integers(1, 7))
    def save(self, count: int) -> None:
        for _ in range(count):
            self.saved.append(self.store.journal.append(record()).record.id)

    @rule(faults=st.lists(st.sampled_from(FAULTS), max_size=4), size=st.integers(1, 6), exchanges=st.integers(1, 9))
    def sync(self, faults: list[str], size: int, exchanges: int) -> None:
        self.server.faults = list(faults)
        try:
            self.session(size).run(Quiet(exchanges))
        except SyncError:
            return
        finally:
            self.server.faults = []

    @rule()
    def back_up_the_server(self) -> None:
        self.backups.append(self.server.backup())

    @rule(data=st.data())
    def restore_the_server(self, data: st.DataObject) -> None:
        self.server.restore(data.draw(st.sampled_from(self.backups)))
        self.is_proven = False

    @rule()
    def restart_the_tablet(self) -> None:
        self.store.close()
        self.store = open_store(self.folder / "journal.db")

    @rule()
    def sync_in_peace(self) -> None:
        self.session(5).run(Quiet(1000))
        self.is_proven = True
        assert sorted(self.server.held_ids()) == sorted(self.saved)
        assert self.store.journal.summary().unsettled == 0

    @invariant()
    def the_server_holds_a_prefix(self) -> None:
        for stream, held in getattr(self, "server", FakeServer()).streams.items():
            head = head_after(first_head(UUID(stream)), held)
            assert self.store.outbox.head_at(len(held)) == head

    @invariant()
    def what_is_shown_as_stored_is_held(self) -> None:
        if not getattr(self, "is_proven", False):
            return
        held = set(self.server.held_ids())
        shown = {row.record.id for row in self.store.journal.entries(limit=1000) if row.state == "stored"}
        assert shown <= held

    def session(self, size: int) -> SyncSession:
        return SyncSession(
            self.store,
            self.server,
            receipt_key=KEY.public_key(),
            clock=FixedClock(),
            config=ExchangeConfig(max_records=size),
            facts=TabletFacts("test", lambda: None),
        )

    def teardown(self) -> None:
        if hasattr(self, "store"):
            self.sync_in_peace()
            assert self.store.problems() == []
            self.store.close()
            shutil.rmtree(self.folder)


TestTablets = Tablets.TestCase
TestTablets.settings = settings(max_examples=60, stateful_step_count=20, deadline=None)
