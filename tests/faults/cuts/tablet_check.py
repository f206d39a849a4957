"""What must be true of a tablet's database, whatever happened to it: all that was told is there, byte for byte."""

from base64 import b64decode
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from sync.errors import SyncError
from sync.ids import uuid7_at
from sync.tablet.store import Store, open_store
from tests.faults.cuts.tablet_shift import DATABASE
from tests.sync.tablet.fake_server import DEVICE_SCOPE
from tests.sync.tablet.makers import AT_MS, record

NEXT_RECORD = str(uuid7_at(AT_MS + 86_400_000, bytes(10)))
"""Id of what is saved afterwards: a shift was played in a process of its own and counts its records from the start."""


def check_tablet(folder: Path, told: Sequence[dict[str, Any]]) -> list[str]:
    """Open the database as the app does and return what contradicts what was told."""
    try:
        store = open_store(folder / DATABASE)
    except SyncError as exc:
        return [f"the database does not open: {exc}"]
    try:
        checks = (_records, _photos, _drafts, _sync)
        return [*store.problems(), *(finding for check in checks for finding in check(store, told)), *_lives(store)]
    except SyncError as exc:
        return [f"the database cannot be used: {exc}"]
    finally:
        store.close()


def _records(store: Store, told: Sequence[dict[str, Any]]) -> list[str]:
    with store._database.reading("checking the records") as db:
        held = dict(db.execute("select id, record from records").fetchall())
    return [
        f"record {said['id']} was told as saved and {'is lost' if said['id'] not in held else 'has other bytes'}"
        for said in told
        if said["what"] == "saved" and held.get(said["id"]) != b64decode(said["bytes"])
    ]


def _photos(store: Store, _: Sequence[dict[str, Any]]) -> list[str]:
    """A record that is there has its photos, told or not: the file comes before the row that names it."""
    with store._database.reading("checking the photos") as db:
        names = [name for (name,) in db.execute("select distinct sha256 from media")]
    states = {name: store.media.files.check(name) for name in names}
    return [f"the photo {name[:12]} of a record is {state}" for name, state in states.items() if state != "whole"]


def _drafts(store: Store, told: Sequence[dict[str, Any]]) -> list[str]:
    expected: dict[str, dict[str, str]] = {}
    saving: dict[str, str] = {}
    for said in told:
        match said["what"]:
            case "draft":
                expected[said["form"]] = said["fields"]
            case "saving":
                saving[said["form"]] = said["id"]
            case "saved":
                expected.pop(said.get("form", ""), None)
    findings = []
    for form, fields in expected.items():
        kept = store.drafts.fields(form)
        is_saved = form in saving and store.journal.get(saving[form]) is not None
        if not is_saved and not fields.items() <= kept.items():
            findings.append(f"the draft {form} was told as kept and is lost")
        if is_saved and kept:
            findings.append(f"the draft {form} stands beside the record that was made from it")
    return findings


def _sync(store: Store, told: Sequence[dict[str, Any]]) -> list[str]:
    synced = [said for said in told if said["what"] == "synced"]
    number = store.feeds.cursors().get(DEVICE_SCOPE, (0, ""))[0]
    with store._database.reading("checking the feed") as db:
        rows = [row for (row,) in db.execute("select number from reference_rows order by number")]
    findings = [] if rows == list(range(1, number + 1)) else [f"the feed is at {number} and its rows are {rows}"]
    if not synced:
        return findings
    last = synced[-1]
    if store.journal.summary().watermark < last["watermark"]:
        findings.append(f"records to {last['watermark']} were told as sent and wait again")
    sent = store.media.progress().sent
    if sent < last["photos"]:
        findings.append(f"{last['photos']} photos were told as sent and {sent} are")
    codes = {receipt.code for receipt in store.receipts.all()}
    findings += [
        f"the receipt {said['receipt']} was shown and is lost" for said in synced if said["receipt"] not in codes
    ]
    if number < last["cursor"]:
        findings.append(f"the feed was at {last['cursor']} and is at {number}")
    return findings


def _lives(store: Store) -> list[str]:
    made = record("the day goes on", record_id=NEXT_RECORD)
    store.journal.append(made)
    return [] if store.journal.get(made.id) else ["a record saved after the cut is not there"]
