"""Readers for tests of the device page: what is to be seen of them is what a test says."""

from msgspec.structs import replace

from fieldapp.reader_news import ReaderCard, ReaderNews, TrialCard

BADGE = ReaderCard(
    "badge1",
    "badge",
    "ready",
    port="/dev/ttyUSB0",
    model="pn532",
    bytes_in=2048,
    frames=120,
    failures=1,
    last_frame="00 00 ff 03 fd d5 4b 00 e0 00",
    read_age_s=42.0,
)
SCAN = ReaderCard("scan2", "scanner", "silent", port="/dev/ttyUSB1", trouble="NotRecognised")
GNSS = ReaderCard("gnss3", "receiver", "ready", port="/dev/ttyACM0", model="nmea", frames=240, fix=(1.0, 4, 2.2))
BUSY = ReaderCard("badge4", "badge", "busy", port="/dev/ttyUSB2", model="em4100", holder="ModemManager 612")
MODELS = ("em4100", "line", "parallax")


class FakeDevices:
    """Keeps what was asked of it."""

    def __init__(self, *cards: ReaderCard) -> None:
        self.shown = list(cards)
        self.recorded: list[tuple[str, bool]] = []
        self.tried = ""
        self.trial_card = TrialCard(9600, False, "", (), MODELS)
        self.speeds = 0
        self.chosen: list[tuple[str, str]] = []

    def start(self, news: ReaderNews) -> None:
        """Nothing is told."""

    def stop(self) -> None:
        """Nothing is open."""

    def cards(self) -> list[ReaderCard]:
        return list(self.shown)

    def record(self, name: str, *, with_values: bool) -> bool:
        if any(name == known for known, _values in self.recorded):
            return False
        self.recorded.append((name, with_values))
        self.shown = [replace(card, recording_s=30.0) if card.name == name else card for card in self.shown]
        return True

    def begin_trial(self, name: str) -> bool:
        self.tried = name
        return True

    def trial(self, name: str) -> TrialCard | None:
        return self.trial_card if self.tried == name else None

    def next_speed(self, name: str) -> None:
        self.speeds += 1

    def end_trial(self, name: str, model: str = "") -> None:
        self.tried = ""
        self.chosen.append((name, model))
