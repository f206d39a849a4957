"""How this tablet itself stands, in full: what is to be sent, what is proven, clock, disk and battery."""

from datetime import tzinfo

from fieldapp.presentation.room import room_text
from fieldapp.presentation.states import waiting_words
from fieldapp.presentation.times import date_line_of_ms, duration
from fieldapp.services.moments import CHINA
from fieldapp.services.today import Battery, Reserves, TabletState
from fieldapp.text import _
from sync.clock import GOOD_OFFSET_MS

_BETWEEN = " · "


def tablet_line(state: TabletState, zone: tzinfo = CHINA) -> str:
    """Return all that there is to say of the tablet, to be broken where there is room."""
    proven = _("Nothing proven yet")
    if state.proven_at_ms is not None:
        proven = _("proven {time}").format(time=date_line_of_ms(state.proven_at_ms, zone))
    parts = (waiting_words(state.summary, state.photos), proven, machine_line(state))
    return _("This tablet: {facts}").format(facts=_BETWEEN.join(parts))


def machine_line(state: TabletState) -> str:
    """Return clock, disk and battery; what nobody tells is said too."""
    return _BETWEEN.join((_clock(state), _disk(state.reserves), _battery(state.reserves.battery)))


def _clock(state: TabletState) -> str:
    if state.offset_ms is None:
        return _("clock unproven")
    off_s = abs(state.offset_ms) / 1000
    by = _("{duration} slow") if state.offset_ms > 0 else _("{duration} fast")
    if off_s < 1:
        by = _("less than 1 s off")
    if abs(state.offset_ms) > GOOD_OFFSET_MS:
        word = _("clock off")
    else:
        word = _("clock right") if state.clock == "good" else _("clock unproven")
    return _("{word}, {by}").format(word=word, by=by.format(duration=duration(off_s)))


def _disk(reserves: Reserves) -> str:
    if reserves.free_bytes is None:
        return _("disk: room unknown")
    room = _("disk {room}").format(room=room_text(reserves.free_bytes))
    return _("{room}, low").format(room=room) if reserves.disk_is_low else room


def _battery(battery: Battery | None) -> str:
    if battery is None:
        return _("no battery is told of")
    text = _("charging {percent}%") if battery.is_charging else _("battery {percent}%")
    return text.format(percent=battery.percent)
