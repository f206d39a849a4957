"""Which tags hang where: what the server says, with what this tablet's own records say laid over it.

A plate that was just put up is known at once, without a network and after a restart, because the records say so; there
is no second truth beside them. As soon as the server's word takes a record into account, the server's word counts.
"""

from collections.abc import Iterable

from fieldapp.services.facts import Fact, body_of, facts_of, recent_facts
from fieldapp.services.ports import Journal, Reference
from sync.mounting import Saying, is_fixed, sayings_of, standing_here
from sync.reference import TagEntry

KINDS = ("tag_bind", "tag_replace")
"""Kinds of record that say where tags hang."""

MOST_RECORDS = 5_000
"""Most records looked at where every tag is asked for; a district has about as many doors."""

_Own = dict[str, list[tuple[Saying, bool]]]


class Hanging:
    """Says what tags mean on this tablet."""

    def __init__(self, journal: Journal, reference: Reference) -> None:
        self._journal = journal
        self._reference = reference

    def tag(self, digest: str) -> TagEntry | None:
        """Return what a tag means, by its digest, or None."""
        told = self._reference.tag(digest)
        if is_fixed(told):
            return told
        own = _sayings(facts_of(self._journal.naming(digest, KINDS)))
        return standing_here(told, own.get(digest, ()))

    def tags(self) -> dict[str, TagEntry]:
        """Return what every tag means that means anything, by digest."""
        told, own = self._reference.tags(), self._every()
        found = {digest: standing_here(told.get(digest), own.get(digest, ())) for digest in told.keys() | own.keys()}
        return {digest: entry for digest, entry in sorted(found.items()) if entry is not None}

    def _every(self) -> _Own:
        if not self._journal.entries(kinds=KINDS, limit=1):
            return {}
        return _sayings(recent_facts(self._journal, KINDS, MOST_RECORDS))


def _sayings(facts: Iterable[Fact]) -> _Own:
    own: _Own = {}
    for fact in facts:
        for digest, saying, is_withdrawn in _said(fact):
            own.setdefault(digest, []).append((saying, is_withdrawn))
    return own


def _said(fact: Fact) -> Iterable[tuple[str, Saying, bool]]:
    """Yield what a record says of each tag and whether that counts no more; what is kept apart says nothing."""
    if fact.last is not fact.first and (body := body_of(fact.first)) is not None:
        # The server may still count what was said before the correction.
        yield from ((digest, saying, True) for digest, saying in sayings_of(fact.first.record.id, body).items())
    if fact.body is not None and (fact.is_void or fact.last.state != "quarantined"):
        said = sayings_of(fact.last.record.id, fact.body)
        yield from ((digest, saying, fact.is_void) for digest, saying in said.items())
