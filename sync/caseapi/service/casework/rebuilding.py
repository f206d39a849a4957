"""Folds the events of cases again, and lets those stand right that stand elsewhere: also after a calendar change."""

from collections.abc import Callable, Iterator
from uuid import UUID

import msgspec
from msgspec import Struct

from sync.caseapi.service.casework.lives import Lives
from sync.caseapi.storage.casework import CaseChange, CaseFile, CaseworkStore, Standing

MOST_SAID = 100
"""Most differences of one piece that are said in words; all are counted."""


class Rebuilt(Struct, frozen=True):
    """What folding a piece of the cases came to.

    Attributes:
        last: the last one looked at, where to go on; None when there are no more.
        differ: those that stand elsewhere than their events lead; put right unless it was a dry run.
        astray: those that cannot be folded: an event is unreadable, or the first one is missing.
        findings: a sentence for each of them, up to a number.
    """

    cases: int
    differ: int
    astray: int
    last: UUID | None
    findings: tuple[str, ...] = ()


async def rebuild(store: CaseworkStore, lives: Lives, after: UUID | None, *, limit: int, is_dry: bool) -> Rebuilt:
    """Fold so many cases again, each in a transaction of its own where it is put right.

    Raises:
        StorageFailed: the database could not be written; cases before that one are done.
    """
    ids = await store.all_cases(after, limit)
    findings: list[str] = []
    differ = astray = 0
    for case in ids:
        kept = await store.file(case)
        if kept is None:
            continue
        folded = standing_again(kept, lives)
        if folded is None:
            astray += 1
            findings.append(f"case {case}: its events cannot be folded")
        elif folded != kept.standing:
            differ += 1
            findings.append(f"case {case}: {'; '.join(_differences(kept.standing, folded))}")
            if not is_dry:
                await store.change(case, _put_right(lives))
    return Rebuilt(len(ids), differ, astray, ids[-1] if len(ids) == limit else None, tuple(findings[:MOST_SAID]))


def standing_again(kept: CaseFile, lives: Lives) -> Standing | None:
    """Return where a case's events lead, as of the last of them; None where they cannot be folded."""
    try:
        read = lives.read(kept)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None
    if read.told.history.life is None:
        return None
    # A clock that stands still, in a suspension, is told as of the event that stopped it.
    return lives.standing(read, read.events[-1].received_ms)


def _put_right(lives: Lives) -> Callable[[CaseFile | None], CaseChange]:
    def decide(before: CaseFile | None) -> CaseChange:
        if before is None:
            return CaseChange()
        return CaseChange(standing=standing_again(before, lives), figures=lives.figures_kept(before))

    return decide


def _differences(stood: Standing | None, folded: Standing) -> Iterator[str]:
    if stood is None:
        yield "it stood nowhere"
        return
    for name in Standing.__dataclass_fields__:
        was, now = getattr(stood, name), getattr(folded, name)
        if was != now:
            yield f"{name} {was} is {now}"
