"""Every panel and screen of the app, and the keys that lead there: what the gallery shows.

A step is a key, or a word for something else: ``scan:11`` a plate, ``tap:1`` a badge, ``wait:60`` seconds by the held
clock, ``type:text`` typing.
"""

from collections.abc import Callable

from msgspec import Struct

from tests.fieldapp.casework_rows import with_casework
from tests.fieldapp.fake_code_camera import FakeCodeCamera
from tests.fieldapp.fakes import (
    BADGE_2,
    PLATE_BUILDING_3,
    PLATE_ENTRANCE_11,
    PLATE_ENTRANCE_12,
    PLATE_STRANGE,
    World,
    make_world,
    small_grid,
)

SCANS = {
    "11": PLATE_ENTRANCE_11,
    "12": PLATE_ENTRANCE_12,
    "3": PLATE_BUILDING_3,
    "strange": PLATE_STRANGE,
}
CARDS = {"2": BADGE_2}


class Scene(Struct, frozen=True):
    """One picture.

    Attributes:
        steps: what somebody does to get there.
        world: makes the tablet that it is done on.
        has_camera: whether codes can be read with a camera.
    """

    steps: str
    world: Callable[[], World] = lambda: make_world().signed_in()
    has_camera: bool = False


def _with_cases() -> World:
    return make_world(with_casework(small_grid())).signed_in()


SCENES: dict[str, Scene] = {
    "sign_in": Scene("1 3", make_world),
    "today-before": Scene(""),
    "today": Scene("scan:11 wait:40 1 wait:200"),
    "arrived": Scene("scan:11 1 wait:60 scan:12"),
    "arrived-already": Scene("scan:11 wait:40 scan:11"),
    "remark": Scene("scan:11 8"),
    "points": Scene("scan:11 5 1 2 2"),
    "problem-matter": Scene("scan:11 2"),
    "problem-find": Scene("scan:11 2 9 type:lj"),
    "problem-words": Scene("scan:11 2 1"),
    "problem-own": Scene("scan:11 2 1 9 type:snow"),
    "problem-review": Scene("scan:11 2 1 1"),
    "problem-photos": Scene("scan:11 2 1 1 7"),
    "visit": Scene("scan:11 4"),
    "visit-outcome": Scene("scan:11 4 1"),
    "visit-more": Scene("scan:11 4 1 9"),
    "places": Scene("1"),
    "places-find": Scene("1 9 type:2"),
    "doors": Scene("1 1"),
    "code": Scene("1 c"),
    "unknown": Scene("scan:strange"),
    "handover": Scene("tap:2"),
    "log": Scene("scan:11 1 wait:90 scan:12 2 1 1 1 4"),
    "record": Scene("scan:11 1 wait:90 4 1"),
    "outbox": Scene("scan:11 1 wait:90 5"),
    "round": Scene("scan:11 1 wait:90 scan:12 2 1 1 1 r", _with_cases),
    "round-left": Scene("scan:11 1 wait:90 scan:12 1 r 9", _with_cases),
    "map": Scene("scan:11 1 wait:90 r g", _with_cases),
    "week": Scene("scan:11 1 wait:90 r w", _with_cases),
    "sent": Scene("scan:11 1 wait:90 5 w"),
    "building": Scene("scan:11 1 wait:90 r 1", _with_cases),
    "building-case": Scene("r 2", _with_cases),
    "arrived-asked": Scene("scan:12", _with_cases),
    "cases": Scene("scan:12 c", _with_cases),
    "tasks": Scene("k", _with_cases),
    "task": Scene("k 1", _with_cases),
    "case": Scene("k 4", _with_cases),
    "case_note": Scene("k 4 1", _with_cases),
    "case_note-review": Scene("k 4 1 1", _with_cases),
    "handoff": Scene("scan:11 1 wait:90 6 4", _with_cases),
    "handoff-review": Scene("scan:11 1 wait:90 6 4 1", _with_cases),
    "today-more": Scene("e"),
    "settings": Scene("s"),
    "shift_start": Scene("6"),
    "shift_end": Scene("scan:11 1 wait:90 6"),
    "mount": Scene("m"),
    "mount-replace": Scene("m 1 scan:strange"),
    "aim": Scene("a", has_camera=True),
    "help": Scene("h"),
}
"""A picture's name to the way there; `test_gallery` asks for one of every panel."""


def camera_of(scene: Scene) -> FakeCodeCamera | None:
    """Return what codes are read with by aiming, where the scene has it."""
    return FakeCodeCamera() if scene.has_camera else None
