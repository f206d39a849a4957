"""`restore`: a backup takes the database's place, under a new incarnation, and what it lacks is named."""

import argparse
import json
import os
import sqlite3
import sys
from contextlib import suppress
from pathlib import Path
from uuid import UUID, uuid4

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from sync.caseapi.cli.settings import settings_of
from sync.caseapi.config import ServerConfig
from sync.caseapi.errors import CaseApiError, StorageFailed
from sync.caseapi.keys import read_keys
from sync.caseapi.opening import inspect, postgres_opening
from sync.caseapi.service.losing import LostRange, lost_ranges
from sync.caseapi.storage.receipt_log import ReceiptLog
from sync.caseapi.storage.sqlite.connection import connect_writing
from sync.caseapi.storage.sqlite.inspecting import SqliteInspection
from sync.caseapi.storage.sqlite.locking import DatabaseLock

_PARTS = ("-wal", "-shm", "")
"""Endings of the files of one database, the log before the file that needs it."""


def run_restore(arguments: argparse.Namespace) -> int:
    """Put a backup in the database's place; the one that is there is set aside, never deleted.

    A PostgreSQL database is played back by pg_restore; here it gets its new incarnation.
    """
    config = settings_of(arguments)
    key = read_keys(config.receipt_key_path, config.seal_key_path).receipt.public_key()
    if config.place is not None:
        incarnation = uuid4()
        _refuse_file(arguments.file)
        postgres_opening().renew_incarnation(config.place, incarnation)
        _say(incarnation, None, _lost(config, key), as_json=arguments.json)
        return 0
    if arguments.file is None:
        raise StorageFailed("restore needs the file of a backup")
    source: Path = arguments.file
    database = config.database
    if source.resolve() == database.resolve():
        raise StorageFailed(f"{source} is the database itself")
    lock = DatabaseLock(database)
    try:
        incarnation, aside = _restore(source, database)
    except (OSError, sqlite3.Error) as exc:
        raise StorageFailed(f"{source} could not be put in the place of {database}: {exc}") from exc
    finally:
        lock.release()
    _say(incarnation, aside, _lost(config, key), as_json=arguments.json)
    return 0


def _lost(config: ServerConfig, key: Ed25519PublicKey) -> tuple[LostRange, ...]:
    with inspect(config) as inspection:
        signed = (line.signed_bytes for line in ReceiptLog(config.receipts_log_path).lines())
        return lost_ranges(inspection.streams(), signed, key)


def _refuse_file(file: Path | None) -> None:
    if file is not None:
        raise StorageFailed(
            f"a dump is played back by PostgreSQL's own program: pg_restore --dbname=NAME {file}; then: caseapi restore"
        )


def _restore(source: Path, database: Path) -> tuple[UUID, Path | None]:
    draft = database.with_name(f"{database.name}.restoring")
    draft.unlink(missing_ok=True)
    os.close(os.open(draft, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    incarnation = uuid4()
    with SqliteInspection(source) as inspection:
        says = inspection.integrity()
        if says != "ok":
            raise StorageFailed(f"{source} is damaged: {says}")
        if database.is_file():
            _refuse_other_district(database, inspection.district)
        inspection.back_up(draft, incarnation=incarnation)
    with draft.open("rb") as file:
        os.fsync(file.fileno())
    aside = _set_aside(database) if database.exists() else None
    draft.replace(database)
    folder = os.open(database.absolute().parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
    return incarnation, aside


def _refuse_other_district(database: Path, district: str) -> None:
    try:
        with SqliteInspection(database) as present:
            own = present.district
    except CaseApiError:
        # Too damaged to say whose it is: any may take its place.
        return
    if own != district:
        raise StorageFailed(f"the backup is of district {district}, this database serves {own}")


def _set_aside(database: Path) -> Path:
    with suppress(sqlite3.Error, CaseApiError):
        connection = connect_writing(database)
        connection.execute("pragma wal_checkpoint(truncate)")
        connection.close()
    number = 1
    while (aside := database.with_name(f"{database.name}.before-restore-{number}")).exists():
        number += 1
    for part in _PARTS:
        with suppress(FileNotFoundError):
            database.with_name(database.name + part).replace(aside.with_name(aside.name + part))
    return aside


def _say(incarnation: UUID, aside: Path | None, lost: tuple[LostRange, ...], *, as_json: bool) -> None:
    if as_json:
        set_aside = None if aside is None else str(aside)
        print(json.dumps({"incarnation": str(incarnation), "set_aside": set_aside, "lost": msgspec.to_builtins(lost)}))
    for one in lost:
        print(one, file=sys.stderr)
    if aside is not None:
        print(f"the database that was there is now {aside}", file=sys.stderr)
    print("restored; each tablet that still holds what is missing offers it again by itself", file=sys.stderr)
