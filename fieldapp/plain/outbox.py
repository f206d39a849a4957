"""What waits and what is proven; sending it, line by line, until the receipt."""

from base64 import b64encode
from collections.abc import Collection, Sequence

from fieldapp.keymap import Action, Need
from fieldapp.plain.log import log_row
from fieldapp.plain.mending import put_right
from fieldapp.plain.page import Listing, Page, Row, TalkPort
from fieldapp.presentation.photos import photo_progress_text
from fieldapp.presentation.states import NO_PHOTOS, state_cell, totals_line
from fieldapp.presentation.syncing import ClockFacts, facts_line, receipt_lines, sync_text
from fieldapp.presentation.tablet import machine_line
from fieldapp.services import Services
from fieldapp.services.outbox import OutboxRow
from fieldapp.text import _
from sync.journal import RESTING, Delivery, JournalSummary, SyncStatus

MOST_ROUNDS = 2
"""Syncs waited for: one may have begun before the last save, and what it left goes with the next."""


class Sending:
    """A sync that was asked for: says how far it is, until it rests with nothing left, or with a fault."""

    def __init__(self, talk: TalkPort) -> None:
        self._talk = talk
        self._services: Services = talk.services
        self._has_begun = False
        self._rounds = 0
        self._said = ""
        self.is_over = False

    def begin(self) -> None:
        """Ask for it, and wait."""
        self._services.exchange.request()
        self._talk.wait_for(self)

    def left(self) -> None:
        """Let it go on by itself."""
        self._talk.say(_("It goes on by itself"))

    def heard(self, status: SyncStatus) -> None:
        """Say how far it is, each thing once."""
        self._has_begun = self._has_begun or status.phase == "connecting"
        if not self._has_begun:
            return
        if status.phase not in RESTING:
            self._say(status)
            return
        self._rounds += 1
        delivery = self._services.outbox.delivery()
        if status.fault is None and not delivery.may_switch_off and self._rounds < MOST_ROUNDS:
            self._has_begun = False
            self._services.exchange.request()
            return
        self.is_over = True

    def _say(self, status: SyncStatus) -> None:
        summary = self._services.outbox.summary()
        text = sync_text(status, summary, self._services.clock.now_ms())
        words = "  ".join(part for part in (text.text, text.todo) if part)
        if words != self._said:
            self._said = words
            self._talk.say(words)


class OutboxPage(Page):
    """The outbox and the sync."""

    NAME = "outbox"

    SEND = "send"
    """Argument of a page that is opened because everything is being sent."""

    def __init__(self, talk: TalkPort) -> None:
        super().__init__(talk)
        self.summary: JournalSummary = self.services.outbox.summary()
        self.status: SyncStatus = self.services.exchange.status()
        self.delivery: Delivery | None = None
        self.to_mend: tuple[str, ...] = ()
        self._sending: Sending | None = None

    def opened(self, argument: object) -> None:
        """Read the totals; where it is opened to send, do."""
        self._read(self.services.exchange.status())
        if argument == self.SEND:
            self.do_send()

    def closed(self) -> None:
        """Wait for nothing any more."""
        self._sending = None

    def title(self) -> str:
        """Return what the sync is doing."""
        photos = self.delivery.photos if self.delivery is not None else NO_PHOTOS
        text = sync_text(self.status, self.summary, self.services.clock.now_ms(), photos)
        return "  ".join(part for part in (text.text, text.todo) if part)

    def facts(self) -> Sequence[str]:
        """Return totals, what is proven, the receipt's six characters, each by itself; clock, disk and battery."""
        clock, receipt = self.services.clock, self.summary.receipt
        moment = ClockFacts(clock.now_ms(), clock.stamp().offset_ms, self.services.zone)
        return (
            totals_line(self.summary),
            facts_line(self.summary, self.status, moment),
            photo_progress_text(self.delivery).line if self.delivery is not None else "",
            _("Receipt {code}").format(code=" ".join(receipt.code)) if receipt is not None else "",
            machine_line(self.services.today.tablet()),
        )

    def listing(self) -> Listing:
        """Return every record with its state, newest first."""
        return Listing(
            self.summary.last_n - self.summary.purged, self._rows, _("Nothing yet. What is saved appears here.")
        )

    def chosen(self, row: Row) -> None:
        """Go to a record."""
        found = next((found for found in self._page(int(row.key), 1)), None)
        if found is not None:
            self.talk.go("record", found.line)

    def met(self) -> Collection[Need]:
        """Return whether there is a receipt, and something to put right."""
        met = {Need.RECEIPT: self.summary.receipt is not None, Need.MENDABLE: bool(self.to_mend)}
        return [need for need, is_met in met.items() if is_met]

    def is_shown(self, action: Action) -> bool:
        """Offer to put right only where something is to be."""
        return action.verb != "mend" or bool(self.to_mend)

    def sync_changed(self, status: SyncStatus) -> None:
        """Say how far it is, while that is waited for; when it rests, read the states anew."""
        if self._sending is not None:
            self._sending.heard(status)
            if self._sending.is_over:
                self._sending = None
        if status.phase in RESTING:
            # As it ended: the worker may have begun anew meanwhile.
            self._read(status)

    def do_send(self) -> None:
        """Ask for a sync, and say how it goes."""
        self._sending = Sending(self.talk)
        self._sending.begin()

    def do_receipt(self) -> None:
        """Say the receipt in words, then whole as base64: the square code's own letters have spaces that lines lose."""
        receipt = self.summary.receipt
        if receipt is not None:
            _code, *lines = receipt_lines(receipt, self.services.zone)
            whole = b64encode(receipt.signed).decode()
            for line in (*lines, _("Receipt {code}").format(code=" ".join(receipt.code)), whole):
                self.talk.say(line)

    def do_mend(self) -> None:
        """Open the form of the newest record that is to be put right."""
        if self.to_mend:
            put_right(self.talk, self.to_mend[0])

    def _read(self, status: SyncStatus) -> None:
        self.status, self.summary = status, self.services.outbox.summary()
        self.delivery = self.services.outbox.delivery()
        open_ones = self.services.mending.open_ones() if self.summary.quarantined else ()
        self.to_mend = tuple(entry.record.id for entry in open_ones)

    def _page(self, offset: int, limit: int) -> Sequence[OutboxRow]:
        return self.services.outbox.page(limit=limit, before_n=self.summary.last_n + 1 - offset).rows

    def _rows(self, offset: int, limit: int) -> Sequence[Row]:
        return [self._row(row, offset + place) for place, row in enumerate(self._page(offset, limit))]

    def _row(self, row: OutboxRow, place: int) -> Row:
        listed, state = log_row(row.line), state_cell(row.entry)
        return Row(str(place), listed.label, f"{state.text}  {state.detail or listed.note}".strip())
