"""Every test of the words says its language; afterwards the old one is back."""

import pytest

from fieldapp.text import use_language


@pytest.fixture(autouse=True)
def _chinese(_language_is_put_back: None) -> None:
    use_language("zh_CN")
