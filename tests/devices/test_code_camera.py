"""A camera tells what it sees: a code once, a view of each frame that is looked at, why it ends; then nothing."""

import queue
import threading

import pytest
from PIL import Image

from devices import camera
from devices.camera import MAX_PREVIEW, CodeCamera, Sight, View, shrunk
from devices.frames import CameraSettings, CameraTrouble, NoFrames
from devices.qr.looked import CannotLook
from tests.devices.hard_pictures import code, plate

SIZE = (480, 360)
SETTINGS = CameraSettings(command=("true",), width=SIZE[0], height=SIZE[1], fps=5)
BETWEEN_S = 0.2


def showing(*labels: Image.Image, side: int = 260, ground: int = 120) -> bytes:
    """Return a frame with codes side by side."""
    frame = Image.new("L", SIZE, ground)
    for place, label in enumerate(labels):
        frame.paste(label.resize((side, side)), (20 + place * (side + 10), 20))
    return frame.tobytes()


EMPTY = showing()
PLATE, OTHER = plate(1), plate(2)


class FakeSource:
    """Gives the frames it was made with, each when the clock has gone on, and ends."""

    def __init__(self, frames: list[bytes], clock: "FakeClock", end: CameraTrouble = CameraTrouble.LOST) -> None:
        self.frames, self.clock, self.end = list(frames), clock, end
        self.is_closed = self.is_released = False
        self.gate = threading.Event()
        self.waits_at_end = False

    def fill(self, frame: bytearray) -> None:
        if not self.frames:
            if self.waits_at_end:
                self.gate.wait()
            raise NoFrames(self.end)
        self.clock.now += BETWEEN_S
        frame[:] = self.frames.pop(0)

    def close(self) -> None:
        self.is_closed = True
        self.gate.set()

    def release(self) -> None:
        self.is_released = True


class FakeClock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


class FakeLooker:
    """Reads what it was given to read; None is a look that fails."""

    reads: list[str] | None = []  # noqa: RUF012 - set by each test
    frames: list[bytes] = []  # noqa: RUF012 - emptied by the fixture

    def __init__(self, _accepts: object, *, niceness: int) -> None:
        assert niceness > 0, "the screen comes first"
        self.frames.clear()

    def frame(self, gray: bytes, _width: int, _height: int) -> list[str]:
        self.frames.append(gray)
        if self.reads is None:
            raise CannotLook("damaged")
        return list(self.reads)

    def stop(self) -> None:
        pass

    def close(self) -> None:
        pass


class Watched:
    """A camera over a fake source, and everything it tells, in order."""

    def __init__(self, frames: list[bytes], end: CameraTrouble = CameraTrouble.LOST) -> None:
        self.clock = FakeClock()
        self.source = FakeSource(frames, self.clock, end)
        self.told: queue.SimpleQueue[View | str | CameraTrouble] = queue.SimpleQueue()
        self.camera = CodeCamera(
            SETTINGS,
            on_view=self.told.put,
            on_code=self.told.put,
            on_trouble=self.told.put,
            clock=self.clock,
            source=lambda _settings: self.source,  # type: ignore[arg-type, return-value] # the calls that are used
        )

    def all(self) -> list[View | str | CameraTrouble]:
        """Let it run to the end of its frames and return what it told."""
        self.camera.start()
        told = []
        while not told or not isinstance(told[-1], CameraTrouble):
            told.append(self.told.get(timeout=60))
        self.camera.close()
        return told


@pytest.fixture(autouse=True)
def looks(monkeypatch: pytest.MonkeyPatch) -> type[FakeLooker]:
    monkeypatch.setattr(camera, "Looker", FakeLooker)
    FakeLooker.reads, FakeLooker.frames = [], []
    return FakeLooker


def sights(told: list[View | str | CameraTrouble]) -> list[Sight]:
    return [news.sight for news in told if isinstance(news, View)]


def texts(told: list[View | str | CameraTrouble]) -> list[str]:
    return [news for news in told if isinstance(news, str) and not isinstance(news, CameraTrouble)]


def test_a_code_is_told_before_the_view_in_which_it_was_seen() -> None:
    told = Watched([EMPTY, showing(code(PLATE))]).all()
    assert sights(told) == [Sight.NOTHING, Sight.READ]
    assert texts(told) == [PLATE]
    assert isinstance(told[1], str)


def test_a_code_that_stays_in_sight_is_told_once_and_again_after_it_was_away() -> None:
    there, away = [showing(code(PLATE))] * 4, [EMPTY] * 11
    assert texts(Watched([*there, *away, *there]).all()) == [PLATE, PLATE]


