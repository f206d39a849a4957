"""Every test of the words says its language; afterwards the old one is back."""

from collections.abc import Iterator

import pytest

from fieldapp.text import current_language, use_language


@pytest.fixture(autouse=True)
def _chinese() -> Iterator[None]:
    before = current_language()
    use_language("zh_CN")
    yield
    use_language(before)
