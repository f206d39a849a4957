"""Bring the desk's Chinese up to date: ``python -m tests.sync.caseapi.desk.desk_catalogue``.

Reads the messages of the desk's code and templates into ``zh_CN.po`` (translations stay, new messages stand there
empty, gone ones leave), compiles ``zh_CN.mo`` and lists what has no Chinese yet.
"""

import io
import sys
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir, extract_from_file
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parents[4]
PO = ROOT / "sync" / "caseapi" / "desk" / "text" / "zh_CN.po"
MO = PO.with_suffix(".mo")
LIST_FAULTS = ROOT / "sync" / "caseapi" / "lists" / "faults.py"
"""What is wrong with a list is said there, and shown by the desk."""

_KEYWORDS: dict[str, tuple[int | tuple[int, str], ...] | None] = {
    "_": None,
    "N_": None,
    "texts": None,
    "ngettext": (1, 2),
    "plural": (1, 2),
}
_METHODS = [("**.py", "python"), ("**.html", "jinja2")]


class Undated(Catalog):
    """A catalogue whose header holds no dates and names nobody: the same bytes for the same messages."""

    @property
    def mime_headers(self) -> list[tuple[str, str]]:
        """Return what gettext needs to know."""
        return [("Content-Type", "text/plain; charset=utf-8"), ("Plural-Forms", "nplurals=1; plural=0;")]


def wanted() -> dict[str | tuple[str, ...], set[str]]:
    """Return every message of the desk and the files it stands in."""
    found: dict[str | tuple[str, ...], set[str]] = {}
    for name, _line, message, _comments, _context in extract_from_dir(str(PO.parents[1]), _METHODS, keywords=_KEYWORDS):
        found.setdefault(message, set()).add(name)
    for _line, message, _comments, _context in extract_from_file("python", str(LIST_FAULTS), keywords=_KEYWORDS):
        found.setdefault(message, set()).add("../lists/faults.py")
    return found


def stored() -> Catalog:
    """Return the catalogue as it stands in the tree."""
    if not PO.exists():
        return Catalog(locale="zh_CN")
    with PO.open("rb") as file:
        return read_po(file, locale="zh_CN")


def renewed() -> Catalog:
    """Return the wanted messages with the stored translations."""
    old = stored()
    fresh = Undated(locale="zh_CN", charset="utf-8", fuzzy=False, header_comment="# The desk in Simplified Chinese.")
    for message, files in sorted(wanted().items(), key=lambda item: (sorted(item[1]), str(item[0]))):
        known = old.get(message if isinstance(message, str) else message[0])
        fresh.add(message, known.string if known else None, [(name, 0) for name in sorted(files)])
    return fresh


def untranslated(catalogue: Catalog) -> list[str]:
    """Return the messages without Chinese."""
    return [
        str(message.id)
        for message in catalogue
        if message.id and not all([message.string] if isinstance(message.string, str) else message.string or [""])
    ]


def po_bytes(catalogue: Catalog) -> bytes:
    """Return the catalogue as the file translators edit."""
    file = io.BytesIO()
    write_po(file, catalogue, width=0, include_lineno=False, omit_header=False)
    return file.getvalue()


def mo_bytes(catalogue: Catalog) -> bytes:
    """Return the catalogue as gettext reads it."""
    file = io.BytesIO()
    write_mo(file, catalogue)
    return file.getvalue()


def main() -> int:
    """Write both files and list what is missing."""
    catalogue = renewed()
    PO.write_bytes(po_bytes(catalogue))
    MO.write_bytes(mo_bytes(catalogue))
    missing = untranslated(catalogue)
    sys.stdout.write("".join(f"no Chinese yet: {message}\n" for message in missing))
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main())
