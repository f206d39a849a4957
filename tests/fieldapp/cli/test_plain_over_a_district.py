"""`fieldapp --plain` over a real database and a real case API: a whole shift by script, and a terminal's secrets."""

import json
import re
import termios
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from devices.emulator import EmulatedBadgeReader
from fieldapp.bootstrap import open_tablet
from fieldapp.demo.pty_app import NotPainted, PtyApp
from fieldapp.demo.sandbox import DemoPerson, offer_for
from fieldapp.demo.stage import Stage
from fieldapp.demo.watching import journal_facts
from sync.enrolment import parse_offer
from tests.fieldapp.cli.command_line import Ended, Home, fieldapp

PLATES = 6
"""Doors of the shift; each takes its plate and normal."""


@pytest.fixture(scope="module")
def stage() -> Iterator[Stage]:
    with Stage(lambda _line: None) as opened:
        yield opened


@dataclass(frozen=True)
class Desk:
    """A joined tablet with somebody of its grid, and the doors that have plates."""

    home: Home
    person: DemoPerson
    plates: tuple[str, ...]

    def script(self, *lines: str, language: str = "en") -> Ended:
        """Sign the person in and enter lines."""
        keys = "".join(f"{line}\n" for line in ("0", self.place, self.person.pin, *lines))
        return self.home.call("--plain", stdin=keys.encode(), language=language)

    @property
    def place(self) -> str:
        """Return the key of the person in the list of names, which stands behind a zero whoever was asked last."""
        names = self.home.call("--plain", stdin=b"0\n").out
        found = re.search(rf"^(\d) {re.escape(self.person.name)}$", names, re.MULTILINE)
        assert found is not None, names
        return found[1]


def joined(stage: Stage, folder: Path) -> Desk:
    """Return a tablet that has joined the stage's district and has fetched its buildings."""
    home = Home(folder)
    begun = home.call("enrol", "--no-wait", *parse_offer(offer_for(stage.api, stage.grid.id)).text.split())
    stage.api.run("enrol", "--confirm", begun.err.strip().rpartition(" ")[2])
    assert home.call("enrol").status == 0
    assert home.call("sync").status == 0
    plates = tuple(place.value for place in stage.grid.places if place.medium == "qr")
    return Desk(home, stage.grid.people[0], plates)


def test_a_whole_shift_by_script_is_held_by_the_server_and_receipted(stage: Stage, tmp_path: Path) -> None:
    desk = joined(stage, tmp_path)
    doors = [line for plate in desk.plates[:PLATES] for line in (plate, "1")]
    problem, visit = (desk.plates[PLATES], "2", "1", "1", "1"), (desk.plates[PLATES + 1], "4", "1", "1")
    ended = desk.script("6", "4", *doors, *problem, *visit, "6", "1", "r", "q")
    assert (ended.status, ended.err) == (0, "")
    said = ended.out
    assert desk.person.pin not in said
    assert said.count("Arrived, saved") == PLATES + 2
    assert said.count("Normal, saved") == PLATES
    for words in ("Shift started, saved", "Shift ended, saved", "All sent", "Records sent, may be switched off"):
        assert words in said, said[-1300:]
    assert re.search(r"[\x00-\x09\x0b-\x1f\x7f]", said) is None

    facts = journal_facts(desk.home.database)
    counts = {"shift_start": 1, "check_in": 2 * PLATES + 2, "case_report": 1, "visit": 1, "shift_end": 1}
    assert dict(facts.kinds) == counts
    assert facts.summary.unsettled == 0
    receipt = facts.summary.receipt
    assert receipt is not None
    assert f"Receipt {' '.join(receipt.code)}" in said
    text = next(line for line in said.splitlines() if len(line) > 150)
    assert receipt.code in desk.home.call("verify-receipt", "-", stdin=text.encode()).out
    assert json.loads(stage.api.attempt("verify", "--json").stdout)["ok"]


