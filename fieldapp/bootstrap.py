"""The composition root: the only file that knows the tablet's store and exchange, the readers, and the services.

Nothing here loads Textual, the HTTP client or the serial library before it is used.
"""

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import tzinfo
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from devices.wedge import WedgeFilter
from fieldapp import __version__
from fieldapp.config import ReaderConfig, TabletConfig
from fieldapp.power import BatteryGauge
from fieldapp.services import Services
from fieldapp.services.moments import CHINA
from fieldapp.services.position import NoReceiver, PositionSource
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
    from devices.frames import CameraSettings
    from fieldapp.imaging.camera import Camera
    from fieldapp.reader_news import CameraNews
    from fieldapp.recording.microphone import Microphone
    from fieldapp.services.photos import PhotoGear
    from sync.imaging.darkroom import Darkroom


def database_path(config: TabletConfig, environ: Mapping[str, str] = os.environ) -> Path:
    """Return where the tablet's database lies: as configured, else in the account's data folder."""
    if config.database:
        return Path(config.database).expanduser()
    folder = environ.get("XDG_DATA_HOME")
    return (Path(folder) if folder else Path.home() / ".local" / "share") / "fieldapp" / "tablet.db"


@contextmanager
def open_tablet(path: Path, *, is_apart: bool = False) -> Iterator[Tablet]:
    """Open the tablet at a database file, creating its folder where there is none, and close it afterwards.

    Args:
        is_apart: a process of its own speaks with the server, as fits a program that stays (`sync.tablet.apart`).

    Raises:
        sync.tablet.errors.StoreError: it cannot be opened; the code says why, and nothing was changed.
    """
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    tablet = Tablet(path, app=f"fieldapp {__version__}", is_apart=is_apart)
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


def services_over(
    tablet: Tablet,
    config: TabletConfig,
    receiver: PositionSource = NoReceiver(),  # noqa: B008 - it holds nothing
) -> Services:
    """Return the app's services over an open tablet, and over a receiver where there is one."""
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
        microphone=lambda: microphone(config),
        receiver=receiver,
        seal=_seal_with(tablet),
        battery=BatteryGauge(),
        idle_lock_s=config.idle_lock_s,
        zone=_zone_of(config),
    )


def photo_gear(config: TabletConfig, folder: Path) -> "PhotoGear":
    """Return what photos are made with, as configured.

    Args:
        folder: the tablet's data folder, where a picture taken by command or handed in lies until it is a photo.
    """
    from fieldapp.services.photos import PhotoGear

    return PhotoGear(photo_camera(config, folder), photo_darkroom(config), config.photos_per_record)


def photo_camera(config: TabletConfig, folder: Path) -> "Camera":
    """Return where pictures come from, as configured; `folder` as in `photo_gear`."""
    from fieldapp.imaging.camera import Camera

    watched = Path(config.photo_folder).expanduser() if config.photo_folder else None
    return Camera(watched, config.photo_command, folder / "pictures", timeout_s=config.photo_command_s)


def photo_darkroom(config: TabletConfig) -> "Darkroom":
    """Return what makes photos of pictures, as configured."""
    from sync.imaging.darkroom import Darkroom

    return Darkroom(side=config.photo_side, aim_bytes=config.photo_kb * 1000)


def microphone(config: TabletConfig) -> "Microphone":
    """Return what spoken notes are recorded and played with, as configured."""
    from fieldapp.recording.microphone import Microphone

    return Microphone(
        config.voice_command, config.play_command, seconds=config.voice_seconds, limit_bytes=config.voice_kb * 1000
    )


def wedge_filter() -> WedgeFilter:
    """Return the filter for scanners that type like a keyboard; a plate code needs no Enter."""
    return WedgeFilter(accepts=is_plate_code)


ReaderTrouble = Literal["", "unknown_model", "absent", "busy", "denied", "unusable"]
"""Why a reader cannot be opened now; empty when it can."""


def reader_trouble(reader: ReaderConfig) -> ReaderTrouble:
    """Return why a configured reader cannot be opened now; it is opened and closed again, unless it is looked for."""
    from devices.errors import DeviceError, PortAbsent, PortBusy, PortDenied, UnknownModel
    from devices.models import LineSettings, model_named
    from devices.ports import open_port
    from devices.station import AUTO

    troubles: dict[type[DeviceError], ReaderTrouble] = {
        UnknownModel: "unknown_model",
        PortAbsent: "absent",
        PortBusy: "busy",
        PortDenied: "denied",
    }
    try:
        line = LineSettings() if reader.model == AUTO else model_named(reader.model, reader.role).line
        if reader.port != AUTO:
            open_port(reader.port, line).close()
    except DeviceError as exc:
        return troubles.get(type(exc), "unusable")
    return ""


def code_camera(config: TabletConfig) -> "AimedCamera | None":
    """Return the camera that codes are read with, as configured; None where none is."""
    return AimedCamera(config) if config.camera_device or config.camera_command else None


def camera_trouble(config: TabletConfig) -> str:
    """Return why the configured camera cannot be used, as far as that is seen without turning it on; empty when it can.

    The words are those of a `devices.frames.CameraTrouble`.
    """
    from devices.frames import CameraTrouble, plain_trouble
    from devices.qr.looker import has_code_reader

    trouble = plain_trouble(_camera_settings(config)) if has_code_reader() else CameraTrouble.NO_READER
    return trouble.value if trouble is not None else ""


def _camera_settings(config: TabletConfig) -> "CameraSettings":
    from devices.frames import CameraSettings

    return CameraSettings(
        config.camera_device, config.camera_command, config.camera_width, config.camera_height, config.camera_fps
    )


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

        self.close()
        self._camera = CodeCamera(
            _camera_settings(self._config),
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
