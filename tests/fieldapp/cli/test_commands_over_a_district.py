"""The commands against a real case API: join, save, send, prove, look, export."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from fieldapp.bootstrap import open_tablet
from fieldapp.demo.sandbox import offer_for
from fieldapp.demo.stage import Stage
from sync.enrolment import parse_offer
from tests.fieldapp.cli.command_line import Home
from tests.sync.tablet.makers import record


@pytest.fixture(scope="module")
def stage() -> Iterator[Stage]:
    with Stage(lambda _line: None) as opened:
        yield opened


@dataclass(frozen=True)
class Enrolled:
    """An account whose tablet has joined."""

    home: Home
    device: str


@pytest.fixture
def enrolled(stage: Stage, tmp_path: Path) -> Enrolled:
    home = Home(tmp_path)
    offer = parse_offer(offer_for(stage.api, stage.grid.id)).text
    begun = home.call("enrol", "--no-wait", *offer.split())
    assert (begun.status, begun.out) == (0, "pending\n")
    digits = begun.err.strip().rpartition(" ")[2]
    stage.api.run("enrol", "--confirm", digits)
    done = home.call("enrol")
    assert (done.status, done.err) == (0, "")
    return Enrolled(home, done.out.strip())


def test_joining_prints_the_digits_for_the_desk_and_then_the_device(stage: Stage, enrolled: Enrolled) -> None:
    listed = [json.loads(line)["device"] for line in stage.api.run("devices", "--json").splitlines()]
    assert enrolled.device in listed


def test_a_sync_sends_all_and_ends_with_a_receipt(stage: Stage, enrolled: Enrolled) -> None:
    home = enrolled.home
    with open_tablet(home.database) as tablet:
        building = stage.grid.places[0].id
        person = stage.grid.people[0]
        for number in range(3):
            tablet.store.journal.append(record(f"{building} {person.name} {number}"))
    ended = home.call("sync", "--json")
    (facts,) = ended.rows
    assert ended.status == 0
    assert (facts["ok"], facts["sent"], facts["waiting"], facts["fault"]) == (True, 3, 0, None)
    assert len(facts["receipt"]) == 6
    again = home.call("sync", language="zh_CN")
    assert again.status == 0
    assert facts["receipt"] in again.out
    assert facts["receipt"] in home.call("doctor").out


def test_a_used_or_mistyped_code_is_refused_with_a_sentence(stage: Stage, tmp_path: Path) -> None:
    home = Home(tmp_path)
    mistyped = home.call("enrol", "XGE1 nonsense", language="zh_CN")
    assert (mistyped.status, mistyped.out) == (2, "")
    assert "XGE1" in mistyped.err
    strange = parse_offer(offer_for(stage.api, stage.grid.id)).text.split()
    strange[2] = strange[2][::-1]
    refused = home.call("enrol", *strange)
    assert refused.status == 1
    assert "E-CODE" in refused.err


@pytest.mark.parametrize("language", ["zh_CN", "en"])
def test_joining_without_a_network_is_a_sentence(home: Home, stage: Stage, language: str) -> None:
    offer = parse_offer(offer_for(stage.api, stage.grid.id))
    nowhere = ["XGE1", "http://127.0.0.1:1", offer.code]
    ended = home.call("enrol", *nowhere, language=language)
    assert (ended.status, ended.out) == (1, "")
    assert "E-OFFLINE" in ended.err


def test_going_on_waiting_where_nothing_was_begun_says_so(home: Home) -> None:
    ended = home.call("enrol")
    assert (ended.status, ended.out) == (1, "none\n")
    assert "E-ENROL" in ended.err
