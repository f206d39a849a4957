"""What a played shift comes to: every figure read from one of the two databases."""

import json
from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from fieldapp.bootstrap import open_tablet
from fieldapp.demo.sandbox import CaseApi
from fieldapp.demo.watching import journal_facts, stored_records
from sync.errors import ReceiptInvalid
from sync.receipts import open_receipt

_THERE = b'"geofence":"inside"'
_MEDIA_FIGURES = {"media": 1, "media_owed": -1, "media_missing": -1, "media_damaged": -1}


@dataclass(frozen=True, slots=True)
class Tally:
    """A shift in figures.

    Attributes:
        recorded: records in the tablet's database.
        stored: records in the case API's database, those that it keeps apart not counted.
        duplicates: ids stored more than once.
        lost: records of the tablet that the case API does not hold byte for byte.
        receipt_valid: whether the tablet's receipt is signed by the district and proves all its records.
        receipt: the six characters shown on tablet and desk.
        photos_recorded: photos that the tablet's records name.
        photos_stored: photos that the case API holds whole.
        at_the_building: check-ins of which the tablet's receiver said that it was there.
        verified: whether `caseapi verify` found nothing wrong.
    """

    recorded: int
    stored: int
    duplicates: int
    lost: int
    receipt_valid: bool
    receipt: str
    verified: bool
    check_ins: int
    at_the_building: int
    problems: int
    visits: int
    kills: int
    network_cuts: int
    photos_recorded: int
    photos_stored: int

    @property
    def is_whole(self) -> bool:
        """Return whether nothing was lost, doubled or unproven."""
        is_held = self.lost == 0 and self.duplicates == 0 and self.recorded == self.stored
        is_held = is_held and self.photos_recorded == self.photos_stored
        return is_held and self.receipt_valid and self.verified


def tally(api: CaseApi, tablet_database: Path, *, kills: int, cuts: int) -> Tally:
    """Return the figures of a shift, after the app and the case API have ended."""
    facts = journal_facts(tablet_database)
    stored = stored_records(api.db)
    verified = json.loads(api.attempt("verify", "--json").stdout)
    receipt = facts.summary.receipt
    return Tally(
        recorded=facts.records,
        stored=int(verified["stored"]),
        duplicates=int(verified["duplicates"]),
        lost=sum(record not in stored for record in facts.records_by_id.values()),
        receipt_valid=_receipt_is_valid(tablet_database),
        receipt=receipt.code if receipt else "",
        verified=bool(verified["ok"]),
        check_ins=facts.kinds["check_in"],
        at_the_building=sum(_THERE in record for record in facts.records_by_id.values()),
        problems=facts.kinds["case_report"],
        visits=facts.kinds["visit"],
        kills=kills,
        network_cuts=cuts,
        photos_recorded=facts.photos,
        photos_stored=sum(int(verified[name]) * sign for name, sign in _MEDIA_FIGURES.items()),
    )


def _receipt_is_valid(tablet_database: Path) -> bool:
    with open_tablet(tablet_database) as tablet:
        membership = tablet.store.identity.membership()
        summary = tablet.store.journal.summary()
        if membership is None or summary.receipt is None:
            return False
        try:
            receipt = open_receipt(summary.receipt.signed, Ed25519PublicKey.from_public_bytes(membership.receipt_key))
        except ReceiptInvalid:
            return False
        is_of_the_last = str(receipt.stream) == summary.stream and receipt.watermark == summary.last_n > 0
        return is_of_the_last and receipt.head == tablet.store.outbox.head_at(receipt.watermark)
