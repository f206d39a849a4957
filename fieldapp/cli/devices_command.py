"""`fieldapp devices`: which ports there are, what readers say, what recorded bytes mean."""

import argparse
import os
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from devices.capture import read_capture
from devices.decode import Decoded, decode_stream, decode_timed, json_line
from devices.emulator import EMULATORS
from devices.errors import CaptureDamaged, UnknownModel
from devices.memory import Memory
from devices.models import MODELS, Model, model_named
from devices.slot import AUTO
from fieldapp.bootstrap import database_path
from fieldapp.cli.decode_pictures import IMAGE, decode_pictures
from fieldapp.cli.devices_live import emulate, list_devices, monitor
from fieldapp.cli.failure import CommandFailed
from fieldapp.cli.opening import configuration
from fieldapp.serial_readers import READERS_FILE
from fieldapp.text import _, choose_language, use_language
from sync.text import clean_line

CHUNK_BYTES = 64 * 1024
"""Most bytes of a recording taken at a time."""


def prepare(parser: argparse.ArgumentParser) -> None:
    """Add the four sub-commands."""
    commands = parser.add_subparsers(dest="what", required=True, metavar="WHAT")
    listing = commands.add_parser("list", help="the serial ports of this machine and the readers on them")
    listing.add_argument("--probe", action="store_true", help="find out what hangs on each port, up to 6 s each")
    listing.add_argument("--json", action="store_true", help="one JSON object per line")
    monitor = commands.add_parser("monitor", help="live readings of one port, until Ctrl-C")
    monitor.add_argument("port", help="a path, by-id:NAME, by-path:NAME or a pyserial URL")
    monitor.add_argument("--model", default=AUTO, help=f"{AUTO} (the usual) or one of {', '.join(MODELS)}")
    monitor.add_argument("--json", action="store_true", help="one JSON object per line")
    _prepare_emulate(commands.add_parser("emulate", help="be a reader on a port of its own, played by lines"))
    decode = commands.add_parser("decode", help="recorded bytes to one JSON object per line")
    decode.add_argument("--model", required=True, help=f"one of {', '.join([*MODELS, IMAGE])}; {IMAGE}: QR in pictures")
    decode.add_argument("--timed", action="store_true", help='input is JSON lines {"t_ms", "hex"}')
    decode.add_argument("--taps", action="store_true", help="each arrival of a tag once, however long it was held")
    decode.add_argument(
        "file",
        nargs="*",
        metavar="FILE",
        help="the recording, standard input without; pictures: each of them",
    )


def _prepare_emulate(emulate: argparse.ArgumentParser) -> None:
    emulate.description = (
        "Prints the port to connect to, then does what lines on standard input say: tap VALUE, present VALUE, remove, "
        "scan TEXT, garble, unplug, plug, quit (a receiver: move LAT LON, lose_fix). Ends with the input, or a signal."
    )
    emulate.add_argument("values", nargs="*", metavar="VALUE", help="what is tapped or scanned by itself")
    emulate.add_argument("--model", required=True, help=f"one of {', '.join(EMULATORS)}")
    emulate.add_argument("--every", type=float, default=1.0, metavar="S", help="seconds between two values; usually 1")
    emulate.add_argument("--link", type=Path, metavar="PATH", help="keep a link to the port there while plugged in")


def run(args: argparse.Namespace) -> int:
    """List, watch, play a reader or decode."""
    if args.what == "list":
        loaded = configuration(args)
        memory = Memory(database_path(loaded.config).with_name(READERS_FILE))
        return list_devices(loaded.config.readers, memory, as_json=args.json, is_probing=args.probe)
    use_language(choose_language(None, os.environ))
    if args.what == "emulate":
        return emulate(args.model, args.link, args.values, args.every)
    if args.what == "decode" and args.model == IMAGE:
        return decode_pictures(args.file)
    if args.what == "monitor":
        return monitor(args.port, None if args.model == AUTO else _model(args.model), as_json=args.json)
    model = _model(args.model)
    return _decode(model, _recording(args.file), is_timed=args.timed, only_taps=args.taps)


def _recording(files: list[str]) -> Path | None:
    if len(files) > 1:
        raise CommandFailed(_("One recording at a time; only pictures can be several"), exit_status=2)
    return Path(files[0]) if files else None


def _model(name: str) -> Model:
    try:
        return model_named(name)
    except UnknownModel as exc:
        sentence = _("No reader of the model {model} is known; known: {known}")
        raise CommandFailed(
            sentence.format(model=clean_line(name), known=", ".join([*MODELS, IMAGE])), exit_status=2
        ) from exc


def _decode(model: Model, file: Path | None, *, is_timed: bool, only_taps: bool) -> int:
    try:
        with file.open("rb") if file else open(0, "rb", closefd=False) as source:
            for decoded in _decoded(model, source, is_timed=is_timed, only_taps=only_taps):
                # A live reader may stand behind standard input: say at once what it read.
                print(json_line(decoded), flush=file is None)
    except BrokenPipeError:
        raise
    except OSError as exc:
        sentence = _("{file}: cannot be read: {cause}")
        raise CommandFailed(sentence.format(file=file or "-", cause=exc.strerror)) from exc
    except CaptureDamaged as exc:
        raise CommandFailed(_("The capture is damaged: {cause}").format(cause=exc)) from exc
    return 0


def _decoded(model: Model, source: BinaryIO, *, is_timed: bool, only_taps: bool) -> Iterator[Decoded]:
    if is_timed:
        return decode_timed(model, read_capture(source), only_taps=only_taps)
    return decode_stream(model, iter(lambda: _next_bytes(source), b""), only_taps=only_taps)


def _next_bytes(source: BinaryIO) -> bytes:
    """Return what has arrived, without waiting for a whole chunk."""
    read_now = getattr(source, "read1", source.read)
    return bytes(read_now(CHUNK_BYTES))
