"""Screens are tested in English, the language of the messages in the code, unless a test says otherwise."""

import pytest

from fieldapp.text import use_language


@pytest.fixture(autouse=True)
def _english(_language_is_put_back: None) -> None:
    use_language("en")