def test_a_shift_in_chinese_says_saved_in_its_words(stage: Stage, tmp_path: Path) -> None:
    desk = joined(stage, tmp_path)
    ended = desk.script(desk.plates[0], "1", "q", language="zh_CN")
    assert "已到达，已存" in ended.out
    assert "正常，已存" in ended.out
    assert "已退出。" in ended.out


@pytest.fixture(scope="module")
def desk(stage: Stage, tmp_path_factory: pytest.TempPathFactory) -> Desk:
    return joined(stage, tmp_path_factory.mktemp("desk"))


@contextmanager
def terminal(home: Home) -> Iterator[PtyApp]:
    with PtyApp(fieldapp("--plain"), env=home.environment()) as app:
        yield app


def echoes(app: PtyApp) -> bool:
    """Return whether the terminal shows what is typed."""
    return bool(termios.tcgetattr(app._master)[3] & termios.ECHO)


def wait_for_reader(app: PtyApp) -> None:
    """Wait until the badge reader is open: its news is told before the next question."""
    for _question in range(60):
        app.send("h\n")
        try:
            app.wait_for("Reader: badge ok", timeout_s=0.5)
        except NotPainted:
            continue
        return
    raise AssertionError("the reader was not opened")


def test_a_pin_is_not_shown_on_a_terminal_and_a_badge_ends_an_open_question(
    stage: Stage, desk: Desk, tmp_path: Path
) -> None:
    with EmulatedBadgeReader(tmp_path / "badge") as reader:
        desk.home.configure(f'[[reader]]\nport = "{reader.path}"\nmodel = "em4100"\nrole = "badge"\n')
        with terminal(desk.home) as app:
            app.wait_for("Your choice:")
            wait_for_reader(app)
            assert echoes(app)
            reader.tap(desk.person.badge)
            app.wait_for(f"{desk.person.name}, Enter your PIN")
            app.wait_for("PIN:")
            assert not echoes(app)
            app.send(f"{desk.person.pin}\n")
            app.wait_for("no shift is open")
            app.wait_for("Your choice")
            assert echoes(app)
            app.send("9\n")
            app.wait_for("PIN:")
            app.send("q\n")
            assert app.wait_ended() == 0
            assert desk.person.pin.encode() not in app.output
    desk.home.configure("")


def test_a_report_goes_on_in_the_same_field_after_a_kill_in_the_middle_of_it(desk: Desk) -> None:
    place = desk.place
    with terminal(desk.home) as app:
        app.wait_for("PIN:", "Your choice:")
        app.send(f"0\n{place}\n")
        app.wait_for("PIN:")
        app.send(f"{desk.person.pin}\n")
        app.wait_for("Your choice")
        app.send(f"{desk.plates[0]}\n2\n1\n9\n")
        app.wait_for("Text:")
        app.send("lamp is out\n")
        app.wait_for("Words, lamp is out")
        app.send("2\n9\n")
        app.wait_for("Text:")
        app.send("half a lin")
        app.kill()
    records = journal_facts(desk.home.database).records
    with terminal(desk.home) as app:
        app.wait_for("What was done")
        app.wait_for("Text:")
        app.send("new lamp\n")
        app.wait_for("Done, new lamp")
        app.send("1\n")
        app.wait_for("Saved,")
        app.send("q\n")
        assert app.wait_ended() == 0
    facts = journal_facts(desk.home.database)
    assert facts.records == records + 1
    assert facts.kinds["case_report"] == 1
    with open_tablet(desk.home.database) as tablet:
        assert tablet.store.problems() == []
        assert tablet.store.drafts.open_forms() == []


def test_without_a_network_the_script_goes_on_and_says_why(stage: Stage, tmp_path: Path) -> None:
    desk = joined(stage, tmp_path)
    stage.api.stop()
    ended = desk.script(desk.plates[0], "1", "5", "9", "q")
    assert ended.status == 0
    assert "No network." in ended.out
    assert "(E-OFFLINE)" in ended.out
    assert "They are safe" in ended.out or "Go on working" in ended.out
    assert journal_facts(desk.home.database).summary.unsettled == 3
