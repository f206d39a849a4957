"""Every screen in three sizes and three looks: ``python -m tests.fieldapp.gallery``.

A page of the gallery is a text: what stands on the screen in Chinese, cell by cell, in each size, and under it a digest
of the colours in each look; then two sizes of an 8-inch panel in the first look, and at last the smallest of the three
in English. So a change of words or places is read in the difference, and one of colours is seen to be one.
With ``--sheets FOLDER`` the pages are drawn as pictures too, to be looked at.
"""

import argparse
import asyncio
import sys
from hashlib import sha256
from pathlib import Path

from textual.strip import Strip

from fieldapp.text import current_language, use_language
from tests.fieldapp.rest import let_timers_go_off, resize
from tests.fieldapp.robot import Robot
from tests.fieldapp.terminal_svg import terminal_svg
from tests.fieldapp.tour import STOPS, standing

FOLDER = Path(__file__).parent / "gallery"
"""Where the pages lie, one file for each stop of the tour."""

SIZES = ((80, 24), (100, 40), (160, 50))
PANEL_SIZES = ((56, 18), (85, 26))
"""An 8-inch panel that is read without glasses, and what the kiosk shows on it by default; in the first look alone."""

LOOKS = ("sun", "night", "sun-large")
ENGLISH = "en"
"""Stands in the place of a look for the one shot in English."""

COMMAND = "python -m tests.fieldapp.gallery"

_DIGEST_CHARS = 12


class Shot:
    """One screen as it was drawn."""

    def __init__(self, strips: list[Strip]) -> None:
        self.strips = strips

    @property
    def text(self) -> str:
        """Return what stands there, without the spaces at the ends of lines."""
        return "\n".join(strip.text.rstrip() for strip in self.strips)

    @property
    def digest(self) -> str:
        """Return what it looks like, words and colours, as a few hex digits."""
        drawn = sha256()
        for strip in self.strips:
            for segment in strip.simplify():
                drawn.update(f"{segment.text}\0{segment.style}\1".encode())
            drawn.update(b"\n")
        return drawn.hexdigest()[:_DIGEST_CHARS]


Shots = dict[tuple[tuple[int, int], str], Shot]
"""Size and look to a shot."""


async def shots_of(stop: str) -> Shots:
    """Walk to a stop and draw it in every size and look."""
    before = current_language()
    use_language("zh_CN")
    try:
        async with standing(stop, size=SIZES[0]) as robot:
            return await _drawn(robot)
    finally:
        use_language(before)


def page_of(name: str, shots: Shots) -> str:
    """Return a stop's page."""
    parts = [f"# {name}"]
    for size in SIZES:
        parts.append(f"\n## {size[0]}x{size[1]}\n")
        parts.append(shots[size, LOOKS[0]].text)
        parts.append("\n" + "  ".join(f"{look} {shots[size, look].digest}" for look in LOOKS))
    for size in PANEL_SIZES:
        parts += [f"\n## {size[0]}x{size[1]}\n", shots[size, LOOKS[0]].text]
    parts += [f"\n## {SIZES[0][0]}x{SIZES[0][1]} {ENGLISH}\n", shots[SIZES[0], ENGLISH].text]
    return "\n".join(parts) + "\n"


async def _drawn(robot: Robot) -> Shots:
    shots: Shots = {}
    for look in LOOKS:
        robot.app.wear(look)
        for size in SIZES:
            shots[size, look] = await _shot(robot, size)
    robot.app.wear(LOOKS[0])
    for size in PANEL_SIZES:
        shots[size, LOOKS[0]] = await _shot(robot, size)
    use_language("en")
    robot.app.wear(LOOKS[0])
    shots[SIZES[0], ENGLISH] = await _shot(robot, SIZES[0])
    return shots


async def _shot(robot: Robot, size: tuple[int, int]) -> Shot:
    await resize(robot.app, *size)
    await let_timers_go_off(robot.app)
    return Shot(robot.app.screen._compositor.render_strips())


def main(words: list[str] | None = None) -> int:
    """Make every page anew."""
    parser = argparse.ArgumentParser(prog=COMMAND, description=__doc__)
    parser.add_argument("--sheets", type=Path, metavar="FOLDER", help="draw the pages as pictures into a folder")
    parser.add_argument("names", nargs="*", help="stops of the tour; all of them without")
    arguments = parser.parse_args(words)
    FOLDER.mkdir(exist_ok=True)
    for name in arguments.names or STOPS:
        shots = asyncio.run(shots_of(name))
        path, page = FOLDER / f"{name}.txt", page_of(name, shots)
        is_new = not path.exists() or path.read_text(encoding="utf-8") != page
        path.write_text(page, encoding="utf-8", newline="\n")
        print(f"{'changed' if is_new else 'as before'}  {name}", file=sys.stderr)
        if arguments.sheets is not None:
            _draw(arguments.sheets, name, shots)
    return 0


def _draw(folder: Path, name: str, shots: Shots) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for (size, look), shot in shots.items():
        svg = terminal_svg(shot.strips, columns=size[0], rows=size[1], title=f"{name} {look}")
        (folder / f"{name}.{size[0]}x{size[1]}.{look}.svg").write_text(svg, encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
