"""Photos go up after all records, each from where it ended, and count once the server has said that it has them."""

from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from threading import Barrier, Lock, Thread, current_thread

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sync.journal import MediaProgress
from sync.media import UploadState
from sync.records import decode_body, kind_of
from sync.tablet.errors import BatchTooLarge, ConnectionCut, NoProgress, ServerBusy, ServerSilent, ServerUnreachable
from sync.tablet.media_session import Ended, MediaSession
from sync.tablet.parts import PartSize
from sync.tablet.speaking import PartAnswer
from sync.tablet.store import Store, open_store
from tests.sync.caseapi.media_desk import picture
from tests.sync.tablet.fake_server import FakeServer
from tests.sync.tablet.makers import FixedClock, record
from tests.sync.tablet.photos import attach, report
from tests.sync.tablet.sessions import Heard, session_over

PHOTO = picture(100_000)
NAME = sha256(PHOTO).hexdigest()


class FakeUploads:
    """The server's side of uploads in memory, honest, and failing on demand.

    Attributes:
        faults: what happens to the next parts: `cut:N` keeps N bytes and breaks, `lost_answer`, `silent`, `large`,
            `wrong` discards, `off` is no connection at all.
        asked: how often it was asked where to go on.
        sent_bytes: bytes of parts that went over the line.
    """

    def __init__(self, **sizes: int) -> None:
        self.sizes = dict(sizes)
        self.parts: dict[str, bytes] = {}
        self.faults: list[str] = []
        self.asked = 0
        self.sent_bytes = 0
        self.sizes_sent: list[int] = []
        self._lock = Lock()

    def upload_state(self, name: str) -> UploadState | None:
        with self._lock:
            return self._upload_state(name)

    def send_part(self, name: str, state: UploadState, part: bytes) -> PartAnswer:
        with self._lock:
            return self._send_part(name, state, part)

    def _upload_state(self, name: str) -> UploadState | None:
        self.asked += 1
        if self.faults and self.faults[0] == "off":
            raise ServerUnreachable("no connection")
        if name not in self.sizes:
            return None
        return UploadState(len(self.parts.get(name, b"")), self.sizes[name])

    def _send_part(self, name: str, state: UploadState, part: bytes) -> PartAnswer:
        fault = self.faults.pop(0) if self.faults else ""
        self.sizes_sent.append(len(part))
        if name not in self.sizes:
            return PartAnswer("unnamed", state)
        held = self.parts.get(name, b"")
        length = self.sizes[name]
        if state.offset != len(held):
            return PartAnswer("elsewhere", UploadState(len(held), length))
        if fault.startswith("cut:"):
            kept = part[: int(fault[4:])]
            self.parts[name] = held + kept
            self.sent_bytes += len(kept)
            raise ConnectionCut("cut")
        if fault == "silent":
            raise ServerSilent("no answer")
        if fault == "large":
            raise BatchTooLarge("smaller, please")
        if fault == "busy":
            raise ServerBusy("later", 7)
        self.sent_bytes += len(part)
        self.parts[name] = held + part
        if fault == "wrong":
            del self.parts[name]
            return PartAnswer("discarded", UploadState(0, length))
        if fault == "lost_answer":
            raise ConnectionCut("the answer was lost")
        return PartAnswer("kept", UploadState(len(self.parts[name]), length))

    def holds(self, *photos: bytes) -> bool:
        return self.parts == {sha256(photo).hexdigest(): photo for photo in photos}


@pytest.fixture
def server() -> FakeServer:
    return FakeServer()


@pytest.fixture
def wire() -> FakeUploads:
    return FakeUploads(**{NAME: len(PHOTO)})


Run = Callable[..., Ended]


@pytest.fixture
def run(store: Store, server: FakeServer, wire: FakeUploads) -> Run:
    """Exchange records, then send photos once."""
    return lambda *owed, parts=None: synced(store, server, wire, owed, parts)


def synced(
    store: Store,
    server: FakeServer,
    wire: FakeUploads,
    owed: tuple[str, ...] = (),
    parts: PartSize | None = None,
    *,
    at_once: int = 1,
    heard: Heard | None = None,
) -> Ended:
    session_over(store, server).run(Heard())
    photos = MediaSession(store, wire, clock=FixedClock(), parts=parts or PartSize(64_000), at_once=at_once)
    return photos.run(heard or Heard(), owed)


def test_a_photo_goes_up_whole_and_counts(store: Store, run: Run, wire: FakeUploads) -> None:
    report(store, attach(store, PHOTO))
    assert run() == "sent"
    assert wire.holds(PHOTO)
    assert store.media.progress() == MediaProgress(1, 1)
    assert run() == "nothing"


def test_what_was_never_sent_costs_no_question(store: Store, run: Run, wire: FakeUploads) -> None:
    report(store, attach(store, PHOTO))
    run(NAME)
    assert wire.asked == 0


