"""`fieldapp doctor`: what is wrong with this tablet, in words. It only looks, also beside a running app."""

import argparse
import json
import shutil
from collections.abc import Generator, Iterator
from contextlib import closing
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from fieldapp.bootstrap import ReaderTrouble, camera_trouble, clock_offset_ms, code_camera, owner_of, reader_trouble
from fieldapp.cli.failure import CommandFailed
from fieldapp.cli.opening import OWNED, configuration, configured_database, opened_tablet, readable_store
from fieldapp.config import LoadedConfig, ReaderConfig, TabletConfig
from fieldapp.text import N_, _
from sync.clock import GOOD_OFFSET_MS
from sync.errors import SyncError
from sync.text import clean_line

if TYPE_CHECKING:
    from sync.tablet.store import Store

READER_TROUBLES: dict[ReaderTrouble, str] = {
    "unknown_model": N_("No reader of the model {model} is known; fieldapp devices decode --help names them"),
    "absent": N_("{port} is not there; plug the reader in"),
    "busy": N_("{port} is held by {holder}; close that one"),
    "denied": N_("{port} must not be opened by this account; add it to the group of the port, usually dialout"),
    "unusable": N_("{port} is no serial port"),
}
"""What is said of a reader that cannot be opened."""


LOOK_TIMEOUT_S = 3.0
"""How long the server may take to answer: whoever asks the doctor is standing there."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at.

    Attributes:
        check: what was looked at, the same word for ever.
        ok: whether it needs nobody.
        says: the fact, and what to do where it needs somebody.
    """

    check: str
    ok: bool
    says: str


def prepare(parser: argparse.ArgumentParser) -> None:
    """Add the arguments."""
    parser.add_argument("--json", action="store_true", help="one JSON object per line")


def run(args: argparse.Namespace) -> int:
    """Look at everything; exit 1 when something needs somebody."""
    findings = list(_findings(configuration(args)))
    for finding in findings:
        if args.json:
            print(json.dumps(asdict(finding), ensure_ascii=False))
        else:
            judged = _("fine") if finding.ok else _("LOOK")
            print(f"{judged}  {finding.says}")
    return 0 if all(finding.ok for finding in findings) else 1


def _findings(loaded: LoadedConfig) -> Iterator[Finding]:
    yield from _of_settings(loaded)
    is_running = False
    try:
        path = configured_database(loaded)
        is_running = _is_owned(loaded)
        if is_running:
            yield Finding("app", True, _("Xunge is running, process {number}").format(number=owner_of(path) or "?"))
        with readable_store(loaded) as store:
            yield from _of_store(store)
            joined, offset_ms = store.identity.membership("joined"), clock_offset_ms(store)
        if joined is not None:
            told_ms = yield from _of_server(joined.origin, joined.pins)
            offset_ms = offset_ms if told_ms is None else told_ms
        yield _of_clock(offset_ms)
        yield from _of_disk(path)
    except CommandFailed as failure:
        yield Finding("database", False, failure.sentence.replace("\n", " "))
    yield from _of_readers(loaded.config.readers, is_running=is_running)
    yield from _of_camera(loaded.config)
    yield from _of_programs(loaded.config)
    yield from _of_sounds(loaded.config)


def _of_settings(loaded: LoadedConfig) -> Iterator[Finding]:
    from fieldapp.presentation.settings import config_sentence

    for problem in loaded.problems:
        yield Finding("settings", False, config_sentence(problem))
    if not loaded.problems:
        file = (
            _("Settings: {file}").format(file=loaded.file) if loaded.file else _("No settings file: the usual values")
        )
        yield Finding("settings", True, file)


def _is_owned(loaded: LoadedConfig) -> bool:
    try:
        with opened_tablet(loaded):
            return False
    except CommandFailed as failure:
        return failure.code == OWNED


def _of_store(store: "Store") -> Iterator[Finding]:
    from fieldapp.presentation.states import totals_line
    from fieldapp.presentation.syncing import receipt_lines
    from fieldapp.presentation.troubles import trouble_sentence

    problems = store.problems()
    sound = _("The database is sound: {path}").format(path=store.path)
    yield Finding("database", not problems, " ".join([trouble_sentence("E-CORRUPT"), *problems]) if problems else sound)
    joined = store.identity.membership("joined")
    says = _("Joined: {address}").format(address=joined.origin) if joined else trouble_sentence("E-ENROL")
    yield Finding("enrolment", joined is not None, says)
    summary = store.journal.summary()
    yield Finding("records", summary.quarantined == 0, totals_line(summary))
    receipt = summary.receipt
    yield Finding("receipt", True, " · ".join(receipt_lines(receipt)) if receipt else _("Nothing proven yet"))


def _of_clock(offset_ms: int | None) -> Finding:
    from fieldapp.presentation.times import duration

    if offset_ms is None:
        return Finding("clock", True, _("The server's time is not known yet"))
    if abs(offset_ms) <= GOOD_OFFSET_MS:
        return Finding("clock", True, _("The clock is right"))
    off = _("The clock is {duration} off; times are corrected, set it all the same")
    return Finding("clock", False, off.format(duration=duration(abs(offset_ms) / 1000)))


