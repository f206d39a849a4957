"""`fieldapp devices decode --model image`: QR codes in pictures, one JSON object a line."""

import json
import sys
import unicodedata
from pathlib import Path

from devices.errors import NoCodeReader
from devices.qr.looked import CannotLook
from devices.qr.looker import Looker
from fieldapp.cli.failure import CommandFailed
from fieldapp.text import _
from sync.tags import is_plate_code

IMAGE = "image"
"""What stands in the place of a model's name when pictures are read."""

NO_CODE = "no_code"
"""Reason of a picture in which nothing was read."""

_NOT_SHOWN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
"""Kinds of characters that a terminal may act on or hide; JSON can name them."""


def decode_pictures(files: list[str]) -> int:
    """Print what stands in each picture, a line for each code, in the order of the files.

    A picture without a code, and a file that is no picture, is one line with its reason; it is a failure when not one
    of the files could be looked at.
    """
    if not files:
        raise CommandFailed(_("Name the pictures to be read"), exit_status=2)
    looked_at = 0
    try:
        with Looker(is_plate_code) as looker:
            for file in files:
                looked_at += _decode_picture(looker, file)
    except NoCodeReader as exc:
        raise CommandFailed(_("QR codes cannot be read: the extra camera is not installed (xunge[camera])")) from exc
    if not looked_at:
        print(_("Not one of the files is a picture that can be read"), file=sys.stderr)
    return 0 if looked_at else 1


def _decode_picture(looker: Looker, file: str) -> bool:
    """Print the lines of one picture; return whether it could be looked at."""
    try:
        texts = looker.file(Path(file))
    except CannotLook as refused:
        _print_line({"event": "fault", "file": file, "reason": refused.reason})
        return False
    for text in texts:
        _print_line({"event": "reading", "file": file, "value": text})
    if not texts:
        _print_line({"event": "fault", "file": file, "reason": NO_CODE})
    return True


def _print_line(event: dict[str, str]) -> None:
    line = json.dumps(event, ensure_ascii=False)
    print("".join(_named(char) if unicodedata.category(char) in _NOT_SHOWN else char for char in line), flush=True)


def _named(char: str) -> str:
    return json.dumps(char)[1:-1]
