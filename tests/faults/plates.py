"""Plates in the end: what the server tells of every tag follows from all records that stand."""

from collections.abc import Iterator
from typing import Any, Protocol

import msgspec

from sync.mounting import Saying, sayings_of, standing
from sync.records import decode_record
from sync.reference import TagEntry


class Server(Protocol):
    """The server's database as it is committed."""

    def query(self, sql: str) -> list[Any]:
        """Read beside the program."""
        ...


def check_plates(server: Server) -> Iterator[str]:
    """Yield what is told of a tag and does not follow from the records."""
    said = _said(server)
    published = {tag: _entry(body) for tag, body in server.query("select tag, body from tag_published")}
    wanted = {tag: standing(published.get(tag), said.get(tag, [])) for tag in published.keys() | said.keys()}
    rows = server.query("select id, body from feed_entry where type = 'tag' and is_replaced = 0 and op = 'put'")
    told = {tag: _entry(body) for tag, body in rows}
    if len(told) != len(rows):
        yield "a tag is told in two scopes"
    for tag in wanted.keys() | told.keys():
        if wanted.get(tag) != told.get(tag):
            yield f"of tag {tag[:4]} the tablets are told {told.get(tag)}, the records say {wanted.get(tag)}"


def _said(server: Server) -> dict[str, list[Saying]]:
    """Return what stands of all records about tags, by tag, in the order received."""
    rows = server.query(
        "select lower(hex(root)), root = id, verdict, is_void, raw from judged"
        " join inbox using (district_id, stream, n)"
        " where kind in ('tag_bind', 'tag_replace') order by received_ms, inbox.stream, inbox.n"
    )
    withdrawn = {root for root, is_first, _, is_void, _ in rows if is_first and is_void}
    newest: dict[str, bytes] = {}
    for root, _, verdict, is_void, raw in rows:
        if verdict == "stored" and not is_void and root not in withdrawn:
            newest.pop(root, None)
            newest[root] = raw
    said: dict[str, list[Saying]] = {}
    for raw in newest.values():
        record = decode_record(raw)
        assert record is not None
        for tag, saying in sayings_of(record.envelope.id, record.body).items():
            said.setdefault(tag, []).append(saying)
    return said


def _entry(body: bytes) -> TagEntry:
    return msgspec.json.decode(body, type=TagEntry)
