"""The figures of a shift can be wrong: each fault of either database shows in the figure that is about it."""

import dataclasses
import shutil
import sqlite3
from dataclasses import dataclass
from pathlib import Path

import msgspec
import pytest

from fieldapp.bootstrap import open_tablet, services_over
from fieldapp.config import TabletConfig
from fieldapp.demo.sandbox import CaseApi
from fieldapp.demo.stage import Stage
from fieldapp.demo.tally import Tally, tally
from sync.records import Envelope
from sync.tablet.tablet import Tablet
from tests.sync.tablet.makers import envelope, uuid_text

SAVED = 5


@dataclass(frozen=True)
class Sides:
    """Both databases after a shift, the case API and the app at rest."""

    folder: Path

    @property
    def api(self) -> CaseApi:
        return CaseApi(self.folder / "central")

    @property
    def tablet(self) -> Path:
        return self.folder / "tablet" / "journal.sqlite"

    def figures(self) -> Tally:
        return tally(self.api, self.tablet, kills=0, cuts=0)

    def change(self, database: Path, *statements: str) -> None:
        """Change a database behind its program's back."""
        with sqlite3.connect(database) as connection:
            connection.execute("pragma foreign_keys = off")
            for statement in statements:
                assert connection.execute(statement).rowcount > 0
        connection.close()


@pytest.fixture(scope="module")
def shift(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("shift")
    with Stage(lambda _line: None) as stage:
        with open_tablet(stage.tablet_database) as tablet:
            for _number in range(SAVED):
                tablet.store.journal.append(visit(tablet, stage))
            assert tablet.sync_once().fault is None
        stage.api.stop()
        shutil.copytree(stage.folder / "central", folder / "central")
        shutil.copytree(stage.folder / "tablet", folder / "tablet")
    return folder


def visit(tablet: Tablet, stage: Stage) -> Envelope:
    """Return a visit that the server has no reason to keep apart."""
    person = services_over(tablet, TabletConfig()).session.people()[0]
    body = {"building": stage.grid.places[0].id, "purpose": "care", "outcome": "met"}
    made = envelope("visit", msgspec.json.encode(body))
    return msgspec.structs.replace(made, actor=person.id, seat=person.seat, grid=person.grid)


@pytest.fixture
def sides(shift: Path, tmp_path: Path) -> Sides:
    shutil.copytree(shift, tmp_path / "copy")
    return Sides(tmp_path / "copy")


def test_an_untouched_shift_is_whole(sides: Sides) -> None:
    figures = sides.figures()
    assert (figures.recorded, figures.stored, figures.visits) == (SAVED, SAVED, SAVED)
    assert (figures.lost, figures.duplicates, figures.receipt_valid, figures.verified) == (0, 0, True, True)
    assert figures.is_whole


def test_a_record_that_the_server_lost_is_counted(sides: Sides) -> None:
    sides.change(sides.api.database, "delete from inbox where n = 3")
    figures = sides.figures()
    assert (figures.lost, figures.verified, figures.is_whole) == (1, False, False)


def test_a_record_that_the_server_changed_is_lost(sides: Sides) -> None:
    sides.change(sides.api.database, "update inbox set raw = cast(replace(raw, 'care', 'scam') as blob) where n = 2")
    figures = sides.figures()
    assert (figures.lost, figures.verified, figures.is_whole) == (1, False, False)


def test_a_record_made_after_the_last_sync_is_lost_and_unproven(sides: Sides) -> None:
    with open_tablet(sides.tablet) as tablet:
        first = next(tablet.store.journal.whole()).record
        tablet.store.journal.append(msgspec.structs.replace(first, id=uuid_text()))
    figures = sides.figures()
    assert (figures.recorded, figures.stored, figures.lost) == (SAVED + 1, SAVED, 1)
    assert not figures.receipt_valid
    assert not figures.is_whole


BREAKING_RECEIPTS: dict[str, str] = {
    # No Ed25519 signature ends in this byte; one in sixteen ends in 00.
    "its signature": "update receipts set signed = cast(substr(signed, 1, 128) || x'ff' as blob)",
    "what it says": "update receipts set signed = cast(x'02' || substr(signed, 2) as blob)",
    "all of it": "delete from receipts",
    "the head of the tablet's own record": "update records set head = zeroblob(32)",
}


@pytest.mark.parametrize("statement", BREAKING_RECEIPTS.values(), ids=BREAKING_RECEIPTS.keys())
def test_a_broken_receipt_is_not_valid(sides: Sides, statement: str) -> None:
    sides.change(sides.tablet, statement)
    figures = sides.figures()
    assert not figures.receipt_valid
    assert not figures.is_whole


def test_records_kept_apart_are_not_stored(sides: Sides) -> None:
    sides.change(
        sides.api.database,
        "insert into place_verdict (district_id, stream, n, device, verdict, reason, sentence)"
        " select district_id, stream, n, x'00', 'quarantined', 'unknown_ref', '' from inbox where n = 1",
    )
    figures = sides.figures()
    assert (figures.stored, figures.lost) == (SAVED - 1, 0)
    assert not figures.is_whole


def test_a_photo_that_the_server_lacks_makes_the_shift_less_than_whole(sides: Sides) -> None:
    figures = sides.figures()
    assert (figures.photos_recorded, figures.photos_stored) == (0, 0)
    assert figures.is_whole
    assert not dataclasses.replace(figures, photos_recorded=8, photos_stored=7).is_whole
