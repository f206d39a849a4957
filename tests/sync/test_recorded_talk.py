"""Tablets of every released version are answered as they were, and answers of every released server are understood."""

from base64 import b64decode
from pathlib import Path
from typing import Any

import httpx
import msgspec
import pytest

from sync.reference import ENTRY_TYPES
from sync.tablet.store import open_store
from sync.wire import FeedEntry, FeedPage, SyncReply, decode_message, inflate_body
from tests.sync.recorded_exchanges import FOLDER, recorded
from tests.sync.recorded_talk import TALKS, Piece, asked, missed, pieces, shown_entry, talker
from tests.sync.talk_world import talk_world
from tests.tools.recorder import VERSION
from tests.tools.talk_recorder import STEPS, record_talk

VERSIONS = sorted(path.name for path in FOLDER.iterdir() if path.is_dir())
PIECES = [
    pytest.param(piece, id=f"{version} {talk}: {piece.about}")
    for version in VERSIONS
    for talk in TALKS
    for piece in pieces(version, talk)
]


def plain(value: Any) -> Any:
    """Return a value as a file gives it back."""
    return msgspec.json.decode(msgspec.json.encode(value))


def test_every_talk_of_the_present_version_is_recorded() -> None:
    assert tuple(STEPS) == TALKS
    for talk in TALKS:
        assert [piece.about for piece in pieces(VERSION, talk)] == [step.about for step in STEPS[talk]()]


def worded(piece: Piece) -> tuple[Any, ...]:
    """Return how a client asks; for a snapshot without its name, which follows from what a server has to say."""
    if piece.asked["call"] != "snapshot":
        return piece.asked, piece.request
    path = piece.request.path.rpartition("/")[0]
    return piece.request.method, path, sorted(piece.request.headers), piece.request.headers.get("range")


@pytest.mark.parametrize("talk", TALKS)
async def test_todays_tablet_still_asks_in_the_words_of_its_recording(talk: str) -> None:
    for old, new in zip(pieces(VERSION, talk), await record_talk(talk), strict=True):
        assert worded(new) == worded(old), old.about


@pytest.mark.parametrize("talk", TALKS)
@pytest.mark.parametrize("version", VERSIONS)
async def test_todays_server_answers_what_a_tablet_of_that_version_asks(
    version: str, talk: str, tmp_path: Path
) -> None:
    async with talk_world(tmp_path) as world:
        for piece in pieces(version, talk):
            assert await world.play(piece) == [], piece.about


@pytest.mark.parametrize("piece", PIECES)
def test_todays_tablet_understands_what_a_server_of_that_version_answered(piece: Piece) -> None:
    def answer(_: httpx.Request) -> httpx.Response:
        return httpx.Response(piece.reply.status, headers=piece.reply.headers, content=piece.reply.received)

    client = talker(httpx.MockTransport(answer), is_enrolled=piece.asked["call"] != "enrol")
    if piece.asked["call"] == "exchange" and piece.reply.status == 200:
        # The proof covers the request of that time, byte for byte.
        assert client._packed(_body_of(piece))[0] == b64decode(piece.request.body)
    assert missed(piece.understood, plain(asked(client, piece.asked))) == []
    client.close()


def _body_of(piece: Piece) -> bytes:
    return inflate_body(b64decode(piece.request.body), piece.request.headers.get("content-encoding", ""))


def pages_of(version: str) -> list[tuple[str, FeedPage]]:
    """Return every page of a feed that a server of a version gave, in order, of its day and of its talks."""
    replies = [each.received for each in recorded(version) if each.reply.status == 200]
    for talk in TALKS:
        for piece in pieces(version, talk):
            if piece.asked["call"] == "exchange" and piece.reply.status == 200:
                packing = piece.reply.headers.get("content-encoding", "")
                replies.append(inflate_body(piece.reply.received, packing))
    return [page for data in replies for page in decode_message(data, SyncReply).feeds.items()]


@pytest.mark.parametrize("version", VERSIONS)
def test_todays_tablet_keeps_every_entry_of_a_server_of_that_version(version: str, tmp_path: Path) -> None:
    store = open_store(tmp_path / "journal.db")
    standing: dict[tuple[str, str], FeedEntry] = {}
    for scope, page in pages_of(version):
        store.feeds.apply_page(scope, page.entries, page.cursor)
        for entry in page.entries:
            standing[entry.type, entry.id] = entry
    kept = {name: store.reference._read(name) for name in ENTRY_TYPES}
    store.close()
    for (entry_type, entry_id), entry in standing.items():
        assert (entry_id in kept[entry_type]) == (entry.op == "put"), (entry_type, entry_id)
        if entry.op == "put":
            told = msgspec.to_builtins(kept[entry_type][entry_id])
            assert missed(msgspec.json.decode(bytes(entry.body)), plain(told)) == [], entry_type


def test_the_recording_of_the_present_version_says_every_field_of_every_entry() -> None:
    said: dict[str, set[str]] = {name: set() for name in ENTRY_TYPES}
    for _, page in pages_of(VERSION):
        for entry in page.entries:
            body = shown_entry(entry)["body"]
            said[entry.type] |= set(body or ())
    assert said == {name: set(kind.__struct_fields__) for name, kind in ENTRY_TYPES.items()}, "say it in ample_district"


@pytest.mark.parametrize(
    ("old", "new", "lacks"),
    [
        ({"a": 1}, {"a": 1, "b": 2}, []),
        ({"a": 1}, {"b": 1}, ["$.a is gone"]),
        ({"a": [1, {"b": 2}]}, {"a": [1, {"b": 3}]}, ["$.a[1].b was '2', is '3'"]),
        ([1], [1, 2], ["$ was '[1]', is '[1, 2]'"]),
    ],
)
def test_what_is_new_may_stand_beside_what_is_old(old: Any, new: Any, lacks: list[str]) -> None:
    assert missed(old, new) == lacks
