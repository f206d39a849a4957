"""A test of the app that switches the language leaves the one it found."""

from collections.abc import Iterator

import pytest

from fieldapp.text import current_language, use_language


@pytest.fixture(autouse=True)
def _language_is_put_back() -> Iterator[None]:
    before = current_language()
    yield
    use_language(before)
