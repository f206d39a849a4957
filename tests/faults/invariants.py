"""What must be true of a world in the end: faults have stopped, everybody has synced until nothing was left."""

from collections import Counter
from dataclasses import dataclass, field
from uuid import UUID

from sync.caseapi.service.verifying.chains import LoggedLine, verify
from sync.caseapi.storage.receipt_log import ReceiptLog
from sync.caseapi.storage.sqlite.inspecting import SqliteInspection
from sync.chain import record_digest
from tests.faults.album import check_photos
from tests.faults.handheld import Handheld, membership_device
from tests.faults.plates import check_plates
from tests.faults.templates import SERVER_KEYS
from tests.faults.world import World


@dataclass
class Findings:
    """What is wrong, by kind, one sentence each; `no_copy` is no fault."""

    lost: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)
    stuck: list[str] = field(default_factory=list)
    other: list[str] = field(default_factory=list)
    no_copy: int = 0


@dataclass(frozen=True, slots=True)
class Place:
    """One held place of a stream, as the server judged it."""

    digest: bytes
    raw: bytes
    verdict: str | None
    reason: str
    device: bytes


def surviving(world: World) -> set[bytes]:
    """Return the digests of all records that some disk holds, before the last syncs."""
    held = world.server.held()
    for tablet in world.tablets:
        held |= tablet.holds().keys()
    return held


def check(world: World, survived: set[bytes], *, is_server_restored: bool) -> Findings:
    """Return what does not hold."""
    findings = Findings()
    places = _places(world)
    _check_records(world, places, survived, findings)
    _check_chain(world, findings, is_server_restored=is_server_restored)
    for tablet in world.tablets:
        _check_verdicts(world, tablet, places, findings)
        _check_feeds(world, tablet, findings)
    for kind, sentences in check_photos(world).items():
        getattr(findings, kind).extend(sentences)
    findings.other += check_plates(world.server)
    findings.other += world.server.loop.troubles
    return findings


def _places(world: World) -> list[Place]:
    rows = world.server.query(
        "select inbox.digest, raw, verdict, coalesce(reason, ''), stream.device from inbox"
        " join stream using (district_id, stream)"
        " left join place_verdict using (district_id, stream, n) order by stream, n"
    )
    return [Place(*row) for row in rows]


def _check_records(world: World, places: list[Place], survived: set[bytes], findings: Findings) -> None:
    ledger = world.ledger
    counted = Counter(place.digest for place in places if place.verdict != "duplicate")
    # Tablets make these by themselves.
    own = {place.digest for place in places if b'"media_lost"' in place.raw}
    for digest, record_id in ledger.shown.items():
        if not counted[digest]:
            if ledger.is_nowhere(digest, survived):
                findings.no_copy += 1
            else:
                findings.lost.append(f"{record_id} was shown as saved and is not held")
    for digest, times in counted.items():
        name = ledger.tried.get(digest)
        if name is None and digest in own:
            name = "a record of a lost photo"
        if name is None:
            findings.other.append("the server holds a record that nobody made")
        elif times > 1 and digest not in ledger.spoilt:
            # Spoilt bytes are kept apart, as often as they come: nothing in them is believed, not even an id.
            findings.doubled.append(f"{name} counts {times} times")
    for place in places:
        if record_digest(place.raw) != place.digest or ledger.bytes_of.get(place.digest, place.raw) != place.raw:
            findings.other.append("the server holds other bytes than were made")


def _check_chain(world: World, findings: Findings, *, is_server_restored: bool) -> None:
    path = world.server.path
    lines = ReceiptLog(path.with_suffix(".receipts.log")).lines()
    logged = [LoggedLine(line.code, line.stream, line.watermark, line.signed_bytes) for line in lines]
    with SqliteInspection(path) as inspection:
        report = verify(inspection, SERVER_KEYS.receipt.public_key(), logged)
    if report.duplicates:
        findings.doubled.append(f"verify: {report.duplicates} duplicates")
    if report.missing or report.broken_chains:
        findings.lost.append(f"verify: {report.missing} missing, {report.broken_chains} chains broken")
    if report.unjudged:
        findings.stuck.append(f"verify: {report.unjudged} records are not judged")
    if report.receipts_valid != report.receipts and not is_server_restored:
        findings.other += [f"verify: {finding}" for finding in report.findings]


def _check_verdicts(world: World, tablet: Handheld, places: list[Place], findings: Findings) -> None:
    kept_apart = {place.digest: place for place in places if place.verdict in ("quarantined", "parked")}
    sent = {(place.digest, place.device) for place in places}
    device = membership_device(tablet.tablet) if tablet.is_on else ""
    # A copy of a tablet that was off when it was revoked is told nothing any more either.
    is_heard = not device or UUID(device).bytes in _active(world)
    rows = tablet.query(
        "select records.id, record, verdict, reason, n <= watermark"
        " from records join streams on streams.number = records.stream"
    )
    for record_id, data, verdict, reason, is_settled in rows:
        if not is_settled:
            findings.stuck.append(f"{tablet.name}: {record_id} still waits")
            continue
        place = kept_apart.get(record_digest(data))
        told = (verdict, reason) if verdict in ("quarantined", "parked") else None
        held = None if place is None else (place.verdict, place.reason)
        # Verdicts go to the keys that sent a record. Who lost that key, or is a clone that found its whole stream held
        # by the other one's new key, hears of these records at the desk.
        is_anothers = not device or (record_digest(data), UUID(device).bytes) not in sent
        is_spoilt = record_digest(data) in world.ledger.spoilt
        if told != held and not tablet.is_revoked and not is_anothers and not is_spoilt and is_heard:
            findings.other.append(f"{tablet.name}: of {record_id} the tablet says {told}, the server {held}")


def _active(world: World) -> set[bytes]:
    return {row[0] for row in world.server.query("select device from device where status = 'active'")}


def _check_feeds(world: World, tablet: Handheld, findings: Findings) -> None:
    if not tablet.is_on or tablet.is_revoked:
        return
    device = membership_device(tablet.tablet)
    if not device:
        findings.stuck.append(f"{tablet.name}: not enrolled")
        return
    if UUID(device).bytes not in _active(world):
        # A copy of an erased tablet that was let in again only to bring what it held; it is told nothing any more.
        return
    standing: list[dict[tuple[str, str, str], bytes] | None] = []
    world.server.ask(lambda api: _standing(api, UUID(device)), standing.append)
    while not standing and world.server.is_up:
        world.server.loop.drain()
        world.agenda.step()
    rows = tablet.query("select scope, type, id, body from reference_rows where not retired")
    kept = {(scope, kind, entry_id): bytes(body) for scope, kind, entry_id, body in rows}
    wanted = standing[0] if standing else None
    if wanted is None or kept != wanted:
        differing = set(kept.items()) ^ set((wanted or {}).items())
        findings.other.append(f"{tablet.name}: its feeds differ from the server's in {len(differing)} rows")


async def _standing(api: object, device: UUID) -> dict[tuple[str, str, str], bytes]:
    found: dict[tuple[str, str, str], bytes] = {}
    known = await api.exchange.device(device)  # type: ignore[attr-defined]  # the services, whichever run
    for scope in await api.feeds.scopes_of(known):  # type: ignore[attr-defined]
        whole = await api.storage.feeds.current(scope)  # type: ignore[attr-defined]
        found |= {(scope, entry.type, entry.id): bytes(entry.body) for entry in whole.entries}
    return found
