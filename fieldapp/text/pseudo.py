"""A pretended language: English with accents between brackets, to see what never went through the catalogues."""

import gettext
import re

OPENING, CLOSING = "⟦", "⟧"
"""Stand around every message of the pretended language."""

_ACCENTED = str.maketrans("AEIOUaeiouncs", "ÀÉÎÕÜàéîõüñçš")
_PLACEHOLDER = re.compile(r"(\{[^{}]*\})")


class PseudoTranslations(gettext.NullTranslations):
    """Answers every message with itself, marked."""

    def gettext(self, message: str) -> str:
        """Return the message, marked."""
        return marked(message)

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        """Return the English form for the count, marked."""
        return marked(msgid1 if n == 1 else msgid2)

    def pgettext(self, context: str, message: str) -> str:  # noqa: ARG002 - the library's signature
        """Return the message, marked, whatever its context."""
        return marked(message)


def marked(message: str) -> str:
    """Return a message with accents and brackets; placeholders stay as they are."""
    parts = _PLACEHOLDER.split(message)
    changed = [part if place % 2 else part.translate(_ACCENTED) for place, part in enumerate(parts)]
    return f"{OPENING}{''.join(changed)}{CLOSING}"