def test_each_code_in_a_frame_is_told() -> None:
    frame = showing(code(PLATE), code(OTHER), side=200)
    assert sorted(texts(Watched([frame]).all())) == sorted([PLATE, OTHER])


def test_what_is_wrong_with_a_code_that_cannot_be_read_is_told() -> None:
    torn = code(PLATE)
    torn.paste(255, (150, 150, 330, 330))
    dark = bytes(SIZE[0] * SIZE[1])
    told = Watched([showing(torn), showing(torn, side=80), dark, EMPTY]).all()
    assert sights(told) == [Sight.UNREAD, Sight.FAR, Sight.DARK, Sight.NOTHING]


def test_frames_that_come_too_fast_are_let_go_and_not_looked_at() -> None:
    watched = Watched([EMPTY] * 20)
    watched.source.clock = FakeClock()  # the camera's own clock stands still but for what the test says
    told = watched.all()
    assert len(sights(told)) == 1


@pytest.mark.parametrize("trouble", list(CameraTrouble))
def test_why_no_frame_comes_is_told_once_and_the_source_is_let_go(trouble: CameraTrouble) -> None:
    watched = Watched([EMPTY], trouble)
    assert watched.all()[-1] is trouble
    assert watched.source.is_released
    assert watched.told.empty()


def test_a_camera_that_cannot_be_started_is_told() -> None:
    def refuse(_settings: CameraSettings) -> FakeSource:
        raise NoFrames(CameraTrouble.BUSY)

    watched = Watched([])
    watched.camera._start_source = refuse  # type: ignore[assignment] # a source that never is
    assert watched.all() == [CameraTrouble.BUSY]


def test_without_the_library_nothing_is_opened(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(camera, "has_code_reader", lambda: False)
    watched = Watched([EMPTY])
    assert watched.all() == [CameraTrouble.NO_READER]
    assert len(watched.source.frames) == 1


def test_after_it_was_closed_nothing_is_told_and_no_thread_is_left() -> None:
    before = threading.active_count()
    watched = Watched([EMPTY])
    watched.source.waits_at_end = True
    watched.camera.start()
    watched.told.get(timeout=60)
    watched.camera.close()
    assert watched.source.is_closed
    assert watched.source.is_released
    assert watched.told.empty()
    assert threading.active_count() == before
    watched.camera.close()


def test_a_frame_without_a_code_is_looked_at_more_closely_once_in_a_while(looks: type[FakeLooker]) -> None:
    looks.reads = [PLATE]
    watched = Watched([EMPTY, showing(ground=90), EMPTY])
    assert texts(watched.all()) == [PLATE]
    assert looks.frames == [EMPTY]


def test_a_closer_look_that_fails_changes_nothing(looks: type[FakeLooker]) -> None:
    looks.reads = None
    told = Watched([EMPTY, showing(code(PLATE))]).all()
    assert texts(told) == [PLATE]


def test_a_code_that_the_closer_look_reads_too_is_told_once(looks: type[FakeLooker]) -> None:
    looks.reads = [PLATE]
    assert texts(Watched([EMPTY, showing(code(PLATE))]).all()) == [PLATE]


@pytest.mark.parametrize("room", [(96, 54), (40, 20), (1, 1), (0, 0), (5000, 5000)])
@pytest.mark.parametrize("size", [(1280, 720), (640, 480), (33, 17), (8, 300)])
def test_a_view_fits_its_room_and_keeps_its_shape(size: tuple[int, int], room: tuple[int, int]) -> None:
    width, height, gray = shrunk(bytes(size[0] * size[1]), *size, room)
    assert len(gray) == width * height
    assert width <= min(max(room[0], 1), MAX_PREVIEW[0])
    assert height <= min(max(room[1], 1), MAX_PREVIEW[1])
    if min(width, height) > 10:
        assert width / height == pytest.approx(size[0] / size[1], rel=0.1)


def test_a_view_shows_what_is_bright_and_where() -> None:
    frame = Image.new("L", (160, 90), 10)
    frame.paste(250, (80, 0, 160, 45))
    width, height, gray = shrunk(frame.tobytes(), 160, 90, (16, 9))
    assert (width, height) == (16, 9)
    rows = [gray[row * width : (row + 1) * width] for row in range(height)]
    assert rows[0] == bytes([10] * 8 + [250] * 8)
    assert rows[8] == bytes([10] * 16)
