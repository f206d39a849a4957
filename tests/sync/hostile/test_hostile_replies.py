"""A server that says anything at all: the tablet applies what is proven, keeps every record, and can go on."""

import json
import os
import random
from base64 import b64encode
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from sync.errors import SyncError
from sync.receipts import sign_proof
from sync.tablet.download import Download
from sync.tablet.errors import ServerRefused
from sync.tablet.speaking import Answer
from sync.tablet.store import Store, open_store
from sync.wire import SyncReply
from tests.sync.caseapi.hostile.wrong_values import Wrong, wrong_values
from tests.sync.tablet.fake_server import DEVICE_SCOPE, KEY, FakeServer
from tests.sync.tablet.makers import entry, record, uuid_text
from tests.sync.tablet.sessions import Heard, session_over

FUZZ = int(os.environ.get("FUZZ", "150"))
"""Spoilt replies of each sort; more by hand: FUZZ=20000."""

SEED = int(os.environ.get("SEED", "1"))


class Liar(FakeServer):
    """Answers honestly, then spoils the bytes.

    Attributes:
        spoil: what becomes of the next answer's body.
    """

    spoil: Any = None

    def exchange(self, body: bytes) -> Answer:
        answer = super().exchange(body)
        if self.spoil is None:
            return answer
        spoilt, self.spoil = self.spoil(answer.body, body), None
        return Answer(answer.content_type, spoilt, answer.sent)

    def snapshot(self, digest: str, into: Download) -> None:
        if digest not in self.snapshots:
            raise ServerRefused("this snapshot is no longer kept", "E-SNAPSHOT")
        super().snapshot(digest, into)


@pytest.fixture
def liar() -> Liar:
    made = Liar()
    made.publish(DEVICE_SCOPE, [entry(1, "verdict", uuid_text(), {"verdict": "quarantined", "reason": "bad_shape"})])
    return made


@pytest.fixture
def full_store(tmp_path: Path) -> Iterator[Store]:
    opened = open_store(tmp_path / "journal.db")
    yield opened
    opened.close()


def synced(store: Store, liar: Liar) -> None:
    """Sync once; whatever the server says, only an error of our own may come of it."""
    try:
        session_over(store, liar).run(Heard())
    except SyncError:
        return


def holds(store: Store, ids: list[str]) -> None:
    """Assert that every record is there, once."""
    assert sorted(row.record.id for row in store.journal.whole()) == sorted(ids)


def recovers(store: Store, liar: Liar, ids: list[str]) -> None:
    """Assert that an honest server ends with every record, whatever was said before."""
    liar.spoil = None
    session_over(store, liar).run(Heard())
    assert store.journal.summary().unsettled == 0
    assert set(liar.held_ids()) >= set(ids)
    assert store.problems() == []


def turned(reply: bytes, chance: random.Random) -> bytes:
    """Return a reply with a few bytes turned, cut, doubled or moved."""
    data = bytearray(reply)
    for _ in range(chance.randint(1, 4)):
        place, other = sorted(chance.randrange(len(data) + 1) for _ in range(2))
        match chance.randrange(4):
            case 0:
                data[place : place + 1] = bytes([chance.randrange(256)])
            case 1:
                del data[place:other]
            case 2:
                data[place:place] = data[place:other]
            case _:
                data[place:place] = chance.choice([b"null", b"-1", b"{}", b"\xff", b'"x"', b"1e999", b"[" * 500])
        data = data or bytearray(b"0")
    return bytes(data)


def test_replies_with_turned_bytes_lose_nothing(full_store: Store, liar: Liar) -> None:
    chance = random.Random(SEED)
    ids: list[str] = []
    for _ in range(FUZZ):
        ids.append(full_store.journal.append(record()).record.id)
        liar.spoil = lambda reply, _: turned(reply, chance)
        synced(full_store, liar)
    holds(full_store, ids)
    recovers(full_store, liar, ids)


