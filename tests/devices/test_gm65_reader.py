"""GM65: how it is asked and told to scan, and what the emulated one answers."""

import threading
from pathlib import Path

import pytest

from devices.codecs.gm65 import ALIVE, ASK_ALIVE, GET, SAVE, SET, Gm65Codec, command, reply
from devices.dialogues.gm65 import ASK_MODE, ASK_VERSION, SCAN, SCAN_S, gm65_dialogue, gm65_probe
from devices.emulator import EmulatedGm65
from devices.models import MODELS
from devices.reading import Fault, LinkState, Reading
from tests.contracts.codec_frames import said
from tests.contracts.test_asked_reader_contract import Heard, value_of
from tests.devices.stepping import Says, Stepped, nothing, said_by

TEXT = "XG1SYNTHETICPLATE0042"


def talked(says: Says) -> Stepped:
    return Stepped(gm65_dialogue(), Gm65Codec(), says)


def texts(stepped: Stepped) -> list[str]:
    return [what for what in said(stepped.heard) if len(what) > 2]


def test_the_questions_are_those_of_the_manual() -> None:
    assert SCAN.hex() == "7e000801000201" + "02da"
    assert ASK_MODE.hex() == "7e00070100000" + "1" + ASK_MODE[-2:].hex()
    assert ASK_VERSION.hex()[:14] == "7e00070100e201"


@pytest.mark.parametrize("end", [b"\r", b"\r\n", b""])
def test_an_engine_that_waits_for_the_command_is_told_to_scan_again_and_again(end: bytes) -> None:
    with EmulatedGm65(is_commanded=True, end=end) as engine:
        stepped = talked(said_by(engine))
        for number in range(3):
            engine.scan(f"{TEXT}{number}")
        stepped.go(until=lambda: len(texts(stepped)) == 3, most=100)
    assert texts(stepped) == [f"{TEXT}{number}" for number in range(3)]
    assert stepped.written.count(SCAN) == 3


def test_a_command_to_scan_that_finds_nothing_is_given_anew() -> None:
    with EmulatedGm65(is_commanded=True) as engine:
        stepped = talked(said_by(engine)).go(most=60)
    assert stepped.written.count(SCAN) > 3
    assert stepped.waited_s >= SCAN_S * 3
    assert not stepped.has_ended


def test_an_engine_that_scans_by_itself_is_never_told_to_and_asked_now_and_then() -> None:
    with EmulatedGm65() as engine:
        says = said_by(engine)
        stepped = talked(says)
        engine.scan(TEXT)
        assert said(Gm65Codec().feed(says(b""))) == [TEXT]
        stepped.go(most=60)
    assert set(stepped.written) == {ASK_MODE}
    assert stepped.waited_s / len(stepped.written) > 5
    assert not stepped.has_ended


@pytest.mark.parametrize("mode", [0xD4, 0xD6, 0xD7, 0x00])
def test_only_the_two_bits_of_the_mode_decide(mode: int) -> None:
    stepped = talked(lambda _written: reply(bytes((mode,)))).go(most=20)
    assert SCAN not in stepped.written


@pytest.mark.parametrize("mode", [0xD5, 0x01, 0x81])
def test_whatever_else_is_set_an_engine_that_waits_is_told_to_scan(mode: int) -> None:
    stepped = talked(lambda _written: reply(bytes((mode,)))).go(most=20)
    assert SCAN in stepped.written


@pytest.mark.parametrize(
    "says", [nothing, lambda _written: b"\x02\x00\x00\x01\x00\x33\x30", lambda _written: b"HELLO\r"]
)
def test_what_does_not_answer_is_given_up_soon(says: Says) -> None:
    stepped = talked(says).go()
    assert stepped.has_ended
    assert stepped.waited_s < 10


def test_a_probe_recognises_the_engine_by_its_version() -> None:
    with EmulatedGm65() as engine:
        assert Stepped(gm65_probe(), Gm65Codec(), said_by(engine)).go().result is True


@pytest.mark.parametrize(
    "answer", [reply(b""), reply(b"\x00\x01"), reply(b"\x69", start=ALIVE), b"69\r\n", b"\x02\x00"]
)
def test_only_a_whole_reply_of_one_value_is_a_gm65(answer: bytes) -> None:
    assert Stepped(gm65_probe(), Gm65Codec(), lambda _written: answer).go().result is False


# ── the emulated engine ──


def test_settings_are_kept_and_survive_the_plug_only_when_saved() -> None:
    ask = command(GET, 0x0006, b"\x01")
    with EmulatedGm65() as engine:
        says = said_by(engine)
        assert says(command(SET, 0x0006, b"\x10")) == reply(b"\x00")
        assert says(ask) == reply(b"\x10")
        engine.power_up()
        assert says(ask) == reply(b"\x32")
        says(command(SET, 0x0006, b"\x10") + command(SAVE, 0, b"\x00"))
        engine.power_up()
        assert says(ask) == reply(b"\x10")
        says(command(SAVE, 0, b"\xd9"))
        engine.power_up()
        assert says(ask) == reply(b"\x32")


def test_several_settings_are_read_at_once() -> None:
    with EmulatedGm65() as engine:
        assert said_by(engine)(command(GET, 0x002A, b"\x02")) == reply(b"\x39\x01")


def test_it_says_that_it_is_there() -> None:
    with EmulatedGm65() as engine:
        assert said_by(engine)(command(ASK_ALIVE, 0, b"\x00")) == bytes.fromhex("03000001003331")


def test_an_uncounted_check_is_taken_and_a_wrong_one_is_not_answered() -> None:
    with EmulatedGm65() as engine:
        says = said_by(engine)
        assert says(ASK_VERSION[:-2] + b"\xab\xcd") == reply(b"\x69")
        assert says(ASK_VERSION[:-2] + b"\x00\x00") == b""


def test_a_code_without_text_is_refused() -> None:
    with EmulatedGm65() as engine, pytest.raises(ValueError, match="tag"):
        engine.scan("")


@pytest.mark.parametrize("is_commanded", [True, False])
def test_codes_come_through_the_link_as_text_and_settings_do_not(tmp_path: Path, is_commanded: bool) -> None:
    before = threading.active_count()
    with (
        EmulatedGm65(tmp_path / "engine", is_commanded=is_commanded) as engine,
        Heard(engine, MODELS["gm65"]) as heard,
    ):
        heard.until(LinkState.READY)
        engine.scan("平房区 3 号楼")
        found = heard.next(Reading, Fault)
        assert isinstance(found, Reading)
        assert (found.medium, found.value, found.quality) == ("line", "平房区 3 号楼", "checked")
        engine.garble()
        assert isinstance(heard.next(Reading, Fault), Fault)
    assert threading.active_count() == before


def test_a_plug_pulled_and_put_back_loses_no_later_code(tmp_path: Path) -> None:
    with EmulatedGm65(tmp_path / "engine", is_commanded=True) as engine, Heard(engine, MODELS["gm65"]) as heard:
        for number in range(2):
            heard.until(LinkState.READY)
            engine.unplug()
            heard.until(LinkState.LOST)
            engine.scan(f"{TEXT}{number}")
            engine.plug()
            assert value_of(heard.next(Reading)) == f"{TEXT}{number}"
            engine.unplug()
            heard.until(LinkState.LOST)
            engine.plug()
