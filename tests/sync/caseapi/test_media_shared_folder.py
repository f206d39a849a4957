"""Several servers over one folder of photos: an upload is one server's at a time, and goes with it when it dies."""

import asyncio
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import closing
from hashlib import sha256
from pathlib import Path

import pytest

from sync.caseapi.errors import OffsetConflict, Overloaded
from sync.caseapi.service.media import MediaService, Part
from sync.caseapi.storage.blobs import FileBlobs
from sync.caseapi.storage.staging import STAGING_FOLDER, Staging
from sync.media import UploadState
from sync.signing import PromisedBody
from tests.house.tree import ROOT
from tests.sync.caseapi.media_desk import name_of, picture
from tests.sync.caseapi.test_media_resumed import DEVICE, Named, chunks_of

DATA = picture(200)
NAME = name_of(DATA)


class Server:
    """One of several processes: a service of its own over the folder that all share."""

    def __init__(self, folder: Path, named: Named) -> None:
        self.blobs = FileBlobs(folder)
        self.staging = Staging(folder / STAGING_FOLDER, is_shared=True)
        self.service = MediaService(named, self.blobs, self.staging, now_ms=lambda: 0)

    async def send(self, offset: int, end: int) -> UploadState:
        return await self.take(offset, end, chunks_of(DATA[offset:end], is_cut=False))

    async def take(self, offset: int, end: int, chunks: AsyncIterator[bytes]) -> UploadState:
        promise = PromisedBody(str(DEVICE), sha256(DATA[offset:end]).digest())
        return await self.service.receive(DEVICE, NAME, Part(offset, chunks, promise))

    async def held(self) -> int:
        return (await self.service.state(DEVICE, NAME)).offset


@pytest.fixture
def named() -> Named:
    return Named(**{NAME: len(DATA)})


@pytest.fixture
def servers(tmp_path: Path, named: Named) -> tuple[Server, Server]:
    return Server(tmp_path, named), Server(tmp_path, named)


async def test_a_server_that_goes_on_with_an_upload_has_it_alone(servers: tuple[Server, Server], named: Named) -> None:
    one, other = servers
    has_begun, may_go_on = asyncio.Event(), asyncio.Event()

    async def slow() -> AsyncIterator[bytes]:
        yield DATA[:80]
        has_begun.set()
        await may_go_on.wait()
        yield DATA[80:]

    under_way = asyncio.create_task(one.take(0, 200, slow()))
    await has_begun.wait()
    for asked in (other.held(), other.send(0, 100), other.send(80, 200)):
        with pytest.raises(Overloaded):
            await asked
    may_go_on.set()
    assert await under_way == UploadState(200, 200)
    assert (one.blobs.read(NAME), named.held) == (DATA, {NAME})
    assert await other.held() == 200


async def test_nobody_cuts_an_upload_back_between_its_hash_and_its_name(
    servers: tuple[Server, Server], named: Named, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, other = servers
    put, refused = FileBlobs.put, list[BaseException]()

    def disturbed(blobs: FileBlobs, name: str, source: Path) -> None:
        monkeypatch.setattr(FileBlobs, "put", put)
        try:
            asyncio.run(other.send(0, 40))
        except (Overloaded, OffsetConflict) as exc:
            refused.append(exc)
        put(blobs, name, source)

    monkeypatch.setattr(FileBlobs, "put", disturbed)
    assert await one.send(0, 200) == UploadState(200, 200)
    assert [type(each) for each in refused] == [Overloaded]
    assert one.blobs.read(NAME) == DATA


async def test_servers_take_turns_part_by_part(servers: tuple[Server, Server], named: Named) -> None:
    for part, place in enumerate(range(0, 200, 40)):
        server = servers[part % 2]
        assert await server.held() == place
        assert await server.send(place, place + 40) == UploadState(place + 40, 200)
    assert (servers[0].blobs.read(NAME), named.held) == (DATA, {NAME})
    assert list(servers[0].staging.uploads()) == []


async def test_a_refused_part_gives_the_upload_back(servers: tuple[Server, Server]) -> None:
    one, other = servers
    with pytest.raises(OffsetConflict):
        await one.send(40, 80)
    assert await other.send(0, 40) == UploadState(40, 200)


async def test_an_upload_in_use_elsewhere_is_not_swept(servers: tuple[Server, Server], named: Named) -> None:
    one, other = servers
    await one.send(0, 40)
    del named.sizes[NAME]
    with closing(one.staging.hold(NAME, DEVICE)) as hold:
        hold.take()
        assert await other.service.sweep() == 0
    assert await other.service.sweep() == 1
    assert list(one.staging.uploads()) == []


HOLDING = """
import sys
from pathlib import Path
from uuid import UUID
from sync.caseapi.storage.staging import Staging
Staging(Path(sys.argv[1]), is_shared=True).hold(sys.argv[2], UUID(sys.argv[3])).take()
print("held", flush=True)
sys.stdin.read()
"""


async def test_a_server_that_dies_lets_go_of_what_it_had(servers: tuple[Server, Server], tmp_path: Path) -> None:
    command = [sys.executable, "-c", HOLDING, str(tmp_path / STAGING_FOLDER), NAME, str(DEVICE)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "held\n"
        with pytest.raises(Overloaded):
            await servers[0].held()
        process.kill()
    assert await servers[0].send(0, 200) == UploadState(200, 200)
