"""What tests of commands stand on."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from fieldapp.text import current_language, use_language
from tests.fieldapp.cli.command_line import Home


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """Give an account that has never used the program."""
    return Home(tmp_path)


@pytest.fixture(autouse=True)
def _language_stays() -> Iterator[None]:
    """Give the language back that a command of this process has chosen."""
    before = current_language()
    yield
    use_language(before)
