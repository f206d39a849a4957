"""The journal as it stands: each record with its amendments folded in and its withdrawal known."""

from collections.abc import Iterable, Sequence

from msgspec import Struct

from fieldapp.services.ports import Journal
from sync.errors import RecordRejected
from sync.journal import JournalEntry
from sync.records import Body, Void, kind_of, read_body

VOID = "void"
"""Kind of a record that withdraws another."""

_LONGEST_SHIFT = 5000
"""Most records read of one shift; a heavy one has about two hundred."""


class Fact(Struct, frozen=True):
    """A record as it stands now.

    Attributes:
        first: the record as it was first saved; its id is the fact's id.
        last: the newest amendment that holds, or the record itself.
        body: what it says now, or None when this program cannot read it.
        is_void: it was withdrawn.
    """

    first: JournalEntry
    last: JournalEntry
    body: Body | None
    is_void: bool = False

    @property
    def id(self) -> str:
        """Return the id by which amendments and withdrawals name this fact."""
        return self.first.record.id


def body_of(entry: JournalEntry) -> Body | None:
    """Return an entry's typed body, or None when its kind is unknown here or its body unreadable."""
    kind = kind_of(entry.record)
    if kind is None:
        return None
    try:
        return read_body(kind, entry.record.body)
    except RecordRejected:
        return None


def facts_of(newest_first: Iterable[JournalEntry]) -> list[Fact]:
    """Return the facts of some entries, oldest first; withdrawals and amendments are folded in, not listed.

    Args:
        newest_first: entries in the journal's order, which alone is right across streams.
    """
    ordered = list(newest_first)[::-1]
    voids = (body_of(entry) for entry in ordered if entry.record.kind == VOID)
    withdrawn = {body.target for body in voids if isinstance(body, Void)}
    facts: dict[str, Fact] = {}
    for entry in ordered:
        original = entry.record.amends
        if entry.record.kind == VOID or (original and entry.record.id in withdrawn):
            continue
        known = facts.get(original) if original else None
        first = known.first if known else entry
        facts[first.record.id] = Fact(first, entry, body_of(entry), first.record.id in withdrawn)
    return list(facts.values())


def shift_facts(journal: Journal, shift: str) -> list[Fact]:
    """Return the facts of a shift, oldest first."""
    return facts_of(journal.entries(shift=shift, limit=_LONGEST_SHIFT))


def recent_facts(journal: Journal, kinds: Sequence[str], limit: int = 200) -> list[Fact]:
    """Return the newest facts of some kinds, oldest first."""
    return facts_of(journal.entries(kinds=(*kinds, VOID), limit=limit))
