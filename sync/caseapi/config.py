"""The settings of the case API: a TOML file, overridden by command-line flags."""

import difflib
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import msgspec
from msgspec import Meta

from sync.caseapi.errors import ConfigInvalid
from sync.caseapi.storage.media_place import MediaPlace, media_place
from sync.caseapi.storage.postgres.place import SCHEMES, DatabasePlace

PinCost = Literal["full", "demo"]
"""How hard a PIN's verifier is: `full` for people (64 MiB), `demo` for synthetic ones, whose PINs are public anyway."""

Pin = Annotated[str, Meta(pattern="^[A-Za-z0-9+/]{43}=$")]
"""SHA-256 of a public key (DER), base64."""

WILDCARDS = ("", "0.0.0.0", "::")  # noqa: S104 - named to be recognised, not to be bound
"""Hosts that mean every address of the machine: none by which a tablet could reach it."""

_SQLITE = "sqlite:///"


class ServerConfig(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Every setting, with its default.

    Attributes:
        db: ``sqlite:///PATH``, the path relative to the working directory or, with a fourth slash, absolute; or
            ``postgresql://USER@HOST/NAME``, the password in PostgreSQL's password file.
        host: address to listen on.
        port: port to listen on; 0 takes a free one.
        origin: scheme, host and port by which tablets reach this server; empty: made from host and port.
        pins: SHA-256 of the public keys, current and next, with which TLS is made for that origin, base64; they stand
            in the enrolment code. Empty: tablets trust their system's authorities.
        name: what tablets show as the server's name.
        district: code of the district, six digits; a database keeps the one it was made with.
        font: TrueType file with Chinese for printed sheets; empty: that of Debian's fonts-droid-fallback.
        zone: time zone in which a day is a day.
        receipt_key: key file; empty: beside the database; with PostgreSQL, in the working directory, by its name.
        seal_key: key file; empty: beside the database.
        receipts_log: file of receipts outside the database; empty: beside it.
        media: where photos are kept: a folder, by its path or as ``file:///PATH``; empty: beside the database.
        pin_cost: how hard the verifiers of imported PINs are.
        seat_names: how the four seats of a grid are called, in order, in lists of people.
        oldest_app: version of the app below which a tablet is told to upgrade; its records are stored all the same.
        exchanges_per_minute: how many exchanges one tablet may begin in a minute; 0 sets no bound.
        contact_days: days after which a reporter's contact is erased, counted from the end of its case.
        desk_open: whether other machines may see the pages that ask for no sign-in: they count cases then.
    """

    db: str = "sqlite:///caseapi.db"
    host: str = "127.0.0.1"
    port: Annotated[int, Meta(ge=0, le=65535)] = 8650
    origin: Annotated[str, Meta(pattern=r"^(https?://[^\s/]+)?$")] = ""
    pins: Annotated[tuple[Pin, ...], Meta(max_length=4)] = ()
    name: Annotated[str, Meta(min_length=1, max_length=64)] = "Xunge"
    district: Annotated[str, Meta(pattern="^[0-9]{6}$")] = "230108"
    font: str = ""
    zone: str = "Asia/Shanghai"
    receipt_key: str = ""
    seal_key: str = ""
    receipts_log: str = ""
    media: str = ""
    pin_cost: PinCost = "full"
    seat_names: Annotated[
        tuple[Annotated[str, Meta(min_length=1, max_length=20)], ...], Meta(min_length=4, max_length=4)
    ] = (*("网格长", "网格员", "执法员", "信息员"),)
    oldest_app: Annotated[str, Meta(pattern=r"^(\d{1,6}(\.\d{1,6}){0,3})?$")] = ""
    exchanges_per_minute: Annotated[int, Meta(ge=0, le=1_000_000)] = 3000
    contact_days: Annotated[int, Meta(ge=1, le=3650)] = 90
    desk_open: bool = False

    def reached_at(self, port: int) -> str:
        """Return by which origin tablets reach a server on a port; empty when only the administrator can know."""
        if self.origin or self.host in WILDCARDS:
            return self.origin
        return f"http://{f'[{self.host}]' if ':' in self.host else self.host}:{port}"

    @property
    def place(self) -> DatabasePlace | None:
        """Return where the PostgreSQL database is; None for SQLite."""
        return DatabasePlace(self.db) if self.db.startswith(SCHEMES) else None

    @property
    def database(self) -> Path:
        """Return the path of the SQLite file; with PostgreSQL, that beside which its other files lie."""
        return Path(self.db.removeprefix(_SQLITE) if self.place is None else f"{self.place.name}.db")

    @property
    def receipt_key_path(self) -> Path:
        """Return where the receipt key is kept."""
        return Path(self.receipt_key) if self.receipt_key else self.database.with_suffix(".receipt-key.json")

    @property
    def seal_key_path(self) -> Path:
        """Return where the seal key is kept."""
        return Path(self.seal_key) if self.seal_key else self.database.with_suffix(".seal-key.json")

    @property
    def receipts_log_path(self) -> Path:
        """Return where receipts are kept outside the database."""
        return Path(self.receipts_log) if self.receipts_log else self.database.with_suffix(".receipts.log")

    @property
    def media_place(self) -> MediaPlace:
        """Return where photos are kept.

        Raises:
            ConfigInvalid: the setting names no store that is known; `load_config` has asked already.
        """
        return media_place(self.media, self.database)

    @property
    def control_path(self) -> Path:
        """Return the local socket on which a running server takes commands."""
        return self.database.with_name(f"{self.database.name}.sock")


def load_config(path: Path | None, overrides: Mapping[str, Any]) -> ServerConfig:
    """Return the settings of a file, with what the command line says on top.

    Args:
        path: a TOML file, or None for the defaults.
        overrides: settings by name; None values say nothing.

    Raises:
        ConfigInvalid: names file, key, and the nearest valid key or what the value should be.
    """
    settings = {} if path is None else _read(path)
    origin = str(path) if path is not None else "the command line"
    for key in settings:
        if key not in ServerConfig.__struct_fields__:
            raise ConfigInvalid(f"{origin}: unknown setting {key!r}{_nearest(key)}")
    settings |= {key: value for key, value in overrides.items() if value is not None}
    try:
        config = msgspec.convert(settings, ServerConfig)
        ZoneInfo(config.zone)
    except msgspec.ValidationError as exc:
        raise ConfigInvalid(f"{origin}: {_key_of(exc)}") from exc
    except (ZoneInfoNotFoundError, ValueError) as exc:
        raise ConfigInvalid(f"{origin}: zone: no time zone is called {config.zone!r}") from exc
    if config.place is None and (not config.db.startswith(_SQLITE) or config.db == _SQLITE):
        raise ConfigInvalid(
            f"{origin}: db: this program stores in {_SQLITE}PATH or {SCHEMES[0]}USER@HOST/NAME, not {config.db!r}"
        )
    try:
        media_place(config.media, config.database)
    except ConfigInvalid as exc:
        raise ConfigInvalid(f"{origin}: media: {exc}") from exc
    return config


def _read(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as exc:
        raise ConfigInvalid(f"{path} cannot be read: {exc.strerror}") from exc
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as exc:
        raise ConfigInvalid(f"{path} is not TOML: {exc}") from exc


def _nearest(key: str) -> str:
    near = difflib.get_close_matches(key, ServerConfig.__struct_fields__, n=1, cutoff=0.5)
    valid = ", ".join(ServerConfig.__struct_fields__)
    return f"; did you mean {near[0]!r}?" if near else f"; valid settings: {valid}"


def _key_of(exc: msgspec.ValidationError) -> str:
    sentence, _, place = str(exc).partition(" - at `$.")
    return f"{place.rstrip('`')}: {sentence}" if place else sentence
