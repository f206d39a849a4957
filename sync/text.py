"""One cleaner for text that comes from outside: plates, badges, keyboards, the network, old databases.

Terminals obey escape sequences and reorder by bidirectional marks, and Textual passes both through; so every edge
cleans, and nothing else does.
"""

import re
import unicodedata
from functools import cache

MAX_CHARS = 4_000
"""Longest text kept; longer ones are cut and end in an ellipsis."""

MAX_LINES = 200
"""Most lines kept of one text."""

MAX_STACKED_MARKS = 4
"""Most combining marks kept on one character; more only paint over the lines above."""

REPLACEMENT = "�"

_BLANK = frozenset(
    "\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u180f\u3164\uffa0"
    + "".join(map(chr, range(0xFE00, 0xFE10)))
    + "".join(map(chr, range(0xE0100, 0xE01F0)))
)
"""Characters that count as printable and show nothing."""


def clean_text(text: str, *, max_chars: int = MAX_CHARS, max_lines: int = MAX_LINES) -> str:
    """Return the text as it may be shown, stored, logged or exported; cleaning twice changes nothing.

    Whole escape sequences become one U+FFFD; control, bidirectional, zero-width, tag, private-use and surrogate
    characters go; line ends become LF, tabs a space; the rest is composed (NFC) and cut to `max_chars` and
    `max_lines`.
    """
    text = text[: max_chars * 8]
    if not text.isprintable() or not _BLANK.isdisjoint(text):
        text = _without_unseen(text)
    text = unicodedata.normalize("NFC", text)
    text = _limit_marks(text)
    lines = text.split("\n")
    text = "\n".join(lines[:max_lines])
    if len(text) > max_chars:
        return text[: max_chars - 1] + "…"
    return text


def clean_line(text: str, *, max_chars: int = 200) -> str:
    """Return the text cleaned and on one line: for names, labels, log lines."""
    return clean_text(" ".join(clean_text(text, max_chars=max_chars * 4).split()), max_chars=max_chars)


def _without_unseen(text: str) -> str:
    escapes, line_ends, unseen = _patterns()
    return unseen.sub("", line_ends.sub("\n", escapes.sub(REPLACEMENT, text)).replace("\t", " "))


@cache
def _patterns() -> tuple[re.Pattern[str], ...]:
    """Return what finds escape sequences, line ends and unseen characters; most texts need none of them."""
    escapes = re.compile(
        r"(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]?"  # CSI … final byte
        # OSC, DCS, SOS, PM, APC
        r"|(?:\x1b[\]PX^_]|[\x9d\x90\x98\x9e\x9f])[^\x07\x1b\x9c\n]{0,4096}(?:\x07|\x1b\\|\x9c)?"
        r"|\x1b[ -/]*[0-~]?"
    )
    # The two last code points of every plane, which Unicode promises to give to no character (chapter 23.7).
    no_characters = "".join(chr(plane + last) for plane in range(0, 0xF0000, 0x10000) for last in (0xFFFE, 0xFFFF))
    line_ends = re.compile(r"\r\n?|[\x0b\x0c\x85\u2028\u2029]")
    unseen = re.compile(
        "["
        "\x00-\x08\x0e-\x1f\x7f-\x9f"
        "\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f"
        "\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb"
        "\u0600-\u0605\u06dd\u070f\u0890\u0891\u08e2\U000110bd\U000110cd"  # Arabic, Syriac, Kaithi number marks
        "\U00013430-\U0001343f\U0001bca0-\U0001bca3\U0001d173-\U0001d17a"  # hieroglyph, shorthand, musical layout
        f"\ud800-\udfff\ue000-\uf8ff\ufdd0-\ufdef{no_characters}"
        "\U000e0000-\U000e0fff\U000f0000-\U0010ffff"
        "]"
    )
    return escapes, line_ends, unseen


def _limit_marks(text: str) -> str:
    if text.isascii():
        return text
    kept: list[str] = []
    stacked = 0
    for char in text:
        stacked = stacked + 1 if unicodedata.category(char) in ("Mn", "Me") else 0
        if stacked <= MAX_STACKED_MARKS:
            kept.append(char)
    return "".join(kept)
