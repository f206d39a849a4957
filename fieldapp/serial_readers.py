"""The configured readers as the app sees them; a part of the composition root, like `fieldapp.bootstrap`."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from fieldapp.config import ReaderConfig
from fieldapp.reader_news import ReaderCard, ReaderRole, TrialCard

if TYPE_CHECKING:
    from devices.detection import Recognised
    from devices.gnss import Standing
    from devices.position import Fix
    from devices.reading import Fault, LinkState, Reading
    from devices.receiver import Receivers
    from devices.slot import ReaderView
    from devices.station import Station
    from fieldapp.reader_news import ReaderNews
    from fieldapp.services.ports import Settings

_ROLES: "Mapping[str, ReaderRole]" = {"scan": "scanner", "badge": "badge", "gnss": "receiver", "": "reader"}

READERS_FILE = "readers.json"
"""Beside the database: which reader was recognised in which socket."""

CAPTURES_FOLDER = "captures"
"""Beside the database: what readers' lines carried while somebody recorded them."""

CHOSEN_SETTING = "readers.chosen"
"""Under this name the tablet keeps which reader somebody chose for a port; it counts more than the settings file."""


class SerialReaders:
    """The configured readers as the app's `DeviceFeed`, and where they say the tablet is as its `PositionSource`.

    Args:
        folder: the tablet's data folder; None: nothing is remembered or recorded.
        settings: where choices made by hand are kept.
    """

    def __init__(
        self, readers: Sequence[ReaderConfig], *, folder: Path | None = None, settings: "Settings | None" = None
    ) -> None:
        self._readers = tuple(readers)
        self._folder = folder
        self._settings = settings
        # Read here, because start is called where no disk is to be waited for.
        self._stored_choices = settings.get(CHOSEN_SETTING) if settings is not None else None
        self._choices: dict[str, Recognised] = {}
        self._station: Station | None = None
        self._receivers: Receivers | None = None

    def start(self, news: "ReaderNews") -> None:
        """Open the readers; from now on tell what they say.

        A reader whose model is not known is told as absent, and the others go on.
        """
        from devices.memory import Memory
        from devices.receiver import Receivers
        from devices.station import Station, Wanted

        folder, self._receivers = self._folder, Receivers()
        self._choices = _chosen(self._stored_choices)
        self._station = Station(
            [
                Wanted(f"{reader.role or 'reader'}{number}", reader.port, reader.model, reader.role)
                for number, reader in enumerate(self._readers, 1)
            ],
            _Told(news, self._receivers),
            memory=Memory(folder / READERS_FILE if folder is not None else None),
            chosen=self._choices,
            captures=folder / CAPTURES_FOLDER if folder is not None else None,
        )
        self._station.start()

    def stop(self) -> None:
        """Close the readers; nothing is told afterwards."""
        if self._station is not None:
            self._station.stop()

    def cards(self) -> list[ReaderCard]:
        """Return what is to be seen of each reader."""
        return [self._card(view) for view in self._station.views()] if self._station is not None else []

    def record(self, name: str, *, with_values: bool) -> bool:
        """Write down for half a minute what a reader's line carries; return False where that cannot be."""
        return self._station is not None and self._station.record(name, with_values=with_values)

    def begin_trial(self, name: str) -> bool:
        """Give a reader's port to a trial; return False where there is no port."""
        return self._station is not None and self._station.begin_trial(name)

    def trial(self, name: str) -> TrialCard | None:
        """Return how a reader's trial stands, None when there is none."""
        from devices.models import MODELS

        view = self._station.trial(name) if self._station is not None else None
        if view is None:
            return None
        fits = tuple((fit.model, fit.value) for fit in view.candidates)
        trouble = type(view.trouble).__name__ if view.trouble is not None else ""
        return TrialCard(view.baud, view.is_asking, view.raw.hex(" "), fits, tuple(MODELS), trouble)

    def next_speed(self, name: str) -> None:
        """Let a trial listen at the next speed."""
        if self._station is not None:
            self._station.next_speed(name)

    def end_trial(self, name: str, model: str = "") -> None:
        """End a trial; a model that was chosen is the reader's from now on, also after a restart."""
        if self._station is None:
            return
        self._station.end_trial(name, model)
        if model and self._settings is not None:
            self._settings.put(CHOSEN_SETTING, msgspec.json.encode(self._choices).decode())

    def _card(self, view: "ReaderView") -> ReaderCard:
        role = _ROLES[view.role]
        here = self.whereabouts() if role == "receiver" else None
        holder = view.holder
        return ReaderCard(
            name=view.name,
            role=role,
            state=view.state.value,
            port=view.port,
            model=view.model,
            trouble=type(view.trouble).__name__ if view.trouble is not None else "",
            holder=f"{holder.name} {holder.number}".strip() if holder is not None else "",
            bytes_in=view.seen.bytes_in,
            frames=view.seen.frames,
            failures=view.seen.failures,
            last_frame=view.seen.last_frame.hex(" "),
            read_age_s=view.read_age_s,
            fix=(here.age_s, here.quality, here.sigma_m) if here is not None else None,
            recording_s=view.recording_s,
            capture=view.capture,
        )

    def whereabouts(self) -> "Standing | None":
        """Return the newest position of any receiver, None when there was none."""
        return self._receivers.whereabouts() if self._receivers is not None else None

    def clock_offset_ms(self) -> int | None:
        """Return the satellites' time minus the tablet's, None unless two dates agree."""
        return self._receivers.clock_offset_ms() if self._receivers is not None else None


class _Told:
    """Tells what readers report in the app's words."""

    def __init__(self, news: "ReaderNews", receivers: "Receivers") -> None:
        self._news = news
        self._receivers = receivers

    def read(self, _name: str, reading: "Reading") -> None:
        """Tell a tag."""
        self._news.tag_read(reading.medium, reading.value, reading.monotonic_s, reading.quality)

    def stands(self, name: str, role: str, state: "LinkState") -> None:
        """Tell how a link stands."""
        self._news.link_changed(name, _ROLES[role], state.value)

    def damaged(self, name: str, fault: "Fault") -> None:
        """Tell what was no reading."""
        self._news.reader_fault(name, fault.reason.value)

    def located(self, name: str, fix: "Fix", at_s: float) -> None:
        """Keep a position for whoever asks."""
        self._receivers.take(name, fix, at_s)


def _chosen(stored: str | None) -> "dict[str, Recognised]":
    """Return what was chosen by hand; what cannot be read is as if nothing had been."""
    from devices.detection import Recognised

    try:
        return msgspec.json.decode(stored or "{}", type=dict[str, Recognised])
    except ValueError:
        return {}
