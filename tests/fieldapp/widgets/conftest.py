"""The widgets' tests are written in the language of the code, whatever a test before them spoke."""

from collections.abc import Iterator

import pytest

from fieldapp.text import current_language, use_language


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    before = current_language()
    use_language("en")
    yield
    use_language(before)
