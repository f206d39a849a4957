"""The services of one running case API, composed over one storage."""

import secrets
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from sync.caseapi.config import PinCost
from sync.caseapi.keys import ServerKeys
from sync.caseapi.service.administration.desk import DeskAdministration
from sync.caseapi.service.casework.arrivals import Notices
from sync.caseapi.service.casework.asking import CaseworkService
from sync.caseapi.service.casework.desk import CaseDesk
from sync.caseapi.service.casework.erasing import USUAL_DAYS, ContactErasure
from sync.caseapi.service.casework.lives import shipped_lives
from sync.caseapi.service.casework.search import CaseSearch
from sync.caseapi.service.catalogue.editing import CatalogueService
from sync.caseapi.service.enrolment import EnrolmentService
from sync.caseapi.service.exchange import ExchangeService
from sync.caseapi.service.feeds import FeedService
from sync.caseapi.service.grid_notices import GridNotices
from sync.caseapi.service.judging import RecordJudge
from sync.caseapi.service.judging_loop import JudgingLoop
from sync.caseapi.service.media import MediaService
from sync.caseapi.service.people.accounts import AccountService
from sync.caseapi.service.places.desk_lists import DeskLists
from sync.caseapi.service.places.importing import SEAT_NAMES, PlaceImports
from sync.caseapi.service.places.tags import TagOffice
from sync.caseapi.storage.base import Storage
from sync.caseapi.storage.desk_reads import DeskReads


def wall_ms() -> int:
    """Return the server's clock: Unix milliseconds."""
    return time.time_ns() // 1_000_000


@dataclass(frozen=True, slots=True)
class CaseApi:
    """What routes, pages and commands call.

    Attributes:
        origin: scheme, host and port by which tablets reach this server.
        places: takes lists of people and places in, `lists` those that come by the desk; `tags` issues plates and
            badges.
        cases: what desks do with cases, `search` how they are found; `casework` is what tablets are asked beside it.
        sheet_font: file of the font of printed sheets; empty for the usual one.
        notices: tells the desk's pages what comes into their queues; `grid_notices` is what desks tell tablets.
        erasing: erases contacts that nobody needs any more.
        judging: judges and folds while the server runs.
    """

    storage: Storage
    keys: ServerKeys
    exchange: ExchangeService
    enrolment: EnrolmentService
    feeds: FeedService
    media: MediaService
    casework: CaseworkService
    cases: CaseDesk
    catalogue: CatalogueService
    search: CaseSearch
    accounts: AccountService
    places: PlaceImports
    lists: DeskLists
    tags: TagOffice
    administration: DeskAdministration
    notices: Notices
    grid_notices: GridNotices
    erasing: ContactErasure
    judging: JudgingLoop
    origin: str
    now_ms: Callable[[], int]
    sheet_font: str = ""

    @property
    def desk(self) -> DeskReads:
        """Return what the desk's pages read."""
        return self.storage.desk


def compose(
    storage: Storage,
    keys: ServerKeys,
    *,
    name: str,
    origin: str,
    zone: ZoneInfo,
    pins: tuple[str, ...] = (),
    oldest_app: tuple[int, ...] = (),
    now_ms: Callable[[], int] = wall_ms,
    random_bytes: Callable[[int], bytes] = secrets.token_bytes,
    hashing_cost: PinCost = "full",
    pin_cost: PinCost | None = None,
    seat_names: Sequence[str] = SEAT_NAMES,
    contact_days: int = USUAL_DAYS,
    sheet_font: str = "",
) -> CaseApi:
    """Return the services over a storage."""
    feeds = FeedService(storage.feeds, now_ms)
    lives = shipped_lives(zone)
    judging = JudgingLoop(storage.judging, RecordJudge(zone, lives), lambda: exchange.is_waited_for)
    exchange = ExchangeService(
        storage.exchanges,
        feeds,
        incarnation=storage.incarnation,
        proof_key=keys.receipt,
        now_ms=now_ms,
        on_stored=judging.wake,
        oldest_app=oldest_app,
        retry_after_s=lambda: 1.0 + random_bytes(1)[0] / 64,
    )
    enrolment = EnrolmentService(storage.enrolments, storage.feeds, keys, name, pins, now_ms, random_bytes)
    media = MediaService(storage.media, storage.blobs, storage.staging, now_ms=now_ms)
    accounts = AccountService(storage.accounts, zone, now_ms, random_bytes, hashing_cost)
    places = PlaceImports(storage, zone, now_ms, random_bytes, pin_cost or hashing_cost, seat_names)
    administration = DeskAdministration(storage, accounts, enrolment, media, origin, zone)
    return CaseApi(
        storage=storage,
        keys=keys,
        exchange=exchange,
        enrolment=enrolment,
        feeds=feeds,
        media=media,
        casework=CaseworkService(storage.casework, lives, now_ms, random_bytes),
        cases=CaseDesk(storage, keys, lives, now_ms, random_bytes),
        catalogue=CatalogueService(storage.catalogue, storage.feeds, lives.timings, zone, now_ms),
        search=CaseSearch(storage, lives),
        accounts=accounts,
        places=places,
        lists=DeskLists(places, administration, now_ms),
        tags=TagOffice(storage, now_ms),
        administration=administration,
        notices=Notices(storage),
        grid_notices=GridNotices(storage, administration, zone, now_ms, random_bytes),
        erasing=ContactErasure(storage.erasures, lives, now_ms, contact_days),
        judging=judging,
        origin=origin,
        now_ms=now_ms,
        sheet_font=sheet_font,
    )
