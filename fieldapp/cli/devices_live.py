"""What `fieldapp devices` does with real ports: list them, watch one, be a reader on one."""

import json
import queue
import signal
import sys
import threading
import time
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from devices.detection import Recognised
from devices.emulator import EMULATORS
from devices.emulator.console import Console
from devices.errors import DeviceError
from devices.holders import Holder, holder_of
from devices.inventory import PortFacts, probe, survey
from devices.link import Link
from devices.memory import Memory
from devices.models import MODELS, Model
from devices.ports import list_ports, open_port, resolved_path
from devices.position import Fix
from devices.reading import Fault, LinkState, Reading
from devices.searching import Search, place_of
from devices.slot import AUTO
from fieldapp.cli.failure import CommandFailed
from fieldapp.config import ReaderConfig
from fieldapp.text import N_, _
from sync.text import clean_line

Watched = Reading | Fix | LinkState | Fault
"""What a link may report."""

ALLOWANCES = {"named": N_("asked only when it is named"), "never": N_("a modem, never asked")}
"""What is said of a port on which no reader is looked for."""


def list_devices(readers: tuple[ReaderConfig, ...], memory: Memory, *, as_json: bool, is_probing: bool) -> int:
    """Print the ports and the configured readers, a line each.

    Args:
        memory: what was recognised where.
        is_probing: ask every port that may be asked and that nobody holds.
    """
    named = {resolved_path(reader.port): reader for reader in readers if reader.port != AUTO}
    facts = survey(list_ports)
    rows = [_port_row(one, named.pop(one.port.path, None), memory) for one in facts]
    rows += [_reader_row(reader) for reader in named.values()]
    rows += [_reader_row(reader) for reader in readers if reader.port == AUTO]
    for row in rows:
        if is_probing and row["port"] != AUTO:
            _probe(row)
        print(json.dumps(row, ensure_ascii=False) if as_json else _in_words(row))
    if not facts:
        print(_("No serial port found"), file=sys.stderr)
    return 0


def _port_row(facts: PortFacts, reader: ReaderConfig | None, memory: Memory) -> dict[str, Any]:
    port = facts.port
    return {
        "port": port.path,
        "stable": port.address,
        "description": clean_line(port.description),
        "usb_id": port.usb_id,
        "serial_number": clean_line(port.serial_number),
        "driver": port.driver,
        "search": facts.allowance,
        "may_open": facts.may_open,
        "holder": _holder(facts.holder),
        "reader": _configured(reader),
        "known": _recognised(memory.recall(place_of(port))),
    }


def _reader_row(reader: ReaderConfig) -> dict[str, Any]:
    holder = None if reader.port == AUTO else holder_of(resolved_path(reader.port))
    return {"port": reader.port, "search": "named", "holder": _holder(holder), "reader": _configured(reader)}


def _configured(reader: ReaderConfig | None) -> dict[str, str] | None:
    return None if reader is None else {"model": reader.model, "role": reader.role}


def _recognised(found: Recognised | None) -> dict[str, Any] | None:
    return None if found is None else {"model": found.model, "baud": found.baud}


def _holder(holder: Holder | None) -> dict[str, Any] | None:
    return None if holder is None else {"process": holder.number, "name": clean_line(holder.name)}


def _probe(row: dict[str, Any]) -> None:
    """Ask the port of a row, unless that is not done, and put the answer into the row."""
    row["found"] = None
    if row["search"] == "never" or (row["search"] == "named" and row["reader"] is None):
        return
    print(_("Asking {port} …").format(port=row["port"]), file=sys.stderr)
    answer = probe(row["port"])
    if isinstance(answer, DeviceError):
        row["trouble"] = type(answer).__name__
        print(str(answer), file=sys.stderr)
    else:
        row["found"] = _recognised(answer)


