"""The settings in words: how each stands, what the tablet is, and what is wrong with the configuration file."""

from fieldapp import __version__
from fieldapp.config import ConfigProblem
from fieldapp.presentation.outside import shown
from fieldapp.presentation.times import duration
from fieldapp.text import _


def config_sentence(problem: ConfigProblem) -> str:
    """Return what is wrong and what happens instead."""
    file = shown(str(problem.file))
    key = shown(problem.key, max_chars=64)
    if problem.reason == "unknown_key" and problem.nearest:
        sentence = _("{file}: there is no setting {key}; is {nearest} meant?").format(
            file=file, key=key, nearest=problem.nearest
        )
    elif problem.reason == "unknown_key":
        sentence = _("{file}: there is no setting {key}; it is passed over.").format(file=file, key=key)
    elif problem.reason == "bad_value":
        sentence = _("{file}: the value of {key} does not fit; the usual one is used.").format(file=file, key=key)
    elif problem.reason == "missing":
        sentence = _("{file}: there is no such file; the usual settings are used.").format(file=file)
    else:
        sentence = _("{file}: not readable as settings; what can be read is used.").format(file=file)
    return _("{what} ({code})").format(what=sentence, code=problem.code)


def light_word(theme: str) -> str:
    """Return the light that a look is for."""
    return _("Night") if theme.startswith("night") else _("Daylight")


def size_word(theme: str) -> str:
    """Return the size that a look has."""
    return _("Large") if theme.endswith("-large") else _("Standard size")


def sounds_word(setting: str | None) -> str:
    """Return whether the app sounds; it does unless somebody has turned it off."""
    return _("Off") if setting == "off" else _("On")


def tablet_lines(device: str, grid: str, idle_lock_s: float) -> list[str]:
    """Return what the tablet is, line by line.

    Args:
        device: its name at the desk, empty before it has joined.
        grid: its grid's name, empty before the first download.
    """
    return [
        _("Tablet: {name}").format(name=shown(device) if device else _("not joined yet")),
        _("Grid: {name}").format(name=shown(grid) if grid else _("No grid yet")),
        _("Locks after {duration} without use").format(duration=duration(idle_lock_s)),
        _("Version {version}").format(version=__version__),
    ]
