"""`fieldapp devices`: which ports there are, what readers say, what recorded bytes mean."""

import argparse
import json
import os
import queue
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from devices.capture import read_capture
from devices.decode import Decoded, decode_stream, decode_timed, json_line
from devices.errors import CaptureDamaged, UnknownModel
from devices.link import Link
from devices.models import MODELS, Model, model_named
from devices.ports import list_ports
from devices.reading import Fault, LinkState, Reading
from fieldapp.cli.decode_pictures import IMAGE, decode_pictures
from fieldapp.cli.failure import CommandFailed
from fieldapp.text import _, choose_language, use_language
from sync.text import clean_line

CHUNK_BYTES = 64 * 1024
"""Most bytes of a recording taken at a time."""


def prepare(parser: argparse.ArgumentParser) -> None:
    """Add the three sub-commands."""
    commands = parser.add_subparsers(dest="what", required=True, metavar="WHAT")
    listing = commands.add_parser("list", help="the serial ports of this machine")
    listing.add_argument("--json", action="store_true", help="one JSON object per line")
    monitor = commands.add_parser("monitor", help="live readings of one port, until Ctrl-C")
    monitor.add_argument("port", help="a path, by-id:NAME, by-path:NAME or a pyserial URL")
    monitor.add_argument("--model", required=True, help=f"one of {', '.join(MODELS)}")
    monitor.add_argument("--json", action="store_true", help="one JSON object per line")
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


def run(args: argparse.Namespace) -> int:
    """List, watch or decode."""
    use_language(choose_language(None, os.environ))
    if args.what == "list":
        return _list(as_json=args.json)
    if args.what == "decode" and args.model == IMAGE:
        return decode_pictures(args.file)
    model = _model(args.model)
    if args.what == "monitor":
        return _monitor(args.port, model, as_json=args.json)
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


def _list(*, as_json: bool) -> int:
    found = list_ports()
    for port in found:
        facts = {"port": port.path, "stable": port.address, "description": clean_line(port.description)}
        print(json.dumps(facts, ensure_ascii=False) if as_json else "  ".join(filter(None, facts.values())))
    if not found:
        print(_("No serial port found"), file=sys.stderr)
    return 0


def _monitor(port: str, model: Model, *, as_json: bool) -> int:
    events: queue.SimpleQueue[Reading | LinkState | Fault] = queue.SimpleQueue()
    link = Link(port, model, on_reading=events.put, on_state=events.put, on_fault=events.put)
    link.start()
    try:
        while True:
            _print_event(events.get(), link, as_json=as_json)
    except KeyboardInterrupt:
        return 0
    finally:
        link.close()


def _print_event(event: Reading | LinkState | Fault, link: Link, *, as_json: bool) -> None:
    match event:
        case Reading(quality="repeated"):
            return  # told when it arrived
        case Reading():
            value = clean_line(event.value)
            line = json.dumps({"event": "reading", "medium": event.medium, "value": value}, ensure_ascii=False)
            print(line if as_json else f"{event.medium}:{value}", flush=True)
        case Fault():
            line = json.dumps({"event": "fault", "reason": event.reason.value})
            print(line if as_json else f"fault: {event.reason.value}", flush=True)
        case LinkState():
            trouble = f": {link.trouble}" if link.trouble else ""
            print(f"{link.port_path}: {event.value}{trouble}", file=sys.stderr, flush=True)


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
