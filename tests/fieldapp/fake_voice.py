"""A microphone without sound, and the bytes of recordings."""

import struct
from pathlib import Path

from fieldapp.recording.sounds import NotHeard, Reason, Sound


def wav(samples: int = 800, *, size: int | None = None) -> bytes:
    """Return a WAV of silence at 8 kHz; `size` is what its header says of its sound."""
    sound = bytes(samples * 2)
    fmt = b"fmt " + struct.pack("<IHHIIHH", 16, 1, 1, 8000, 16000, 2, 16)
    said = len(sound) if size is None else size
    body = b"WAVE" + fmt + b"data" + struct.pack("<I", said) + sound
    return b"RIFF" + struct.pack("<I", min(len(body) - len(sound) + said, 0xFFFFFFFF)) + body


def ogg(*bodies: bytes) -> bytes:
    """Return an Ogg stream, a page for each body of at most 255 bytes; without bodies, one of sound."""
    pages = bodies or (b"OpusHead" + bytes(11), b"OpusTags" + bytes(8), bytes(200))
    return b"".join(b"OggS" + bytes(22) + bytes([1, len(page)]) + page for page in pages)


class FakeRecording:
    """A recording that a test ends or lets break off."""

    def __init__(self, microphone: "FakeMicrophone") -> None:
        self._microphone = microphone
        self.is_running = True
        self.lasts_s = 7.4

    def stop(self) -> Sound:
        self.is_running = False
        if self._microphone.refuses is not None:
            raise NotHeard(self._microphone.refuses)
        return self._microphone.sound


class FakeMicrophone:
    """Records the same sound every time, or `refuses`; notes what is played."""

    def __init__(self, *, records: bool = True, plays: bool = True) -> None:
        self.records, self.plays = records, plays
        self.sound = Sound(wav(), "audio/wav")
        self.refuses: Reason | None = None
        self.missing = False
        self.recordings: list[FakeRecording] = []
        self.played: list[str] = []

    def start(self) -> FakeRecording:
        if self.missing:
            raise NotHeard("program_missing")
        self.recordings.append(FakeRecording(self))
        return self.recordings[-1]

    def play(self, file: Path) -> None:
        if self.refuses is not None:
            raise NotHeard(self.refuses)
        self.played.append(file.name)

    def hush(self) -> None:
        """Nothing is still playing."""
