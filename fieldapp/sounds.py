"""Two tones beside the bell, played by a configured program: one for what was accepted, one for: look at the screen.

Whatever the program does, nobody waits for it: each tone has a thread of its own, at most one program runs, and it is
ended after `LONGEST_S`. Its failures are in the log, and `fieldapp doctor` plays a tone to tell of them.
"""

import logging
import math
import subprocess
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Literal

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
        self._playing = threading.Lock()

    def play(self, sound: Sound) -> None:
        """Play a tone beside everything else; one that comes while another is played is left out."""
        threading.Thread(target=self._play, args=(sound,), name="sound", daemon=True).start()

    def trouble(self, sound: Sound = "accepted") -> str:
        """Play a tone and wait; return what went wrong, empty when it was played."""
        try:
            file = tone_file(sound, self._folder)
            words = [word.replace("{sound}", str(file)) for word in self._command]
            named = any("{sound}" in word for word in self._command)
            done = subprocess.run(
                words if named else [*words, str(file)],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                timeout=LONGEST_S,
                check=False,
            )
        except subprocess.TimeoutExpired:
            return "timeout"
        except OSError as exc:
            return exc.strerror or type(exc).__name__
        return f"exit {done.returncode}" if done.returncode else ""

    def _play(self, sound: Sound) -> None:
        if not self._playing.acquire(blocking=False):
            return
        try:
            if trouble := self.trouble(sound):
                log.warning("sound_not_played reason=%.80s", trouble)
        finally:
            self._playing.release()


def tone_file(sound: Sound, folder: Path) -> Path:
    """Return the file of a tone, made where there is none."""
    file = folder / f"{sound}.wav"
    if not file.exists():
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        file.write_bytes(tone_bytes(sound))
    return file


def tone_bytes(sound: Sound) -> bytes:
    """Return a tone as a WAV file: one channel, 8 bits."""
    import io
    import wave

    samples = bytearray()
    for hertz, milliseconds in TONES[sound]:
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
