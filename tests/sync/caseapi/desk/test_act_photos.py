"""Photos that come with an action: small and silent, seen by who may see the case; a bad one loses no word."""

from collections.abc import Sequence
from io import BytesIO
from pathlib import Path
from uuid import UUID

import httpx
import pytest
from PIL import Image

from sync.caseapi.desk.casework import photos as form_photos
from sync.caseapi.desk.casework.forms import MAX_FORM_BYTES
from sync.caseapi.service.casework.photos import MAX_PICTURE_BYTES
from sync.caseapi.service.verifying.media import verify_media
from sync.caseapi.storage.sqlite.inspecting import SqliteInspection
from sync.imaging.darkroom import Darkroom
from sync.imaging.recipe import developed
from sync.reference import MatterEntry
from tests.sync.caseapi.desk.work_desk import Reading, Visitor, seated, staff
from tests.sync.caseapi.harness import MATTER, ORIGIN, Desk, entry
from tests.sync.caseapi.people import COMMUNITY, did, phoned, walked
from tests.sync.imaging.made_pictures import as_bytes, as_camera_writes, png_claiming, scene

File = tuple[str, bytes]
GOOD = ("现场.jpg", as_camera_writes(scene(2400, 1800)))
OTHER = ("second.png", as_bytes(scene(60, 40), "PNG"))


async def sends(visitor: Visitor, case: str, action: str, files: Sequence[File], **said: str) -> httpx.Response:
    """Send an action's form as it stands on the page, with files."""
    form = (await visitor.get(case)).form(f"/desk{case}/acts", action=action)
    return await again(visitor, form.action, form.fields | said, files)


async def again(visitor: Visitor, address: str, fields: dict[str, str], files: Sequence[File]) -> httpx.Response:
    parts = [("photo", (name, data, "application/octet-stream")) for name, data in files]
    return await visitor.http.post(address, data=fields, files=parts, headers={"origin": ORIGIN})


def shown(page: Reading) -> list[str]:
    """Return the addresses of the photos that a page shows."""
    return [given["src"] or "" for tag, given in page.tags if tag == "img" and "/media/" in (given["src"] or "")]


@pytest.fixture
def in_a_process() -> None:
    """Let pictures be decoded where they are for users: in a process of their own."""


