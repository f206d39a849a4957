"""What a tablet says of its records after the server was restored and says it again, or something else."""

from sync.ids import uuid7_at
from sync.tablet.store import Store
from sync.tablet.store.identity import Membership
from sync.wire import FeedEntry, RecordVerdict
from tests.sync.tablet.makers import entry
from tests.sync.tablet.test_store_outbox import saved, settled, told

SCOPE = "device:1"
WRONG = {"verdict": "quarantined", "reason": "not_allowed"}


def verdict(number: int, record_id: str) -> FeedEntry:
    """Return an entry that keeps a record apart."""
    return entry(number, "verdict", record_id, WRONG)


def test_a_record_that_is_settled_again_is_told_the_verdict_that_the_feed_still_has(store: Store) -> None:
    # The restored server came to the same verdict, so that its feed has nothing new for this tablet.
    first, second = saved(store, 2)
    settled(store, 2)
    store.feeds.apply_page(SCOPE, [verdict(1, second)], (1, "mark"))
    settled(store, 1)
    assert told(store, second)[0] == "waiting"

    settled(store, 2)

    assert told(store, second) == ("quarantined", "not_allowed")
    assert told(store, first) == ("stored", "")


def test_a_record_that_is_named_by_its_place_is_told_again_too(store: Store) -> None:
    (only,) = saved(store, 1)
    place = f"{store.outbox.streams()[-1]}:1"
    settled(store, 1)
    store.feeds.apply_page(SCOPE, [verdict(1, place)], (1, "mark"))
    settled(store, 0)

    settled(store, 1)

    assert told(store, only) == ("quarantined", "not_allowed")


def test_what_the_proof_itself_says_counts_before_what_the_feed_had(store: Store) -> None:
    (only,) = saved(store, 1)
    settled(store, 1)
    store.feeds.apply_page(SCOPE, [verdict(1, only)], (1, "mark"))
    settled(store, 0)

    settled(store, 1, RecordVerdict(1, "parked", reason="unknown_kind"))

    assert told(store, only) == ("parked", "unknown_kind")


def test_what_an_earlier_key_was_told_is_not_told_again(store: Store) -> None:
    # Restored from before the key was revoked, the server knows nothing of what it said to it.
    (only,) = saved(store, 1)
    settled(store, 1)
    store.feeds.apply_page(SCOPE, [verdict(1, only)], (1, "mark"))
    store.identity.keep("joined", Membership("https://case.example", (), "", "", bytes(32), bytes(32), "server", "2"))
    settled(store, 0)

    settled(store, 1)

    assert told(store, only) == ("stored", "")


def test_a_record_that_moves_to_another_stream_is_told_of_anew(store: Store) -> None:
    first, second = saved(store, 2)
    settled(store, 2)
    store.feeds.apply_page(SCOPE, [verdict(1, first), verdict(2, second)], (2, "mark"))

    store.outbox.fork(stream=uuid7_at(0, bytes(10)), agreed=1)

    assert told(store, first) == ("quarantined", "not_allowed")
    assert told(store, second) == ("waiting", "")


def test_a_fork_that_agrees_further_than_was_proven_tells_again_what_the_feed_still_has(store: Store) -> None:
    # A copy of this tablet has brought to the restored server what both hold.
    first, second = saved(store, 2)
    settled(store, 2)
    store.feeds.apply_page(SCOPE, [verdict(1, first)], (1, "mark"))
    settled(store, 0)

    store.outbox.fork(stream=uuid7_at(0, bytes(10)), agreed=1)

    assert told(store, first) == ("quarantined", "not_allowed")
    assert told(store, second) == ("waiting", "")


def test_a_snapshot_takes_back_the_verdicts_that_it_does_not_have(store: Store) -> None:
    first, second = saved(store, 2)
    settled(store, 2)
    store.feeds.apply_page(SCOPE, [verdict(1, first), verdict(2, second)], (2, "mark"))

    store.feeds.replace_scope(SCOPE, [verdict(1, second)], (1, "other"))

    assert told(store, first) == ("stored", "")
    assert told(store, second) == ("quarantined", "not_allowed")