def test_what_may_have_been_sent_is_asked_for_first(store: Store, run: Run, wire: FakeUploads) -> None:
    report(store, attach(store, PHOTO))
    wire.faults = ["lost_answer", "off", "off"]
    with pytest.raises(ServerUnreachable):
        run(NAME)
    wire.faults = []
    assert run(NAME) == "sent"
    assert wire.sent_bytes == len(PHOTO)


def test_a_cut_is_gone_on_from_at_once_when_it_brought_something(store: Store, run: Run, wire: FakeUploads) -> None:
    report(store, attach(store, PHOTO))
    wire.faults = ["cut:1234", "cut:5000"]
    assert run() == "sent"
    assert wire.holds(PHOTO)
    assert wire.sent_bytes == len(PHOTO)


def test_a_cut_that_brought_nothing_ends_the_try(store: Store, run: Run, wire: FakeUploads) -> None:
    report(store, attach(store, PHOTO))
    wire.faults = ["cut:0"]
    with pytest.raises(ConnectionCut):
        run()
    assert store.media.progress() == MediaProgress(0, 1)


def test_silence_halves_the_part_and_success_grows_it(store: Store, run: Run, wire: FakeUploads) -> None:
    report(store, attach(store, PHOTO))
    parts = PartSize(64_000)
    wire.faults = ["silent"]
    with pytest.raises(ServerSilent):
        run(parts=parts)
    assert parts.size_bytes == 32_000
    run(parts=parts)
    assert wire.sizes_sent == [64_000, 32_000, 64_000, 4_000]


def test_too_large_halves_the_part_until_it_fits(store: Store, run: Run, wire: FakeUploads) -> None:
    report(store, attach(store, PHOTO))
    wire.faults = ["large", "large"]
    assert run() == "sent"
    assert wire.sizes_sent[:3] == [64_000, 32_000, 16_384]


def test_a_file_found_wrong_by_the_server_is_sent_again_but_not_for_ever(
    store: Store, run: Run, wire: FakeUploads
) -> None:
    report(store, attach(store, PHOTO))
    wire.faults = ["", "wrong"]
    assert run() == "sent"
    wire.parts.clear()
    store.media.owe([NAME])
    wire.faults = ["wrong"] * 9
    with pytest.raises(NoProgress):
        run()


def test_one_photo_that_does_not_get_on_does_not_stop_the_others(store: Store, run: Run, wire: FakeUploads) -> None:
    other = picture(5_000)
    report(store, attach(store, PHOTO), attach(store, other))
    wire.sizes[sha256(other).hexdigest()] = len(other)
    wire.sizes[NAME] = 7
    with pytest.raises(NoProgress):
        run()
    assert store.media.progress() == MediaProgress(1, 2)


def test_a_photo_the_server_does_not_know_yet_waits(store: Store, run: Run, wire: FakeUploads) -> None:
    wire.sizes.clear()
    report(store, attach(store, PHOTO))
    assert run() == "nothing"
    assert store.media.waiting() == 1


def test_a_record_saved_meanwhile_goes_before_the_next_part(
    store: Store, run: Run, wire: FakeUploads, server: FakeServer
) -> None:
    report(store, attach(store, PHOTO))
    send = wire.send_part

    def saving(name: str, state: UploadState, part: bytes) -> PartAnswer:
        if not state.offset:
            store.journal.append(record("meanwhile"))
        return send(name, state, part)

    wire.send_part = saving  # type: ignore[method-assign]  # one part is what this test is about
    assert run() == "records_wait"
    assert run() == "sent"
    assert wire.sent_bytes == len(PHOTO)


@pytest.mark.parametrize("damage", ["missing", "damaged"])
def test_a_file_that_is_no_longer_what_was_taken_is_said_to_be_lost(
    store: Store, run: Run, wire: FakeUploads, server: FakeServer, damage: str
) -> None:
    named_by = report(store, attach(store, PHOTO))
    path = store.media.path(NAME)
    assert path is not None
    path.write_bytes(b"?") if damage == "damaged" else path.unlink()
    assert run() == "records_wait"
    assert store.media.progress() == MediaProgress(0, 1, 1)
    entry = store.journal.entries(kinds=["media_lost"])[0]
    kind = kind_of(entry.record)
    assert kind is not None
    told = msgspec.to_builtins(decode_body(kind, entry.record.body))
    assert told == {"sha256": NAME, "record": named_by, "reason": damage}
    assert run() == "nothing"
    assert store.media.delivery().may_switch_off
    assert wire.parts == {}


def test_a_file_lost_after_the_server_has_it_all_counts_as_sent(store: Store, run: Run, wire: FakeUploads) -> None:
    report(store, attach(store, PHOTO))
    wire.parts[NAME] = PHOTO
    path = store.media.path(NAME)
    assert path is not None
    path.unlink()
    assert run() == "sent"
    assert store.media.progress() == MediaProgress(1, 1)


