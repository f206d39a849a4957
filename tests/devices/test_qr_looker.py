"""Pictures are looked at by a process that a hostile one may break, and nothing else."""

import os
import random
import resource
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image

from devices.errors import NoCodeReader
from devices.qr import child, looker
from devices.qr.looked import MAX_FILE_BYTES, CannotLook
from devices.qr.looker import Looker
from devices.qr.zbar import texts_in
from sync.tags import is_plate_code
from tests.devices.hard_pictures import code, plate
from tests.sync.imaging.made_pictures import as_bytes, as_camera_writes, png_claiming


@pytest.fixture(scope="module")
def eyes() -> Iterator[Looker]:
    with Looker() as opened:
        yield opened


def file_of(folder: Path, data: bytes, name: str = "picture") -> Path:
    file = folder / name
    file.write_bytes(data)
    return file


def refusal(eyes: Looker, file: Path) -> str:
    with pytest.raises(CannotLook) as refused:
        eyes.file(file)
    return refused.value.reason


def said_of(eyes: Looker, file: Path) -> list[str] | str:
    try:
        return eyes.file(file)
    except CannotLook as refused:
        return refused.reason


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "BMP", "GIF", "TIFF", "PPM"])
def test_a_code_is_read_in_every_kind_of_file(eyes: Looker, tmp_path: Path, kind: str) -> None:
    assert eyes.file(file_of(tmp_path, as_bytes(code("XG1"), kind))) == ["XG1"]


@pytest.mark.parametrize("orientation", range(1, 9))
def test_it_does_not_matter_how_the_camera_was_held(eyes: Looker, tmp_path: Path, orientation: int) -> None:
    data = as_camera_writes(code("XG1").convert("RGB"), orientation=orientation)
    assert eyes.file(file_of(tmp_path, data)) == ["XG1"]


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "empty"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "not_a_picture"),
        (b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 10 10\n", "not_a_picture"),
        (as_bytes(code("XG1"))[:900], "damaged"),
        (png_claiming(30_000, 30_000), "too_many_pixels"),
        (png_claiming(20_001, 2), "too_many_pixels"),
        (png_claiming(7_900, 7_900), "damaged"),
    ],
    ids=["empty", "drawing", "program", "cut", "bomb", "strip", "claims"],
)
def test_what_cannot_be_looked_at_is_refused_with_its_reason(
    eyes: Looker, tmp_path: Path, data: bytes, reason: str
) -> None:
    assert refusal(eyes, file_of(tmp_path, data)) == reason


@pytest.mark.parametrize(("most", "size"), [(40_000, (200, 200)), (10_000, (100, 100)), (2_500, (50, 50))])
def test_a_jpeg_with_too_many_pixels_is_read_smaller(
    monkeypatch: pytest.MonkeyPatch, most: int, size: tuple[int, int]
) -> None:
    monkeypatch.setattr(child, "MAX_PIXELS", most)
    assert child._opened(as_bytes(Image.new("L", (400, 400)))).size == size


@pytest.mark.parametrize(("kind", "side"), [("PNG", 400), ("JPEG", 4000)])
def test_what_cannot_be_read_smaller_is_refused(monkeypatch: pytest.MonkeyPatch, kind: str, side: int) -> None:
    monkeypatch.setattr(child, "MAX_PIXELS", 100_000)
    with pytest.raises(CannotLook) as refused:
        child._opened(as_bytes(Image.new("L", (side, side)), kind))
    assert refused.value.reason == "too_many_pixels"


