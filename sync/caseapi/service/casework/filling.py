"""Takes cases of before into what is looked up, in the background, a few at a time: nobody waits for it."""

import asyncio

import structlog

from sync.caseapi.errors import CaseApiError
from sync.caseapi.service.casework.lives import Lives
from sync.caseapi.storage.searching import SearchStore

BATCH_CASES = 50
"""Most cases of one transaction: about 50 ms of the writer, so that no exchange waits longer."""

REST_S = 0.1
"""Pause between two of them: a million cases take about an hour, beside everything else."""

RETRY_S = 60.0
"""Pause after the database refused, as on a full disk."""

log = structlog.get_logger("caseapi.filling")


async def fill(search: SearchStore, lives: Lives, rest_s: float = REST_S) -> int:
    """Take all cases of before and return how many there were; once they are taken there is nothing to do."""
    taken = 0
    while True:
        try:
            if await search.is_filled():
                break
            taken += await search.fill(lives.figures_kept, BATCH_CASES)
        except CaseApiError as exc:
            log.error("filling_put_off", error=str(exc))
            await asyncio.sleep(RETRY_S)
        await asyncio.sleep(rest_s)
    if taken:
        log.info("filled", cases=taken)
    return taken
