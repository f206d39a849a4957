"""Every action of the app in one table: its key, its words, where it is touched, and what it needs.

Digits act, 0 goes back, Enter takes the highlighted default, the keys F1 to F10 mirror the digits for physical
buttons. The table feeds the tiles, the bar, the help and the tests; nothing else binds a key.
"""

from collections.abc import Callable, Collection

from fieldapp.actions import CHOICE_KEYS, EVERYWHERE, REASONS, TYPED_KEY, TYPING, Action, Need
from fieldapp.text import N_, _

__all__ = [
    "ACTIONS",
    "ACTION_BY_ID",
    "BEGUN_AT_A_PLACE",
    "CHOICE_KEYS",
    "EVERYWHERE",
    "LANGUAGE_NAMES",
    "OF_THE_APP",
    "REASONS",
    "TYPED_KEY",
    "TYPING",
    "Action",
    "Need",
    "action_for",
    "actions_of",
    "digit_key",
    "is_of_the_app",
    "reason_against",
]

BEGUN_AT_A_PLACE = frozenset({"problem", "visit"})
"""Panels that an action opens at the place of the last check-in."""

ACTIONS: tuple[Action, ...] = (
    Action("everywhere.back", EVERYWHERE, ("0", "escape"), N_("Back"), spot="bar"),
    Action("everywhere.undo", EVERYWHERE, ("u", "U"), N_("Undo"), spot="bar"),
    Action("everywhere.language", EVERYWHERE, ("l", "L", "f12"), N_("Language"), spot="bar"),
    Action("everywhere.look", EVERYWHERE, ("t", "T"), N_("Sun or night"), spot="bar"),
    Action("everywhere.size", EVERYWHERE, ("z", "Z"), N_("Text size"), spot="bar"),
    Action("everywhere.more", EVERYWHERE, ("e", "E"), N_("More"), spot="bar"),
    Action("everywhere.help", EVERYWHERE, ("h", "H", "question_mark"), N_("Help"), spot="bar"),
    Action(
        "today.place",
        "today",
        ("1",),
        N_("Check in"),
        N_("Scan a plate, or choose here"),
        needs=(Need.PLACES,),
        opens="places",
    ),
    Action("today.problem", "today", ("2",), N_("Problem"), N_("Three keys, done"), opens="problem"),
    Action("today.visit", "today", ("3",), N_("Visit"), N_("Two keys, done"), opens="visit"),
    Action("today.log", "today", ("4",), N_("Today's log"), N_("Written by itself"), opens="log"),
    Action("today.outbox", "today", ("5",), N_("Send"), N_("What waits, what is proven"), opens="outbox"),
    Action(
        "today.start",
        "today",
        ("6",),
        N_("Start shift"),
        N_("The first scan does it too"),
        needs=(Need.NO_SHIFT,),
        opens="shift_start",
    ),
    Action(
        "today.end",
        "today",
        ("6",),
        N_("End shift"),
        N_("Look it over and send"),
        needs=(Need.SHIFT,),
        opens="shift_end",
    ),
    Action("today.tasks", "today", ("k", "K"), N_("Tasks, notices"), spot="bar", needs=(Need.TASKS,), opens="tasks"),
    Action("today.aim", "today", ("a", "A"), N_("Aim"), spot="bar", needs=(Need.CAMERA,), opens="aim"),
    Action("today.normal", "today", ("8",), N_("Last place normal"), spot="bar", needs=(Need.PENDING,)),
    Action("today.resume", "today", ("7",), N_("Go on writing"), spot="bar", needs=(Need.DRAFT,)),
    Action("today.round", "today", ("r", "R"), N_("Round"), spot="bar", needs=(Need.PLACES,), opens="round"),
    Action("today.lock", "today", ("9",), N_("Lock"), spot="bar"),
    Action("today.map", "today", ("g", "G"), N_("Map"), spot="bar", needs=(Need.PLACES,), opens="map"),
    Action("today.devices", "today", ("d", "D"), N_("Devices"), spot="bar", needs=(Need.READERS,), opens="devices"),
    Action("today.mount", "today", ("m", "M"), N_("Put up plates"), spot="bar", needs=(Need.PLACES,), opens="mount"),
    Action("today.settings", "today", ("s", "S"), N_("Settings"), spot="bar", opens="settings"),
    Action("today.more", "today", ("e", "E"), N_("More"), spot="bar"),
    Action("settings.language", "settings", ("1",), N_("Language")),
    Action("settings.look", "settings", ("2",), N_("Sun or night")),
    Action("settings.size", "settings", ("3",), N_("Text size")),
    Action("settings.sounds", "settings", ("4",), N_("Sounds")),
    Action("settings.try_accepted", "settings", ("5",), N_("Hear: accepted"), N_("One tone")),
    Action("settings.try_look", "settings", ("6",), N_("Hear: look here"), N_("Two tones")),
    Action("arrived.normal", "arrived", ("1",), N_("Normal"), N_("Looked around, all in order")),
    Action("arrived.problem", "arrived", ("2",), N_("Problem"), N_("Something is wrong here")),
    Action("arrived.no_access", "arrived", ("3",), N_("No access"), N_("Could not get in")),
    Action("arrived.visit", "arrived", ("4",), N_("Visit"), N_("Somebody at home here")),
    Action("arrived.points", "arrived", ("5",), N_("Point by point"), N_("Five points, one by one")),
    Action("arrived.previous", "arrived", ("6",), N_("Last place normal"), needs=(Need.PENDING,)),
    Action("arrived.again", "arrived", ("7",), N_("Arrived again"), N_("A second time, on purpose")),
    Action("arrived.remark", "arrived", ("8",), N_("One remark"), spot="bar"),
    Action("remark.pick", "remark", CHOICE_KEYS[:5], N_("Choose what is not fine"), spot="choice"),
    Action("arrived.task", "arrived", ("9", "k", "K"), N_("Task here"), needs=(Need.TASKS,)),
    Action("arrived.cases", "arrived", ("c", "C"), N_("Cases here"), spot="bar", needs=(Need.OPEN_CASES,)),
    Action("points.toggle", "points", CHOICE_KEYS[:5], N_("Fine, not fine, or not looked at"), spot="choice"),
    Action("points.save", "points", ("9",), N_("Save")),
    Action("problem.matter.pick", "problem.matter", CHOICE_KEYS, N_("Choose a category"), spot="choice"),
    Action("problem.matter.find", "problem.matter", ("9",), N_("All, find"), spot="bar"),
    Action("problem.find.pick", "problem.find", CHOICE_KEYS, N_("Choose the row"), spot="choice"),
    Action("problem.description.pick", "problem.description", CHOICE_KEYS, N_("Choose a phrase"), spot="choice"),
    Action("problem.description.own", "problem.description", ("9",), N_("Own words"), spot="bar"),
    Action("problem.action.pick", "problem.action", CHOICE_KEYS, N_("Choose what was done"), spot="choice"),
    Action("problem.action.own", "problem.action", ("9",), N_("Own words"), spot="bar"),
    Action("problem.review.save", "problem.review", ("1",), N_("Report"), N_("To the desk")),
    Action("problem.review.solved", "problem.review", ("2",), N_("Solved on the spot"), N_("Say what was done")),
    Action("problem.review.severity", "problem.review", ("3",), N_("How pressing")),
    Action(
        "problem.review.place",
        "problem.review",
        ("4",),
        N_("Place"),
        N_("Scan, or choose"),
        needs=(Need.PLACES,),
        opens="places",
    ),
    Action("problem.review.words", "problem.review", ("5",), N_("Words")),
    Action("problem.review.matter", "problem.review", ("6",), N_("Category")),
    Action("problem.review.photo", "problem.review", ("7",), N_("Add a photo")),
    Action("problem.review.photos", "problem.review", ("8",), N_("See photos"), spot="bar"),
    Action("problem.review.voice", "problem.review", ("v", "V"), N_("Spoken note"), spot="bar", needs=(Need.VOICE,)),
    Action("problem.review.discard", "problem.review", ("9",), N_("Discard"), spot="bar"),
    Action("visit.purpose.pick", "visit.purpose", CHOICE_KEYS, N_("Choose why"), spot="choice"),
    Action("visit.purpose.more", "visit.purpose", ("9",), N_("More"), spot="bar"),
    Action("visit.outcome.pick", "visit.outcome", CHOICE_KEYS[:3], N_("Choose how it went; this saves"), spot="choice"),
    Action(
        "visit.outcome.place",
        "visit.outcome",
        ("4",),
        N_("Place"),
        N_("Scan, or choose"),
        needs=(Need.PLACES,),
        opens="places",
    ),
    Action("visit.outcome.more", "visit.outcome", ("9",), N_("More"), spot="bar"),
    Action("visit.more.flat", "visit.more", ("1",), N_("Flat (sealed)"), N_("Only the handling chain reads it")),
    Action("visit.more.needs", "visit.more", ("2",), N_("Needs")),
    Action("visit.more.note", "visit.more", ("3",), N_("Note")),
    Action("visit.more.again", "visit.more", ("4",), N_("Come again on")),
    Action(
        "visit.more.place",
        "visit.more",
        ("5",),
        N_("Place"),
        N_("Scan, or choose"),
        needs=(Need.PLACES,),
        opens="places",
    ),
    Action("visit.more.photo", "visit.more", ("6",), N_("Add a photo")),
    Action("visit.more.photos", "visit.more", ("8",), N_("See photos"), spot="bar"),
    Action("visit.more.discard", "visit.more", ("9",), N_("Discard"), spot="bar"),
    Action("problem.photos.pick", "problem.photos", CHOICE_KEYS, N_("Look at a photo, add a picture"), spot="choice"),
    Action("problem.photos.photo", "problem.photos", ("9",), N_("Add a photo"), spot="bar"),
    Action("problem.voice.play", "problem.voice", ("1",), N_("Listen"), needs=(Need.PLAYER,)),
    Action("problem.voice.remove", "problem.voice", ("2",), N_("Remove")),
    Action("visit.photos.pick", "visit.photos", CHOICE_KEYS, N_("Look at a photo, add a picture"), spot="choice"),
    Action("visit.photos.photo", "visit.photos", ("9",), N_("Add a photo"), spot="bar"),
    Action("visit.needs.pick", "visit.needs", CHOICE_KEYS, N_("Choose what is needed"), spot="choice"),
    Action("visit.follow_up_on.pick", "visit.follow_up_on", CHOICE_KEYS, N_("Choose when"), spot="choice"),
    Action("shift_start.weather.pick", "shift_start.weather", CHOICE_KEYS, N_("Choose the weather"), spot="choice"),
    Action("shift_end.review.end", "shift_end.review", ("1",), N_("End and send"), N_("The log is written already")),
    Action("shift_end.review.note", "shift_end.review", ("2",), N_("Note"), N_("One sentence, if you like")),
    Action(
        "shift_end.review.log", "shift_end.review", ("3",), N_("Today's log"), N_("Look it over first"), opens="log"
    ),
    Action(
        "shift_end.review.handoff", "shift_end.review", ("4",), N_("Pass on"), N_("To a colleague"), opens="handoff"
    ),
    Action("handoff.seat.pick", "handoff.seat", CHOICE_KEYS, N_("Choose who takes over"), spot="choice"),
    Action("handoff.review.save", "handoff.review", ("1",), N_("Pass on"), N_("Shown at their next shift")),
    Action("handoff.review.note", "handoff.review", ("2",), N_("Note"), N_("One sentence, if you like")),
    Action("handoff.review.cases", "handoff.review", ("3",), N_("Cases"), needs=(Need.OPEN_CASES,)),
    Action("handoff.review.whom", "handoff.review", ("4",), N_("Somebody else")),
    Action("handoff.review.discard", "handoff.review", ("9",), N_("Discard"), spot="bar"),
    Action("handoff.cases.pick", "handoff.cases", CHOICE_KEYS, N_("Take in, or leave out"), spot="choice"),
    Action("tasks.pick", "tasks", CHOICE_KEYS, N_("Choose the row"), spot="choice"),
    Action("notice.on", "notice", ("1",), N_("Read on"), spot="bar"),
    Action("task.answer.yes", "task.answer", ("1",), N_("Yes")),
    Action("task.answer.no", "task.answer", ("2",), N_("No")),
    Action("task.answer.cannot", "task.answer", ("3",), N_("Cannot tell")),
    Action("task.answer.note", "task.answer", ("4",), N_("Note"), N_("One sentence, if you like")),
    Action("task.answer.photo", "task.answer", ("5",), N_("Add a photo")),
    Action("task.answer.case", "task.answer", ("6",), N_("The case"), N_("What happened so far")),
    Action("task.answer.photos", "task.answer", ("8",), N_("See photos"), spot="bar"),
    Action("task.answer.discard", "task.answer", ("9",), N_("Discard"), spot="bar"),
    Action("task.photos.pick", "task.photos", CHOICE_KEYS, N_("Look at a photo, add a picture"), spot="choice"),
    Action("task.photos.photo", "task.photos", ("9",), N_("Add a photo"), spot="bar"),
    Action("cases.pick", "cases", CHOICE_KEYS, N_("Choose the row"), spot="choice"),
    Action("case.note", "case", ("1",), N_("Note"), spot="bar"),
    Action("case.task", "case", ("2", "k", "K"), N_("Answer"), spot="bar", needs=(Need.TASKS,)),
    Action("case.photos", "case", ("3",), N_("See photos"), spot="bar"),
    Action("case_note.text.pick", "case_note.text", CHOICE_KEYS, N_("Choose a phrase"), spot="choice"),
    Action("case_note.text.own", "case_note.text", ("9",), N_("Own words"), spot="bar"),
    Action("case_note.review.save", "case_note.review", ("1",), N_("Save"), N_("It joins the case's history")),
    Action("case_note.review.words", "case_note.review", ("2",), N_("Words")),
    Action("case_note.review.photo", "case_note.review", ("3",), N_("Add a photo")),
    Action("case_note.review.photos", "case_note.review", ("8",), N_("See photos"), spot="bar"),
    Action(
        "case_note.review.voice", "case_note.review", ("v", "V"), N_("Spoken note"), spot="bar", needs=(Need.VOICE,)
    ),
    Action("case_note.review.discard", "case_note.review", ("9",), N_("Discard"), spot="bar"),
    Action(
        "case_note.photos.pick", "case_note.photos", CHOICE_KEYS, N_("Look at a photo, add a picture"), spot="choice"
    ),
    Action("case_note.photos.photo", "case_note.photos", ("9",), N_("Add a photo"), spot="bar"),
    Action("case_note.voice.play", "case_note.voice", ("1",), N_("Listen"), needs=(Need.PLAYER,)),
    Action("case_note.voice.remove", "case_note.voice", ("2",), N_("Remove")),
    Action("places.pick", "places", CHOICE_KEYS, N_("Choose the row"), spot="choice"),
    Action("places.typed.pick", "places.typed", CHOICE_KEYS, N_("Choose the row"), spot="choice"),
    Action("places.find", "places", ("9",), N_("Find"), spot="bar"),
    Action("places.aim", "places", ("a", "A"), N_("Aim"), spot="bar", needs=(Need.CAMERA,), opens="aim"),
    Action("places.code", "places", ("c", "C"), N_("Type a code"), spot="bar", opens="code"),
    Action("round.pick", "round", CHOICE_KEYS, N_("Choose the row"), spot="choice"),
    Action("round.left", "round", ("9",), N_("What is left"), spot="bar"),
    Action("round.map", "round", ("g", "G"), N_("Map"), spot="bar", opens="map"),
    Action("round.order", "round", ("o", "O"), N_("Nearest first"), spot="bar"),
    Action("round.week", "round", ("w", "W"), N_("Seven days"), spot="bar", opens="week"),
    Action("week.pick", "week", CHOICE_KEYS, N_("Choose the row"), spot="choice"),
    Action("building.pick", "building", CHOICE_KEYS, N_("Check in at an entrance, open a row"), spot="choice"),
    Action("building.arrive", "building", ("9",), N_("Check in"), spot="bar"),
    Action("building.problem", "building", ("p", "P"), N_("Problem"), spot="bar"),
    Action("building.visit", "building", ("v", "V"), N_("Visit"), spot="bar"),
    Action("map.closer", "map", ("1", "plus"), N_("Zoom in"), spot="bar"),
    Action("map.farther", "map", ("2", "minus"), N_("Zoom out"), spot="bar"),
    Action("map.next", "map", ("3", "n", "N"), N_("Next building"), spot="bar"),
    Action("map.open", "map", ("4",), N_("Open it"), spot="bar"),
    Action("map.whole", "map", ("5", "w", "W"), N_("Whole grid"), spot="bar"),
    Action("unknown.before", "unknown", ("1",), N_("The same as last time"), needs=(Need.BEFORE,)),
    Action(
        "unknown.list", "unknown", ("2",), N_("Choose the place"), N_("Recorded as unverified"), needs=(Need.PLACES,)
    ),
    Action("unknown.code", "unknown", ("3",), N_("Type a code"), N_("It stands under the square code"), opens="code"),
    Action(
        "unknown.aim",
        "unknown",
        ("4", "a", "A"),
        N_("Aim"),
        N_("Hold the square into the frame"),
        needs=(Need.CAMERA,),
        opens="aim",
    ),
    Action("aim.again", "aim", ("1",), N_("Aim again"), spot="bar"),
    Action("aim.code", "aim", ("2", "c", "C"), N_("Type a code"), spot="bar"),
    Action(
        "unknown.mount",
        "unknown",
        ("5", "m", "M"),
        N_("Put it up"),
        N_("Its plate from now on"),
        needs=(Need.PLACES, Need.PLATE, Need.LASTING, Need.WHOLE),
    ),
    Action("mount.skip", "mount", ("1",), N_("Next entrance"), N_("This one stays as it is"), needs=(Need.BARE,)),
    Action("mount.list", "mount", ("2",), N_("Another entrance"), N_("Choose it"), needs=(Need.PLACES,)),
    Action("mount.code", "mount", ("3",), N_("Type a code"), N_("It stands under the square code"), opens="code"),
    Action(
        "mount.aim",
        "mount",
        ("4", "a", "A"),
        N_("Aim"),
        N_("Hold the square into the frame"),
        needs=(Need.CAMERA,),
        opens="aim",
    ),
    Action("mount.move.here", "mount.move", ("1",), N_("Put it up here"), N_("It counts here from now on")),
    Action("mount.move.there", "mount.move", ("2",), N_("Leave it"), N_("Nothing is recorded")),
    Action("mount.replace.pick", "mount.replace", CHOICE_KEYS[:6], N_("Choose what became of it"), spot="choice"),
    Action("mount.where.at", "mount.where", ("1",), N_("Here")),
    Action("mount.where.list", "mount.where", ("2",), N_("Another entrance"), N_("Choose it"), needs=(Need.PLACES,)),
    Action("drafts.pick", "drafts", CHOICE_KEYS, N_("Choose the row"), spot="choice"),
    Action("which.pick", "which", CHOICE_KEYS, N_("Choose the row"), spot="choice"),
    Action("handover.go", "handover", ("1",), N_("Hand over"), N_("Your own work is saved")),
    Action("handover.stay", "handover", ("2",), N_("Stay signed in")),
    Action("log.pick", "log", CHOICE_KEYS, N_("Choose the row"), spot="choice"),
    Action("record.wrong_place", "record", ("1",), N_("Wrong place"), N_("Withdraw it"), needs=(Need.OWN,)),
    Action("record.duplicate", "record", ("2",), N_("Recorded twice"), N_("Withdraw it"), needs=(Need.OWN,)),
    Action("record.mistake", "record", ("3",), N_("A mistake"), N_("Withdraw it"), needs=(Need.OWN,)),
    Action("record.normal", "record", ("4",), N_("Normal"), N_("Looked around, all in order"), needs=(Need.UNSTATED,)),
    Action("record.mend", "record", ("6",), N_("Put right"), N_("The form opens again"), needs=(Need.MENDABLE,)),
    Action("record.case", "record", ("7",), N_("The case"), N_("What happened so far")),
    Action("record.photos", "record", ("5",), N_("Photos"), N_("Look at them")),
    Action("record.voice", "record", ("v", "V"), N_("Spoken note"), N_("Listen to it"), needs=(Need.PLAYER,)),
    Action("photo.next", "photo", ("1",), N_("Next photo"), spot="bar"),
    Action("photo.remove", "photo", ("9",), N_("Remove"), spot="bar"),
    Action("devices.pick", "devices", CHOICE_KEYS, N_("Tell what it is, card in hand"), spot="choice"),
    Action("devices.record", "devices", ("9",), N_("Record 30 s"), spot="bar"),
    Action("devices.values", "devices", ("v", "V"), N_("Record all"), spot="bar"),
    Action("devices.bell", "devices", ("b", "B"), N_("Bell and flash"), spot="bar"),
    Action("devices.type", "devices", ("w", "W"), N_("Type or scan"), spot="bar"),
    Action("trial.pick", "trial", CHOICE_KEYS, N_("It is this model"), spot="choice"),
    Action("trial.speed", "trial", ("9",), N_("Another speed"), spot="bar"),
    Action("outbox.pick", "outbox", CHOICE_KEYS, N_("Choose the row"), spot="choice"),
    Action("outbox.send", "outbox", ("9",), N_("Send now"), spot="bar"),
    Action("outbox.mend", "outbox", ("m", "M"), N_("Put right"), spot="bar", needs=(Need.MENDABLE,)),
    Action("outbox.week", "outbox", ("w", "W"), N_("Seven days"), spot="bar", opens="sent"),
    Action("outbox.receipt", "outbox", ("r", "R"), N_("Receipt"), spot="bar", needs=(Need.RECEIPT,)),
)
"""Every action, in the order in which help shows them."""

