"""Parts of photos reach the application as they come, in time and in bounds; what was cut off is kept."""

import asyncio
from typing import Any

import msgspec
import pytest

from sync.caseapi.api import guard
from sync.media import MEDIA_PATH, PART_TYPE, UploadState
from tests.sync.caseapi import harness
from tests.sync.caseapi.harness import Desk, Tablet
from tests.sync.caseapi.media_desk import head, name_of, patch, picture, ref, state
from tests.sync.caseapi.test_slow_bodies import Connection

PHOTO = picture(300)
NAME = name_of(PHOTO)


@pytest.fixture
async def tablet(desk: Desk) -> Tablet:
    made = await desk.tablet()
    made.case(media=(ref(PHOTO),))
    await made.sync()
    return made


def scope_of(tablet: Tablet, photo: bytes, **announced: str) -> dict[str, Any]:
    """Return a signed request for a whole photo as an ASGI server would bring it."""
    path = f"{MEDIA_PATH}/{name_of(photo)}"
    headers = tablet.signed("PATCH", f"{harness.ORIGIN}{path}", photo, content_type=PART_TYPE, upload_offset="0")
    lines = {"host": "127.0.0.1"} | headers | {name.replace("_", "-"): text for name, text in announced.items()}
    return {
        "type": "http",
        "http_version": "1.1",
        "method": "PATCH",
        "scheme": "http",
        "path": path,
        "raw_path": path.encode(),
        "root_path": "",
        "query_string": b"",
        "headers": [(name.lower().encode(), text.encode()) for name, text in lines.items()],
        "client": ("127.0.0.1", 5),
        "server": ("127.0.0.1", 80),
        "extensions": {},
    }


async def put(desk: Desk, tablet: Tablet, connection: Connection, photo: bytes = PHOTO, **announced: str) -> None:
    app: Any = desk.client._transport.app  # type: ignore[attr-defined]  # the application under the test's client
    await app(scope_of(tablet, photo, **announced), connection.receive, connection.send)


def status_of(connection: Connection) -> tuple[int, str]:
    start = connection.sent[0]
    body = connection.sent[1].get("body") or b"{}"
    return start["status"], msgspec.json.decode(body).get("code", "")


async def test_pieces_make_a_whole(desk: Desk, tablet: Tablet) -> None:
    connection = Connection(PHOTO[:100], PHOTO[100:])
    await put(desk, tablet, connection)
    assert connection.sent[0]["status"] == 204
    assert state(await head(tablet, NAME)) == UploadState(300, 300)


async def test_what_came_before_the_connection_ended_is_kept(desk: Desk, tablet: Tablet) -> None:
    await put(desk, tablet, Connection(PHOTO[:123], leaves=True))
    assert state(await head(tablet, NAME)) == UploadState(123, 300)


async def test_many_small_pieces_are_kept_to_the_last_byte_that_came(desk: Desk, tablet: Tablet) -> None:
    photo = picture(200_000, seed=1)
    tablet.case(media=(ref(photo),))
    await tablet.sync()
    pieces = [photo[first : first + 1_400] for first in range(0, 150_000, 1_400)]
    came = sum(map(len, pieces))
    await put(desk, tablet, Connection(*pieces, leaves=True), photo)
    assert state(await head(tablet, name_of(photo))) == UploadState(came, len(photo))
    assert (await patch(tablet, name_of(photo), came, photo[came:])).status_code == 204


async def test_what_came_before_it_fell_silent_is_kept_and_the_connection_closed(
    desk: Desk, tablet: Tablet, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(guard, "PROGRESS_S", 0.05)
    connection = Connection(PHOTO[:123], stalls=True)
    await put(desk, tablet, connection)
    assert status_of(connection) == (408, "E-SLOW")
    assert (b"connection", b"close") in connection.sent[0]["headers"]
    assert state(await head(tablet, NAME)) == UploadState(123, 300)


async def test_a_question_ends_a_request_that_hangs(desk: Desk, tablet: Tablet) -> None:
    hanging = Connection(PHOTO[:123], stalls=True)
    first = asyncio.create_task(put(desk, tablet, hanging))
    while hanging.messages:
        await asyncio.sleep(0)
    assert state(await head(tablet, NAME)) == UploadState(123, 300)
    await first
    assert status_of(hanging) == (409, "E-OFFSET")


async def test_an_announced_length_beyond_any_part_is_refused_unread(desk: Desk, tablet: Tablet) -> None:
    connection = Connection(stalls=True)
    await put(desk, tablet, connection, content_length=str(10**9))
    assert status_of(connection) == (413, "E-SIZE")
    assert (b"connection", b"close") in connection.sent[0]["headers"]
