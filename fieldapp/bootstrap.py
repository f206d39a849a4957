"""The composition root: the only file that knows the tablet's store and exchange, the readers, and the services.

Nothing here loads Textual, the HTTP client or the serial library before it is used.
"""

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import tzinfo
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from msgspec import Struct

from devices.wedge import WedgeFilter
from fieldapp import __version__
from fieldapp.config import ReaderConfig, TabletConfig
from fieldapp.services import Services
from fieldapp.services.moments import CHINA
from sync.tablet.clock import SystemClock
from sync.tablet.errors import StoreBusy
from sync.tablet.store import Store
from sync.tablet.store.connections import connect_reader
from sync.tablet.store.ownership import Ownership
from sync.tablet.store.schema import STEPS
from sync.tablet.store.settings import CLOCK_FACT
from sync.tablet.tablet import Tablet
from sync.tags import is_plate_code

if TYPE_CHECKING:
    from devices.camera import CodeCamera
    from devices.link import Link
    from devices.reading import Fault, LinkState, Reading
    from fieldapp.reader_news import CameraNews, ReaderNews, ReaderRole
    from fieldapp.services.photos import PhotoGear

_ROLES: "Mapping[str, ReaderRole]" = {"scan": "scanner", "badge": "badge"}


def database_path(config: TabletConfig, environ: Mapping[str, str] = os.environ) -> Path:
    """Return where the tablet's database lies: as configured, else in the account's data folder."""
    if config.database:
        return Path(config.database).expanduser()
    folder = environ.get("XDG_DATA_HOME")
    return (Path(folder) if folder else Path.home() / ".local" / "share") / "fieldapp" / "tablet.db"


@contextmanager
def open_tablet(path: Path) -> Iterator[Tablet]:
    """Open the tablet at a database file, creating its folder where there is none, and close it afterwards.

    Raises:
        sync.tablet.errors.StoreError: it cannot be opened; the code says why, and nothing was changed.
    """
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    tablet = Tablet(path, app=f"fieldapp {__version__}")
    try:
        yield tablet
    finally:
        tablet.close()


@contextmanager
def store_beside(path: Path) -> Iterator[Store]:
    """Open the database for reading while another process owns it; nothing here can write.

    Raises:
        sync.tablet.errors.StoreError: it cannot be read, or its schema is not this program's.
    """
    connection = connect_reader(path)
    store = Store(path, connection, _NoOwnership())
    try:
        (version,) = connection.execute("pragma user_version").fetchone()
        if version != len(STEPS):
            raise StoreBusy(f"the running app has schema {version}, this program {len(STEPS)}: close the app first")
        yield store
    finally:
        store.close()


def owner_of(path: Path) -> str:
    """Return the number of the process that said last that it owns a database, empty when unknown."""
    try:
        return path.with_name(f"{path.name}.lock").read_text(encoding="ascii")[:10].strip()
    except (OSError, ValueError):
        return ""


def clock_offset_ms(store: Store) -> int | None:
    """Return how far the server's time is from this tablet's as far as a database knows, None before the first sync."""
    clock = SystemClock()
    clock.recall(store.facts.get(CLOCK_FACT) or "")
    return clock.stamp().offset_ms


def services_over(tablet: Tablet, config: TabletConfig) -> Services:
    """Return the app's services over an open tablet."""
    store = tablet.store
    return Services(
        journal=store.journal,
        drafts=store.drafts,
        reference=store.reference,
        settings=store.settings,
        exchange=tablet.exchange,
        enroller=tablet.enroller,
        machine=tablet,
        clock=tablet.clock,
        media=store.media,
        photo_gear=lambda: photo_gear(config, tablet.path.parent),
        seal=_seal_with(tablet),
        idle_lock_s=config.idle_lock_s,
        zone=_zone_of(config),
    )


def photo_gear(config: TabletConfig, folder: Path) -> "PhotoGear":
    """Return what photos are made with, as configured.

    Args:
        folder: the tablet's data folder, where a picture taken by command lies until it is a photo.
    """
    from fieldapp.imaging.camera import Camera
    from fieldapp.imaging.darkroom import Darkroom
    from fieldapp.services.photos import PhotoGear

    watched = Path(config.photo_folder).expanduser() if config.photo_folder else None
    camera = Camera(watched, config.photo_command, folder / "pictures", timeout_s=config.photo_command_s)
    darkroom = Darkroom(side=config.photo_side, aim_bytes=config.photo_kb * 1000)
    return PhotoGear(camera, darkroom, config.photos_per_record)


def wedge_filter() -> WedgeFilter:
    """Return the filter for scanners that type like a keyboard; a plate code needs no Enter."""
    return WedgeFilter(accepts=is_plate_code)


ReaderTrouble = Literal["", "unknown_model", "absent", "busy", "denied", "unusable"]
"""Why a reader cannot be opened now; empty when it can."""