def _lie(wrong: Wrong) -> Any:
    """Return what puts a wrong value into a reply and proves it again, as the server's own key would."""

    def spoil(reply: bytes, sent: bytes) -> bytes:
        message = json.loads(reply)
        message.setdefault("verdicts", [{"n": 1, "verdict": "duplicate"}])
        message.setdefault("media_owed", ["0" * 64])
        receipt = message.get("receipt") or {"signed": ""}
        message["receipt"] = {"counts": [{"actor": "a", "shift": None, "records": 1}]} | receipt
        spoilt = wrong.put_into(message)
        if isinstance(spoilt, dict) and isinstance(spoilt.get("state"), str) and wrong.keys != ("proof",):
            state = spoilt["state"].encode("utf-8", "replace").decode()
            spoilt["proof"] = b64encode(sign_proof(state, sent, KEY)).decode()
        return json.dumps(spoilt).encode("utf-8", "surrogatepass")

    return spoil


LIES = [
    wrong
    for wrong in wrong_values(SyncReply)
    if len(wrong.keys) == 1 or wrong.keys[:1] in (("receipt",), ("verdicts",))
]


def test_every_field_of_a_reply_with_every_wrong_value_applies_nothing(full_store: Store, liar: Liar) -> None:
    ids = [full_store.journal.append(record()).record.id]
    assert len(LIES) > 60
    for wrong in LIES:
        liar.spoil = _lie(wrong)
        synced(full_store, liar)
        assert full_store.journal.summary().quarantined == 0
    holds(full_store, ids)
    recovers(full_store, liar, ids)


LOUD = {
    "a watermark of more than there is": {"watermark": 99},
    "a watermark of all": {"watermark": 2**32 - 1},
    "another head": {"head": "0" * 64},
    "a fork without end": {"state": "fork", "agreed": 2**32 - 1},
    "a fork at nothing": {"state": "fork", "agreed": 0},
    "a drain": {"state": "drain"},
    "a state of tomorrow": {"state": "tomorrow"},
    "an endless wait": {"retry_after_s": 1e308},
    "a wait before now": {"retry_after_s": -5.0},
    "a time of no year": {"time": "9999-12-31T23:59:59.999-14:00"},
    "a time before all": {"time": "0001-01-01T00:00:00.000+14:00"},
    "owed files without end": {"media_owed": ["../../etc/passwd", "", "\x00"] * 1000},
    "feeds of nowhere": {"feeds": {"../x": {"cursor": [2**53, "\x00"]}, "": {"cursor": [0, ""], "more": True}}},
    "a snapshot of nowhere": {
        "feeds": {"a": {"cursor": [1, ""], "snapshot": {"number": 1, "check": "", "sha256": "0" * 64, "bytes": 2**53}}}
    },
}


@pytest.mark.parametrize("changes", LOUD.values(), ids=LOUD.keys())
def test_a_lying_reply_never_takes_a_record(full_store: Store, liar: Liar, changes: dict[str, Any]) -> None:
    ids = [full_store.journal.append(record()).record.id for _ in range(3)]

    def spoil(reply: bytes, sent: bytes) -> bytes:
        message = json.loads(reply) | changes
        message["proof"] = b64encode(sign_proof(message["state"], sent, KEY)).decode()
        return json.dumps(message).encode()

    liar.spoil = spoil
    synced(full_store, liar)
    holds(full_store, ids)
    recovers(full_store, liar, ids)


@pytest.mark.parametrize("state", ["erase", "drain", "fork", "upgrade", "rewind"])
def test_a_state_that_the_server_did_not_sign_does_nothing(full_store: Store, liar: Liar, state: str) -> None:
    ids = [full_store.journal.append(record()).record.id]
    before = full_store.journal.summary()
    liar.spoil = lambda reply, _: json.dumps(json.loads(reply) | {"state": state, "agreed": 0}).encode()
    synced(full_store, liar)
    assert full_store.journal.summary() == before
    recovers(full_store, liar, ids)


def test_the_spoilt_fields_are_those_of_the_protocol() -> None:
    assert {wrong.keys[0] for wrong in LIES} == set(SyncReply.__struct_fields__)
