"""The widgets' tests are written in the language of the code, whatever a test before them spoke."""

import pytest

from fieldapp.text import use_language


@pytest.fixture(autouse=True)
def _english(_language_is_put_back: None) -> None:
    use_language("en")
