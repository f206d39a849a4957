"""What actions, seats and refusals are called."""

from sync.caseapi.desk.text import N_, Texts
from sync.text import clean_line

ROLES = {
    "inspector": N_("Inspector"),
    "grid_leader": N_("Grid leader"),
    "community_desk": N_("Community desk"),
    "street_desk": N_("Street desk"),
    "district_desk": N_("District desk"),
    "handler": N_("Handling organisation"),
    "leader": N_("Leader"),
    "auditor": N_("Auditor"),
    "system_admin": N_("System administrator"),
    "security_admin": N_("Security administrator"),
}

ACTIONS = {
    "ask_verify": N_("Ask the inspector to verify"),
    "answer_verify": N_("Answer the verification"),
    "void": N_("Void"),
    "file": N_("File"),
    "dispatch": N_("Dispatch"),
    "decline": N_("Decline"),
    "accept": N_("Accept"),
    "done": N_("Report as handled"),
    "rework": N_("Send back for rework"),
    "suspend": N_("Suspend"),
    "resume": N_("Resume"),
    "ask_recheck": N_("Ask the inspector to recheck"),
    "answer_recheck": N_("Answer the recheck"),
    "close": N_("Close"),
    "reopen": N_("Reopen"),
    "transfer_level": N_("Hand to another level"),
}
"""Actions as a button says them, in the order in which they are offered."""

HAPPENED = {
    "report": N_("Reported"),
    "self_resolve": N_("Solved on the spot"),
    "ask_verify": N_("Inspector asked to verify"),
    "answer_verify": N_("Verification answered"),
    "void": N_("Voided"),
    "file": N_("Filed"),
    "dispatch": N_("Dispatched"),
    "decline": N_("Declined"),
    "accept": N_("Accepted"),
    "done": N_("Handled"),
    "rework": N_("Sent back for rework"),
    "suspend": N_("Suspended"),
    "resume": N_("Resumed"),
    "ask_recheck": N_("Inspector asked to recheck"),
    "answer_recheck": N_("Recheck answered"),
    "close": N_("Closed"),
    "reopen": N_("Reopened"),
    "transfer_level": N_("Handed to another level"),
    "note": N_("Note"),
    "restate": N_("Report restated"),
    "withdraw": N_("Report withdrawn"),
    "correct": N_("Answer corrected"),
    "take_back": N_("Answer taken back"),
}

MADE = {
    "supervision": N_("Supervised"),
    "extension": N_("Extension asked for"),
    "appeal": N_("Appealed"),
    "satisfaction": N_("Satisfaction noted"),
}
"""What was put beside a case, as the page says it a moment later."""

WHY = {
    "state": N_("Not in the case's present state."),
    "right": N_("Not with your seat."),
    "not_lead": N_("Only the leading organisation does this; yours assists."),
    "declined_twice": N_("Declined twice: the next level decides who handles it."),
    "suspended_once": N_("It was suspended once already."),
    "too_late": N_("It ended too long ago."),
    "too_long": N_("The end of the suspension is past, or more than a year away."),
    "same_level": N_("It lies at this level already."),
    "void_reason": N_("Say why it is void; a duplicate names the other case."),
    "missing": N_("Something is missing."),
    "began": N_("It has begun already."),
    "not_begun": N_("It has no report yet."),
    "moved_on": N_("The case has moved on."),
    "open_already": N_("One is open already."),
    "not_overdue": N_("The case is not late."),
    "ended": N_("The case is over."),
    "not_handling": N_("Only while it is dispatched or being handled."),
    "extended_twice": N_("It was extended twice already."),
    "once": N_("This is possible once."),
    "not_closed": N_("Only after the case is closed."),
    "not_late_and_closed": N_("Only for a case that was late and is closed."),
    "decided": N_("It is decided already."),
    "own": N_("One does not decide on one's own request."),
    "twice": N_("You have decided already."),
}
"""Why something is not possible, by the stable word of the refusal."""

FIELDS = {
    "note": N_("Say in a few words what was done."),
    "reason": N_("Say why."),
    "void_reason": N_("Say why it is void."),
    "org": N_("Choose an organisation."),
    "cases": N_("Choose a case."),
    "to_org": N_("This organisation cannot be given the case; choose another one."),
    "assisting": N_("An organisation is whistled for once."),
    "condition": N_("Choose a condition of this category."),
    "answer": N_("Choose an answer."),
    "level": N_("Choose a level."),
    "until": N_("Say until when."),
    "target": N_("Name the case that this one repeats: another one that you may see."),
    "photo": N_("A photo is not here any more. Choose it once more."),
    "text": N_("Say it in words."),
    "type": N_("Choose what kind of supervision it is."),
    "extra_amount": N_("Say how much time it adds."),
    "score": N_("Choose how satisfied the reporter is."),
    "matter": N_("Choose a category of the catalogue."),
    "building": N_("Choose a building of the list."),
    "grid": N_("Choose a grid, or a building."),
    "place": N_("Name a building, or say where it is."),
    "description": N_("Say in a sentence what is wrong."),
}
"""What a field wants, by its name or by the need of an action."""


def role_name(role: str, texts: Texts) -> str:
    """Return what a role is called."""
    return _named(ROLES, role, texts)


def action_name(action: str, texts: Texts) -> str:
    """Return an action as its button says it."""
    return _named(ACTIONS, action, texts)


def happened_name(what: str, texts: Texts) -> str:
    """Return what happened, as the history says it."""
    return _named(HAPPENED, what, texts)


def done_words(what: str, texts: Texts) -> str:
    """Return what a page says after something was done: an action, or something put beside a case; empty for others."""
    message = HAPPENED.get(what) if what in ACTIONS else MADE.get(what)
    return texts(message) if message is not None else ""


def why_not(why: str, texts: Texts) -> str:
    """Return why something is not possible, as a sentence."""
    return _named(WHY, why, texts)


def field_fault(field: str, texts: Texts) -> str:
    """Return what a field wants, as a sentence."""
    return texts(FIELDS.get(field, N_("What was sent cannot be.")))


def _named(words: dict[str, str], key: str, texts: Texts) -> str:
    message = words.get(key)
    return texts(message) if message is not None else clean_line(key)