def _in_words(row: dict[str, Any]) -> str:
    stable = row.get("stable", "")
    words = [row["port"], stable if stable != row["port"] else "", row.get("description", ""), row.get("usb_id", "")]
    if reader := row["reader"]:
        words.append(_("set up as {model}").format(model=reader["model"]))
    if known := row.get("known"):
        words.append(_("was {model}").format(model=known["model"]))
    if "found" in row:
        found = row["found"]
        words.append(_("found {model}").format(model=found["model"]) if found else _("nothing recognised"))
    if holder := row["holder"]:
        words.append(_("held by {name} (process {number})").format(name=holder["name"], number=holder["process"]))
    if not row.get("may_open", True):
        words.append(_("no right to open it: add the account to the group dialout"))
    allowance = ALLOWANCES.get(row["search"], "")
    if allowance and not reader:
        words.append(_(allowance))
    return "  ".join(filter(None, words))


def monitor(port: str, model: Model | None, *, as_json: bool) -> int:
    """Print what a port's reader says until Ctrl-C; without a model it is searched for."""
    events: queue.SimpleQueue[Watched] = queue.SimpleQueue()
    search = Search(
        port,
        tuple(MODELS.values()),
        place=None,
        memory=Memory(),
        ports=list_ports,
        opener=open_port,
        clock=time.monotonic,
    )
    link = Link(
        port,
        search.search if model is None else model,
        on_reading=events.put,
        on_state=events.put,
        on_fault=events.put,
        on_fix=lambda fix, _at_s: events.put(fix),
    )
    link.start()
    try:
        while True:
            _print_event(events.get(), link, as_json=as_json)
    except KeyboardInterrupt:
        return 0
    finally:
        link.close()


def _print_event(event: Watched, link: Link, *, as_json: bool) -> None:
    match event:
        case Reading(quality="repeated"):
            return  # told when it arrived
        case Reading():
            _print_reading(event.medium, clean_line(event.value), as_json=as_json)
        case Fix():
            place = {"lat": event.lat, "lon": event.lon, "quality": event.quality, "time": event.time}
            _print_reading("position", place, as_json=as_json)
        case Fault():
            line = json.dumps({"event": "fault", "reason": event.reason.value})
            print(line if as_json else f"fault: {event.reason.value}", flush=True)
        case LinkState():
            model = f" {link.model.name} {link.model.line.baud}" if link.model and event is LinkState.READY else ""
            trouble = f": {link.trouble}" if link.trouble else ""
            print(f"{link.port_path}: {event.value}{model}{trouble}", file=sys.stderr, flush=True)


def _print_reading(medium: str, value: str | dict[str, Any], *, as_json: bool) -> None:
    line = json.dumps({"event": "reading", "medium": medium, "value": value}, ensure_ascii=False)
    words = value if isinstance(value, str) else " ".join(str(word) for word in value.values())
    print(line if as_json else f"{medium}:{words}", flush=True)


def emulate(model: str, link: Path | None, values: Sequence[str], every_s: float) -> int:
    """Be a reader on a port of its own until the input ends, somebody says ``quit``, or a signal comes.

    The path of the port is the first line on standard output; after a plug that changes it, another one follows.
    Without any input, as from ``/dev/null``, it goes on until a signal.

    Args:
        link: where a link to the port is kept while the reader is plugged in.
        values: what is tapped or scanned by itself.
        every_s: seconds between two of them.
    """
    if model not in EMULATORS:
        sentence = _("No reader of the model {model} can be played; known: {known}")
        raise CommandFailed(sentence.format(model=clean_line(model), known=", ".join(EMULATORS)), exit_status=2)
    with ExitStack() as parts:
        reader = parts.enter_context(EMULATORS[model](link))
        console = Console(reader, moved=_say_path)
        ended = threading.Event()
        parts.callback(signal.signal, signal.SIGTERM, signal.signal(signal.SIGTERM, signal.default_int_handler))
        if values:
            play = (values, every_s, ended, _complain)
            repeating = threading.Thread(target=console.repeat, args=play, daemon=True)
            parts.callback(repeating.join)
            parts.callback(ended.set)
            repeating.start()
        _say_path(reader.path)
        try:
            if not console.play(sys.stdin, _complain):
                ended.wait()
        except KeyboardInterrupt:
            return 0
    return 0


def _say_path(path: str) -> None:
    print(path, flush=True)


def _complain(words: str) -> None:
    print(clean_line(words), file=sys.stderr, flush=True)
