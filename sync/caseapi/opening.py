"""Opens a case API from its settings: keys, database, services."""

import secrets
from collections.abc import Callable
from contextlib import AbstractContextManager
from types import ModuleType
from typing import Any, TypeVar
from uuid import UUID
from zoneinfo import ZoneInfo

from sync.caseapi.config import ServerConfig
from sync.caseapi.errors import ConfigInvalid, DatabaseMissing
from sync.caseapi.keys import make_keys, read_keys
from sync.caseapi.service.case_api import CaseApi, compose, wall_ms
from sync.caseapi.service.exchange import app_version
from sync.caseapi.service.receipts import receipt_signer
from sync.caseapi.storage.base import SignReceipt, Storage
from sync.caseapi.storage.sqlite.erasing import rewrite
from sync.caseapi.storage.sqlite.exporting import sqlite_view
from sync.caseapi.storage.sqlite.inspecting import SqliteInspection
from sync.caseapi.storage.sqlite.opening import create_database
from sync.caseapi.storage.sqlite.store import SqliteOptions, SqliteStorage
from sync.ids import RANDOM_BYTES, uuid7_at

_View = TypeVar("_View")


def initialise(config: ServerConfig) -> None:
    """Make the database and the key files; what is there stays.

    Raises:
        DatabaseInUse: a server has it open.
        SchemaRefused: the database is of a newer program, or a step was edited.
    """
    if config.place is None:
        create_database(config.database, district=config.district, incarnation=_new_id(), now_ms=wall_ms())
    else:
        postgres_opening().create_database(
            config.place, district=config.district, incarnation=_new_id(), now_ms=wall_ms()
        )
    make_keys(config.receipt_key_path, config.seal_key_path)


def open_case_api(config: ServerConfig, *, port: int | None = None) -> CaseApi:
    """Return the services over the database of the settings, which this process then owns.

    Args:
        port: where the server really listens; the setting's when it does not.

    Raises:
        DatabaseMissing: there is none; `initialise` makes it.
        DatabaseRestored: it was played back from a dump; `caseapi restore` says so to tablets.
        DatabaseInUse: another process owns it.
        SchemaRefused: it is of a newer program, or a step was edited.
        KeyUnreadable: a key file is missing, damaged or readable by others.
    """
    if config.place is None and not config.database.is_file():
        raise DatabaseMissing(f"there is no database at {config.database}; make one with: caseapi init")
    keys = read_keys(config.receipt_key_path, config.seal_key_path)
    origin = config.reached_at(config.port if port is None else port)
    return compose(
        _open_storage(config, receipt_signer(keys.receipt)),
        keys,
        name=config.name,
        origin=origin,
        pins=config.pins,
        zone=ZoneInfo(config.zone),
        oldest_app=app_version(config.oldest_app),
        contact_days=config.contact_days,
        sheet_font=config.font,
        pin_cost=config.pin_cost,
        seat_names=config.seat_names,
    )


def inspect(config: ServerConfig) -> SqliteInspection:
    """Return the database of the settings, open for reading only, as a context.

    Raises:
        DatabaseMissing: there is none.
        SchemaRefused: it is of a newer program, or a step was edited.
    """
    if config.place is None:
        return SqliteInspection(config.database)
    postgres_opening()
    from sync.caseapi.storage.postgres.inspecting import PostgresInspection

    return PostgresInspection(config.place)


def export_view(
    config: ServerConfig, district: str, kind: Callable[[Any, str], _View]
) -> AbstractContextManager[_View]:
    """Return a view of this moment, from which tables leave, as a context.

    Args:
        kind: makes the view over a connection that only reads.
    """
    if config.place is None:
        return sqlite_view(config.database, district, kind)
    postgres_opening()
    from sync.caseapi.storage.postgres.exporting import postgres_view

    return postgres_view(config.place, district, kind)


def write_anew(config: ServerConfig) -> None:
    """Write what held contacts anew, so that nothing is left of those that were erased; no server may use it meanwhile.

    Raises:
        DatabaseInUse: a server has the SQLite file open.
    """
    if config.place is None:
        rewrite(config.database)
        return
    postgres_opening()
    from sync.caseapi.storage.postgres.erasing import clear

    clear(config.place, is_whole=True)


def postgres_opening() -> ModuleType:
    """Return how PostgreSQL databases are made and opened; loaded only where one is used.

    Raises:
        ConfigInvalid: its driver is not installed.
    """
    try:
        from sync.caseapi.storage.postgres import opening
    except ModuleNotFoundError as exc:
        raise ConfigInvalid(f"db: PostgreSQL needs its driver, {exc.name}; install xunge[postgres]") from exc
    return opening


def _open_storage(config: ServerConfig, sign: SignReceipt) -> Storage:
    if config.place is None:
        return SqliteStorage(
            SqliteOptions(
                path=config.database,
                receipt_log=config.receipts_log_path,
                sign=sign,
                now_ms=wall_ms,
                media=config.media_place,
            )
        )
    postgres_opening()
    from sync.caseapi.storage.postgres.store import PostgresOptions, PostgresStorage

    return PostgresStorage(
        PostgresOptions(
            place=config.place,
            receipt_log=config.receipts_log_path,
            media=config.media_place,
            sign=sign,
            now_ms=wall_ms,
        )
    )


def _new_id() -> UUID:
    return uuid7_at(wall_ms(), secrets.token_bytes(RANDOM_BYTES))
