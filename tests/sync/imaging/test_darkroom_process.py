"""Pictures are decoded in a process of its own: what they break is that process, and the app gets a reason."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from sync.imaging import darkroom
from sync.imaging.darkroom import Darkroom
from sync.imaging.photos import Refused
from sync.imaging.recipe import developed
from tests.sync.imaging.made_pictures import TAKEN, as_bytes, as_camera_writes, png_claiming, scene


def written(folder: Path, data: bytes) -> Path:
    file = folder / "picture.jpg"
    file.write_bytes(data)
    return file


def refusal_of(file: Path) -> str:
    with pytest.raises(Refused) as refused:
        Darkroom().develop(file)
    return refused.value.reason


def test_the_process_makes_what_the_recipe_makes(tmp_path: Path) -> None:
    data = as_camera_writes(scene(2000, 1500))
    photo = Darkroom().develop(written(tmp_path, data))
    assert photo == developed(data)
    assert photo.taken == TAKEN


def test_developing_leaves_the_file_and_loads_no_pillow_here(tmp_path: Path) -> None:
    data = as_bytes(scene())
    file = written(tmp_path, data)
    Darkroom().develop(file)
    assert file.read_bytes() == data
    assert "PIL" not in vars(darkroom)


def test_a_preview_comes_as_pixels(tmp_path: Path) -> None:
    pixels = Darkroom().preview(written(tmp_path, as_bytes(scene(400, 400))), 40, 20)
    assert (pixels.width, pixels.height, len(pixels.data)) == (20, 20, 1200)


def test_a_bomb_ends_as_a_reason(tmp_path: Path) -> None:
    assert refusal_of(written(tmp_path, png_claiming(40_000, 40_000))) == "too_many_pixels"


def test_a_file_that_is_gone_is_said(tmp_path: Path) -> None:
    assert refusal_of(tmp_path / "gone.jpg") == "gone"


def test_a_pipe_in_place_of_a_picture_is_never_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.jpg")
    assert refusal_of(tmp_path / "pipe.jpg") == "not_a_file"


def test_a_folder_in_place_of_a_picture_is_refused(tmp_path: Path) -> None:
    assert refusal_of(tmp_path) == "not_a_file"


@pytest.mark.parametrize(
    ("program", "reason"),
    [
        ("import os, signal; os.kill(os.getpid(), signal.SIGSEGV)", "damaged"),
        ("raise SystemExit(3)", "damaged"),
        ('print(\'{"refused": "strange"}\')', "damaged"),
        ("while True: pass", "too_slow"),
    ],
)
def test_a_process_that_ends_badly_is_a_refusal(
    program: str, reason: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(darkroom, "_COMMAND", (sys.executable, "-c", program))
    with pytest.raises(Refused) as refused:
        Darkroom(timeout_s=0.5).develop(written(tmp_path, b"picture"))
    assert refused.value.reason == reason


def test_the_app_with_all_its_forms_loads_no_pillow() -> None:
    program = (
        "import sys, importlib\n"
        "from fieldapp.screens import PANELS\n"
        "names = [f'fieldapp.screens.{name}' for name in PANELS]\n"
        "names += ['fieldapp.photo_form', 'fieldapp.services.photos']\n"
        "names += ['sync.imaging.darkroom', 'fieldapp.imaging.camera']\n"
        "for name in names: importlib.import_module(name)\n"
        "print('PIL' in sys.modules)\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


def test_the_home_screen_is_painted_without_anything_of_photos(tmp_path: Path) -> None:
    program = "import sys, fieldapp.app, fieldapp.bootstrap, fieldapp.screens.today, fieldapp.services\n"
    program += "print(sorted(name for name in sys.modules if '.imaging' in name))\n"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
