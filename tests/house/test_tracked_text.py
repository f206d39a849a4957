"""Nothing in the tree names a machine, a package index or a secret, or leaves a note of unfinished work."""

import io
import re
import tokenize

import pytest

from tests.house.tree import listed, sources, text_files

# One letter of each word stands in brackets so that this file does not find itself.
FORBIDDEN: dict[str, tuple[str, str]] = {
    "package index": (
        r"p[y]pi\.(org|tuna)|pythonh[o]sted|registry\.(n[p]mjs|y[a]rnpkg)|n[p]mmirror|(--|_)(extra-)?ind[e]x-url\b(?!s)",
        "leave the choice of package index to the person who installs; the lock has hashes and no address",
    ),
    "machine path": (
        r"(?<![\w.$}])/(w[o]rk|ro[o]t)/|(?<![\w.$}])/h[o]me/[a-z]|[A-Z]:\\\\U[s]ers\\\\",
        "use a path relative to the repository, tmp_path in tests, or a systemd specifier",
    ),
    "unfinished work": (
        r"\b(T[O]DO|F[I]XME|X[X]X|H[A]CK)\b",
        "do it, or write an issue; the tree holds no notes to self",
    ),
    "private key": (
        r"-----BEGIN [A-Z ]*PRIV[A]TE KEY-----|\bAGE-SECR[E]T-KEY-1",
        "make keys at run time; a key in the tree is a key in public",
    ),
    "stub": (
        r"raise NotImpl[e]mentedError|[C]oming soon",
        "no dead surface: leave out what is not there yet",
    ),
}

BLANKET = (
    r"type:\s*ignore(?!\[[a-z-]+(,\s*[a-z-]+)*\])|\bnoqa\b(?!:\s*[A-Z]+[0-9]+)|\bruff:\s*noqa\b|\bmypy:\s*ignore-errors"
)
"""Switching off every check of a line or a file at once."""

SAMPLES = {
    "package index": "https://files.pyth" + "onhosted.org/x",
    "machine path": "see /ro" + "ot/notes and the rest",
    "unfinished work": "# TO" + "DO later",
    "private key": "-----BEGIN OPENSSH PRIV" + "ATE KEY-----",
    "stub": "    raise NotImpl" + "ementedError",
}


@pytest.mark.parametrize("what", FORBIDDEN)
def test_no_text_file_has(what: str) -> None:
    pattern, what_to_do = FORBIDDEN[what]
    findings = [
        f"{name}:{number}: {line.strip()[:100]}"
        for name, text in text_files()
        if re.search(pattern, text)
        for number, line in enumerate(text.splitlines(), 1)
        if re.search(pattern, line)
    ]
    assert not findings, listed(findings, f"{what}: {what_to_do}")


@pytest.mark.parametrize("what", FORBIDDEN)
def test_the_search_finds_a_planted(what: str) -> None:
    assert re.search(FORBIDDEN[what][0], SAMPLES[what])


def test_every_switched_off_check_says_which() -> None:
    findings: list[str] = []
    for source in sources(""):
        if not re.search(BLANKET, source.text):
            continue
        for token in tokenize.generate_tokens(io.StringIO(source.text).readline):
            if token.type == tokenize.COMMENT and is_blanket(token.string):
                findings.append(f"{source.path}:{token.start[0]}: {token.string}")
    assert not findings, listed(findings, "write the code: type: ignore[code], noqa: CODE, and why")


def is_blanket(comment: str) -> bool:
    """Return whether a comment switches off a check without naming it."""
    return re.search(BLANKET, comment) is not None


@pytest.mark.parametrize(
    ("comment", "blanket"),
    [
        ("# type: ignore", True),
        ("# type: ignore[arg-type]  # the library's stub is wrong", False),
        ("# noqa", True),
        ("# noqa: S608 - constants only", False),
        ("# mypy: ignore-errors", True),
        ("# a plain remark", False),
    ],
)
def test_a_blanket_switch_is_known_by_its_form(comment: str, blanket: bool) -> None:
    assert is_blanket(comment) is blanket
