"""Two tablets with one journal, and servers that were restored since: nothing of either is lost."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from sync.tablet.store import Store, open_store
from tests.sync.tablet.fake_server import FakeServer
from tests.sync.tablet.sessions import Heard, saved, session_over

COMMON, THEIRS = 3, 2


@pytest.fixture
def server() -> FakeServer:
    return FakeServer()


@pytest.fixture
def clone(store: Store, store_path: Path, tmp_path: Path, server: FakeServer) -> Iterator[Store]:
    """A copy of a tablet with three proven records; the original has gone on with one more."""
    saved(store, COMMON)
    session_over(store, server).run(Heard())
    store.close()
    path = tmp_path / "clone.db"
    path.write_bytes(store_path.read_bytes())
    original, copied = open_store(store_path), open_store(path)
    saved(original, 1)
    session_over(original, server).run(Heard())
    original.close()
    yield copied
    copied.close()


def test_a_cloned_tablet_forks_and_loses_nothing(clone: Store, server: FakeServer) -> None:
    before, old = server.held_ids(), clone.journal.summary().stream
    theirs = saved(clone, THEIRS)
    session_over(clone, server).run(Heard())
    assert server.held_ids() == before + theirs
    assert server.requests[-1].forked_from == (old, COMMON)
    assert (clone.journal.summary().unsettled, clone.problems()) == (0, [])


def test_a_restored_server_gets_what_a_forked_tablet_holds_of_its_older_streams(
    clone: Store, server: FakeServer
) -> None:
    common = server.held_ids()[:COMMON]
    theirs = saved(clone, THEIRS)
    session_over(clone, server).run(Heard())
    server.restore({})
    assert session_over(clone, server).run(Heard()).proven_again
    assert server.held_ids() == common + theirs
    assert (clone.journal.summary().unsettled, clone.problems()) == (0, [])
    late = saved(clone, 1)
    session_over(clone, server).run(Heard())
    assert server.held_ids() == common + theirs + late


def test_a_server_that_lost_only_the_newest_stream_gets_only_that_again(clone: Store, server: FakeServer) -> None:
    yesterday = server.backup()
    theirs = saved(clone, THEIRS)
    session_over(clone, server).run(Heard())
    before = server.held_ids()
    server.restore(yesterday)
    session_over(clone, server).run(Heard())
    assert server.held_ids() == before
    assert before[-THEIRS:] == theirs
