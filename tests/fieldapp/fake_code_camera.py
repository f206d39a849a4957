"""A camera for tests of the aiming panel: no program, and nothing is seen but what a test holds up."""

from fieldapp.reader_news import CameraNews


class FakeCodeCamera:
    """A camera that shows what a test holds in front of it."""

    def __init__(self) -> None:
        self.news: CameraNews | None = None
        self.opened = 0
        self.room = (0, 0)

    @property
    def is_on(self) -> bool:
        return self.news is not None

    def open(self, news: CameraNews) -> None:
        assert self.news is None, "it is on already"
        self.news = news
        self.opened += 1

    def fit(self, columns: int, rows: int) -> None:
        self.room = (columns, rows)

    def close(self) -> None:
        self.news = None

    def show(self, sight: str = "nothing") -> None:
        """Let a frame be seen: a ramp from dark to bright."""
        if self.news is not None:
            width, height = min(self.room[0], 56), min(self.room[1], 30)
            row = bytes(255 * column // max(width - 1, 1) for column in range(width))
            self.news.viewed(width, height, row * height, sight)

    def read(self, text: str) -> None:
        """Let a code be read."""
        if self.news is not None:
            self.news.code_read(text, 0.0)

    def end(self, trouble: str) -> None:
        """Let the camera end."""
        if self.news is not None:
            self.news.camera_ended(trouble)
