"""The device page in words: how each reader stands, what to do about it, and what a test made arrive."""

from fieldapp.presentation.links import LINKS, ROLES
from fieldapp.presentation.times import duration
from fieldapp.presentation.tones import Tone
from fieldapp.reader_news import ReaderCard, TrialCard
from fieldapp.text import N_, _
from sync.text import clean_line

WHAT_TO_DO: dict[str, str] = {
    "ready": N_("Ready"),
    "opening": N_("Waking up"),
    "absent": N_("Not there: plug it in"),
    "lost": N_("Pulled out: plug it in again"),
    "silent": N_("Says nothing: look at its plug and power"),
    "busy": N_("Another program holds it: close that one"),
    "denied": N_("No right to open it: the account must be in the group dialout"),
    "faulty": N_("Sends damaged frames: look at the cable"),
}
"""How a link stands and what to do; the keys are `devices.reading.LinkState`."""

TROUBLES: dict[str, str] = {
    "NotRecognised": N_("Not recognised: choose it, then tap a card"),
    "UnknownModel": N_("Nobody knows this model: choose another one"),
    "PortUnusable": N_("No serial port, or a modem's"),
}
"""What is said instead where the trouble is known better; the keys are device errors."""

_NOT_YET = N_("nothing read yet")
_SWALLOWED = N_("Not all of it is Latin: the input method changed it. Ctrl+Space turns it off.")


def reader_title(card: ReaderCard) -> str:
    """Return what a reader is and where."""
    where = clean_line(card.port) or _("nowhere")
    return f"{_(ROLES.get(card.role, card.role))}  {card.model or '?'}  {where}"


def reader_mark(card: ReaderCard) -> tuple[str, Tone]:
    """Return a reader's state in one word."""
    word, tone = LINKS.get(card.state, (card.state, "warn"))
    return _(word), "good" if card.state == "ready" else tone


def reader_note(card: ReaderCard) -> str:
    """Return what to do about a reader, or what came from it, on one line."""
    if card.recording_s:
        return _("Recording, {seconds} s left").format(seconds=round(card.recording_s))
    if card.holder:
        return _("{holder} holds it: close that one").format(holder=clean_line(card.holder))
    if card.state != "ready":
        sentence = TROUBLES.get(card.trouble) or WHAT_TO_DO.get(card.state, card.state)
        return _(sentence)
    counts = _("{frames} frames, {bytes} bytes, {failures} damaged in a minute").format(
        frames=card.frames, bytes=card.bytes_in, failures=card.failures
    )
    if card.fix is not None:
        return f"{_fix(card.fix)} · {counts}"
    if card.read_age_s is None:
        return f"{counts} · {_(_NOT_YET)}"
    read = _("last read {duration} ago").format(duration=duration(card.read_age_s))
    return f"{counts} · {read}"


def frame_line(card: ReaderCard | None) -> str:
    """Return the newest frame of a reader in hex."""
    return _("Last frame: {hex}").format(hex=card.last_frame or "-") if card is not None else ""


def capture_line(card: ReaderCard | None) -> str:
    """Return where the last recording lies, empty before there is one."""
    return _("Recorded: {file}").format(file=clean_line(card.capture)) if card is not None and card.capture else ""


def arrived_line(medium: str, value: str) -> str:
    """Return what a test scan or tap made arrive."""
    text = clean_line(value, max_chars=60)
    said = _("Arrived whole: {medium} {text} ({count} characters)").format(medium=medium, text=text, count=len(value))
    return said if value.isascii() or medium != "line" else f"{said}  {_(_SWALLOWED)}"


def typed_line(text: str) -> str:
    """Return what became of a line that was typed, or scanned by an engine that types slowly."""
    said = _("Typed: {text} ({count} characters)").format(text=clean_line(text, max_chars=60), count=len(text))
    return said if text.isascii() else f"{said}  {_(_SWALLOWED)}"


def trial_hint(card: TrialCard) -> str:
    """Return what to do in a trial."""
    if card.trouble:
        return _("The port cannot be opened: {cause}").format(cause=card.trouble)
    if card.is_asking:
        return _("Asking readers, a few seconds …")
    if card.fits:
        return _("Choose what it is")
    return _("Tap a card, or scan a code now. Listening at {baud} baud").format(baud=card.baud)


def trial_rows(card: TrialCard) -> list[tuple[str, str]]:
    """Return each model with what it understood, those that fit first."""
    fits = [(model, clean_line(value, max_chars=40) or _("answers")) for model, value in card.fits]
    return fits + [(model, "") for model in card.models if model not in dict(card.fits)]


def _fix(fix: tuple[float, int, float | None]) -> str:
    age_s, quality, sigma_m = fix
    said = _("position {duration} old, quality {quality}").format(duration=duration(age_s), quality=quality)
    return said if sigma_m is None else f"{said}, ±{round(sigma_m)} m"
