"""The services of one running case API, composed over one storage."""

import asyncio
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass

from sync.caseapi.keys import ServerKeys
from sync.caseapi.service.enrolment import EnrolmentService
from sync.caseapi.service.exchange import ExchangeService
from sync.caseapi.service.feeds import FeedService
from sync.caseapi.storage.base import DeskReads, Storage


def wall_ms() -> int:
    """Return the server's clock: Unix milliseconds."""
    return time.time_ns() // 1_000_000


@dataclass(frozen=True, slots=True)
class CaseApi:
    """What routes, pages and commands call.

    Attributes:
        records_came: set when records were stored, so that judging begins.
    """

    storage: Storage
    keys: ServerKeys
    exchange: ExchangeService
    enrolment: EnrolmentService
    feeds: FeedService
    now_ms: Callable[[], int]
    records_came: asyncio.Event

    @property
    def desk(self) -> DeskReads:
        """Return what the desk's pages read."""
        return self.storage.desk


def compose(
    storage: Storage,
    keys: ServerKeys,
    *,
    name: str,
    now_ms: Callable[[], int] = wall_ms,
    random_bytes: Callable[[int], bytes] = secrets.token_bytes,
) -> CaseApi:
    """Return the services over a storage."""
    feeds = FeedService(storage.feeds)
    records_came = asyncio.Event()
    exchange = ExchangeService(
        storage.exchanges,
        feeds,
        incarnation=storage.incarnation,
        proof_key=keys.receipt,
        now_ms=now_ms,
        on_stored=records_came.set,
    )
    enrolment = EnrolmentService(storage.enrolments, storage.feeds, keys, name, now_ms, random_bytes)
    return CaseApi(storage, keys, exchange, enrolment, feeds, now_ms, records_came)
