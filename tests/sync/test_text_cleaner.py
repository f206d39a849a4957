"""The one cleaner: nothing a terminal obeys or hides gets through, and what people wrote stays."""

import time
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.text import _BLANK, MAX_CHARS, MAX_LINES, MAX_STACKED_MARKS, REPLACEMENT, _patterns, clean_line, clean_text

ESC, CSI, ST, BEL = "\x1b", "\x9b", "\x1b\\", "\x07"

PAYLOADS = {
    "title (OSC 0, BEL)": (f"note{ESC}]0;owned{BEL}!", f"note{REPLACEMENT}!"),
    "title (OSC 0, ST)": (f"note{ESC}]0;owned{ST}!", f"note{REPLACEMENT}!"),
    "clipboard (OSC 52, BEL)": (f"{ESC}]52;c;ZWNobyBvd25lZA=={BEL}a", f"{REPLACEMENT}a"),
    "clipboard (OSC 52, ST)": (f"{ESC}]52;c;ZWNobyBvd25lZA=={ST}a", f"{REPLACEMENT}a"),
    "clipboard (OSC 52, C1)": ("\x9d52;c;ZWNobyBvd25lZA==\x9ca", f"{REPLACEMENT}a"),
    "link (OSC 8)": (f"{ESC}]8;;http://e/{ST}tap{ESC}]8;;{ST}", f"{REPLACEMENT}tap{REPLACEMENT}"),
    "cursor move (CSI)": (f"a{ESC}[5;10Hb", f"a{REPLACEMENT}b"),
    "clear screen (CSI)": (f"{ESC}[2J{ESC}[H", REPLACEMENT * 2),
    "colour (CSI, C1)": (f"a{CSI}31mb", f"a{REPLACEMENT}b"),
    "device report (DCS)": (f'a{ESC}P$q"p{ST}b', f"a{REPLACEMENT}b"),
    "reset (RIS)": (f"a{ESC}cb", f"a{REPLACEMENT}b"),
    "character set (SCS)": (f"a{ESC}(0b", f"a{REPLACEMENT}b"),
    "NUL and BEL": ("a\x00b\x07c", "abc"),
    "backspace overprint": ("safe\x08\x08\x08\x08evil", "safeevil"),
    "return overprint": ("safe\revil", "safe\nevil"),
    "bidi override": ("pay \u202e001\u202c now", "pay 001 now"),
    "zero width": ("a\u200bb\u200cc\u200dd\ufeffe", "abcde"),
    "tag characters": ("a\U000e0041\U000e007fb", "ab"),
    "stacked marks": ("a" + "\u0301\u0316" * 50, None),
}
"""The 19 kinds of payload that terminals and widgets were measured with."""

MARKUP = [
    "[/nope]",
    "[link=http://e]x",
    "[@click=app.x]note[/]",
    "[bold]a[/bold]",
    "\\[x]",
    "{x}",
    "<b>&amp;</b>",
    "%s",
]

hostile = st.text(
    st.one_of(
        st.characters(),
        st.sampled_from([ESC, CSI, "\x9d", "\x9c", BEL, "[", "\r", "\n", "\t", "\u0301", "\u20dd", "\u202e", "]", ";"]),
    ),
    max_size=300,
)


def assert_harmless(text: str) -> None:
    """Fail where a text still holds anything unseen, obeyed or reordering."""
    for char in text:
        assert char == "\n" or unicodedata.category(char) not in {"Cc", "Cf", "Cs", "Co", "Zl", "Zp"}, hex(ord(char))
        assert not 0xFE00 <= ord(char) <= 0xFE0F
        assert ord(char) & 0xFFFE != 0xFFFE
    stacked = 0
    for char in text:
        stacked = stacked + 1 if unicodedata.category(char) in {"Mn", "Me"} else 0
        assert stacked <= MAX_STACKED_MARKS


@pytest.mark.parametrize("name", PAYLOADS)
def test_each_kind_of_terminal_payload_is_harmless(name: str) -> None:
    payload, expected = PAYLOADS[name]
    cleaned = clean_text(payload)
    assert_harmless(cleaned)
    if expected is not None:
        assert cleaned == expected


@pytest.mark.parametrize("text", MARKUP)
def test_markup_is_left_as_written_because_widgets_show_it_as_text(text: str) -> None:
    assert clean_text(text) == text
    assert clean_line(text) == text


