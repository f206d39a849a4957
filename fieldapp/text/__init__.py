"""Everything the app says, in the language of the moment.

Messages are written in English in the code and looked up when they are shown, never when a module is loaded, so that
a language can be switched while the app runs:

    _("Saved {count} photos").format(count=3)
    ngettext("{count} record", "{count} records", count).format(count=count)
    LABELS = {"met": N_("At home")}      and, when it is shown:      _(LABELS["met"])

No f-strings inside these calls. The Chinese stands in ``zh_CN.po``; after adding or changing messages run
``python -m tests.tools.catalogue``, translate what it lists, and run it again: it writes ``zh_CN.mo`` too.
"""

import gettext
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Literal, get_args

from fieldapp.text.pseudo import PseudoTranslations

Language = Literal["zh_CN", "en", "pseudo"]
"""Simplified Chinese, English, and a marked English that shows what bypasses the catalogues."""

LANGUAGES: tuple[Language, ...] = get_args(Language)
"""Every language the app can speak, the default first."""

FALLBACK: Language = "zh_CN"
"""Spoken when neither the setting nor the system names a language we have."""

LANGUAGE_SETTING = "ui.language"
"""Name under which the language chosen on the tablet is stored."""

_LOCALE_VARIABLES = ("LC_ALL", "LC_MESSAGES", "LANG")
_NAMELESS_LOCALES = ("", "C", "POSIX")


class _Voice:
    """The language being spoken and its catalogue; replaced as one, so that threads never see a mixture."""

    __slots__ = ("catalogue", "language")

    def __init__(self, language: Language, catalogue: gettext.NullTranslations) -> None:
        self.language = language
        self.catalogue = catalogue


def use_language(language: Language) -> None:
    """Speak a language from the next message on.

    Raises:
        ValueError: a language we do not have.
    """
    global _voice  # noqa: PLW0603 - one program speaks one language
    if language not in LANGUAGES:
        raise ValueError(f"language {language!r}: use one of {', '.join(LANGUAGES)}")
    _voice = _Voice(language, _catalogue_of(language))


def current_language() -> Language:
    """Return the language being spoken."""
    return _voice.language


def next_language(language: Language) -> Language:
    """Return the language that the switch key turns to: Chinese and English change places."""
    return "en" if language == "zh_CN" else "zh_CN"


def choose_language(setting: str | None, environ: Mapping[str, str]) -> Language:
    """Return the language to speak: by setting, else by the system's locale, else Chinese.

    Args:
        setting: what was chosen on the tablet or in the configuration; anything unknown counts as not set.
        environ: the process environment.
    """
    for language in LANGUAGES:
        if setting == language:
            return language
    locale = next((environ[name] for name in _LOCALE_VARIABLES if environ.get(name)), "")
    name = locale.partition(".")[0].partition("@")[0]
    if name in _NAMELESS_LOCALES or name.startswith("zh"):
        return FALLBACK
    return "en"


def _(message: str) -> str:
    """Return a message in the language of the moment."""
    return _voice.catalogue.gettext(message)


def ngettext(singular: str, plural: str, count: int) -> str:
    """Return the form of a message that fits a count."""
    return _voice.catalogue.ngettext(singular, plural, count)


def pgettext(context: str, message: str) -> str:
    """Return a message whose translation depends on where it stands."""
    return _voice.catalogue.pgettext(context, message)


def N_(message: str) -> str:  # noqa: N802 - the name that extraction tools know
    """Mark a constant for the catalogues; give it to `_` when it is shown."""
    return message


@cache
def _catalogue_of(language: Language) -> gettext.NullTranslations:
    if language == "en":
        return gettext.NullTranslations()
    if language == "pseudo":
        return PseudoTranslations()
    with Path(__file__).with_name(f"{language}.mo").open("rb") as file:
        return gettext.GNUTranslations(file)


_voice = _Voice("en", gettext.NullTranslations())