def test_a_restored_server_gets_again_what_it_names(store: Store, run: Run, wire: FakeUploads) -> None:
    report(store, attach(store, PHOTO))
    run()
    wire.parts.clear()
    assert run() == "nothing"
    assert run(NAME) == "sent"
    assert wire.holds(PHOTO)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    faults=st.lists(
        st.one_of(
            st.integers(0, 60_000).map(lambda size: f"cut:{size}"),
            st.sampled_from(["", "lost_answer", "silent", "large", "wrong", "busy", "off"]),
        ),
        max_size=12,
    ),
    restarts=st.sets(st.integers(0, 12)),
    at_once=st.integers(1, 3),
)
def test_whatever_goes_wrong_every_photo_arrives_whole_in_the_end(
    tmp_path_factory: pytest.TempPathFactory, faults: list[str], restarts: set[int], at_once: int
) -> None:
    path: Path = tmp_path_factory.mktemp("any") / "journal.db"
    photos = [picture(size, size) for size in (30_000, 100, 70_000)]
    wire = FakeUploads(**{sha256(photo).hexdigest(): len(photo) for photo in photos})
    server, store = FakeServer(), open_store(path)
    report(store, *(attach(store, photo) for photo in photos))
    wire.faults = list(faults)
    for attempt in range(40):
        if attempt in restarts:
            store.close()
            store = open_store(path)
        try:
            if synced(store, server, wire, at_once=at_once) in ("sent", "nothing"):
                break
        except (ServerUnreachable, ServerBusy, BatchTooLarge, NoProgress):
            if wire.faults and wire.faults[0] == "off":
                wire.faults.pop(0)
    assert wire.holds(*photos)
    assert store.media.progress() == MediaProgress(3, 3)
    store.close()


TWO = (picture(30_000, 1), picture(30_000, 2))
SOON_S = 20.0
"""How long a test waits for what happens at once."""


@pytest.fixture
def two(store: Store, wire: FakeUploads) -> FakeUploads:
    """Let two photos wait that the server knows, and nothing else."""
    wire.sizes = {sha256(photo).hexdigest(): len(photo) for photo in TWO}
    report(store, *(attach(store, photo) for photo in TWO))
    return wire


def test_a_photo_goes_up_while_the_answer_to_another_is_awaited(
    store: Store, server: FakeServer, two: FakeUploads
) -> None:
    both_are_sent, send = Barrier(2), two.send_part

    def answered_late(name: str, state: UploadState, part: bytes) -> PartAnswer:
        answer = send(name, state, part)
        both_are_sent.wait(SOON_S)
        return answer

    two.send_part = answered_late  # type: ignore[method-assign]  # when the answer comes is what this test is about
    assert synced(store, server, two, at_once=2) == "sent"
    assert two.holds(*TWO)
    assert store.media.progress() == MediaProgress(2, 2)


def test_what_ends_one_photo_lets_the_other_end_its_part_and_begins_no_more(
    store: Store, server: FakeServer, two: FakeUploads
) -> None:
    here, begun, send = current_thread(), Barrier(2), two.send_part
    beside: list[Thread] = []

    def one_fails(name: str, state: UploadState, part: bytes) -> PartAnswer:
        if current_thread() is not here:
            beside.append(current_thread())
            begun.wait(SOON_S)
            raise ServerBusy("later", 7)
        begun.wait(SOON_S)
        beside[0].join(SOON_S)
        return send(name, state, part)

    two.send_part = one_fails  # type: ignore[method-assign]  # what fails first is what this test is about
    with pytest.raises(ServerBusy):
        synced(store, server, two, parts=PartSize(16_384), at_once=2)
    assert two.sizes_sent == [16_384]
    assert store.media.progress() == MediaProgress(0, 2)


def test_what_the_program_does_wrong_beside_is_not_hidden(store: Store, server: FakeServer, two: FakeUploads) -> None:
    begun = Barrier(2)

    def wrong(name: str, state: UploadState, part: bytes) -> PartAnswer:
        begun.wait(SOON_S)
        raise ZeroDivisionError

    two.send_part = wrong  # type: ignore[method-assign]  # a fault of the program is what this test is about
    with pytest.raises(ZeroDivisionError):
        synced(store, server, two, at_once=2)


def test_it_tells_how_many_bytes_have_gone_up_and_how_many_are_left(
    store: Store, server: FakeServer, wire: FakeUploads
) -> None:
    report(store, attach(store, PHOTO))
    wire.faults = ["cut:30000", "wrong"]
    heard = Heard()
    synced(store, server, wire, (NAME,), heard=heard)
    assert heard.photo_moves[:2] == [(0, 100_000), (30_000, 70_000)]
    assert heard.photo_moves[-1] == (130_000, 0), "what was discarded has to go up once more"


def test_what_an_earlier_try_has_brought_is_neither_left_nor_counted_into_the_pace(
    store: Store, server: FakeServer, wire: FakeUploads
) -> None:
    report(store, attach(store, PHOTO))
    wire.faults = ["cut:40000", "cut:0"]
    with pytest.raises(ServerUnreachable):
        synced(store, server, wire, (NAME,))
    heard = Heard()
    synced(store, server, wire, (NAME,), heard=heard)
    assert heard.photo_moves == [(0, 100_000), (60_000, 0)]
