"""`fieldapp photo`: files become pictures that the app offers, whoever made them; beside a running app, too."""

import argparse
import sys
from pathlib import Path

from fieldapp.bootstrap import photo_camera, photo_darkroom
from fieldapp.cli.failure import CommandFailed
from fieldapp.cli.opening import configuration, configured_database
from fieldapp.presentation.outside import shown
from fieldapp.presentation.photos import refusal_sentence
from fieldapp.text import _, ngettext
from sync.imaging.photos import Refused

CODE = "E-PHOTO"


def prepare(parser: argparse.ArgumentParser) -> None:
    """Add the arguments."""
    parser.add_argument("files", nargs="+", type=Path, metavar="FILE", help="a picture: JPEG, PNG or WebP")


def run(args: argparse.Namespace) -> int:
    """Hand every file in, or none: each is looked at first, and the files stay as they are."""
    loaded = configuration(args)
    camera = photo_camera(loaded.config, configured_database(loaded).parent)
    darkroom = photo_darkroom(loaded.config)
    for file in args.files:
        try:
            darkroom.preview(file, 1, 1)
        except Refused as refused:
            raise _failure(file, refusal_sentence(refused.reason)) from refused
    for file in args.files:
        try:
            camera.hand_in(file)
        except Refused as refused:
            raise _failure(file, refusal_sentence(refused.reason)) from refused
        except OSError as exc:
            raise _failure(file, exc.strerror or type(exc).__name__) from exc
    count = len(args.files)
    words = ngettext("{count} picture is offered", "{count} pictures are offered", count)
    print(words.format(count=count), file=sys.stderr)
    return 0


def _failure(file: Path, why: str) -> CommandFailed:
    sentence = _("{file}: {cause} ({code})").format(file=shown(str(file)), cause=why, code=CODE)
    return CommandFailed(sentence, code=CODE)
