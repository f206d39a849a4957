"""The composition root: where the database lies, who may write it, and readers that become messages."""

import json
import os
import queue
import stat
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from textual.message import Message

from devices.emulator import EmulatedBadgeReader, EmulatedPn532, EmulatedReceiver, EmulatedScanEngine
from devices.wedge import Held, Key, Scan
from fieldapp.bootstrap import (
    clock_offset_ms,
    database_path,
    open_tablet,
    owner_of,
    services_over,
    store_beside,
    wedge_filter,
)
from fieldapp.config import ReaderConfig, TabletConfig
from fieldapp.messages import LinkChanged, ReaderFault, TagRead
from fieldapp.posted_news import PostedNews
from fieldapp.serial_readers import CHOSEN_SETTING, SerialReaders
from fieldapp.services.moments import CHINA
from sync.tablet.errors import StoreBusy, StoreError
from sync.tags import plate_code
from tests.fieldapp.fakes import FakeSettings
from tests.sync.tablet.makers import record

PATIENCE_S = 20.0


# The database ---------------------------------------------------------------------------------------------------------


def test_the_database_lies_where_the_settings_say_else_in_the_data_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "/nobody")
    assert database_path(TabletConfig(database="/data/t.db"), {}) == Path("/data/t.db")
    assert database_path(TabletConfig(database="~/t.db"), {}) == Path("/nobody/t.db")
    assert database_path(TabletConfig(), {"XDG_DATA_HOME": "/x"}) == Path("/x/fieldapp/tablet.db")
    assert database_path(TabletConfig(), {}) == Path("/nobody/.local/share/fieldapp/tablet.db")


def test_a_new_folder_and_database_are_their_owners_alone(tmp_path: Path) -> None:
    path = tmp_path / "new" / "tablet.db"
    with open_tablet(path):
        assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
        assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_store_beside_the_app_reads_what_is_saved_meanwhile_and_cannot_write(tmp_path: Path) -> None:
    path = tmp_path / "tablet.db"
    with open_tablet(path) as tablet, store_beside(path) as beside:
        saved = tablet.store.journal.append(record())
        assert [entry.record.id for entry in beside.journal.whole()] == [saved.record.id]
        assert beside.problems() == []
        with pytest.raises(StoreError):
            beside.settings.put("name", "value")
        with pytest.raises(StoreError):
            beside.journal.append(record())
    with open_tablet(path) as tablet:
        assert tablet.store.journal.summary().last_n == 1


def test_beside_an_app_of_another_version_nothing_is_read(tmp_path: Path) -> None:
    path = tmp_path / "tablet.db"
    with open_tablet(path) as tablet:
        tablet.store.facts._database.write("another version", lambda db: db.execute("pragma user_version = 99"))
        with pytest.raises(StoreBusy), store_beside(path):
            pass


def test_the_owner_is_known_by_its_process_number(tmp_path: Path) -> None:
    path = tmp_path / "tablet.db"
    assert owner_of(path) == ""
    with open_tablet(path):
        assert owner_of(path) == str(os.getpid())


def test_the_distance_to_the_server_is_unknown_before_the_first_sync(tmp_path: Path) -> None:
    with open_tablet(tmp_path / "tablet.db") as tablet:
        assert clock_offset_ms(tablet.store) is None


# The services ---------------------------------------------------------------------------------------------------------


def test_a_time_zone_nobody_knows_is_that_of_the_streets(tmp_path: Path) -> None:
    with open_tablet(tmp_path / "tablet.db") as tablet:
        assert services_over(tablet, TabletConfig(time_zone="Atlantis/Deep")).zone == CHINA
        assert str(services_over(tablet, TabletConfig(time_zone="Europe/Berlin")).zone) == "Europe/Berlin"
        assert services_over(tablet, TabletConfig(idle_lock_s=31)).session.idle_lock_s == 31


def test_a_typed_plate_code_needs_no_enter() -> None:
    wedge, code = wedge_filter(), plate_code(bytes(10))
    for number, char in enumerate(code):
        assert isinstance(wedge.feed(char, char, number / 1000), Held)
    assert wedge.expire(1.0) == Scan(code, tuple(Key(char, char) for char in code))


# Readers --------------------------------------------------------------------------------------------------------------


class Post:
    """Takes messages from the readers' threads."""

    def __init__(self) -> None:
        self.messages: queue.SimpleQueue[Message] = queue.SimpleQueue()

    def __call__(self, message: Message) -> bool:
        self.messages.put(message)
        if isinstance(message, TagRead | LinkChanged | ReaderFault):
            message.done()
        return True

    def wait(self, kind: type[Message]) -> Message:
        while not isinstance(message := self.messages.get(timeout=PATIENCE_S), kind):
            pass
        return message

    def wait_for_state(self, state: str) -> LinkChanged:
        while True:
            message = self.wait(LinkChanged)
            assert isinstance(message, LinkChanged)
            if message.state == state:
                return message


@pytest.fixture
def post() -> Post:
    return Post()


@pytest.fixture
def badge(tmp_path: Path) -> Iterator[EmulatedBadgeReader]:
    with EmulatedBadgeReader(tmp_path / "badge") as reader:
        yield reader