def _of_server(origin: str, pins: tuple[str, ...]) -> Generator[Finding, None, int | None]:
    """Yield whether the server answers and is itself; return how far its time is from the tablet's, if said."""
    from fieldapp.presentation.troubles import trouble_sentence
    from sync.tablet.client import CaseApiClient, Server
    from sync.tablet.clock import SystemClock
    from sync.tablet.config import ExchangeConfig

    clock = SystemClock()
    config = ExchangeConfig(connect_timeout_s=LOOK_TIMEOUT_S, answer_timeout_s=LOOK_TIMEOUT_S)
    try:
        with closing(CaseApiClient(Server(origin, pins), clock=clock, config=config)) as client:
            server_ms = client.look()
    except SyncError as exc:
        yield Finding("server", False, f"{trouble_sentence(exc.code)} {origin}")
        return None
    says = _("The server answers, with the right key: {address}") if pins else _("The server answers: {address}")
    yield Finding("server", True, says.format(address=origin))
    if server_ms is None:
        return None
    clock.learn(server_ms)
    if client.has_expired():
        yield Finding("certificate", False, trouble_sentence("E-CERT"))
    return server_ms - clock.now_ms()


def _of_disk(path: Path) -> Iterator[Finding]:
    from fieldapp.services.today import LOW_DISK_BYTES

    free = shutil.disk_usage(path.parent).free
    yield Finding("disk", free >= LOW_DISK_BYTES, _("{count} MB free on the disk").format(count=free // 1_000_000))


def _of_readers(readers: tuple[ReaderConfig, ...], *, is_running: bool) -> Iterator[Finding]:
    from devices.slot import AUTO

    for reader in readers:
        trouble = reader_trouble(reader)
        if trouble == "busy" and is_running:
            trouble = ""
        if reader.port == AUTO and not trouble:
            yield _of_searched_ports()
            continue
        says = _(READER_TROUBLES[trouble]) if trouble else _("Reader {model}: {port}")
        holder = _holder_of(reader.port) if trouble == "busy" else ""
        yield Finding("reader", not trouble, says.format(model=reader.model, port=reader.port, holder=holder))
    if not readers:
        yield Finding("reader", True, _("No reader is set; a scanner that types like a keyboard works without"))


def _of_camera(config: TabletConfig) -> Iterator[Finding]:
    """Yield whether codes can be read by aiming, where a camera is set; it is not turned on for this."""
    from fieldapp.presentation.aiming import trouble_code
    from fieldapp.presentation.troubles import trouble_text

    if code_camera(config) is None:
        return
    trouble = camera_trouble(config)
    camera = config.camera_device or config.camera_command[0]
    fine = _("Camera for codes: {camera}").format(camera=camera)
    says = f"{trouble_text(trouble_code(trouble)).headline} {camera}" if trouble else fine
    yield Finding("camera", not trouble, says)


def _of_programs(config: TabletConfig) -> Iterator[Finding]:
    """Yield whether programs are there that are set and not tried: nothing is recorded for this, and nothing shown."""
    from shutil import which

    fine = {
        "voice": _("Spoken notes are recorded by {program}"),
        "play": _("Spoken notes are played by {program}"),
        "keyboard": _("The on-screen keyboard is called by {program}"),
        "letters": _("Letters are made larger by {program}"),
    }
    commands = {
        "voice": config.voice_command,
        "play": config.play_command,
        "keyboard": config.keyboard_command,
        "letters": config.letters_command,
    }
    for name, command in commands.items():
        if command:
            is_there = which(command[0]) is not None
            says = fine[name] if is_there else _("{program} is missing: install it, or change the settings")
            yield Finding(name, is_there, says.format(program=clean_line(command[0])))


def _of_sounds(config: TabletConfig) -> Iterator[Finding]:
    """Yield whether a tone is played, where a program for it is set; it is asked by silence."""
    if not config.sound_command:
        return
    import tempfile

    from fieldapp.sounds import Sounds

    program = clean_line(config.sound_command[0])
    with tempfile.TemporaryDirectory() as folder:
        trouble = Sounds(config.sound_command, Path(folder)).trouble()
    if trouble:
        says = _("Tones are not played by {program}: {cause}; the bell rings all the same")
        yield Finding("sound", False, says.format(program=program, cause=trouble))
    else:
        yield Finding("sound", True, _("Tones are played by {program}").format(program=program))


def _of_searched_ports() -> Finding:
    """Return where a reader is looked for whose port nobody named."""
    from devices.inventory import survey

    searched = [facts for facts in survey() if facts.allowance == "search"]
    if not searched:
        return Finding("reader", False, _("There is no port on which a reader could be; plug it in"))
    closed = [facts.port.path for facts in searched if not facts.may_open]
    if closed:
        sentence = READER_TROUBLES["denied"]
        return Finding("reader", False, _(sentence).format(port=", ".join(closed)))
    ports = ", ".join(facts.port.path for facts in searched)
    return Finding("reader", True, _("A reader is looked for on {ports}").format(ports=ports))


def _holder_of(address: str) -> str:
    from devices.holders import holder_of
    from devices.ports import resolved_path

    holder = holder_of(resolved_path(address))
    if holder is None:
        return _("another program")
    return _("{name} (process {number})").format(name=clean_line(holder.name) or "?", number=holder.number)
