"""Record how this version speaks: ``python -m tests.tools.recorder``.

Plays a fixed day of a synthetic tablet against the case API of this tree, with keys and a clock that are fixed, and
writes every request and reply to ``tests/sync/recorded/<version>/``; what goes over the wire besides is in folders
beside them (`tests.tools.talk_recorder`).

How a release does it: raise the version in ``fieldapp/__init__.py``, run this once, and commit the new folder with the
release. Never again for that version (``--again`` does, while it is not released): from then on its files prove that an
old app is understood by a new server, and an old server by a new app. A test that names a field which is gone says that
apps out there would miss it. What is new may stand beside what is old: a field is added, never renamed.
"""

import argparse
import asyncio
import tempfile
from base64 import b64decode, b64encode
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import msgspec
from msgspec import Raw

from fieldapp import __version__
from sync.coding import XUNGE_1, xunge_body
from sync.records import ShiftEnd, ShiftStart, Visit
from sync.wire import Damaged, encode_message, gzip_body
from tests.sync.caseapi.harness import BUILDING, ENTRANCE, Clock, Desk, Tablet, open_case_api, prepare
from tests.sync.recorded_exchanges import FOLDER, Exchange, Reply, Request, perform, said
from tests.sync.recorded_talk import KEY
from tests.sync.talk_world import write_keys
from tests.tools.talk_recorder import record_talks

VERSION = ".".join(__version__.split(".")[:2])
"""Patches speak like their version."""


