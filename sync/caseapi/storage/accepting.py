"""Decides what of an exchange is new: the chain compared with what is held. Pure; every engine asks it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal
from uuid import UUID

from msgspec import Struct

from sync.caseapi.storage.values import ArrivedRecord, Incoming
from sync.chain import first_head, next_head


@dataclass(frozen=True, slots=True)
class StreamState:
    """A stream as held; one that nobody opened holds nothing and belongs to whoever asks."""

    device: UUID
    watermark: int
    head: bytes


class NewRecord(Struct, frozen=True):
    """A record that takes the next place of its stream."""

    n: int
    record: ArrivedRecord
    head: bytes


@dataclass(frozen=True, slots=True)
class Decision:
    """What to do with an exchange.

    Attributes:
        agreed: for a fork, the largest n of the request where both heads agree, or None.
        new: records to store, in order; none unless the state is `ok`.
        repeated: places of the request that are held already with the same head.
    """

    state: Literal["ok", "rewind", "fork"]
    agreed: int | None = None
    new: tuple[NewRecord, ...] = ()
    repeated: range = range(0)


def unopened(incoming: Incoming) -> StreamState:
    """Return the state of a stream that this database has never seen."""
    return StreamState(incoming.device, 0, first_head(incoming.stream))


def compared_places(state: StreamState, incoming: Incoming) -> range:
    """Return the places whose held heads `decide` needs; empty when nothing overlaps."""
    last = incoming.start - 1 + len(incoming.records)
    return range(max(incoming.start - 1, 1), min(last, state.watermark) + 1)


def decide(state: StreamState, incoming: Incoming, held: Mapping[int, bytes]) -> Decision:
    """Decide what an exchange adds to a stream.

    Args:
        held: heads at `compared_places`.
    """
    before = incoming.start - 1
    if before > state.watermark:
        # Of another tablet's stream there is no receipt, so that nobody could believe how far it is held.
        return Decision("rewind" if state.device == incoming.device else "fork")
    heads = _heads(incoming)
    places = range(before, min(before + len(incoming.records), state.watermark) + 1)
    agreed = _agreed(places, heads, {0: first_head(incoming.stream), **held}, before)
    is_whole = heads[-1] == incoming.head
    if agreed != places[-1] or not is_whole or state.device != incoming.device:
        return Decision("fork", agreed=agreed)
    new = tuple(
        NewRecord(n, incoming.records[n - incoming.start], heads[n - before])
        for n in range(state.watermark + 1, incoming.start + len(incoming.records))
    )
    return Decision("ok", new=new, repeated=range(incoming.start, places[-1] + 1))


def _heads(incoming: Incoming) -> list[bytes]:
    heads = [incoming.prev]
    for record in incoming.records:
        heads.append(next_head(heads[-1], record.digest))
    return heads


def _agreed(places: range, heads: Sequence[bytes], held: Mapping[int, bytes], before: int) -> int | None:
    # A head covers all before it, so the places where both agree are a beginning of the range.
    return max((n for n in places if held.get(n) == heads[n - before]), default=None)
