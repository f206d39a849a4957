"""Where photos are kept is said in one place: every part of the case API opens the same store, of whichever kind."""

import ast
from pathlib import Path

import pytest

from sync.caseapi.config import load_config
from sync.caseapi.errors import ConfigInvalid
from sync.caseapi.service.verifying.media import verify_media
from sync.caseapi.storage.media_place import MediaPlace, in_folder, media_place
from sync.caseapi.storage.sqlite.inspecting import SqliteInspection
from sync.caseapi.storage.staging import STAGING_FOLDER
from tests.contracts.memory_blobs import SCHEME, teach_memory
from tests.house.tree import ROOT
from tests.sync.caseapi.harness import Clock, Desk, open_case_api
from tests.sync.caseapi.media_desk import head, name_of, patch, picture, ref, state

PHOTO = picture(40_000)
NAME = name_of(PHOTO)


@pytest.mark.parametrize(
    ("address", "folder"),
    [
        ("", "/var/lib/x/case.media"),
        ("photos", "photos"),
        ("/srv/photos", "/srv/photos"),
        ("file:///srv/photos", "/srv/photos"),
        ("FILE:///srv/photos", "/srv/photos"),
    ],
)
def test_a_folder_is_named_by_its_path_or_as_an_address(address: str, folder: str) -> None:
    place = load_config(None, {"db": "sqlite:////var/lib/x/case.db", "media": address}).media_place
    assert place == MediaPlace("file", folder, Path(folder) / STAGING_FOLDER)


def test_an_address_that_is_not_known_is_refused_without_its_password() -> None:
    with pytest.raises(ConfigInvalid) as refused:
        load_config(None, {"media": "s3://key:secret@host/bucket"})
    assert "secret" not in str(refused.value)


def test_what_arrives_for_another_store_grows_in_a_folder_beside_the_database(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    teach_memory(monkeypatch)
    place = media_place(f"{SCHEME}://photos", tmp_path / "case.db")
    assert (place.where, place.arriving) == ("photos", tmp_path / "case.arriving")


async def test_a_photo_goes_through_a_store_that_is_no_folder(
    database: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    teach_memory(monkeypatch)
    place = media_place(f"{SCHEME}://photos", database)
    case_api = open_case_api(database, clock, media=place)
    desk = Desk(case_api, clock)
    await desk.import_small_district()
    async with desk.serving():
        tablet = await desk.tablet()
        tablet.case(media=(ref(PHOTO),))
        assert (await tablet.sync()).media_owed == [NAME]
        for start in (0, 25_000):
            await patch(tablet, NAME, start, PHOTO[start : start + 25_000])
        assert state(await head(tablet, NAME)).is_complete
        assert (await tablet.sync(start=2)).media_owed == []
        shown = await case_api.media.read(NAME)
        assert shown is not None
        assert shown.data == PHOTO
    await case_api.storage.close()
    with SqliteInspection(database) as inspection:
        assert verify_media(inspection.media(), place.blobs()).unsound == []
        place.blobs().discard(NAME)
        assert verify_media(inspection.media(), place.blobs()).unsound == [NAME]
    assert [path for path in database.parent.rglob("*") if NAME in path.name] == [], "nothing of it lies on the disk"


def test_nothing_else_of_the_program_makes_a_store_by_itself() -> None:
    makers = {
        path.relative_to(ROOT).as_posix()
        for path in (ROOT / "sync").rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "FileBlobs"
    }
    assert makers == {"sync/caseapi/storage/media_place.py"}


def test_a_folder_of_photos_is_one_place_however_it_is_named(tmp_path: Path) -> None:
    assert media_place(f"file://{tmp_path}", tmp_path / "case.db") == in_folder(tmp_path)
