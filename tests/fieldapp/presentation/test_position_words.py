"""How far away something is, and what the satellites say of the clock, in words."""

import pytest

from fieldapp.presentation.away import away_words
from fieldapp.presentation.status import status_words
from fieldapp.presentation.today import today_counts
from fieldapp.services.moments import CHINA
from fieldapp.services.position import Away
from fieldapp.text import use_language
from sync.records import encode
from tests.fieldapp.fake_receiver import FakeReceiver
from tests.fieldapp.fakes import START_MS, make_world


@pytest.mark.parametrize(
    ("metres", "bearing", "english", "chinese"),
    [
        (0, 0, "here", "就在附近"),
        (14.9, 90, "here", "就在附近"),
        (15, 0, "15 m north", "北 15 米"),
        (23, 44, "25 m northeast", "东北 25 米"),
        (98, 22.4, "100 m north", "北 100 米"),
        (144, 22.6, "140 m northeast", "东北 140 米"),
        (999, 359.9, "1000 m north", "北 1000 米"),
        (1540, 250, "1.5 km west", "西 1.5 公里"),
        (1540, 247, "1.5 km southwest", "西南 1.5 公里"),
    ],
)
def test_distance_and_direction_have_no_more_digits_than_a_receiver_knows(
    metres: float, bearing: float, english: str, chinese: str
) -> None:
    for language, words in (("en", english), ("zh_CN", chinese)):
        use_language(language)
        assert away_words(Away(metres, bearing)) == words


@pytest.mark.parametrize(
    ("offset_ms", "english", "chinese"),
    [
        (
            -8 * 3_600_000,
            "By satellite this tablet's clock is 8 hours off; set it",
            "卫星时间与本机差 8 小时，请校准",
        ),
        (121_000, "By satellite this tablet's clock is 2 min off; set it", "卫星时间与本机差 2 分钟，请校准"),
    ],
)
def test_a_clock_that_two_dates_of_satellites_contradict_is_said_to_be_wrong(
    offset_ms: int, english: str, chinese: str
) -> None:
    receiver = FakeReceiver()
    world = make_world(receiver=receiver).signed_in()
    receiver.offset_ms = offset_ms
    view = world.services.today.view()
    for language, words, short in (("en", english, "clock off"), ("zh_CN", chinese, "时间不准")):
        use_language(language)
        assert today_counts(view) == words
        assert short in [word.text for word in status_words(view, {}, START_MS, CHINA)]


@pytest.mark.parametrize("offset_ms", [None, 0, 120_000, -120_000])
def test_two_minutes_are_not_worth_a_word(offset_ms: int | None) -> None:
    receiver = FakeReceiver()
    receiver.offset_ms = offset_ms
    view = make_world(receiver=receiver).signed_in().services.today.view()
    use_language("en")
    assert "clock" not in today_counts(view)
    assert "clock off" not in [word.text for word in status_words(view, {}, START_MS, CHINA)]


def test_what_satellites_say_of_the_clock_sets_nothing_and_is_in_no_record() -> None:
    receiver = FakeReceiver()
    receiver.offset_ms = 7_654_321
    world = make_world(receiver=receiver).signed_in()
    before = world.clock.stamp()
    world.services.today.view()
    world.services.shifts.start()
    (entry,) = world.services.journal.entries()
    assert entry.record.clock == world.clock.stamp() == before
    assert b"7654321" not in encode(entry.record)
