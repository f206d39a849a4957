"""Readers that flood: every tag comes in order, the newest fact stands for all, and keys are answered meanwhile."""

import threading

import pytest
from textual.events import Key
from textual.message import Message

from devices.emulator.em4100 import em4100_frame
from devices.link import Link
from devices.models import MODELS
from fieldapp.messages import LinkChanged, ReaderFault, TagRead
from fieldapp.posted_news import GIVEN_UP_S, MOST_TAGS, PostedNews
from fieldapp.text import use_language
from tests.devices.talking import Wire
from tests.fieldapp.fakes import make_world
from tests.fieldapp.robot import robot_in

PATIENCE_S = 30.0


class App:
    """Takes messages, and deals with them when told to."""

    def __init__(self) -> None:
        self.now = 0.0
        self.under_way: list[Message] = []
        self.dealt_with: list[Message] = []
        self.most_under_way = 0
        self.arrived = threading.Event()
        self.news = PostedNews(self.take, now=lambda: self.now)

    def take(self, message: Message) -> None:
        self.under_way.append(message)
        self.most_under_way = max(self.most_under_way, len(self.under_way))
        self.arrived.set()

    def deal(self) -> Message:
        message = self.under_way.pop(0)
        self.dealt_with.append(message)
        assert isinstance(message, TagRead | LinkChanged | ReaderFault)
        message.done()
        return message

    def deal_with_all(self) -> None:
        while self.under_way:
            self.deal()

    @property
    def values(self) -> list[str]:
        return [message.value for message in self.dealt_with if isinstance(message, TagRead)]

    def read(self, value: str) -> None:
        self.news.tag_read("em", value, 0.0, "checked")


def test_a_tag_is_posted_at_once_and_the_next_one_when_it_is_dealt_with() -> None:
    app = App()
    app.read("1")
    app.read("2")
    assert len(app.under_way) == 1
    app.deal()
    assert [message.value for message in app.under_way if isinstance(message, TagRead)] == ["2"]
    app.deal_with_all()
    assert app.values == ["1", "2"]


def test_a_reader_waits_when_so_many_tags_wait_and_none_is_lost_or_out_of_order() -> None:
    app = App()
    wanted = [str(number) for number in range(MOST_TAGS * 3)]
    reader = threading.Thread(target=lambda: [app.read(value) for value in wanted], daemon=True)
    reader.start()
    while reader.is_alive() or app.under_way:
        if app.under_way:
            app.deal()
        reader.join(0.001)
    assert app.values == wanted
    assert app.most_under_way == 1


def test_closing_lets_a_waiting_reader_go_and_posts_nothing_more() -> None:
    app = App()
    wanted = [str(number) for number in range(MOST_TAGS + 5)]
    reader = threading.Thread(target=lambda: [app.read(value) for value in wanted], daemon=True)
    reader.start()
    reader.join(0.05)
    assert reader.is_alive()
    app.news.close()
    reader.join(PATIENCE_S)
    assert not reader.is_alive()
    app.deal_with_all()
    app.news.link_changed("badge1", "badge", "lost")
    assert app.values == ["0"]


def test_of_links_and_faults_the_newest_stands_for_all_that_wait() -> None:
    app = App()
    for state in ("opening", "ready", "faulty", "ready", "lost"):
        app.news.link_changed("badge1", "badge", state)
        app.news.link_changed("scan2", "scanner", state)
        app.news.reader_fault("badge1", state)
    assert len(app.under_way) == 3
    app.deal_with_all()
    told = [(message.name, message.state) for message in app.dealt_with if isinstance(message, LinkChanged)]
    assert told == [("badge1", "opening"), ("scan2", "opening"), ("badge1", "lost"), ("scan2", "lost")]
    assert [message.reason for message in app.dealt_with if isinstance(message, ReaderFault)] == ["opening", "lost"]


def test_a_message_that_was_lost_with_its_screen_holds_up_the_next_only_for_a_moment() -> None:
    app = App()
    app.read("lost")
    lost = app.under_way.pop()
    app.read("next")
    assert app.under_way == []
    app.now += GIVEN_UP_S
    app.read("last")
    app.deal_with_all()
    assert app.values == ["next", "last"]
    assert isinstance(lost, TagRead)
    lost.done()
    assert app.under_way == []


def test_a_megabyte_of_badges_is_read_whole_at_the_pace_of_whoever_takes_them() -> None:
    cards = [f"{number:010X}" for number in range(75_000)]
    data = b"".join(map(em4100_frame, cards))
    assert len(data) > 1_000_000
    wire = Wire(coming=[(0.0, data[at : at + 4096]) for at in range(0, len(data), 4096)], until_s=60.0)
    app = App()
    link = Link(
        "wire",
        MODELS["em4100"],
        on_reading=lambda reading: app.read(reading.value),
        on_state=lambda _state: None,
        on_fault=lambda _fault: None,
        clock=lambda: wire.now,
        opener=lambda _address, _line: wire,
    )
    link.start()
    while len(app.dealt_with) < len(cards):
        assert app.arrived.wait(PATIENCE_S)
        app.arrived.clear()
        app.deal_with_all()
    link.close()
    assert app.values == cards
    assert app.most_under_way == 1


@pytest.fixture
def _english(_language_is_put_back: None) -> None:
    use_language("en")


@pytest.mark.usefixtures("_english")
async def test_while_a_reader_floods_the_app_a_key_is_answered() -> None:
    async with robot_in(make_world().signed_in()) as robot:
        told = threading.Event()

        def flood() -> None:
            for number in range(100_000):
                if told.is_set():
                    return
                robot.app._news.tag_read("em", f"{number:010X}", 0.0, "checked")

        reader = threading.Thread(target=flood, daemon=True)
        reader.start()
        before = robot.app.theme
        robot.app.post_message(Key("t", "t"))
        try:
            for _turn in range(200):
                await robot.pilot.pause()
                if robot.app.theme != before:
                    break
            assert robot.app.theme != before
            assert reader.is_alive()
        finally:
            told.set()
            robot.app._news.close()
            reader.join(PATIENCE_S)
        await robot.settle()
