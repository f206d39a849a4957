"""Photos of cases at the desk: shown once they are here, by their own bytes' type, never those of restricted cases."""

from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from sync.caseapi.service.case_api import CaseApi
from tests.fieldapp.fake_voice import ogg, wav
from tests.sync.caseapi.harness import Clock, Desk, Tablet, open_case_api, prepare
from tests.sync.caseapi.media_desk import name_of, patch, picture, ref

PHOTO = picture(300)
NAME = name_of(PHOTO)
LOCAL = {"host": "127.0.0.1"}


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def case_api(tmp_path: Path, clock: Clock) -> AsyncIterator[CaseApi]:
    opened = open_case_api(prepare(tmp_path / "case.db", clock), clock)
    yield opened
    await opened.storage.close()


@pytest.fixture
async def desk(case_api: CaseApi, clock: Clock) -> AsyncIterator[Desk]:
    opened = Desk(case_api, clock)
    await opened.import_small_district()
    async with opened.serving():
        yield opened


async def reported(desk: Desk, data: bytes = PHOTO, **body: object) -> Tablet:
    """A case with a photo that has arrived."""
    tablet = await desk.tablet()
    tablet.case(media=(ref(data),), **body)
    await tablet.sync()
    await desk.fold()
    await patch(tablet, name_of(data), 0, data)
    return tablet


async def photo(desk: Desk, name: str = NAME) -> httpx.Response:
    return await desk.client.get(f"/desk/media/{name}", headers=LOCAL)


async def test_a_photo_of_a_case_is_shown_with_headers_that_let_nothing_run(desk: Desk) -> None:
    await reported(desk)
    answer = await photo(desk)
    assert (answer.status_code, answer.content) == (200, PHOTO)
    assert answer.headers["content-type"] == "image/jpeg"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["content-security-policy"] == "default-src 'none'; sandbox; frame-ancestors 'none'"
    assert answer.headers["cache-control"].startswith("private")
    assert answer.headers["content-disposition"] == f'inline; filename="{NAME[:12]}.jpg"'
    assert f'src="/desk/media/{NAME}"' in (await desk.client.get("/desk", headers=LOCAL)).text


async def test_a_photo_on_its_way_is_counted_and_not_linked(desk: Desk) -> None:
    tablet = await desk.tablet()
    tablet.case(media=(ref(PHOTO),))
    await tablet.sync()
    await desk.fold()
    page = (await desk.client.get("/desk?lang=en", headers=LOCAL)).text
    assert "1 photo on its way" in page
    assert "/desk/media/" not in page
    assert (await photo(desk)).status_code == 404


async def test_what_says_it_is_a_photo_and_is_none_can_only_be_saved(desk: Desk) -> None:
    page = b"<script>alert(1)</script>" * 20
    await reported(desk, page)
    answer = await photo(desk, name_of(page))
    assert answer.headers["content-type"] == "application/octet-stream"
    assert answer.headers["content-disposition"].startswith("attachment")


async def test_a_restricted_cases_photo_is_not_shown(desk: Desk) -> None:
    await reported(desk, restricted=True)
    assert (await photo(desk)).status_code == 404
    assert "/desk/media/" not in (await desk.client.get("/desk", headers=LOCAL)).text


async def test_a_withdrawn_cases_photo_is_not_shown(desk: Desk) -> None:
    tablet = await desk.tablet()
    case = tablet.case(media=(ref(PHOTO),))
    tablet.void(case)
    await tablet.sync()
    await desk.fold()
    await patch(tablet, NAME, 0, PHOTO)
    assert (await photo(desk)).status_code == 404


async def test_strangers_see_no_photo(desk: Desk) -> None:
    await reported(desk)
    answer = await desk.client.get(f"/desk/media/{NAME}", headers={"host": "caseapi.example"})
    assert answer.status_code == 403


@pytest.mark.parametrize("name", ["x", "a" * 64, "..%2f..%2fcase.db", NAME.upper()])
async def test_a_name_of_no_photo_is_not_found(desk: Desk, name: str) -> None:
    await reported(desk)
    assert (await photo(desk, name)).status_code == 404


async def test_a_photo_damaged_on_disk_is_not_shown(desk: Desk, tmp_path: Path) -> None:
    await reported(desk)
    (tmp_path / "case.media" / NAME[:2] / NAME).write_bytes(picture(300, seed=1))
    assert (await photo(desk)).status_code == 404


async def test_a_spoken_note_on_its_way_is_no_photo_on_its_way(desk: Desk) -> None:
    tablet = await desk.tablet()
    tablet.case(media=(ref(wav(), mime="audio/wav"),))
    await tablet.sync()
    await desk.fold()
    page = (await desk.client.get("/desk?lang=en", headers=LOCAL)).text
    assert "Spoken note on its way" in page
    assert "photo on its way" not in page


@pytest.mark.parametrize(("data", "mime"), [(ogg(), "audio/ogg"), (wav(), "audio/wav")], ids=["ogg", "wav"])
async def test_a_spoken_note_of_a_case_is_played_as_what_its_bytes_are(desk: Desk, data: bytes, mime: str) -> None:
    tablet = await desk.tablet()
    tablet.case(media=(ref(data, mime=mime),))
    await tablet.sync()
    await desk.fold()
    await patch(tablet, name_of(data), 0, data)
    answer = await photo(desk, name_of(data))
    assert (answer.content, answer.headers["content-type"]) == (data, mime)
    assert answer.headers["content-security-policy"] == "default-src 'none'; sandbox; frame-ancestors 'none'"
    page = await desk.client.get("/desk?lang=en", headers=LOCAL)
    assert f'<audio controls preload="none" src="/desk/media/{name_of(data)}">' in page.text
    assert '<img src="/desk/media/' not in page.text
    assert "media-src 'self'" in page.headers["content-security-policy"]


async def test_what_says_it_is_sound_and_is_a_page_can_only_be_saved(desk: Desk) -> None:
    page = b"<script>alert(1)</script>" * 20
    tablet = await desk.tablet()
    tablet.case(media=(ref(page, mime="audio/wav"),))
    await tablet.sync()
    await desk.fold()
    await patch(tablet, name_of(page), 0, page)
    assert (await photo(desk, name_of(page))).headers["content-disposition"].startswith("attachment")


async def test_a_restricted_cases_spoken_note_is_not_played(desk: Desk) -> None:
    tablet = await desk.tablet()
    tablet.case(media=(ref(wav(), mime="audio/wav"),), restricted=True)
    await tablet.sync()
    await desk.fold()
    await patch(tablet, name_of(wav()), 0, wav())
    assert (await photo(desk, name_of(wav()))).status_code == 404
    assert "/desk/media/" not in (await desk.client.get("/desk", headers=LOCAL)).text
