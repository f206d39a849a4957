"""The app speaks Chinese unless told otherwise, and changes its language while it runs."""

from collections.abc import Iterator

import pytest

from fieldapp import text
from fieldapp.text import N_, _, choose_language, current_language, next_language, ngettext, pgettext, use_language
from fieldapp.text.pseudo import CLOSING, OPENING, marked


@pytest.fixture(autouse=True)
def _language() -> Iterator[None]:
    before = current_language()
    yield
    use_language(before)


@pytest.mark.parametrize(
    ("setting", "environ", "language"),
    [
        ("en", {"LANG": "zh_CN.UTF-8"}, "en"),
        ("zh_CN", {"LANG": "en_GB.UTF-8"}, "zh_CN"),
        ("pseudo", {}, "pseudo"),
        (None, {}, "zh_CN"),
        ("", {"LANG": "C.UTF-8"}, "zh_CN"),
        ("klingon", {"LANG": "POSIX"}, "zh_CN"),
        (None, {"LANG": "zh_TW.UTF-8"}, "zh_CN"),
        (None, {"LANG": "en_GB.UTF-8"}, "en"),
        (None, {"LANG": "de_DE@euro"}, "en"),
        (None, {"LC_ALL": "en_US.UTF-8", "LANG": "zh_CN.UTF-8"}, "en"),
        (None, {"LC_ALL": "", "LANG": "zh_CN.UTF-8"}, "zh_CN"),
    ],
)
def test_which_language_is_spoken(setting: str | None, environ: dict[str, str], language: str) -> None:
    assert choose_language(setting, environ) == language


def test_a_switch_works_from_the_next_message_on() -> None:
    label = N_("Back")
    use_language("zh_CN")
    assert _(label) == "返回"
    use_language("en")
    assert _(label) == "Back"
    use_language("pseudo")
    assert _(label) == marked("Back")


def test_one_key_changes_between_chinese_and_english() -> None:
    assert next_language("zh_CN") == "en"
    assert next_language("en") == "zh_CN"
    assert next_language("pseudo") == "zh_CN"


def test_english_counts_and_chinese_does_not() -> None:
    use_language("en")
    assert ngettext("{count} problem", "{count} problems", 1).format(count=1) == "1 problem"
    assert ngettext("{count} problem", "{count} problems", 2).format(count=2) == "2 problems"
    use_language("zh_CN")
    assert ngettext("{count} problem", "{count} problems", 1) == ngettext("{count} problem", "{count} problems", 2)


def test_an_unknown_message_is_shown_in_english() -> None:
    use_language("zh_CN")
    assert _("A sentence that stands in no catalogue") == "A sentence that stands in no catalogue"
    assert pgettext("somewhere", "neither does this") == "neither does this"


def test_a_language_we_do_not_have_is_refused_and_the_old_one_stays() -> None:
    use_language("zh_CN")
    with pytest.raises(ValueError, match="zh_CN, en, pseudo"):
        use_language("tlh")  # type: ignore[arg-type]  # that is the test
    assert text.current_language() == "zh_CN"


def test_the_pretended_language_marks_everything_and_keeps_placeholders() -> None:
    use_language("pseudo")
    said = ngettext("{count} record waits", "{count} records wait", 3)
    assert said.startswith(OPENING)
    assert said.endswith(CLOSING)
    assert "{count}" in said
    assert said.format(count=3) != said