@dataclass
class Recorder(httpx.AsyncBaseTransport):
    """Remembers the last request and its reply on their way."""

    inner: httpx.AsyncBaseTransport
    folder: Path
    made: int = 0
    request: httpx.Request = field(init=False)
    reply: Reply = field(init=False)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Pass a request on."""
        response = await self.inner.handle_async_request(request)
        body = await response.aread()
        self.request = request
        self.reply = Reply(response.status_code, response.headers["content-type"], b64encode(body).decode())
        return response

    def keep(self, tablet: Tablet, about: str, before: list[str]) -> None:
        """Write the last exchange into its file."""
        sent = self.request
        exchange = Exchange(
            about=about,
            device=tablet.device,
            key=b64encode(tablet.key.public_key().public_bytes_raw()).decode(),
            receipt_key=b64encode(tablet.receipt_key).decode(),
            before=before,
            request=Request(sent.method, sent.url.raw_path.decode(), _headers(sent), b64encode(sent.content).decode()),
            reply=self.reply,
            expected=said(self.reply.status, _body(self.reply)),
        )
        self.made += 1
        name = f"{self.made:02d}_{about.replace(' ', '_')}.json"
        self.folder.joinpath(name).write_bytes(msgspec.json.format(msgspec.json.encode(exchange), indent=1) + b"\n")


@dataclass(frozen=True)
class Step:
    """One exchange of the day."""

    about: str
    play: Callable[[Tablet], Awaitable[object]]
    before: tuple[str, ...] = ()


async def _first_day(tablet: Tablet) -> None:
    shift = str(tablet.record("shift_start", ShiftStart(weather="snow", temp_c=-27)))
    arrived = tablet.check_in(entrance=str(ENTRANCE))
    tablet.check_in(result="normal", entrance=str(ENTRANCE))
    tablet.case()
    tablet.record("visit", Visit(building=str(BUILDING), purpose="care", outcome="met"), shift=shift)
    tablet.void(arrived)
    tablet.record("shift_end", ShiftEnd(rounds_done=1), shift=shift)
    await tablet.sync()


async def _in_quarantine(tablet: Tablet) -> None:
    start = len(tablet.records) + 1
    tablet.record("later_kind", ShiftStart())
    tablet.record("check_in", ShiftStart())
    tablet.void(tablet.clock.uuid())
    await tablet.sync(start=start)


async def _damaged(tablet: Tablet) -> None:
    start = len(tablet.records) + 1
    tablet.records.append(b"\xff no longer JSON")
    wrapped = encode_message(Damaged(b64encode(tablet.records[-1]).decode()))
    await tablet.sync(start=start, records=[Raw(wrapped)])


async def _packed(tablet: Tablet, encoding: str, pack: Callable[[bytes], bytes]) -> None:
    start = len(tablet.records) + 1
    tablet.fill(2)
    await tablet.post(
        pack(encode_message(tablet.request(start))), content_encoding=encoding, accept_encoding="identity"
    )


async def _forked(tablet: Tablet) -> None:
    last = tablet.records[-1]
    tablet.records[-1] = tablet.records[0]
    await tablet.sync(start=len(tablet.records))
    tablet.records[-1] = last


async def _late(tablet: Tablet) -> None:
    tablet.clock.now_ms -= 3_600_000
    body = encode_message(tablet.request(len(tablet.records) + 1))
    headers = tablet.signed("POST", "http://127.0.0.1/v1/sync", body)
    tablet.clock.now_ms += 3_600_000
    await tablet.client.post("http://127.0.0.1/v1/sync", content=body, headers=headers)


def _last(tablet: Tablet) -> int:
    return len(tablet.records) + 1


DAY = (
    Step("a first day", _first_day),
    Step("the same again", lambda tablet: tablet.sync()),
    Step("nothing new", lambda tablet: tablet.sync(start=_last(tablet)), ("fold",)),
    Step("what will be kept apart", _in_quarantine),
    Step("what was kept apart comes again", lambda tablet: tablet.sync(start=8), ("fold",)),
    Step("damaged bytes", _damaged),
    Step("a body as gzip", lambda tablet: _packed(tablet, "gzip", gzip_body)),
    Step("a body with the dictionary", lambda tablet: _packed(tablet, XUNGE_1, xunge_body)),
    Step("other bytes at a held place", _forked),
    Step("beyond what is held", lambda tablet: tablet.sync(start=_last(tablet) + 1, prev="0" * 64, head="0" * 64)),
    Step("a clock an hour slow", _late),
    Step("a cursor nobody gave", lambda tablet: tablet.sync(start=_last(tablet), feeds={"catalogue": (99, "0" * 16)})),
    Step("revoked and asked to erase", lambda tablet: tablet.sync(start=_last(tablet)), ("revoke",)),
    Step("the erase receipt", lambda tablet: tablet.sync(start=_last(tablet), erased=True)),
    Step("locked out", lambda tablet: tablet.post(encode_message(tablet.request(_last(tablet))))),
)
"""A day that shows everything a tablet and a server of this version say to one another."""


async def record(folder: Path) -> int:
    """Play the day and write its exchanges; return how many."""
    clock = Clock()
    with tempfile.TemporaryDirectory() as place:
        database = Path(place) / "case.db"
        write_keys(database)
        case_api = open_case_api(prepare(database, clock), clock)
        desk = Desk(case_api, clock)
        await desk.import_small_district()
        async with desk.serving():
            tablet = await desk.tablet(key=KEY)
            recorder = Recorder(desk.client._transport, folder)
            async with httpx.AsyncClient(transport=recorder) as tablet.client:
                for step in DAY:
                    for action in step.before:
                        await perform(desk, action, tablet.device)
                    await step.play(tablet)
                    recorder.keep(tablet, step.about, list(step.before))
        await case_api.storage.close()
    return recorder.made


def _headers(request: httpx.Request) -> dict[str, str]:
    wanted = ("content-type", "content-encoding", "content-digest", "signature-input", "signature", "accept-encoding")
    return {name: request.headers[name] for name in wanted if name in request.headers}


def _body(reply: Reply) -> bytes:
    return b64decode(reply.body)


def main() -> int:
    """Record the present version."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--again", action="store_true", help="replace what is recorded of a version not released yet")
    arguments = parser.parse_args()
    folder = FOLDER / VERSION
    if folder.exists() and not arguments.again:
        print(f"{folder} is there already; a released version is recorded once")
        return 1
    folder.mkdir(parents=True, exist_ok=True)
    for path in folder.glob("*.json"):
        path.unlink()
    print(f"{asyncio.run(record(folder))} exchanges and {asyncio.run(record_talks(folder))} other pieces in {folder}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
