"""The device page: what is said of each reader, tests that record nothing, recordings, and a card in the hand."""

from collections.abc import Callable
from typing import Any

import pytest
from msgspec.structs import replace
from textual.pilot import Pilot

from fieldapp.app import FieldApp
from fieldapp.reader_news import TrialCard
from fieldapp.text import Language, use_language
from fieldapp.widgets.flash import Flash
from tests.fieldapp.fake_devices import BADGE, BUSY, GNSS, MODELS, SCAN, FakeDevices
from tests.fieldapp.fakes import PLATE_ENTRANCE_11, make_world
from tests.fieldapp.robot import Robot, robot_in


def readers() -> FakeDevices:
    return FakeDevices(BADGE, SCAN, GNSS, BUSY)


async def test_each_reader_says_how_it_stands_and_what_to_do() -> None:
    async with robot_in(make_world().signed_in(), devices=readers(), size=(100, 30)) as robot:
        await robot.press("d")
        assert robot.panel == "devices"
        for words in (
            "pn532",
            "120 frames, 2048 bytes, 1 damaged",
            "Not recognised",
            "position",
            "ModemManager 612 holds it",
            "00 00 ff 03 fd d5 4b 00 e0 00",
        ):
            assert robot.sees(words), words


async def test_a_scan_on_the_page_shows_itself_and_records_nothing() -> None:
    async with robot_in(make_world().signed_in(), devices=readers()) as robot:
        await robot.press("d")
        await robot.scan(PLATE_ENTRANCE_11)
        assert robot.panel == "devices"
        assert robot.sees("Arrived whole")
        assert robot.sees(PLATE_ENTRANCE_11)
        assert robot.kinds == []
        await robot.press("0")
        await robot.scan(PLATE_ENTRANCE_11)
        assert robot.kinds == ["shift_start", "check_in"]


@pytest.mark.parametrize(("typed", "is_swallowed"), [("XG1ABC", False), ("平房1", True)])
async def test_what_is_typed_is_shown_and_an_input_method_noticed(typed: str, is_swallowed: bool) -> None:
    async with robot_in(make_world().signed_in(), devices=readers(), size=(120, 30)) as robot:
        await robot.press("d", "w")
        await robot.type(typed)
        await robot.press("enter")
        assert robot.sees("Typed")
        assert robot.sees("input method") is is_swallowed
        assert robot.panel == "devices"


async def test_a_recording_says_whether_badges_are_in_it() -> None:
    devices = readers()
    async with robot_in(make_world().signed_in(), devices=devices) as robot:
        await robot.press("d", "9")
        assert devices.recorded == [("badge1", False)]
        assert robot.word == "Recording"
        robot.app.screen.query_one(Flash).hide()
        await robot.settle()
        assert robot.sees("Recording, 30 s left")
        await robot.press("9")
        assert robot.word == "Not recorded"
        await robot.press("down", "v")
        assert devices.recorded[-1] == ("scan2", True)


async def test_a_recording_that_is_over_says_where_it_lies() -> None:
    devices = FakeDevices(replace(BADGE, capture="/data/captures/1-badge1.jsonl"))
    async with robot_in(make_world().signed_in(), devices=devices) as robot:
        await robot.press("d")
        assert robot.sees("Recorded: /data/captures/1-badge1.jsonl")


async def test_bell_and_flash_can_be_tried() -> None:
    async with robot_in(make_world().signed_in(), devices=readers()) as robot:
        await robot.press("d", "b")
        assert robot.word == "Flash"


async def test_a_card_in_the_hand_tells_what_a_reader_is_and_the_choice_is_kept() -> None:
    devices = readers()
    devices.trial_card = TrialCard(9600, False, "02 36 32 03", (("em4100", "62E3086CED"),), MODELS)
    async with robot_in(make_world().signed_in(), devices=devices) as robot:
        await robot.press("d", "2")
        assert (robot.panel, devices.tried) == ("trial", "scan2")
        for words in ("62E3086CED", "02 36 32 03", "Choose what it is", "parallax"):
            assert robot.sees(words), words
        await robot.press("9")
        assert devices.speeds == 1
        await robot.press("1")
        assert devices.chosen == [("scan2", "em4100")]
        assert robot.panel == "devices"


async def test_a_trial_that_is_left_chooses_nothing_and_gives_the_port_back() -> None:
    devices = readers()
    async with robot_in(make_world().signed_in(), devices=devices) as robot:
        await robot.press("d", "1", "0")
        assert devices.chosen == [("badge1", "")]
        assert devices.tried == ""
        assert robot.panel == "devices"


async def test_what_another_reader_reads_does_not_end_a_trial() -> None:
    devices = readers()
    async with robot_in(make_world().signed_in(), devices=devices) as robot:
        await robot.press("d", "2")
        await robot.scan(PLATE_ENTRANCE_11)
        assert (robot.panel, devices.tried, robot.kinds) == ("trial", "scan2", [])


async def test_without_readers_the_page_says_so_and_can_record_nothing() -> None:
    async with robot_in(make_world().signed_in(), devices=FakeDevices()) as robot:
        await robot.press("d")
        assert robot.sees("No reader is set up")
        await robot.press("9")
        assert robot.word == "Record 30 s"


LOOKS: tuple[tuple[tuple[int, int], str, Language], ...] = (
    ((80, 24), "sun", "zh_CN"),
    ((80, 24), "night", "en"),
    ((100, 30), "night", "zh_CN"),
    ((100, 30), "sun", "en"),
)


@pytest.mark.parametrize(("size", "theme", "language"), LOOKS)
@pytest.mark.parametrize("page", ["devices", "trial"])
def test_the_page_looks_as_pinned(
    snap_compare: Callable[..., bool], page: str, size: tuple[int, int], theme: str, language: Language
) -> None:
    use_language(language)
    world, devices = make_world().signed_in(), readers()
    devices.trial_card = TrialCard(9600, False, "02 36 32 45 33 03", (("em4100", "62E3086CED"),), MODELS)
    app = FieldApp(world.services, devices=devices, theme=theme)

    async def walk(pilot: Pilot[Any]) -> None:
        robot = Robot(app, pilot, world)
        await robot.settle()
        await robot.press("d", *(["2"] if page == "trial" else []))
        app.screen.query_one(Flash).hide()
        await robot.settle()

    assert snap_compare(app, terminal_size=size, run_before=walk)