OF_THE_APP = frozenset({"everywhere.language", "everywhere.look", "everywhere.size"})
"""Actions that every screen passes on to the app."""

LANGUAGE_NAMES = {"zh_CN": "中文", "en": "English", "pseudo": "Pseudo"}
"""Each language in its own words, for whoever is lost in another."""

ACTION_BY_ID = {action.id: action for action in ACTIONS}
_MIRROR = {f"f{digit or 10}": str(digit) for digit in range(10)}


def digit_key(key: str) -> str:
    """Return the key that a function key mirrors, or the key itself."""
    return _MIRROR.get(key, key)


def actions_of(panel: str) -> list[Action]:
    """Return the actions of a panel, in the table's order."""
    return [action for action in ACTIONS if action.panel == panel]


def reason_against(action: Action, met: Collection[Need]) -> str:
    """Return why an action cannot be done now, in the language of the moment; empty when it can."""
    missing = next((need for need in action.needs if need not in met), None)
    return _(REASONS[missing]) if missing else ""


def action_for(
    page: str, key: str, is_shown: Callable[[Action], bool] = lambda _action: True
) -> tuple[Action, int] | None:
    """Return the action of a page that a key does, with the place of the key among its keys, from 1."""
    key = digit_key(key)
    for action in ACTIONS:
        if action.panel == page and key in action.keys and is_shown(action):
            return action, action.keys.index(key) + 1
    return None


def is_of_the_app(key: str) -> bool:
    """Return whether a key does something that every screen passes on to the app."""
    found = action_for(EVERYWHERE, key)
    return found is not None and found[0].id in OF_THE_APP