@pytest.fixture(autouse=True)
def decoding(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Decode pictures here, which is as right and ten times as quick, but for the tests that ask for the process."""
    if "in_a_process" not in request.fixturenames:
        monkeypatch.setattr(Darkroom, "develop_bytes", lambda _, data: developed(data))


@pytest.fixture
async def handling(desk: Desk) -> str:
    """A case that the heating organisation handles."""
    await staff(desk, "community", "heat", "water", "auditor")
    return f"/cases/{(await walked(desk, 'file', 'dispatch', 'accept')).case.id}"


@pytest.mark.usefixtures("in_a_process")
async def test_a_photo_of_an_action_is_small_and_silent_and_stands_in_the_history(
    desk: Desk, handling: str, database: Path
) -> None:
    heat = await seated(desk, "heat")
    answer = await sends(heat, handling, "done", [GOOD, OTHER], note="换了阀门")
    assert answer.status_code == 303, answer.text
    first, second = shown(await (await seated(desk, "community")).get(handling))
    photo = await heat.http.get(first)
    assert photo.headers["content-type"] == "image/jpeg"
    assert photo.headers["x-content-type-options"] == "nosniff"
    assert "sandbox" in photo.headers["content-security-policy"]
    assert photo.headers["cache-control"].startswith("private")
    assert b"SYNTHETIC" not in photo.content
    with Image.open(BytesIO(photo.content)) as picture:
        assert picture.size == (1600, 1200)
    assert (await heat.http.get(second)).headers["content-type"] == "image/jpeg"
    with SqliteInspection(database) as inspection:
        found = verify_media(inspection.media(), desk.case_api.storage.blobs)
    assert (found.named, found.owed, found.findings) == (2, 0, [])


async def test_who_may_not_read_the_case_gets_no_photo_of_it(desk: Desk, handling: str) -> None:
    await sends(await seated(desk, "heat"), handling, "done", [OTHER], note="换了阀门")
    (address,) = shown(await (await seated(desk, "community")).get(handling))
    stranger = await seated(desk, "water")
    assert (await stranger.http.get(address)).status_code == 404
    assert (await Visitor(desk).http.get(address)).status_code == 303
    other = address.replace(handling, f"/cases/{(await phoned(desk)).case.id}")
    assert (await (await seated(desk, "community")).http.get(other)).status_code == 404


async def test_photos_of_a_restricted_case_are_for_the_handling_chain_alone(desk: Desk) -> None:
    await staff(desk, "community", "auditor")
    quiet = MatterEntry("national", "matter", "02001", "家事", "Quiet", "", "", restricted=True)
    await desk.publish([entry("catalogue", "matter", MATTER, quiet)])
    case = f"/cases/{(await phoned(desk)).case.id}"
    community, auditor = await seated(desk, "community"), await seated(desk, "auditor")
    await sends(community, case, "file", [OTHER], condition="usual")
    (address,) = shown(await community.get(case))
    assert (await community.http.get(address)).status_code == 200
    assert shown(await auditor.get(case)) == []
    assert (await auditor.http.get(address)).status_code == 404


BAD = {
    ("notes.txt", b"no picture at all"): "notes.txt 不是图片",
    ("cut.jpg", GOOD[1][:2000]): "cut.jpg 已损坏",
    ("bomb.png", png_claiming(40_000, 40_000)): "bomb.png 像素太多",
    ("empty.jpg", b""): "empty.jpg 是空文件",
    ("large.jpg", bytes(MAX_PICTURE_BYTES + 1)): "large.jpg 太大",
    ("<b>\u202e.jpg", b"x"): "<b>.jpg 不是图片",
}


async def test_a_bad_picture_is_told_and_nothing_else_is_lost(desk: Desk, handling: str) -> None:
    heat = await seated(desk, "heat")
    for picture, sentence in BAD.items():
        answer = await sends(heat, handling, "done", [picture], note="换了阀门")
        page = Reading(answer.text)
        assert (answer.status_code, sentence in page.words) == (422, True), page.words
        form = page.form(f"/desk{handling}/acts", action="done")
        assert form.fields["note"] == "换了阀门"
    assert (await again(heat, form.action, form.fields, [])).status_code == 303


async def test_a_photo_stays_with_a_form_that_was_not_taken(desk: Desk, handling: str) -> None:
    heat = await seated(desk, "heat")
    answer = await sends(heat, handling, "done", [OTHER, ("notes.txt", b"x")], note="换了阀门")
    page = Reading(answer.text)
    assert "1 张照片已收下" in page.words
    form = page.form(f"/desk{handling}/acts", action="done")
    assert (await again(heat, form.action, form.fields, [])).status_code == 303
    assert len(shown(await heat.get(handling))) == 1


async def test_a_form_names_no_photo_that_its_session_did_not_bring(desk: Desk, handling: str) -> None:
    heat, community = await seated(desk, "heat"), await seated(desk, "community")
    answer = await sends(heat, handling, "done", [OTHER, ("notes.txt", b"x")], note="x")
    waiting = Reading(answer.text).form(f"/desk{handling}/acts", action="done").fields["waiting"]
    forged = f"{waiting[:64]}.{'0' * 64}"
    for value in (waiting, forged, "", ".", "汉.汉"):
        refused = Reading((await sends(community, handling, "transfer_level", [], reason="x", waiting=value)).text)
        assert "waiting" not in refused.form(f"/desk{handling}/acts", action="transfer_level").fields


async def test_an_action_has_so_many_photos_and_no_more(
    desk: Desk, handling: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(form_photos, "MOST_PHOTOS", 1)
    heat = await seated(desk, "heat")
    answer = await sends(heat, handling, "done", [OTHER, OTHER], note="换了阀门")
    assert (answer.status_code, "最多四张照片" in answer.text) == (422, True)


async def test_a_form_that_is_too_large_is_refused_in_words(desk: Desk, handling: str) -> None:
    heat = await seated(desk, "heat")
    answer = await sends(heat, handling, "done", [("large.jpg", bytes(MAX_FORM_BYTES))], note="换了阀门")
    assert (answer.status_code, "照片合计太大" in answer.text) == (422, True)


async def test_what_is_no_form_with_files_is_refused(desk: Desk, handling: str) -> None:
    heat = await seated(desk, "heat")
    headers = {"origin": ORIGIN, "content-type": "multipart/form-data; boundary=x"}
    for body in (b"", b"--x", b"--x\r\nContent-Disposition: form-data\r\n\r\n", b"\xff" * 100):
        answer = await heat.http.post(f"/desk{handling}/acts", content=body, headers=headers)
        assert answer.status_code in (403, 422)
        assert answer.headers["content-type"].startswith("text/html")


async def test_a_refused_action_takes_no_file_in(desk: Desk, handling: str) -> None:
    heat = await seated(desk, "heat")
    form = (await heat.get(handling)).form(f"/desk{handling}/acts", action="done")
    await did(desk, await desk.case_api.cases.page(UUID(handling[-36:]), COMMUNITY), "transfer_level")
    answer = await again(heat, form.action, form.fields | {"note": "换了阀门"}, [OTHER])
    waiting = Reading(answer.text).form(f"/desk{handling}/acts", action="done").fields["waiting"]
    assert answer.status_code == 409
    assert desk.case_api.storage.blobs.size(waiting[:64]) is None
