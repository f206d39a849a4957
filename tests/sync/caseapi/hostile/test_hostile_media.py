"""Photos that are not to be had: names out of the tree, offsets of nowhere, parts under a wrong signature."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from sync.media import MEDIA_PATH, OFFSET_HEADER, PART_TYPE, UploadState
from tests.sync.caseapi.harness import ORIGIN, Desk, Tablet
from tests.sync.caseapi.hostile.hostility import refused, unchanged
from tests.sync.caseapi.media_desk import head, name_of, patch, picture, ref, state

PHOTO = picture(300)
NAME = name_of(PHOTO)


@pytest.fixture
async def tablet(desk: Desk) -> Tablet:
    """A tablet whose only record names `PHOTO`, and is stored; 100 bytes of it are held."""
    made = await desk.tablet()
    made.case(media=(ref(PHOTO),))
    await made.sync()
    await patch(made, NAME, 0, PHOTO[:100])
    return made


@contextmanager
def no_file_touched(folder: Path) -> Iterator[None]:
    """Assert that no file of the server, its database aside, appears, goes or changes."""

    def files() -> dict[str, bytes]:
        return {
            str(path): path.read_bytes() for path in folder.rglob("*") if path.is_file() and "case.db" not in path.name
        }

    before = files()
    yield
    assert files() == before


NAMES = (
    "..", "../" * 9 + "etc/passwd", "%2e%2e%2f%2e%2e", NAME.upper(), NAME[:-1], NAME + "0", f"{NAME}%00", f"{NAME}%0a",
    f"{NAME}.part", f"%20{NAME}", "*", "0" * 64, "9" * 6000, "%ff%fe", "..%5c..%5c", "a" * 63 + "%C2%B2",
)  # fmt: skip


@pytest.mark.parametrize("name", NAMES, ids=lambda text: text[:16])
@pytest.mark.parametrize("method", ["HEAD", "PATCH"])
async def test_a_name_that_no_record_gives_is_not_there(
    tablet: Tablet, database: Path, tmp_path: Path, name: str, method: str
) -> None:
    url = f"{ORIGIN}{MEDIA_PATH}/{name}"
    body = PHOTO if method in ("PATCH", "PUT", "POST") else b""
    headers = tablet.signed(method, url, body, content_type=PART_TYPE, **{OFFSET_HEADER: "0"})
    async with unchanged(database):
        with no_file_touched(tmp_path):
            answer = await tablet.client.request(method, url, content=body, headers=headers)
    assert answer.status_code in (401, 404, 405)
    if method != "HEAD":
        refused(answer, 401, 404, 405)


@pytest.mark.parametrize("method", ["GET", "DELETE", "PUT", "POST", "COPY"])
async def test_a_photo_is_neither_read_nor_removed_over_the_tablets_path(
    tablet: Tablet, tmp_path: Path, method: str
) -> None:
    url = f"{ORIGIN}{MEDIA_PATH}/{NAME}"
    with no_file_touched(tmp_path):
        refused(await tablet.client.request(method, url, headers=tablet.signed(method, url, b"")), 404, 405)


OFFSETS = ("", "-1", "+100", "1e2", "0x64", "100.0", " 100", "１００", "99999999999999999999", "100, 100", "\x00", "a")


@pytest.mark.parametrize("offset", OFFSETS, ids=ascii)
async def test_an_offset_of_nowhere_changes_nothing(
    tablet: Tablet, database: Path, tmp_path: Path, offset: str
) -> None:
    url = f"{ORIGIN}{MEDIA_PATH}/{NAME}"
    signed = tablet.signed("PATCH", url, PHOTO[100:], content_type=PART_TYPE)
    headers = {name.encode(): text.encode("utf-8") for name, text in (signed | {OFFSET_HEADER: offset}).items()}
    async with unchanged(database):
        with no_file_touched(tmp_path):
            refused(await tablet.client.patch(url, content=PHOTO[100:], headers=headers), 409, 422)
    assert state(await head(tablet, NAME)) == UploadState(100, 300)


@pytest.mark.parametrize("doubled", ["signature", "signature-input", "content-digest", "content-type"])
async def test_a_part_with_a_header_sent_twice_leaves_nothing(
    tablet: Tablet, database: Path, tmp_path: Path, doubled: str
) -> None:
    url = f"{ORIGIN}{MEDIA_PATH}/{NAME}"
    signed = tablet.signed("PATCH", url, PHOTO[100:], content_type=PART_TYPE, **{OFFSET_HEADER: "100"})
    headers = [(name.lower(), text) for name, text in signed.items()]
    headers.append((doubled, dict(headers)[doubled]))
    async with unchanged(database):
        with no_file_touched(tmp_path):
            refused(await tablet.client.patch(url, content=PHOTO[100:], headers=headers), 401)
    assert state(await patch(tablet, NAME, 100, PHOTO[100:])) == UploadState(300, 300)


@pytest.mark.parametrize("body", [b"", PHOTO[100:-1], PHOTO[100:] + b"\0", bytes(200), PHOTO])
async def test_a_part_other_than_the_signed_one_leaves_nothing(
    tablet: Tablet, database: Path, tmp_path: Path, body: bytes
) -> None:
    url = f"{ORIGIN}{MEDIA_PATH}/{NAME}"
    headers = tablet.signed("PATCH", url, PHOTO[100:], content_type=PART_TYPE, **{OFFSET_HEADER: "100"})
    async with unchanged(database):
        refused(await tablet.client.patch(url, content=body, headers=headers), 401, 413, 422)
    assert state(await head(tablet, NAME)) == UploadState(100, 300)
