"""A reporter's contact is kept for as long as somebody may have to call back, and is then erased for good.

It goes when the case has been over for the district's days, counted from the reporter's last answer where one was
noted; a supervision or an appeal that waits for a word doubles them.
"""

from collections.abc import Callable
from dataclasses import dataclass

import structlog
from msgspec import Struct

from sync.caseapi.cases.timers import DAY_MS
from sync.caseapi.service.casework.lives import Lives, ReadCase
from sync.caseapi.storage.casework import CaseFile
from sync.caseapi.storage.erasing import ErasureStore

USUAL_DAYS = 90
"""Days that a contact is kept after its case ended; cases may be opened again for 30."""

EVERY_MS = 3_600_000
"""How often the server erases."""

AT_ONCE = 200
"""Cases looked at together."""

MOST_LOOKED_FOR = 10_000
"""Erased texts that are looked for in the files; beyond, those of the next erasing are."""

log = structlog.get_logger("caseapi.erasing")


class Erased(Struct, frozen=True):
    """What an erasing came to.

    Attributes:
        cases: whose contact was erased, or would be.
        texts: sealed contacts that went.
        left_over: of these and earlier ones, how many stand between the rows of the database's file, or in its log
            because somebody reads; 0 is as it should be.
    """

    cases: int
    texts: int = 0
    left_over: int = 0


def is_due(case: ReadCase, days: int, now_ms: int) -> bool:
    """Return whether a case's contact is to be erased now."""
    ended_ms = case.life.ended_ms
    if ended_ms is None:
        return False
    answers = [ended_ms, *(aside.at_ms for aside in case.asides if aside.kind == "satisfaction")]
    is_waited_for = any(aside.state == "open" for aside in case.asides if aside.kind in ("supervision", "appeal"))
    kept_days = days * (1 + is_waited_for)
    return max(answers) + kept_days * DAY_MS <= now_ms


@dataclass
class ContactErasure:
    """Erases what is due.

    Attributes:
        days: how long a contact is kept after its case ended.
    """

    store: ErasureStore
    lives: Lives
    now_ms: Callable[[], int]
    days: int = USUAL_DAYS
    _looked_for: tuple[str, ...] = ()
    _next_ms: int = 0

    async def erase_in_time(self) -> None:
        """Erase what is due, once an hour; called as often as anybody likes."""
        if self.now_ms() >= self._next_ms:
            self._next_ms = self.now_ms() + EVERY_MS
            await self.erase()

    async def erase(self, *, is_dry: bool = False) -> Erased:
        """Erase every contact that is due, a case in a transaction; counting alone where it is a dry run.

        Raises:
            StorageFailed: the database could not be written; cases before it are done.
        """
        cases, texts = 0, list(self._looked_for)
        after = None
        while found := await self.store.with_contact(after, AT_ONCE):
            after = found[-1]
            for case in found:
                if is_dry:
                    kept = await self.store.case(case)
                    cases += kept is not None and self._is_due(kept)
                elif (gone := await self.store.erase(case, self._is_due, self.now_ms())) is not None:
                    cases += 1
                    texts += gone
        if is_dry:
            return Erased(cases)
        new = len(texts) - len(self._looked_for)
        left = await self.store.left_over(texts[-MOST_LOOKED_FOR:])
        self._looked_for = tuple(texts[-MOST_LOOKED_FOR:]) if left else ()
        if cases or left:
            log.info("contacts_erased", cases=cases, left_over=left)
        return Erased(cases, new, left)

    def _is_due(self, kept: CaseFile) -> bool:
        return bool(kept.events) and is_due(self.lives.read(kept), self.days, self.now_ms())