def test_what_readers_say_becomes_messages_with_their_roles(
    tmp_path: Path, post: Post, badge: EmulatedBadgeReader
) -> None:
    with EmulatedScanEngine(tmp_path / "scan") as scanner:
        readers = SerialReaders(
            [ReaderConfig(str(scanner.path), "line", "scan"), ReaderConfig(str(badge.path), "em4100", "badge")]
        )
        readers.start(PostedNews(post))
        ready = {(link.name, link.role) for link in (post.wait_for_state("ready"), post.wait_for_state("ready"))}
        assert ready == {("scan1", "scanner"), ("badge2", "badge")}
        scanner.scan("XG1 SOMETHING")
        read = post.wait(TagRead)
        assert isinstance(read, TagRead)
        assert (read.medium, read.value) == ("line", "XG1 SOMETHING")
        badge.tap("62E3086CED")
        read = post.wait(TagRead)
        assert isinstance(read, TagRead)
        assert (read.medium, read.value) == ("em", "62E3086CED")
        readers.stop()


def test_a_garbled_frame_is_told_by_its_reason(post: Post, badge: EmulatedBadgeReader) -> None:
    readers = SerialReaders([ReaderConfig(str(badge.path), "em4100", "badge")])
    readers.start(PostedNews(post))
    post.wait_for_state("ready")
    badge.send(bytes.fromhex("0230323030344442303035464303"))
    fault = post.wait(ReaderFault)
    assert isinstance(fault, ReaderFault)
    assert (fault.name, fault.reason) == ("badge1", "wrong_check")
    readers.stop()


def test_a_reader_of_an_unknown_model_is_told_absent_and_the_others_go_on(
    post: Post, badge: EmulatedBadgeReader
) -> None:
    readers = SerialReaders(
        [ReaderConfig("/dev/null", "abacus", "scan"), ReaderConfig(str(badge.path), "em4100", "badge")]
    )
    readers.start(PostedNews(post))
    assert (post.wait_for_state("absent").name, post.wait_for_state("ready").name) == ("scan1", "badge2")
    readers.stop()


def test_after_the_stop_nothing_is_posted(post: Post, badge: EmulatedBadgeReader) -> None:
    readers = SerialReaders([ReaderConfig(str(badge.path), "em4100", "badge")])
    readers.start(PostedNews(post))
    post.wait_for_state("ready")
    readers.stop()
    before = post.messages.qsize()
    badge.tap("62E3086CED")
    assert post.messages.qsize() == before


def test_a_reader_of_which_only_the_port_is_named_finds_out_what_it_is(post: Post, tmp_path: Path) -> None:
    with EmulatedPn532(tmp_path / "nfc") as reader:
        readers = SerialReaders([ReaderConfig(str(reader.path), "auto")], folder=tmp_path)
        readers.start(PostedNews(post))
        link = post.wait_for_state("ready")
        assert (link.name, link.role) == ("reader1", "badge")
        reader.tap("CB98A605")
        read = post.wait(TagRead)
        assert isinstance(read, TagRead)
        assert (read.medium, read.value) == ("a", "CB98A605")
        readers.stop()


def test_a_choice_made_by_hand_counts_more_than_the_settings_and_a_spoilt_one_nothing(
    post: Post, badge: EmulatedBadgeReader
) -> None:
    settings = FakeSettings()
    choice = json.dumps({badge.path: {"model": "em4100", "baud": 9600}})
    for stored, medium in ((choice, "em"), ("[", "line")):
        settings.put(CHOSEN_SETTING, stored)
        readers = SerialReaders([ReaderConfig(str(badge.path), "line")], settings=settings)
        readers.start(PostedNews(post))
        post.wait_for_state("ready")
        badge.tap("62E3086CED")
        read = post.wait(TagRead)
        assert isinstance(read, TagRead)
        assert read.medium == medium
        readers.stop()


def test_a_receiver_says_where_the_tablet_is_and_is_no_tag(post: Post, tmp_path: Path) -> None:
    with EmulatedReceiver(tmp_path / "gnss", every_s=None) as receiver:
        readers = SerialReaders([ReaderConfig(str(receiver.path), "nmea", "gnss")])
        assert readers.whereabouts() is None
        readers.start(PostedNews(post))
        link = post.wait_for_state("ready")
        assert (link.name, link.role) == ("gnss1", "receiver")
        waiting = threading.Event()
        for _ in range(int(PATIENCE_S / 0.02)):
            if (standing := readers.whereabouts()) is not None:
                break
            receiver.cycle()
            waiting.wait(0.02)
        assert standing is not None
        assert (round(standing.lat, 2), round(standing.lon, 2)) == (45.6, 126.64)
        readers.stop()


def test_the_device_page_sees_a_reader_and_a_choice_made_with_a_card_is_kept(
    post: Post, badge: EmulatedBadgeReader
) -> None:
    settings = FakeSettings()
    readers = SerialReaders([ReaderConfig(str(badge.path), "line", "badge")], settings=settings)
    assert (readers.cards(), readers.trial("badge1"), readers.begin_trial("badge1")) == ([], None, False)
    readers.start(PostedNews(post))
    post.wait_for_state("ready")
    (card,) = readers.cards()
    assert (card.name, card.role, card.state, card.model, card.fix) == ("badge1", "badge", "ready", "line", None)
    assert readers.begin_trial("badge1")
    waiting = threading.Event()
    for _ in range(int(PATIENCE_S / 0.05)):
        trial = readers.trial("badge1")
        assert trial is not None
        if trial.fits:
            break
        badge.tap("62E3086CED")
        waiting.wait(0.05)
    assert trial.fits[0] == ("em4100", "62E3086CED")
    readers.end_trial("badge1", "em4100")
    stored = settings.get(CHOSEN_SETTING)
    assert stored is not None
    assert json.loads(stored) == {badge.path: {"model": "em4100", "baud": 9600}}
    assert readers.cards()[0].model == "em4100"
    readers.stop()
