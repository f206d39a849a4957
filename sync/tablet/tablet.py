"""One tablet's end of the wire, put together: store, enroller and exchange over one database file.

Opening loads neither the HTTP client nor the migrations' library nor any cryptography; the first sync, enrolment or
migration does.
"""

import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from sync.journal import SyncStatus
from sync.tablet.clock import SystemClock, TabletClock, corrected_now_ms
from sync.tablet.config import ExchangeConfig
from sync.tablet.enroller import Enroller
from sync.tablet.errors import NotEnrolled
from sync.tablet.parts import PartSize
from sync.tablet.runner import Known, Synced, SyncWorker, Waiting
from sync.tablet.store import Store, open_store
from sync.tablet.store.identity import Membership
from sync.tablet.store.settings import CLOCK_FACT, CODING_FACT, WARNING_FACT
from sync.tablet.watcher import Watcher

if TYPE_CHECKING:
    import httpx

    from sync.tablet.apart.client import ApartClient
    from sync.tablet.beside import Listening
    from sync.tablet.client import CaseApiClient
    from sync.tablet.session import Outcome, SyncSession

CERTIFICATE_ENDED = "E-CERT"
"""Code of a pinned server whose certificate has ended: its key is trusted all the same."""

NO_ROOM = "E-ROOM"
"""Code of a disk so full that nothing new is fetched."""


Speaking: TypeAlias = "CaseApiClient | ApartClient"
"""Who speaks with the case API: this process, or one of its own."""


class Tablet:
    """The open tablet; `close` ends the worker and gives the database back.

    Attributes:
        clock: knows the server's time as soon as a sync has told it.
        store: the database: `journal`, `drafts`, `reference`, `receipts`, `settings`.
        enroller: joins a district.
        exchange: the sync worker, which works by itself once `start` was called.
    """

    def __init__(
        self,
        path: Path,
        *,
        app: str,
        clock: TabletClock | None = None,
        config: ExchangeConfig | None = None,
        waiting: Waiting | None = None,
        transport: "Callable[[], httpx.BaseTransport] | None" = None,
        is_apart: bool = False,
    ) -> None:
        """Open the tablet.

        Args:
            path: the database file; created where there is none.
            app: name and version of the program, told to the desk.
            transport: makes what replaces the network, in tests.
            is_apart: the server is spoken with by a process of its own; see `sync.tablet.apart`.

        Raises:
            StoreError: the database cannot be opened; the code says why.
        """
        self.path = path
        self.clock = clock or SystemClock()
        self.store: Store = open_store(path)
        learnt = self.store.facts.get(CLOCK_FACT)
        if learnt is not None:
            self.clock.recall(learnt)
        config = config or ExchangeConfig()
        self._line = _Line(self, app=app, config=config, transport=transport, is_apart=is_apart)
        self.enroller = Enroller(self.store, self._line.client, self.clock.random_bytes)
        self.exchange = SyncWorker(self._line, clock=self.clock, config=config, waiting=waiting)
        self.store.on_append(self.exchange.saved)
        self._beside: Listening | None = None

    def start(self) -> None:
        """Let the worker sync by itself from now on, and also when another program beside this one asks."""
        from sync.tablet.beside import Listening

        self.exchange.start()
        self._beside = Listening(self.path, self.exchange.sync_now, self.store.journal.summary)
        self._beside.start()

    def sync_once(self) -> SyncStatus:
        """Sync in this thread until nothing is left either way; return how it ended. Not beside a started worker."""
        return self.exchange.attempt()

    def free_bytes(self) -> int | None:
        """Return the free space of the disk that holds the database, or None when unknown."""
        disk = self._disk()
        return None if disk is None else disk.f_bavail * disk.f_frsize

    def disk_used(self) -> float | None:
        """Return the part of the disk that holds the database that is in use, from 0 to 1, or None when unknown."""
        disk = self._disk()
        return None if disk is None or not disk.f_blocks else 1 - disk.f_bavail / disk.f_blocks

    def _disk(self) -> os.statvfs_result | None:
        try:
            return os.statvfs(self.path.parent)
        except OSError:
            return None

    def seal_key(self) -> bytes | None:
        """Return the district's X25519 public key (see `sync.sealing`), or None before enrolment."""
        membership = self.store.identity.membership()
        return None if membership is None else membership.seal_key

    def close(self) -> None:
        """End the worker, finish what is being written, give the database back; twice does nothing."""
        if self._beside is not None:
            self._beside.stop()
        self.exchange.stop()
        self._line.hang_up()
        self.store.close()


