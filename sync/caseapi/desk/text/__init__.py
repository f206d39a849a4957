"""What the desk says, Chinese first: msgids are English, the Chinese stands in ``zh_CN.po``.

Each answer is in the language of its request, so nothing here is global. After adding or changing a message, run
``python -m tests.sync.caseapi.desk.desk_catalogue``: it lists what has no Chinese yet and writes ``zh_CN.mo``.
"""

import gettext
from dataclasses import dataclass
from importlib import resources
from typing import Literal

Language = Literal["zh_CN", "en"]
"""Simplified Chinese, the first, and English."""

_MAX_PREFERENCES = 10


@dataclass(frozen=True, slots=True)
class Texts:
    """One language's messages."""

    language: Language
    catalogue: gettext.NullTranslations

    @property
    def html_lang(self) -> str:
        """Return the language as HTML names it."""
        return self.language.replace("_", "-")

    def __call__(self, message: str) -> str:
        """Return a message in this language."""
        return self.catalogue.gettext(message)

    def plural(self, one: str, many: str, count: int) -> str:
        """Return the form of a message for a count."""
        return self.catalogue.ngettext(one, many, count)


def N_(message: str) -> str:  # noqa: N802 - the name that gettext's tools know
    """Mark a message for the catalogue; it is looked up when it is shown."""
    return message


def choose_language(asked: str, accepted: str) -> Language:
    """Return the language of an answer: asked for in the address, else preferred by the browser, else Chinese.

    Args:
        asked: value of ``?lang=``, or empty.
        accepted: the ``Accept-Language`` header, or empty.
    """
    for wanted in [asked, *_by_preference(accepted)]:
        if wanted.lower().startswith("zh"):
            return "zh_CN"
        if wanted.lower().startswith("en"):
            return "en"
    return "zh_CN"


def texts_of(language: Language) -> Texts:
    """Return the messages of a language."""
    return _TEXTS[language]


def _by_preference(accepted: str) -> list[str]:
    weighted: list[tuple[float, str]] = []
    for part in accepted.split(",")[:_MAX_PREFERENCES]:
        tag, _, weight = part.partition(";q=")
        try:
            weighted.append((float(weight or 1), tag.strip()))
        except ValueError:
            continue
    return [tag for weight, tag in sorted(weighted, key=lambda pair: -pair[0]) if weight > 0]


def _load() -> dict[Language, Texts]:
    with resources.files(__name__).joinpath("zh_CN.mo").open("rb") as file:
        chinese = gettext.GNUTranslations(file)
    return {"zh_CN": Texts("zh_CN", chinese), "en": Texts("en", gettext.NullTranslations())}


_TEXTS = _load()