@pytest.mark.parametrize("plane", range(17))
def test_what_unicode_gives_to_no_character_goes_in_every_plane(plane: int) -> None:
    last = plane * 0x10000 + 0xFFFE
    assert clean_text(f"a{chr(last)}b{chr(last + 1)}c") == "abc"


@given(hostile)
def test_nothing_harmful_is_left_of_any_text(text: str) -> None:
    assert_harmless(clean_text(text))
    assert_harmless(clean_line(text))


@given(hostile)
def test_cleaning_twice_changes_nothing(text: str) -> None:
    assert clean_text(clean_text(text)) == clean_text(text)
    assert clean_line(clean_line(text)) == clean_line(text)


@given(hostile, st.integers(1, 50), st.integers(1, 5))
def test_the_result_is_bounded_composed_and_stays_so(text: str, max_chars: int, max_lines: int) -> None:
    cleaned = clean_text(text, max_chars=max_chars, max_lines=max_lines)
    assert len(cleaned) <= max_chars
    assert cleaned.count("\n") < max_lines
    assert unicodedata.is_normalized("NFC", cleaned)
    assert clean_text(cleaned, max_chars=max_chars, max_lines=max_lines) == cleaned


@given(hostile, st.integers(1, 50))
def test_a_line_is_one_line_without_spaces_around_it(text: str, max_chars: int) -> None:
    line = clean_line(text, max_chars=max_chars)
    assert "\n" not in line
    assert line == line.strip()
    assert len(line) <= max_chars


@pytest.mark.parametrize(
    "text",
    [
        "\u4e8c\u5355\u5143 3 \u697c\u697c\u9053\u706f\u4e0d\u4eae\uff0c\u8001\u4eba\u4e0d\u4fbf\u3002",
        "Ice on the stairs (2 m\u00b2) \u2013 salted",
        "a\nb\n\nc",
        "\U0001f9ca \u51b0",
        "\u0e17\u0e35\u0e48",
        "",
    ],
)
def test_what_people_write_stays_as_it_is(text: str) -> None:
    assert clean_text(text) == text


def test_line_ends_become_one_kind_and_tabs_a_space() -> None:
    assert clean_text("a\r\nb\rc\x0bd\x0ce\x85f\u2028g\u2029h\ti") == "a\nb\nc\nd\ne\nf\ng\nh i"


def test_decomposed_letters_are_composed() -> None:
    assert clean_text("e\u0301") == "\u00e9"


@pytest.mark.parametrize("mark", ["\u0301", "\u20dd", "\u0e31", "\u0488"])
def test_every_sort_of_mark_stacks_only_so_high(mark: str) -> None:
    assert clean_text("x" + mark * 100).count(mark) == MAX_STACKED_MARKS


def test_long_text_is_cut_and_says_so() -> None:
    cut = clean_text("x" * (MAX_CHARS + 1))
    assert len(cut) == MAX_CHARS
    assert cut.endswith("\u2026")
    assert clean_text("x" * MAX_CHARS) == "x" * MAX_CHARS
    assert clean_text("\n" * 1000).count("\n") == MAX_LINES - 1


def test_a_sequence_that_never_ends_hides_no_more_than_its_line() -> None:
    assert clean_text(f"a{ESC}]0;never closed\nnext line") == f"a{REPLACEMENT}\nnext line"
    assert clean_text(f"a{ESC}") == f"a{REPLACEMENT}"
    assert clean_text(f"a{ESC}[") == f"a{REPLACEMENT}"


@pytest.mark.parametrize(
    "piece", [ESC, "\x1b[", "\x1b]", "\x9b0;", "\x1b[0 ", "\x1bP", "\u0301", "\u202e", "[", "\r", "a\u0300"]
)
def test_hostile_size_costs_processor_time_in_proportion_at_most(piece: str) -> None:
    def cost_s(length: int) -> float:
        text = piece * (length // len(piece))
        began = time.process_time()
        clean_text(text, max_chars=length)
        return time.process_time() - began

    # Quadratic work would cost 64 times as much for 8 times the text, and minutes at this size.
    assert cost_s(400_000) < 24 * max(cost_s(50_000), 0.02)


def test_the_quick_way_for_plain_texts_changes_no_character() -> None:
    escapes, line_ends, unseen = _patterns()
    quick = [char for char in map(chr, range(0x110000)) if char.isprintable() and char not in _BLANK]
    touched = [hex(ord(char)) for char in quick if any(found.search(char) for found in (escapes, line_ends, unseen))]
    assert not touched
    assert "\t" not in quick
