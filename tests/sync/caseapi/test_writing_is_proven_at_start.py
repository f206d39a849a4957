"""A server whose database cannot be written does not start."""

import sqlite3
from pathlib import Path
from typing import Any

import pytest

from sync.caseapi.errors import StorageFailed
from sync.caseapi.storage.sqlite.connection import connect_writing


def test_a_database_that_opened_for_reading_alone_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "central.db"
    connect_writing(path).close()
    real = sqlite3.connect

    def as_sqlite_falls_back(address: str, **options: Any) -> sqlite3.Connection:
        return real(address.replace("mode=rwc", "mode=ro"), **options)

    monkeypatch.setattr(sqlite3, "connect", as_sqlite_falls_back)
    with pytest.raises(StorageFailed, match="cannot be written"):
        connect_writing(path)