def reader_trouble(reader: ReaderConfig) -> ReaderTrouble:
    """Return why a configured reader cannot be opened now; it is opened and closed again."""
    from devices.errors import DeviceError, PortAbsent, PortBusy, PortDenied, UnknownModel
    from devices.models import model_named
    from devices.ports import open_port

    troubles: dict[type[DeviceError], ReaderTrouble] = {
        UnknownModel: "unknown_model",
        PortAbsent: "absent",
        PortBusy: "busy",
        PortDenied: "denied",
    }
    try:
        open_port(reader.port, model_named(reader.model, reader.role).line).close()
    except DeviceError as exc:
        return troubles.get(type(exc), "unusable")
    return ""


class _Reader(Struct, frozen=True):
    name: str
    role: "ReaderRole"
    config: ReaderConfig


class SerialReaders:
    """The configured readers, each on a thread of its own, as the app's `DeviceFeed`."""

    def __init__(self, readers: Sequence[ReaderConfig]) -> None:
        self._readers = [
            _Reader(f"{reader.role}{number}", _ROLES[reader.role], reader) for number, reader in enumerate(readers, 1)
        ]
        self._links: list[Link] = []

    def start(self, news: "ReaderNews") -> None:
        """Open the readers; from now on tell what they say.

        A reader whose model is not known is told as absent, and the others go on.
        """
        from devices.errors import UnknownModel
        from devices.link import Link
        from devices.models import model_named

        for reader in self._readers:
            try:
                model = model_named(reader.config.model, reader.config.role)
            except UnknownModel:
                news.link_changed(reader.name, reader.role, "absent")
                continue
            link = Link(
                reader.config.port,
                model,
                on_reading=_telling_reading(news),
                on_state=_telling_state(news, reader),
                on_fault=_telling_fault(news, reader),
            )
            self._links.append(link)
            link.start()

    def stop(self) -> None:
        """Close the readers; nothing is told afterwards."""
        for link in self._links:
            link.close()
        self._links.clear()


def _telling_reading(news: "ReaderNews") -> "Callable[[Reading], object]":
    return lambda reading: news.tag_read(reading.medium, reading.value, reading.monotonic_s, reading.quality)


def _telling_state(news: "ReaderNews", reader: _Reader) -> "Callable[[LinkState], object]":
    return lambda state: news.link_changed(reader.name, reader.role, state.value)


def _telling_fault(news: "ReaderNews", reader: _Reader) -> "Callable[[Fault], object]":
    return lambda fault: news.reader_fault(reader.name, fault.reason.value)


def code_camera(config: TabletConfig) -> "AimedCamera | None":
    """Return the camera that codes are read with, as configured; None where none is."""
    return AimedCamera(config) if config.camera_device or config.camera_command else None


class AimedCamera:
    """The configured camera as the app's `CodeCamera`."""

    def __init__(self, config: TabletConfig) -> None:
        self._config = config
        self._camera: CodeCamera | None = None
        self._room = (0, 0)

    def open(self, news: "CameraNews") -> None:
        """Switch it on; from now on tell what it sees."""
        import time

        from devices.camera import CodeCamera
        from devices.frames import CameraSettings

        self.close()
        config = self._config
        self._camera = CodeCamera(
            CameraSettings(
                config.camera_device,
                config.camera_command,
                config.camera_width,
                config.camera_height,
                config.camera_fps,
            ),
            on_view=lambda view: news.viewed(view.width, view.height, view.gray, view.sight.value),
            on_code=lambda text: news.code_read(text, time.monotonic()),
            on_trouble=lambda trouble: news.camera_ended(trouble.value),
            accepts=is_plate_code,
        )
        self.fit(*self._room)
        self._camera.start()

    def fit(self, columns: int, rows: int) -> None:
        """Make views no larger than so many pixels."""
        self._room = (columns, rows)
        if self._camera is not None and columns and rows:
            self._camera.room = self._room

    def close(self) -> None:
        """Switch it off; nothing is told afterwards."""
        camera, self._camera = self._camera, None
        if camera is not None:
            camera.close()


class _NoOwnership(Ownership):
    """The right of somebody who only reads: none, and nothing to give back."""

    def __init__(self) -> None:
        self._descriptor = -1


def _seal_with(tablet: Tablet) -> Callable[[str], str | None]:
    def seal(text: str) -> str | None:
        from sync.sealing import seal as sealed

        key = tablet.seal_key()
        return None if key is None else sealed(text, key)

    return seal


def _zone_of(config: TabletConfig) -> tzinfo:
    if config.time_zone == CHINA.tzname(None):
        return CHINA
    from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

    try:
        return ZoneInfo(config.time_zone)
    except (ZoneInfoNotFoundError, ValueError):
        return CHINA
