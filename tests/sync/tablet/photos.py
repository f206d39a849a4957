"""Photos as tests of the tablet attach and report them."""

import msgspec

from sync.records import CaseReport, MediaRef
from sync.tablet.store import Store
from tests.sync.tablet.makers import BUILDING, envelope


def attach(store: Store, data: bytes) -> MediaRef:
    return store.media.attach(data, mime="image/jpeg", role="before")


def report(store: Store, *refs: MediaRef, shift: str | None = None) -> str:
    body = CaseReport("national", "matter", "02001", building=BUILDING, description="楼道堆物", media=refs)
    record = envelope("case_report", msgspec.json.encode(body), shift=shift)
    return store.journal.append(record).record.id
