"""Records what goes over the wire beside the day's exchanges; ``python -m tests.tools.recorder`` runs it, too.

Each talk is played by this program's client against a case API of this tree, over an ample district, with keys, clock
and chance that are fixed: recorded twice it gives the same files, ``tests/sync/recorded/<version>/<talk>/*.json``. A
release records once, with the recorder. From then on the files prove that a newer server answers the requests of that
client, and that a newer client understands the answers of that server, field by field.
"""

import asyncio
import tempfile
from base64 import b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import msgspec

from sync.records import CaseReport, CheckIn
from sync.wire import MAX_BODY_BYTES, SyncRequest, encode_message
from tests.sync.caseapi.harness import BUILDING, GRID, Clock, Tablet
from tests.sync.caseapi.media_desk import name_of, picture, ref
from tests.sync.recorded_exchanges import Request
from tests.sync.recorded_talk import DEVICE, KEY, Piece, Spoken, asked, packed, talker
from tests.sync.talk_world import CODE, USED_CODE, TalkWorld, talk_world

STREAM = UUID("01900000-0000-7000-8000-00000000aa01")
PHOTO, SECOND = picture(300), picture(200, seed=2)
SCOPE = f"grid:{GRID}"

_REQUEST_HEADERS = (
    *("content-type", "content-encoding", "content-digest", "signature-input", "signature", "accept-encoding"),
    *("range", "upload-offset", "tus-resumable"),
)
_REPLY_HEADERS = (
    *("content-type", "content-encoding", "retry-after", "content-range", "accept-ranges", "etag", "accept-encoding"),
    *("upload-offset", "upload-length", "tus-resumable", "content-location"),
)


@dataclass(frozen=True)
class Step:
    """One piece before it is played."""

    about: str
    asked: dict[str, Any]
    before: tuple[str, ...] = ()


