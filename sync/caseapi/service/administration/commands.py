"""The administrative commands, by name: run beside a running server over its local socket, or on their own."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Annotated, Any
from uuid import UUID

import msgspec
from msgspec import Meta

from sync.caseapi.config import PinCost
from sync.caseapi.district.catalogue import read_catalogue
from sync.caseapi.district.generate import generate
from sync.caseapi.district.model import District
from sync.caseapi.district.pack import read_pack
from sync.caseapi.district.problems import ImportProblem, PackRefused
from sync.caseapi.errors import CommandRefused
from sync.caseapi.service.administration.accounts import ACCOUNT_COMMANDS
from sync.caseapi.service.administration.exports import EXPORT_COMMANDS
from sync.caseapi.service.administration.tags import TAG_COMMANDS
from sync.caseapi.service.administration.upkeep import UPKEEP_COMMANDS
from sync.caseapi.service.case_api import CaseApi
from sync.caseapi.service.demo.casework import demo_casework, demo_orgs
from sync.caseapi.service.demo.notices import demo_notices
from sync.caseapi.service.grid_notices import entry_of
from sync.caseapi.service.imports import Hashing, Imported, import_catalogue, import_district
from sync.caseapi.service.places.importing import TAKEN_KINDS, TakenKind, Wanted, read_list
from sync.caseapi.storage.values import WIPE_ADMINISTRATORS, DeviceStatus
from sync.clock import format_time
from sync.records.base import Digest
from sync.text import clean_line

Arguments = dict[str, Any]
Result = dict[str, Any]
Command = Callable[[CaseApi, Arguments], Awaitable[Result]]

_READING = ("devices", "account-list", "org-list", "plate-places", "tags-list", "acts", "boundaries")
"""Commands that change nothing; every other one is written down."""

_ABOUT = ("name", "code", "device", "grid", "kind")
"""Arguments that say what a command is about, the first one that is given."""

IMPORT_KINDS = ("pack", "catalogue", *TAKEN_KINDS)
"""What can be imported: a whole folder, its catalogue, or a list as an office keeps it."""

BORDERS_AT_ONCE = 50
"""Borders of one answer: of two thousand corners each, they fit into a line of the local socket."""

MOST_ITEMS = 2_000
"""Lines of what an import does that are told one by one; how many there are of each sort is told in any case."""


class _Offer(msgspec.Struct, forbid_unknown_fields=True):
    grid: str
    origin: str


class _Confirm(msgspec.Struct, forbid_unknown_fields=True):
    digits: str


class _Import(msgspec.Struct, forbid_unknown_fields=True):
    kind: str
    path: str
    pin_cost: PinCost
    dry_run: bool = False
    whole: bool = False
    by: str = ""


class _After(msgspec.Struct, forbid_unknown_fields=True):
    after: str


class _DemoData(msgspec.Struct, forbid_unknown_fields=True):
    seed: int
    pin_cost: PinCost


class _Status(msgspec.Struct, forbid_unknown_fields=True):
    device: UUID
    status: DeviceStatus


class _Photos(msgspec.Struct, forbid_unknown_fields=True):
    names: list[Digest]


class _Wipe(msgspec.Struct, forbid_unknown_fields=True):
    device: UUID
    administrator: Annotated[str, Meta(min_length=1, max_length=64)]


async def run_command(case_api: CaseApi, name: str, arguments: Arguments) -> Result:
    """Run one command and return its result as plain data.

    Raises:
        CommandRefused: no such command, or its arguments are wrong.
        CaseApiError: what the command itself raises.
    """
    command = COMMANDS.get(name)
    if command is None:
        raise CommandRefused(f"no command {name!r}")
    try:
        if name in _READING:
            return await command(case_api, arguments)
        about = next((str(arguments[each]) for each in _ABOUT if arguments.get(each)), "")
        return await case_api.administration.written(name, about, None, lambda: command(case_api, arguments))
    except msgspec.ValidationError as exc:
        raise CommandRefused(f"{name}: {exc}") from exc


async def _offer(case_api: CaseApi, arguments: Arguments) -> Result:
    wanted = msgspec.convert(arguments, _Offer)
    origin = wanted.origin or case_api.origin
    if not origin:
        raise CommandRefused("this server listens on every address; say by which tablets reach it: --origin")
    given = await case_api.enrolment.offer(wanted.grid, origin)
    return {
        "offer": given.offer.text,
        "origin": given.offer.origin,
        "code": given.offer.code,
        "grid": given.grid,
        "expires_at": format_time(given.expires_ms),
    }


async def _confirm(case_api: CaseApi, arguments: Arguments) -> Result:
    state = await case_api.enrolment.confirm(msgspec.convert(arguments, _Confirm).digits)
    return {"device": str(state.device), "grid": state.grid, "confirmed": True}


async def _import(case_api: CaseApi, arguments: Arguments) -> Result:
    wanted = msgspec.convert(arguments, _Import)
    if wanted.kind not in IMPORT_KINDS:
        raise CommandRefused(f"import: {wanted.kind!r} is none of {', '.join(IMPORT_KINDS)}")
    kind = next((kind for kind in TAKEN_KINDS if kind == wanted.kind), None)
    if kind is not None:
        return await _import_list(case_api, kind, wanted)
    if wanted.dry_run or wanted.whole:
        raise CommandRefused(f"import: only lists ({', '.join(TAKEN_KINDS)}) have a dry run and can be whole")
    hashing = Hashing(wanted.pin_cost, case_api.now_ms())
    imported = await _IMPORTS[wanted.kind](case_api, Path(wanted.path), hashing)
    case_api.judging.wake()
    return _as_result(imported)


async def _import_pack(case_api: CaseApi, path: Path, hashing: Hashing) -> Imported:
    district = await asyncio.to_thread(read_pack, path)
    return await _whole_district(case_api, district, hashing)


async def _whole_district(case_api: CaseApi, district: District, hashing: Hashing) -> Imported:
    imported = await import_district(case_api.storage.feeds, district, hashing, own=case_api.storage.district)
    await case_api.catalogue.adopt(district.catalogue)
    return imported


async def _import_catalogue(case_api: CaseApi, path: Path, hashing: Hashing) -> Imported:  # noqa: ARG001 - one signature for all kinds
    problems: list[ImportProblem] = []
    matters = await asyncio.to_thread(read_catalogue, path, problems)
    _refuse(problems)
    imported = await import_catalogue(case_api.storage.feeds, matters)
    await case_api.catalogue.adopt(matters)
    return imported


async def _import_list(case_api: CaseApi, kind: TakenKind, asked: _Import) -> Result:
    path = Path(asked.path)
    data = await asyncio.to_thread(read_list, path)
    wanted = Wanted(kind, path.name, data, asked.whole, asked.dry_run, asked.by, asked.pin_cost)
    done = await case_api.places.take(wanted)
    case_api.judging.wake()
    items = [item for item in done.items if item.act != "keep"]
    return {
        "rows": {kind: done.rows},
        "changed": done.news,
        "dry_run": asked.dry_run,
        "counts": done.counts,
        "items": msgspec.to_builtins(items[:MOST_ITEMS]),
        "codes": msgspec.to_builtins(list(done.codes)),
        "notes": [str(note) for note in done.notes],
    }


async def _demo_data(case_api: CaseApi, arguments: Arguments) -> Result:
    wanted = msgspec.convert(arguments, _DemoData)
    district = await asyncio.to_thread(generate, wanted.seed)
    hashing = Hashing(wanted.pin_cost, case_api.now_ms())
    imported = await _whole_district(case_api, district, hashing)
    await case_api.storage.orgs.put(demo_orgs(district))
    zone = case_api.casework.zone
    for case in demo_casework(district, wanted.seed, case_api.now_ms(), zone):
        await case_api.casework.bring(case.row, case.events, (case.task,))
    for notice in demo_notices(district, wanted.seed, case_api.now_ms(), zone):
        await case_api.storage.grid_notices.send(notice, msgspec.json.encode(entry_of(notice, zone)))
    case_api.judging.wake()
    return _as_result(imported)


async def _boundaries(case_api: CaseApi, arguments: Arguments) -> Result:
    after = msgspec.convert(arguments, _After).after
    rest = [border for border in await case_api.places.borders() if (len(border[0]), border[0]) > (len(after), after)]
    return {"borders": rest[:BORDERS_AT_ONCE], "is_last": len(rest) <= BORDERS_AT_ONCE}


async def _devices(case_api: CaseApi, arguments: Arguments) -> Result:
    msgspec.convert(arguments, dict[str, None])
    return {"devices": msgspec.to_builtins(list(await case_api.desk.tablets()))}


async def _set_status(case_api: CaseApi, arguments: Arguments) -> Result:
    wanted = msgspec.convert(arguments, _Status)
    if not await case_api.storage.enrolments.set_status(wanted.device, wanted.status):
        raise CommandRefused(f"no device {wanted.device} in this district")
    return {"device": str(wanted.device), "status": wanted.status}


async def _wipe(case_api: CaseApi, arguments: Arguments) -> Result:
    wanted = msgspec.convert(arguments, _Wipe)
    administrator = clean_line(wanted.administrator).strip().casefold()
    tablet = next((each for each in await case_api.desk.tablets() if each.device == wanted.device), None)
    if tablet is None:
        raise CommandRefused(f"no device {wanted.device} in this district")
    if not administrator:
        raise CommandRefused("an immediate wipe needs the name of an administrator")
    agreed = await case_api.storage.enrolments.confirm_wipe(wanted.device, administrator, case_api.now_ms())
    return {
        "device": str(wanted.device),
        "confirmations": len(agreed),
        "wiped": len(agreed) >= WIPE_ADMINISTRATORS,
        "unsettled": tablet.unsettled,
        "oldest_unsettled": tablet.oldest_unsettled,
        "media_owed": tablet.media_owed,
        "last_exchange": None if tablet.last_exchange_ms is None else format_time(tablet.last_exchange_ms),
    }


def _refuse(problems: list[ImportProblem]) -> None:
    if problems:
        raise PackRefused(problems)


def _as_result(imported: Imported) -> Result:
    return {"rows": imported.rows, "changed": imported.changed}


async def _ask_for_photos(case_api: CaseApi, arguments: Arguments) -> Result:
    wanted = msgspec.convert(arguments, _Photos)
    return {"asked": await case_api.media.ask_again(wanted.names)}


_IMPORTS = {"pack": _import_pack, "catalogue": _import_catalogue}

COMMANDS: dict[str, Command] = {
    "enrol-offer": _offer,
    "enrol-confirm": _confirm,
    "import": _import,
    "demo-data": _demo_data,
    "boundaries": _boundaries,
    "devices": _devices,
    "device-status": _set_status,
    "device-wipe": _wipe,
    "photos-again": _ask_for_photos,
    **ACCOUNT_COMMANDS,
    **EXPORT_COMMANDS,
    **UPKEEP_COMMANDS,
    **TAG_COMMANDS,
}
"""Name to command."""
