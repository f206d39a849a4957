"""Lists taken in by a desk of the tests, and what tablets are told afterwards."""

from collections.abc import Sequence

from sync.caseapi.lists.kinds import ListKind
from sync.caseapi.service.places.importing import Outcome, Wanted
from sync.reference import ENTRY_TYPES, Entry, decode_entry
from tests.sync.caseapi.harness import Desk
from tests.sync.caseapi.lists.making import as_csv

TODAY = "2026-11-23"
"""The day of the tests' clock in Harbin."""
DAY_MS = 86_400_000


async def take(desk: Desk, kind: ListKind, *rows: Sequence[object], **asked: object) -> Outcome:
    """Take a list in; the first row holds its headings."""
    wanted = Wanted(kind, "list.csv", as_csv(rows), by="tests", **asked)  # type: ignore[arg-type]  # a test names it
    return await desk.case_api.places.take(wanted)


async def told(desk: Desk, entry_type: str) -> dict[str, tuple[str, Entry]]:
    """Return scope and entry of everything of a type that stands, by id."""
    assert entry_type in ENTRY_TYPES
    found: dict[str, tuple[str, Entry]] = {}
    for (scope, _, entry_id), body in (await desk.case_api.storage.feeds.standing([entry_type])).items():
        entry = decode_entry(entry_type, bytes(body))
        assert entry is not None
        assert entry_id not in found, "an entry stands in one scope"
        found[entry_id] = (scope, entry)
    return found


async def begin(desk: Desk, days: int) -> None:
    """Let some days pass, and the last one begin."""
    desk.clock.now_ms += days * DAY_MS
    await desk.case_api.places.begin_day()


def acts(outcome: Outcome) -> list[tuple[str, str, str]]:
    """Return what becomes of whom, and when."""
    return [(item.act, item.label, item.day) for item in outcome.items]
