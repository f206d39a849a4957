"""The tablet's configuration file: few settings, all with a usual value, none able to stop a shift.

Read from the file given with ``--config``, else ``$FIELDAPP_CONFIG``, else ``~/.config/fieldapp/config.toml``, else
``/etc/fieldapp/config.toml``. What cannot be read in it is named (file, key, nearest valid key) with the code
`E-CONFIG`, and the usual value is used: a wrong colour must not keep somebody from working.
"""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta, Struct

CODE = "E-CONFIG"
"""Stable code of everything that is wrong with a configuration file."""

MAX_FILE_BYTES = 256 * 1024
"""A configuration is a page of text; more is somebody else's file."""

ENVIRONMENT_VARIABLE = "FIELDAPP_CONFIG"
"""Names a configuration file to use instead of the usual places."""

SYSTEM_FILE = Path("/etc/fieldapp/config.toml")
"""Read when the account has no file of its own."""


class ReaderConfig(Struct, frozen=True, forbid_unknown_fields=True):
    """One reader: a table ``[[reader]]``."""

    port: str
    """Path of the port, as in ``/dev/fieldapp/ftdi-A10K3XYZ``, or ``auto`` to look for it."""

    model: str
    """Name of the reader's model, or ``auto`` to find out; ``fieldapp devices decode --help`` names them."""

    role: Literal["", "scan", "badge", "gnss"] = ""
    """What it is for: printed codes, badges and cards, or where the tablet is; empty for what its model is for."""


class TabletConfig(Struct, frozen=True, rename={"readers": "reader"}):
    """Every setting of a tablet."""

    database: str = ""
    """Path of the database file; empty for ``tablet.db`` in the account's data folder."""

    language: Literal["", "zh_CN", "en"] = ""
    """Language before somebody chooses one on the tablet; empty for the system's, else Chinese."""

    theme: Literal["sun", "night"] = "sun"
    """Colours before somebody chooses them on the tablet: for daylight or for the dark."""

    text_size: Literal["normal", "large"] = "normal"
    """Size of letters, or of tiles and rows, before somebody chooses it on the tablet."""

    idle_lock_s: Annotated[int, Meta(ge=30, le=3600)] = 180
    """Seconds without use after which the tablet locks."""

    readers: tuple[ReaderConfig, ...] = ()
    """The readers, a table ``[[reader]]`` for each; none: only a scanner that types like a keyboard."""

    time_zone: str = "Asia/Shanghai"
    """Zone in which times are shown and days begin."""

    photo_folder: str = ""
    """Folder in which a camera's pictures appear; empty for none."""

    photo_command: tuple[str, ...] = ()
    """Program and arguments that take a picture, ``{file}`` where its file is named; run without a shell."""

    photo_command_s: Annotated[int, Meta(ge=5, le=300)] = 60
    """Longest that the command may take, seconds."""

    photo_side: Annotated[int, Meta(ge=640, le=4096)] = 1600
    """Longest side of a kept photo, pixels."""

    photo_kb: Annotated[int, Meta(ge=50, le=2000)] = 250
    """What a photo is to weigh at most, kilobytes of 1,000 bytes."""

    photos_per_record: Annotated[int, Meta(ge=1, le=9)] = 4
    """Most photos of one report or visit."""

    camera_device: str = ""
    """Camera with which codes are read by aiming, as in ``/dev/video0``; empty for none."""

    camera_command: tuple[str, ...] = ()
    """Program and arguments that write the camera's frames as gray bytes; empty for ffmpeg on the device."""

    camera_width: Annotated[int, Meta(ge=160, le=1920)] = 1280
    """Pixels of a row of a frame."""

    camera_height: Annotated[int, Meta(ge=120, le=1080)] = 720
    """Rows of a frame."""

    camera_fps: Annotated[int, Meta(ge=1, le=15)] = 5
    """Frames in a second that are looked at."""

    voice_command: tuple[str, ...] = ()
    """Program and arguments that record, and write a WAV or an Ogg stream to their standard output; no shell."""

    voice_seconds: Annotated[int, Meta(ge=5, le=300)] = 60
    """Longest spoken note, seconds."""

    voice_kb: Annotated[int, Meta(ge=50, le=10_000)] = 2_500
    """Most that a spoken note weighs, kilobytes of 1,000 bytes."""

    play_command: tuple[str, ...] = ()
    """Program and arguments that play a spoken note, ``{file}`` where its file is named; run without a shell."""

    sound_command: tuple[str, ...] = ()
    """Program and arguments that play a tone, ``{sound}`` where its file is named; run without a shell."""

    keyboard_command: tuple[str, ...] = ()
    """Program and arguments that show an on-screen keyboard or hide it, by one more word; run without a shell."""

    letters_command: tuple[str, ...] = ()
    """Program and arguments that make the terminal's letters large or usual, by one more word; run without a shell."""


Reason = Literal["missing", "unreadable", "syntax", "unknown_key", "bad_value"]
"""What can be wrong with a configuration file."""


class ConfigProblem(Struct, frozen=True):
    """One thing in the file that cannot be used.

    Attributes:
        file: the file.
        key: the setting, empty when the file as a whole is meant.
        nearest: the valid key that was probably meant, else empty.
        detail: what is wrong, in English, for the log and the command line.
    """

    file: Path
    reason: Reason
    key: str = ""
    nearest: str = ""
    detail: str = ""
    code: str = CODE


