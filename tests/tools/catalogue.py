"""Bring the Chinese catalogue up to date: ``python -m tests.tools.catalogue``.

Reads the messages of the whole of ``fieldapp``, brings them into ``fieldapp/text/zh_CN.po`` (translations are kept,
new messages stand there empty, gone ones leave), compiles ``zh_CN.mo`` and lists what still needs a translation.
With ``--check`` nothing is written. Exit 0 when all is translated, 1 when something is missing.
"""

import io
import sys
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "fieldapp"
PO = PACKAGE / "text" / "zh_CN.po"
MO = PO.with_suffix(".mo")

KEYWORDS: dict[str, tuple[int | tuple[int, str], ...] | None] = {
    "_": None,
    "N_": None,
    "ngettext": (1, 2),
    "pgettext": ((1, "c"), 2),
}
"""The calls that carry messages; see `fieldapp.text`."""


class _Undated(Catalog):
    """A catalogue whose header holds no dates and names nobody: the same bytes for the same messages."""

    @property
    def mime_headers(self) -> list[tuple[str, str]]:
        """Return what `gettext` needs to know."""
        return [("Content-Type", "text/plain; charset=utf-8"), ("Plural-Forms", "nplurals=1; plural=0;")]


def extracted() -> Catalog:
    """Return the messages of the package, without translations."""
    template = Catalog(project="xunge", charset="utf-8")
    found = extract_from_dir(str(PACKAGE), [("**.py", "python")], keywords=KEYWORDS)
    for filename, _line, message, _comments, context in sorted(found, key=lambda row: (row[0], row[1])):
        template.add(message, None, [(f"fieldapp/{filename}", 0)], context=context)
    return template


def stored() -> Catalog:
    """Return the catalogue as it stands in the tree, empty when there is none."""
    if not PO.exists():
        return Catalog(locale="zh_CN", project="xunge", charset="utf-8", fuzzy=False)
    with PO.open("rb") as file:
        return read_po(file, locale="zh_CN")


def updated(catalogue: Catalog, template: Catalog) -> Catalog:
    """Return a new catalogue with the template's messages and the catalogue's translations."""
    fresh = Catalog(locale="zh_CN", project="xunge", charset="utf-8", fuzzy=False)
    for message in template:
        if not message.id:
            continue
        known = catalogue.get(message.id, message.context)
        same_form = known is not None and isinstance(known.id, tuple) == isinstance(message.id, tuple)
        files = sorted({(name, 0) for name, _ in message.locations})
        fresh.add(message.id, known.string if known and same_form else None, files, context=message.context)
    return fresh


def po_bytes(catalogue: Catalog) -> bytes:
    """Return the catalogue as text, the same bytes for the same messages."""
    buffer = io.BytesIO()
    write_po(buffer, catalogue, width=120, omit_header=True, sort_output=True, include_lineno=False)
    header = (
        'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=utf-8\\n"\n'
        '"Language: zh_CN\\n"\n"Plural-Forms: nplurals=1; plural=0;\\n"\n\n'
    )
    return header.encode() + buffer.getvalue().strip() + b"\n"


def mo_bytes(catalogue: Catalog) -> bytes:
    """Return the catalogue as the app loads it."""
    fixed = _Undated(locale="zh_CN", charset="utf-8", fuzzy=False)
    for message in catalogue:
        if message.id:
            fixed.add(message.id, message.string, context=message.context)
    buffer = io.BytesIO()
    write_mo(buffer, fixed)
    return buffer.getvalue()


def untranslated(catalogue: Catalog) -> Iterator[Message]:
    """Yield the messages that lack their Chinese."""
    for message in catalogue:
        strings = message.string if isinstance(message.string, tuple | list) else (message.string,)
        if message.id and (message.fuzzy or not strings or not all(strings)):
            yield message


def main(arguments: list[str]) -> int:
    """Run the command."""
    catalogue = updated(stored(), extracted())
    text, compiled = po_bytes(catalogue), mo_bytes(catalogue)
    if "--check" in arguments:
        fresh = PO.read_bytes() == text and MO.read_bytes() == compiled
        print("the catalogue is up to date" if fresh else "out of date: run python -m tests.tools.catalogue")
    else:
        fresh = True
        PO.write_bytes(text)
        MO.write_bytes(compiled)
    missing = list(untranslated(catalogue))
    for message in missing:
        files = ", ".join(sorted({name for name, _ in message.locations}))
        print(f"needs Chinese ({files}): {message.id!r}")
    print(f"{len(list(catalogue)) - len(missing)} translated, {len(missing)} missing", file=sys.stderr)
    return 0 if fresh and not missing else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
