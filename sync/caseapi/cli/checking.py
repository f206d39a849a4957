"""`verify`, `backup`, `doctor`: they only read, also beside a running server."""

import argparse
import json
import os
import shutil
import sqlite3
import sys
from collections.abc import Callable
from pathlib import Path
from uuid import uuid4

import msgspec

from sync.caseapi.cli.receipts import show_key, verify_receipts
from sync.caseapi.cli.settings import settings_of
from sync.caseapi.config import ServerConfig
from sync.caseapi.errors import CaseApiError, CommandRefused, DatabaseRestored, StorageFailed
from sync.caseapi.keys import read_keys
from sync.caseapi.opening import inspect
from sync.caseapi.service.verifying.chains import LoggedLine, verify
from sync.caseapi.storage.receipt_log import ReceiptLog

LOW_DISK_BYTES = 2 * 1024**3
"""Free space below which doctor warns: a district writes 10 GB a year."""

_IN_WORDS = ("findings", "lost")
"""What a report says in sentences, on stderr."""


def run_verify(arguments: argparse.Namespace) -> int:
    """Recompute everything, or check receipts alone; exit 1 when something does not fit."""
    if arguments.show_key:
        return show_key(arguments)
    if arguments.receipts is not None:
        return verify_receipts(arguments)
    config = settings_of(arguments)
    key = read_keys(config.receipt_key_path, config.seal_key_path).receipt.public_key()
    lines = ReceiptLog(config.receipts_log_path).lines()
    logged = (LoggedLine(line.code, line.stream, line.watermark, line.signed_bytes) for line in lines)
    blobs = None if arguments.without_photos else config.media_place.blobs()
    with inspect(config) as inspection:
        report = verify(inspection, key, logged, blobs, lambda words: print(words, file=sys.stderr))
    for finding in report.findings:
        print(finding, file=sys.stderr)
    counts = msgspec.to_builtins(report)
    if arguments.json:
        print(json.dumps(counts, ensure_ascii=False))
    else:
        print(
            "\n".join(f"{name.replace('_', ' ')}: {count}" for name, count in counts.items() if name not in _IN_WORDS)
        )
    return 0 if report.ok else 1


def run_backup(arguments: argparse.Namespace) -> int:
    """Copy the database into a new file that takes its name only when it is whole."""
    config = settings_of(arguments)
    if config.place is not None:
        raise CommandRefused(
            f"PostgreSQL is backed up by its own programs: pg_dump --format=custom --file={arguments.file} "
            f"{config.place.name}; after pg_restore: caseapi restore"
        )
    target: Path = arguments.file
    draft = target.parent / f"{target.name}.new"
    _refuse_files_in_use(config, target, draft)
    try:
        draft.unlink(missing_ok=True)
        os.close(os.open(draft, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
        with inspect(config) as inspection:
            inspection.back_up(draft, incarnation=uuid4())
        with draft.open("rb") as file:
            os.fsync(file.fileno())
        draft.replace(target)
    except (OSError, sqlite3.Error) as exc:
        raise StorageFailed(f"the backup {target} could not be written: {exc}") from exc
    print(f"backed up to {target}; the keys and the receipts' file are kept apart", file=sys.stderr)
    return 0


def _refuse_files_in_use(config: ServerConfig, *paths: Path) -> None:
    beside = [config.database.with_name(config.database.name + end) for end in ("", "-wal", "-shm", ".lock", ".sock")]
    in_use = [*beside, config.receipt_key_path, config.seal_key_path, config.receipts_log_path]
    for path in paths:
        if path.is_dir() or path.resolve() in {used.resolve() for used in in_use}:
            raise StorageFailed(f"the backup needs a file of its own, not {path}")


def run_doctor(arguments: argparse.Namespace) -> int:
    """Say what is wrong, one line a check; exit 1 when something is."""
    config = settings_of(arguments)
    checks = {**_CHECKS, "sqlite" if config.place is None else "postgresql": _check_engine}
    outcomes = [_checked(name, check, config) for name, check in checks.items()]
    for outcome in outcomes:
        line = f"{outcome['check']}: {outcome['says']}"
        print(json.dumps(outcome, ensure_ascii=False) if arguments.json else line)
    return 0 if all(outcome["ok"] for outcome in outcomes) else 1


def _checked(name: str, check: Callable[[ServerConfig], str], config: ServerConfig) -> dict[str, object]:
    try:
        return {"check": name, "ok": True, "says": check(config)}
    except (CaseApiError, OSError) as exc:
        return {"check": name, "ok": False, "says": str(exc)}


def _check_database(config: ServerConfig) -> str:
    with inspect(config) as inspection:
        if not inspection.is_as_made:
            raise DatabaseRestored
        says = inspection.integrity()
        if says != "ok":
            raise StorageFailed(f"the file is damaged: {says}" if config.place is None else says)
        return f"district {inspection.district}, incarnation {inspection.incarnation}"


def _check_keys(config: ServerConfig) -> str:
    read_keys(config.receipt_key_path, config.seal_key_path)
    return f"{config.receipt_key_path}, {config.seal_key_path}"


def _check_disk(config: ServerConfig) -> str:
    free_bytes = shutil.disk_usage(config.database.absolute().parent).free
    if free_bytes < LOW_DISK_BYTES:
        raise StorageFailed(f"only {free_bytes // 1024**2} MiB are free")
    return f"{free_bytes // 1024**3} GiB free"


def _check_engine(config: ServerConfig) -> str:
    with inspect(config) as inspection:
        return inspection.engine()


_CHECKS: dict[str, Callable[[ServerConfig], str]] = {
    "database": _check_database,
    "keys": _check_keys,
    "disk": _check_disk,
}
"""What is looked at beside the engine, which is named by its own name."""