class LoadedConfig(Struct, frozen=True):
    """The configuration in force.

    Attributes:
        file: where it was read, None when there is no file.
        problems: what could not be used, in the file's order.
        database_is_doubtful: a fault may hide which database is meant; opening the usual one could look as if
            records were gone, so ask before.
    """

    config: TabletConfig
    file: Path | None = None
    problems: tuple[ConfigProblem, ...] = ()
    database_is_doubtful: bool = False


def load_config(environ: Mapping[str, str], *, given: Path | None = None, home: Path | None = None) -> LoadedConfig:
    """Return the configuration in force; never fails.

    Args:
        environ: the process environment.
        given: the file named on the command line.
        home: the account's home folder; the current account's when None.
    """
    file = find_file(environ, given=given, home=home or Path.home())
    if file is None:
        return LoadedConfig(TabletConfig())
    try:
        with file.open("rb") as opened:
            data = opened.read(MAX_FILE_BYTES + 1)
    except FileNotFoundError:
        return _nothing_read(ConfigProblem(file, "missing", detail="no such file"))
    except OSError as exc:
        return _nothing_read(ConfigProblem(file, "unreadable", detail=exc.strerror or type(exc).__name__))
    if len(data) > MAX_FILE_BYTES:
        return _nothing_read(ConfigProblem(file, "unreadable", detail=f"larger than {MAX_FILE_BYTES} bytes"))
    return read_config(data, file)


def find_file(environ: Mapping[str, str], *, given: Path | None, home: Path) -> Path | None:
    """Return the configuration file to read, None when there is none; a named one need not exist."""
    if given is not None:
        return given
    if named := environ.get(ENVIRONMENT_VARIABLE):
        return Path(named)
    folder = environ.get("XDG_CONFIG_HOME")
    own = (Path(folder) if folder else home / ".config") / "fieldapp" / "config.toml"
    return next((file for file in (own, SYSTEM_FILE) if file.is_file()), None)


def read_config(data: bytes, file: Path) -> LoadedConfig:
    """Return the configuration in a file's bytes; every setting that can be used is used."""
    table, problems = _table_of(data, file)
    known = {field.encode_name: field for field in msgspec.structs.fields(TabletConfig)}
    values: dict[str, Any] = {}
    for key, value in table.items():
        field = known.get(key)
        if field is None:
            problems.append(ConfigProblem(file, "unknown_key", key, _nearest(key, known), "no such setting"))
        elif field.name == "readers" and isinstance(value, list):
            values["readers"], faults = _readers_of(value, file)
            problems += faults
        else:
            try:
                values[field.name] = msgspec.convert(value, field.type)
            except msgspec.ValidationError as exc:
                problems.append(ConfigProblem(file, "bad_value", key, detail=str(exc)))
    doubtful = "database" not in values and (
        any("database" in (problem.key, problem.nearest) for problem in problems)
        or (any(problem.reason == "syntax" for problem in problems) and b"database" in data)
    )
    return LoadedConfig(TabletConfig(**values), file, tuple(problems), doubtful)


def _nothing_read(problem: ConfigProblem) -> LoadedConfig:
    return LoadedConfig(TabletConfig(), problem.file, (problem,), database_is_doubtful=True)


def _nearest(key: str, known: Iterable[str]) -> str:
    import difflib

    return next(iter(difflib.get_close_matches(key, list(known), n=1)), "")


def _table_of(data: bytes, file: Path) -> tuple[dict[str, Any], list[ConfigProblem]]:
    import tomllib

    text = data.decode("utf-8", "replace").removeprefix("\ufeff")
    try:
        return tomllib.loads(text), []
    except (tomllib.TOMLDecodeError, RecursionError) as exc:
        return _sound_lines(text), [ConfigProblem(file, "syntax", detail=str(exc))]


def _sound_lines(text: str) -> dict[str, Any]:
    """Return the settings of the lines before the first table that are whole by themselves."""
    import tomllib

    table: dict[str, Any] = {}
    for line in text.splitlines():
        if line.lstrip().startswith("["):
            break
        try:
            table |= tomllib.loads(line)
        except (tomllib.TOMLDecodeError, RecursionError):
            continue
    return table


def _readers_of(rows: list[Any], file: Path) -> tuple[tuple[ReaderConfig, ...], list[ConfigProblem]]:
    """Return the readers that can be used, and what is wrong with the others."""
    readers: list[ReaderConfig] = []
    problems: list[ConfigProblem] = []
    names = [field.encode_name for field in msgspec.structs.fields(ReaderConfig)]
    for row in rows:
        strange = next((name for name in row if name not in names), "") if isinstance(row, dict) else ""
        try:
            readers.append(msgspec.convert(row, ReaderConfig))
        except msgspec.ValidationError as exc:
            nearest = _nearest(strange, names)
            reason: Reason = "unknown_key" if strange else "bad_value"
            key = f"reader.{strange}" if strange else "reader"
            problems.append(ConfigProblem(file, reason, key, f"reader.{nearest}" if nearest else "", str(exc)))
    return tuple(readers), problems
