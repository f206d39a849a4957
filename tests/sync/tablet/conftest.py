"""What tests of the tablet stand on."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from sync.tablet.store import Store, open_store


@pytest.fixture
def store_path(tmp_path: Path) -> Path:
    return tmp_path / "tablet" / "journal.db"


@pytest.fixture
def store(store_path: Path) -> Iterator[Store]:
    opened = open_store(store_path)
    yield opened
    opened.close()
