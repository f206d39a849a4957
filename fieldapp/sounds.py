"""Two tones beside the bell, played by a configured program: one for what was accepted, one for: look at the screen.

Whatever the program does, nobody waits for it: tones are played in a thread of their own, one after the other, and a
program is ended after `LONGEST_S`. Its failures are in the log; `fieldapp doctor` plays silence to tell of them.
"""

import logging
import math
import os
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Literal

from fieldapp.programs import trouble_of

Sound = Literal["accepted", "look"]
"""What was done as asked; what must be looked at."""

TONES: dict[Sound, tuple[tuple[int, int], ...]] = {
    "accepted": ((1320, 140),),
    "look": ((440, 160), (0, 60), (330, 240)),
}
"""Each tone as hertz and milliseconds, one after the other; 0 hertz is silence. Told apart by pitch and by rhythm."""

RATE = 16_000
"""Samples in a second."""

LOUDNESS = 0.6
"""Part of the largest amplitude; a full square would rattle in a small speaker."""

SILENCE: Literal["silence"] = "silence"
"""What is played to find out whether the program plays anything, while nobody is to hear it."""

SILENCE_MS = 50

LONGEST_S = 5.0
"""When a program that still plays is ended."""

log = logging.getLogger(__name__)


class Sounds:
    """Plays tones.

    Args:
        command: program and arguments, ``{sound}`` where the file of the tone is named; without it the file comes last.
        folder: where the two files are kept; made when the first one is wanted.
    """

    def __init__(self, command: Sequence[str], folder: Path) -> None:
        self._command = tuple(command)
        self._folder = folder
        self._lock = threading.Lock()
        self._is_playing = False
        self._next: Sound | None = None

    def play(self, sound: Sound) -> None:
        """Play a tone beside everything else; of those that come while one is played, the last one follows it."""
        with self._lock:
            if self._is_playing:
                self._next = sound
                return
            self._is_playing = True
        threading.Thread(target=self._play, args=(sound,), name="sound", daemon=True).start()

    def trouble(self, sound: Sound | Literal["silence"] = SILENCE) -> str:
        """Play a tone, or silence, and wait; return what went wrong, empty when it was played."""
        try:
            file = tone_file(sound, self._folder)
        except OSError as exc:
            return exc.strerror or type(exc).__name__
        words = [word.replace("{sound}", str(file)) for word in self._command]
        named = any("{sound}" in word for word in self._command)
        return trouble_of(words if named else [*words, str(file)], LONGEST_S)

    def _play(self, sound: Sound) -> None:
        following: Sound | None = sound
        while following is not None:
            if trouble := self.trouble(following):
                log.warning("sound_not_played reason=%.80s", trouble)
            with self._lock:
                following, self._next = self._next, None
                self._is_playing = following is not None


def tone_file(sound: Sound | Literal["silence"], folder: Path) -> Path:
    """Return the file of a tone, made where there is none; it is whole or not there."""
    file = folder / f"{sound}.wav"
    if not file.exists():
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        part = folder / f".{sound}.{os.getpid()}.{threading.get_ident()}"
        part.write_bytes(tone_bytes(sound))
        part.replace(file)
    return file


def tone_bytes(sound: Sound | Literal["silence"]) -> bytes:
    """Return a tone as a WAV file: one channel, 8 bits."""
    import io
    import wave

    samples = bytearray()
    for hertz, milliseconds in ((0, SILENCE_MS),) if sound == SILENCE else TONES[sound]:
        count = RATE * milliseconds // 1000
        for place in range(count):
            # Fading in and out over 5 ms, without which a tone begins and ends with a click.
            fade = min(place, count - place, RATE // 200) / (RATE // 200)
            samples.append(128 + round(127 * LOUDNESS * fade * math.sin(2 * math.pi * hertz * place / RATE)))
    buffer = io.BytesIO()
    with wave.open(buffer, "wb") as written:
        written.setnchannels(1)
        written.setsampwidth(1)
        written.setframerate(RATE)
        written.writeframes(bytes(samples))
    return buffer.getvalue()