class _Line:
    """The kept connection to the district's case API, made by the first sync and again after another enrolment."""

    def __init__(
        self,
        tablet: Tablet,
        *,
        app: str,
        config: ExchangeConfig,
        transport: "Callable[[], httpx.BaseTransport] | None",
        is_apart: bool,
    ) -> None:
        self._tablet = tablet
        self._store = tablet.store
        self._clock = tablet.clock
        self._app = app
        self._config = config
        self._transport = transport
        self._is_apart = is_apart
        self._parts = PartSize(config.first_part_bytes)
        self._open: tuple[Membership, SyncSession, Speaking] | None = None

    def sync(self, watcher: Watcher, last_fault: str | None) -> Synced:
        """Sync once; see `SyncSession.run`.

        Raises:
            NotEnrolled: there is nobody to sync with yet.
        """
        membership = self._store.identity.membership()
        if membership is None:
            raise NotEnrolled("this tablet has not joined a district yet: scan the enrolment code at the desk")
        session, client = self._session(membership)
        outcome = self._run(session, client, watcher, last_fault or self._store.facts.get(WARNING_FACT))
        warning = NO_ROOM if not session.has_room() else CERTIFICATE_ENDED if client.has_expired() else ""
        self._note_warning(warning)
        self._purge()
        self._store.media.tidy()
        if outcome.notice == "erased":
            self.hang_up()
        outcome.raise_notice()
        return Synced(outcome.proven_again, warning)

    def _run(self, session: "SyncSession", client: "Speaking", watcher: Watcher, last_fault: str | None) -> "Outcome":
        """Send records, then photos, until both are done; a record saved meanwhile goes before the next photo."""
        from sync.tablet.media_session import MediaSession

        photos = MediaSession(
            self._store, client, clock=self._clock, parts=self._parts, at_once=self._config.photos_at_once
        )
        while True:
            outcome = session.run(watcher, last_fault)
            if not outcome.is_whole:
                return outcome
            ended = photos.run(watcher, outcome.media_owed)
            is_drained = ended == "sent" and outcome.notice == "revoked"
            if not (ended == "records_wait" or is_drained):
                return outcome

    def _note_warning(self, warning: str) -> None:
        if (self._store.facts.get(WARNING_FACT) or "") != warning:
            self._store.facts.put(WARNING_FACT, warning or None)

    def _purge(self) -> None:
        # Right after a proven exchange, whose time is the server's.
        now_s = corrected_now_ms(self._clock) // 1000
        self._store.purging.purge(now_s=now_s, disk_used=self._tablet.disk_used())

    def known(self) -> Known:
        """Return what the database says before and after an attempt."""
        unsettled = self._store.journal.summary().unsettled
        return Known(unsettled, self._store.outbox.proven_at_ms(), self._store.media.waiting())

    def client(self, origin: str, pins: tuple[str, ...], device: str = "") -> "Speaking":
        """Return a client of a case API, not connected yet; it signs for a device with the tablet's key."""
        from sync.tablet.speaking import Speaker

        key = self._store.identity.device_key() or b"" if device else b""
        coding = self._store.facts.get(CODING_FACT) or ""
        speaker = Speaker(origin, pins, self._config, device, key, coding)
        if self._is_apart:
            from sync.tablet.apart.client import ApartClient

            return ApartClient(speaker, clock=self._clock, on_time=self._learn_time, on_coding=self._learn_coding)
        from sync.tablet.client import client_of

        return client_of(
            speaker,
            clock=self._clock,
            on_time=self._learn_time,
            on_coding=self._learn_coding,
            transport=None if self._transport is None else self._transport(),
        )

    def hang_up(self) -> None:
        """Close the connection, if there is one."""
        if self._open is not None:
            self._open[2].close()
            self._open = None

    def _session(self, membership: Membership) -> "tuple[SyncSession, Speaking]":
        if self._open is None or self._open[0] != membership:
            self.hang_up()
            self._open = (membership, *self._connected(membership))
        return self._open[1:]

    def _connected(self, membership: Membership) -> "tuple[SyncSession, Speaking]":
        from sync.tablet.session import SyncSession, TabletFacts

        client = self.client(membership.origin, membership.pins, membership.device)
        session = SyncSession(
            self._store,
            client,
            receipt_key=client.receipt_key(membership.receipt_key),
            clock=self._clock,
            config=self._config,
            facts=TabletFacts(self._app, self._tablet.free_bytes),
        )
        return session, client

    def _learn_coding(self, coding: str) -> None:
        self._store.facts.put(CODING_FACT, coding or None)

    def _learn_time(self, server_ms: int) -> None:
        self._store.facts.put(CLOCK_FACT, self._clock.learn(server_ms))