class Bridge(httpx.BaseTransport):
    """The line of a client in a thread to the application in the event loop; remembers what went over it last."""

    def __init__(self, world: TalkWorld, loop: asyncio.AbstractEventLoop) -> None:
        self._world, self._loop = world, loop
        self.request: Request
        self.reply: Spoken

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Pass a request on."""
        return asyncio.run_coroutine_threadsafe(self._ask(request, request.read()), self._loop).result()

    async def _ask(self, request: httpx.Request, content: bytes) -> httpx.Response:
        client = self._world.client
        async with client.stream(request.method, request.url, headers=request.headers, content=content) as answer:
            body = b"".join([part async for part in answer.aiter_raw()])
        path, text = request.url.raw_path.decode(), b64encode(content).decode()
        self.request = Request(request.method, path, _some(request.headers, _REQUEST_HEADERS), text)
        headers = _some(answer.headers, _REPLY_HEADERS)
        self.reply = Spoken(answer.status_code, headers, b64encode(body).decode())
        return httpx.Response(answer.status_code, headers=answer.headers, stream=httpx.ByteStream(body))


def enrolment() -> list[Step]:
    """Return how a tablet joins."""
    given = {"call": "enrol", "stream": str(STREAM)}
    return [
        Step("a code is brought", {**given, "code": CODE}, ("offer",)),
        Step("asked again once the desk confirmed", {**given, "code": CODE}, ("confirm",)),
        Step("a code that another tablet uses", {**given, "code": USED_CODE}, ("used",)),
        Step("a code that nobody offered", {**given, "code": "0" * len(CODE)}),
    ]


def records() -> list[Step]:
    """Return records with photos, feeds with every type of entry, and a snapshot."""
    tablet = _tablet()
    photos = {"call": "send_part", "sha256": name_of(PHOTO), "length": len(PHOTO)}
    other = {"call": "send_part", "sha256": name_of(SECOND), "length": len(SECOND), "offset": 0}
    look = {"call": "upload_state", "sha256": name_of(PHOTO)}
    first = len(tablet.records) + 1
    return [
        Step("a photo that no record names", look, ("enrolled",)),
        Step("a part of such a photo", {**other, "part": _text(SECOND)}),
        Step("records with photos, and every type of entry", _exchange(tablet.request(1))),
        Step("nothing of the photo is held", look),
        Step("its first part", {**photos, "offset": 0, "part": _text(PHOTO[:100])}),
        Step("a part is held", look),
        Step("a part that begins elsewhere", {**photos, "offset": 7, "part": _text(PHOTO[7:20])}),
        Step("its last part", {**photos, "offset": 100, "part": _text(PHOTO[100:])}),
        Step("all of it is held", look),
        Step("a whole photo with another hash", {**other, "part": _text(picture(200, seed=3))}),
        Step("a whole photo at once", {**other, "part": _text(SECOND)}),
        Step("more than the photo has", {**photos, "offset": 0, "part": _text(PHOTO + b"more")}),
        Step("what was folded and kept apart comes down", _exchange(tablet.request(first)), ("fold",)),
        Step("a cursor nobody gave", _exchange(tablet.request(first, feeds={SCOPE: (99, "0" * 16)}))),
        Step("a snapshot", {"call": "snapshot", "sha256": "", "held": ""}),
        Step("the rest of a snapshot", {"call": "snapshot", "sha256": "", "held": "10"}),
        Step("a snapshot that is gone", {"call": "snapshot", "sha256": "0" * 64, "held": ""}),
    ]


def refusals() -> list[Step]:
    """Return problem documents of every status that a client tells apart."""
    tablet = _tablet()
    tablet.records.clear()
    request = tablet.request(1)
    new_protocol = msgspec.structs.replace(request, protocol=request.protocol + 1)
    shapeless = msgspec.json.decode(encode_message(request)) | {"start": "one"}
    return [
        Step("a tablet that nobody knows", _exchange(request)),
        Step("too large", _given(encode_message(request) + b" " * MAX_BODY_BYTES), ("enrolled",)),
        Step("a field of a wrong type", _given(msgspec.json.encode(shapeless))),
        Step("nothing readable", _given(b"no JSON")),
        Step("a protocol that is unknown", _exchange(new_protocol)),
        Step("an answer before it comes too often", _exchange(request), ("hurry",)),
        Step("too often", _exchange(request)),
        Step("a photo while the database is closed", {"call": "upload_state", "sha256": "0" * 64}, ("calm", "close")),
        Step("an exchange while the database is closed", _exchange(request)),
    ]


STEPS = {"enrolment": enrolment, "records": records, "refusals": refusals}


async def record_talk(talk: str) -> list[Piece]:
    """Play a talk and return its pieces, in order."""
    made: list[Piece] = []
    with tempfile.TemporaryDirectory() as place:
        async with talk_world(Path(place)) as world:
            line = Bridge(world, asyncio.get_running_loop())
            for step in STEPS[talk]():
                for action in step.before:
                    await world.perform(action)
                given = _with_snapshot(step.asked, made)
                client = talker(line, is_enrolled=given["call"] != "enrol")
                understood = await asyncio.to_thread(asked, client, given)
                client.close()
                made.append(
                    Piece(
                        about=step.about,
                        before=list(step.before),
                        asked=given,
                        request=line.request,
                        reply=line.reply,
                        understood=understood,
                    )
                )
    return made


async def record_talks(folder: Path) -> int:
    """Write the pieces of every talk into a version's folder; return how many."""
    count = 0
    for talk in STEPS:
        under = folder / talk
        under.mkdir(parents=True, exist_ok=True)
        for path in under.glob("*.json"):
            path.unlink()
        for number, piece in enumerate(await record_talk(talk), start=1):
            name = f"{number:02d}_{piece.about.replace(' ', '_').replace(',', '')}.json"
            under.joinpath(name).write_bytes(msgspec.json.format(msgspec.json.encode(piece), indent=1) + b"\n")
            count += 1
    return count


def _tablet() -> Tablet:
    """Return the synthetic tablet with its day: what is folded, what is kept apart, two photos."""
    tablet = Tablet(Clock(), httpx.AsyncClient(), KEY, DEVICE)
    tablet.stream = STREAM
    tablet.record("check_in", CheckIn(building=str(BUILDING), method="list", result="normal"))
    media = (ref(PHOTO), ref(SECOND))
    report = CaseReport(
        "national", "matter", "02001", building=str(BUILDING), description="楼道堆物", media=media, severity=3
    )
    tablet.record("case_report", report)
    tablet.void(UUID("01900000-0000-7000-8000-0000000000ff"))
    tablet.record("later_kind", CheckIn(building=str(BUILDING), method="list"))
    return tablet


def _exchange(request: SyncRequest) -> dict[str, Any]:
    return _given(encode_message(request))


def _given(body: bytes) -> dict[str, Any]:
    return {"call": "exchange", "stream": str(STREAM), "body": packed(body)}


def _with_snapshot(given: dict[str, Any], made: Sequence[Piece]) -> dict[str, Any]:
    """Return what a client is asked for, with the snapshot that was offered and the bytes that are there of it."""
    if given["call"] != "snapshot" or given["sha256"]:
        return given
    last = made[-1]
    if last.asked["call"] == "snapshot":
        held = last.reply.received[: int(given["held"] or 0)]
        return {**given, "sha256": last.asked["sha256"], "held": _text(held)}
    feeds = last.understood["feeds"]
    return {**given, "sha256": feeds[SCOPE]["snapshot"][2]}


def _some(headers: httpx.Headers, wanted: Sequence[str]) -> dict[str, str]:
    return {name: headers[name] for name in wanted if name in headers}


def _text(data: bytes) -> str:
    return b64encode(data).decode()