def test_nothing_but_a_plain_file_is_opened(eyes: Looker, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    assert refusal(eyes, tmp_path / "pipe") == "not_a_file"
    assert refusal(eyes, tmp_path) == "not_a_file"
    assert refusal(eyes, tmp_path / "nothing") == "gone"
    assert refusal(eyes, tmp_path / "a\0b") == "gone"


def test_a_file_that_is_too_large_is_not_read(eyes: Looker, tmp_path: Path) -> None:
    with (tmp_path / "huge").open("wb") as huge:
        huge.truncate(MAX_FILE_BYTES + 1)
    assert refusal(eyes, tmp_path / "huge") == "file_too_large"


def test_bytes_changed_anywhere_never_end_it(eyes: Looker, tmp_path: Path) -> None:
    luck = random.Random(11)
    for kind in ("JPEG", "PNG", "GIF", "TIFF", "WEBP"):
        sound = as_bytes(code("XG1").resize((99, 99)), kind)
        for _attempt in range(4):
            spoilt = bytearray(sound)
            for _byte in range(3):
                spoilt[luck.randrange(len(spoilt))] = luck.randrange(256)
            assert said_of(eyes, file_of(tmp_path, bytes(spoilt))) in (
                *([], ["XG1"]),
                *("damaged", "not_a_picture", "too_many_pixels"),
            )


def test_a_process_that_a_picture_ends_is_replaced_at_the_next_one(tmp_path: Path) -> None:
    good = file_of(tmp_path, as_bytes(code("XG1")))
    with Looker() as eyes:
        assert eyes.file(good) == ["XG1"]
        assert eyes._process is not None
        eyes._process.send_signal(signal.SIGKILL)
        assert refusal(eyes, good) == "damaged"
        assert eyes.file(good) == ["XG1"]


def test_a_process_that_does_not_answer_is_ended(tmp_path: Path) -> None:
    good = file_of(tmp_path, as_bytes(code("XG1")))
    with Looker(timeout_s=0.2) as eyes:
        eyes._started()
        assert eyes._process is not None
        eyes._process.send_signal(signal.SIGSTOP)
        stopped = eyes._process
        assert refusal(eyes, good) == "too_slow"
        assert stopped.returncode == -signal.SIGKILL


def test_the_process_ends_with_whoever_started_it() -> None:
    eyes = Looker()
    eyes._started()
    process, line = eyes._process, eyes._line
    assert process is not None
    assert line is not None
    line.close()
    assert process.wait(30) == 0
    eyes.close()


def test_the_process_may_write_no_file_and_use_no_more_memory_than_its_share() -> None:
    def limits() -> None:
        child._limit()
        wrong = resource.getrlimit(resource.RLIMIT_FSIZE)[0] or (
            resource.getrlimit(resource.RLIMIT_AS)[0] != child.MEMORY_BYTES
        )
        os._exit(int(bool(wrong)))

    assert subprocess.run(["true"], preexec_fn=limits, check=False).returncode == 0


def test_each_picture_has_its_own_processor_time(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[tuple[int, tuple[int, int]]] = []
    monkeypatch.setattr(resource, "setrlimit", lambda kind, limits: seen.append((kind, limits)))
    child._allow_more_time()
    used = resource.getrusage(resource.RUSAGE_SELF)
    ((kind, (soft, hard)),) = seen
    assert kind == resource.RLIMIT_CPU
    assert soft == pytest.approx(used.ru_utime + used.ru_stime + child.CPU_S, abs=2)
    assert hard == resource.RLIM_INFINITY


def test_a_camera_frame_is_looked_at_without_a_file(eyes: Looker) -> None:
    picture = code("XG1")
    assert eyes.frame(picture.tobytes(), picture.width, picture.height) == ["XG1"]


def test_a_frame_that_is_too_short_is_refused(eyes: Looker) -> None:
    with pytest.raises(CannotLook):
        eyes.frame(b"short", 640, 480)


def test_without_the_library_it_says_so_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(looker, "find_spec", lambda _name: None)
    with pytest.raises(NoCodeReader):
        Looker()


@pytest.mark.parametrize(("text", "accepted"), [(plate(4), True), ("no plate", False)])
def test_what_only_the_second_opinion_reads_must_be_a_plate(
    text: str, accepted: bool, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    script = (
        "import socket, sys\n"
        "line = socket.socket(fileno=int(sys.argv[1]))\n"
        "socket.recv_fds(line, 4096, 1)\n"
        f'line.sendall(b\'{{"texts": [], "doubtful": ["{text}", "{text}"]}}\\n\')\n'
    )
    stand_in = file_of(tmp_path, script.encode(), "stand_in.py")
    monkeypatch.setattr(looker, "_COMMAND", (looker.sys.executable, str(stand_in)))
    with Looker(is_plate_code) as eyes:
        assert eyes.file(file_of(tmp_path, b"anything")) == ([text] if accepted else [])


@pytest.mark.needs("zbar")
def test_the_second_opinion_reads_a_plain_code_and_nothing_else() -> None:
    picture = code(plate(9))
    assert texts_in(picture.tobytes(), picture.width, picture.height) == [plate(9)]
    assert texts_in(bytes(64 * 64), 64, 64) == []
    assert texts_in(b"too short", 640, 480) == []


def test_without_its_library_the_second_opinion_is_silent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("devices.qr.zbar._library", lambda: None)
    picture = Image.new("L", (64, 64), 255)
    assert texts_in(picture.tobytes(), 64, 64) == []
