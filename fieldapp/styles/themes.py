"""Four looks: sun and night, each in usual and in large; colours that hold in sunlight, in the dark and in 16 colours.

Every token is a pair of ground and ink with a contrast of at least 7 to 1 (4.5 where only a border uses it).
"""

from msgspec import Struct
from textual.theme import Theme

LARGE = "-large"
"""Ends the name of a theme that spreads letters and heightens rows; also the class the app then carries."""


class Palette(Struct, frozen=True):
    """The colours of one look; a name ending in ``ink`` is written on the ground before it."""

    ground: str
    ink: str
    soft_ink: str
    tile: str
    tile_ink: str
    tile_soft_ink: str
    chip: str
    chip_ink: str
    go: str
    go_ink: str
    go_chip: str
    go_chip_ink: str
    off: str
    off_ink: str
    bar: str
    bar_ink: str
    bar_good: str
    bar_warn: str
    bar_bad: str
    rail: str
    good: str
    good_ink: str
    good_text: str
    warn: str
    warn_ink: str
    warn_text: str
    bad: str
    bad_ink: str
    bad_text: str


SUN = Palette(
    ground="#FFFFFF",
    ink="#000000",
    soft_ink="#303030",
    tile="#DCE6F4",
    tile_ink="#000000",
    tile_soft_ink="#262626",
    chip="#B9CBE6",
    chip_ink="#000000",
    go="#003B8E",
    go_ink="#FFFFFF",
    go_chip="#00255C",
    go_chip_ink="#FFFFFF",
    off="#F0F0F0",
    off_ink="#4A4A4A",
    bar="#000000",
    bar_ink="#FFFFFF",
    bar_good="#7FE0A6",
    bar_warn="#FFD277",
    bar_bad="#FFA79F",
    rail="#C4C4C4",
    good="#00561B",
    good_ink="#FFFFFF",
    good_text="#00561B",
    warn="#FFD166",
    warn_ink="#000000",
    warn_text="#6E3C00",
    bad="#A0001C",
    bad_ink="#FFFFFF",
    bad_text="#A0001C",
)
"""Black on white, for sunlight."""

NIGHT = Palette(
    ground="#0B0E13",
    ink="#F2F4F7",
    soft_ink="#B9C2CE",
    tile="#1C2733",
    tile_ink="#F2F4F7",
    tile_soft_ink="#C3CCD7",
    chip="#2F4052",
    chip_ink="#F2F4F7",
    go="#7DB9F5",
    go_ink="#06121F",
    go_chip="#B5DAFF",
    go_chip_ink="#06121F",
    off="#11161D",
    off_ink="#A3ACB7",
    bar="#1C2733",
    bar_ink="#F2F4F7",
    bar_good="#7FE0A6",
    bar_warn="#FFD277",
    bar_bad="#FFA79F",
    rail="#2F4052",
    good="#5FD18D",
    good_ink="#06150C",
    good_text="#7FE0A6",
    warn="#F2C14E",
    warn_ink="#0B0E13",
    warn_text="#FFD277",
    bad="#FF8A80",
    bad_ink="#1A0503",
    bad_text="#FFA79F",
)
"""Light on near-black with one light blue, for the dark."""

PALETTES = {"sun": SUN, "sun-large": SUN, "night": NIGHT, "night-large": NIGHT}
"""Palette of each theme."""


def themes() -> list[Theme]:
    """Return the themes to register."""
    return [_theme(name, palette) for name, palette in PALETTES.items()]


def known_theme(name: str) -> str:
    """Return the theme of a name, the first one for an unknown name."""
    return name if name in PALETTES else next(iter(PALETTES))


def other_light(name: str) -> str:
    """Return the theme for the other light, night for sun, in the same size."""
    light = "night" if known_theme(name).startswith("sun") else "sun"
    return light + (LARGE if name.endswith(LARGE) else "")


def other_size(name: str) -> str:
    """Return the theme of the other size in the same light."""
    known = known_theme(name)
    return known.removesuffix(LARGE) if known.endswith(LARGE) else known + LARGE


def _theme(name: str, palette: Palette) -> Theme:
    tokens = {field.replace("_", "-"): getattr(palette, field) for field in Palette.__struct_fields__}
    return Theme(
        name=name,
        primary=palette.go,
        secondary=palette.chip,
        accent=palette.go,
        foreground=palette.ink,
        background=palette.ground,
        surface=palette.tile,
        panel=palette.tile,
        success=palette.good,
        warning=palette.warn,
        error=palette.bad,
        dark=palette is NIGHT,
        variables={
            **tokens,
            "input-cursor-background": palette.ink,
            "input-cursor-foreground": palette.ground,
            "input-selection-background": palette.chip,
            "scrollbar": palette.chip,
            "scrollbar-hover": palette.chip,
            "scrollbar-active": palette.go,
            "scrollbar-background": palette.ground,
            "scrollbar-background-hover": palette.ground,
            "scrollbar-background-active": palette.ground,
            "scrollbar-corner-color": palette.ground,
            "border": palette.go,
            "border-blurred": palette.chip,
        },
    )
