"""The plain mode is tested in English, the language of the messages in the code, unless a test says otherwise."""

from collections.abc import Iterator

import pytest

from fieldapp.text import current_language, use_language


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    before = current_language()
    use_language("en")
    yield
    use_language(before)
