"""Opens a case API from its settings: keys, database, services."""

import secrets
from random import SystemRandom
from uuid import UUID
from zoneinfo import ZoneInfo

from sync.caseapi.config import ServerConfig
from sync.caseapi.errors import DatabaseMissing
from sync.caseapi.keys import make_keys, read_keys
from sync.caseapi.service.case_api import CaseApi, compose, wall_ms
from sync.caseapi.service.exchange import app_version
from sync.caseapi.service.receipts import receipt_signer
from sync.caseapi.storage.sqlite.opening import create_database
from sync.caseapi.storage.sqlite.store import SqliteOptions, SqliteStorage
from sync.ids import RANDOM_BYTES, uuid7_at

MAX_RETRY_AFTER_S = 5
"""Longest time for which a tablet is sent away when the queue is full; drawn anew each time, so that they spread."""


def initialise(config: ServerConfig) -> None:
    """Make the database and the key files; what is there stays.

    Raises:
        DatabaseInUse: a server has it open.
        SchemaRefused: the database is of a newer program, or a step was edited.
    """
    create_database(config.database, district=config.district, incarnation=_new_id(), now_ms=wall_ms())
    make_keys(config.receipt_key_path, config.seal_key_path)


def open_case_api(config: ServerConfig, *, port: int | None = None) -> CaseApi:
    """Return the services over the database of the settings, which this process then owns.

    Args:
        port: where the server really listens; the setting's when it does not.

    Raises:
        DatabaseMissing: there is none; `initialise` makes it.
        DatabaseInUse: another process owns it.
        SchemaRefused: it is of a newer program, or a step was edited.
        KeyUnreadable: a key file is missing, damaged or readable by others.
    """
    if not config.database.is_file():
        raise DatabaseMissing(f"there is no database at {config.database}; make one with: caseapi init")
    keys = read_keys(config.receipt_key_path, config.seal_key_path)
    options = SqliteOptions(
        path=config.database,
        receipt_log=config.receipts_log_path,
        sign=receipt_signer(keys.receipt),
        now_ms=wall_ms,
        media=config.media_path,
        retry_after_s=lambda: SystemRandom().randint(1, MAX_RETRY_AFTER_S),
    )
    origin = config.reached_at(config.port if port is None else port)
    return compose(
        SqliteStorage(options),
        keys,
        name=config.name,
        origin=origin,
        pins=config.pins,
        zone=ZoneInfo(config.zone),
        oldest_app=app_version(config.oldest_app),
        contact_days=config.contact_days,
        pin_cost=config.pin_cost,
        seat_names=config.seat_names,
    )


def _new_id() -> UUID:
    return uuid7_at(wall_ms(), secrets.token_bytes(RANDOM_BYTES))
