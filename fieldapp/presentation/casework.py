"""Cases, tasks, hand-overs and notices in words."""

from datetime import tzinfo

from fieldapp.presentation.outside import shown
from fieldapp.presentation.records import joined, place_text
from fieldapp.presentation.times import clock_time
from fieldapp.presentation.tones import Tone
from fieldapp.presentation.words import TASK_TYPES, answer_word, severity_word, word
from fieldapp.services.casework import DANGER, CaseView, HandedOver, Notice, OpenTask, WorkLeft
from fieldapp.services.moments import local_time
from fieldapp.text import N_, _, ngettext
from sync.clock import parse_time
from sync.reference import HistoryLine, NoticeEntry
from sync.text import clean_text

CASE_STATES = {
    "reported": N_("Reported"),
    "verifying": N_("Being verified"),
    "filed": N_("Filed"),
    "dispatched": N_("Dispatched"),
    "handling": N_("Being handled"),
    "suspended": N_("On hold"),
    "handled": N_("Handled"),
    "rechecking": N_("Being rechecked"),
    "closed": N_("Closed"),
    "void": N_("Withdrawn"),
    "note": N_("Note"),
}
"""What can happen to a case, and the states it can be in; what a newer server says is shown as it is."""

PHRASES = (
    N_("Nothing has changed"),
    N_("It has got worse"),
    N_("People were sent, work goes on"),
    N_("Handler says: tomorrow"),
    N_("Warning tape put up"),
    N_("Residents were told"),
)
"""Words for a note that nobody has to type."""


ANSWERS = {"yes": "yes", "no": "no", "cannot": "cannot_tell"}
"""Actions that answer a task, to what the record says."""


def tasks_label(asked: WorkLeft) -> str:
    """Return how much is asked of whoever is signed in, new notices with it; where that is all, that it is these."""
    if asked.tasks or asked.handed or not asked.notices:
        return _("Tasks {count}").format(count=asked.tasks + asked.handed + asked.new)
    return notices_label(asked.new)


def tasks_tone(asked: WorkLeft) -> Tone:
    """Return how it is meant: what is dangerous, overdue or new and urgent is pressing."""
    return "bad" if asked.pressing else "plain"


def tasks_title(asked: WorkLeft) -> str:
    """Return what stands above the list of all that: how much of each there is."""
    tasks = _("Tasks {count}").format(count=asked.tasks + asked.handed) if asked.tasks or asked.handed else ""
    notices = notices_label(asked.notices) if asked.notices else ""
    return f"{tasks}  {notices}".strip() or _("Tasks {count}").format(count=0)


def notices_label(count: int) -> str:
    """Return how many notices there are; the word alone for none."""
    return _("Notices {count}").format(count=count) if count else _("Notices")


def notice_word(entry: NoticeEntry) -> str:
    """Return what kind of notice it is."""
    return _("Urgent notice") if entry.urgent else _("Desk notice")


def urgent_line(asked: WorkLeft) -> str:
    """Return the newest urgent notice for one line of the home screen; empty without one."""
    return notice_row(asked.urgent) if asked.urgent is not None else ""


def notice_row(notice: Notice) -> str:
    """Return the first words of a notice on one line."""
    return f"{notice_word(notice.entry)}  {shown(notice.entry.text)}"


def notice_mark(notice: Notice) -> tuple[str, Tone]:
    """Return whether a notice was opened on this tablet already."""
    return (_("new"), "bad" if notice.entry.urgent else "warn") if notice.is_new else ("", "plain")


def notice_title(notice: Notice) -> str:
    """Return who says it, and whether it is urgent."""
    return f"{notice_word(notice.entry)}  {shown(notice.entry.desk, max_chars=40)}".rstrip()


def notice_facts(notice: Notice, zone: tzinfo) -> str:
    """Return when it was said, and until when it holds."""
    return joined(moment_text(notice.entry.at, zone), due_text(notice.entry.until, zone))


def notice_note(notice: Notice, zone: tzinfo) -> str:
    """Return the same with who says it, on the second line of a row."""
    return joined(shown(notice.entry.desk, max_chars=40), notice_facts(notice, zone))


def notice_text(notice: Notice) -> str:
    """Return a notice whole, in its lines."""
    return clean_text(notice.entry.text).strip()


def cases_label(count: int) -> str:
    """Return how many cases are open at a place."""
    return _("Cases {count}").format(count=count)


def task_type(task: OpenTask) -> str:
    """Return what a task asks for, in a word."""
    return word(TASK_TYPES, task.entry.type)


def task_ask(task: OpenTask) -> str:
    """Return what to look at."""
    return shown(task.entry.ask, max_chars=120) or shown(task.entry.matter_name, max_chars=40)


def task_where(task: OpenTask) -> str:
    """Return where to look."""
    return place_text(task.place) or shown(task.entry.place, max_chars=80) or _("No place is named")


def task_mark(task: OpenTask) -> tuple[str, Tone]:
    """Return the most pressing thing about a task."""
    if task.is_overdue:
        return _("overdue"), "bad"
    return (severity_word(DANGER), "bad") if task.entry.severity >= DANGER else ("", "plain")


def task_title(task: OpenTask) -> str:
    """Return a task on one line: what kind, and what it is about."""
    return f"{task_type(task)}  {shown(task.entry.matter_name, max_chars=40)}"


def task_note(task: OpenTask, zone: tzinfo) -> str:
    """Return the rest of a task on one line."""
    return joined(task_where(task), task_ask(task), due_text(task.entry.due_at, zone))


def task_lines(task: OpenTask, zone: tzinfo) -> list[str]:
    """Return a task whole: what to look at, where, until when."""
    mark, _tone = task_mark(task)
    lines = (task_ask(task), task_where(task), joined(mark, due_text(task.entry.due_at, zone)))
    return [line for line in lines if line]


def answer_label(task_type_name: str, answer: str) -> str:
    """Return an answer's words for a type of task."""
    return answer_word(task_type_name, answer)


def due_text(due_at: str | None, zone: tzinfo) -> str:
    """Return until when, empty without a term."""
    when = moment_text(due_at or "", zone)
    return _("until {when}").format(when=when) if when else ""


def moment_text(at: str, zone: tzinfo) -> str:
    """Return a moment as month, day and time; empty when it is none."""
    try:
        moment = local_time(parse_time(at), zone)
    except ValueError:
        return ""
    return f"{moment.month:02d}-{moment.day:02d} {clock_time(moment)}"


def case_title(case: CaseView) -> str:
    """Return a case on one line."""
    return joined(shown(case.entry.matter_name, max_chars=40), word(CASE_STATES, case.entry.state))


def case_note(case: CaseView) -> str:
    """Return where a case is and its first words."""
    entry = case.entry
    return joined(place_text(case.place) or shown(entry.place, max_chars=80), shown(entry.summary, max_chars=60))


def case_mark(case: CaseView) -> tuple[str, Tone]:
    """Return the most pressing thing about a case."""
    if case.task is not None:
        return task_type(case.task), "warn"
    return (severity_word(DANGER), "bad") if case.entry.severity >= DANGER else ("", "plain")


def case_lines(case: CaseView, zone: tzinfo) -> list[str]:
    """Return what stands above a case's history: place, term, who handles it."""
    entry = case.entry
    number = shown(entry.handler_number, max_chars=40)
    handler = _("{handler} handles it").format(handler=shown(entry.handler, max_chars=40)) if entry.handler else ""
    lines = (
        joined(place_text(case.place) or shown(entry.place, max_chars=80), due_text(entry.due_at, zone)),
        joined(handler, _("urgent: call {number}").format(number=number) if number else ""),
        "" if case.is_sent else _("Not sent yet: the desk does not know it"),
    )
    return [line for line in lines if line]


def history_title(line: HistoryLine, zone: tzinfo) -> str:
    """Return when and what happened."""
    what = word(TASK_TYPES, line.what) if line.what in TASK_TYPES else word(CASE_STATES, line.what)
    answer = answer_word(line.what, line.answer) if line.answer else ""
    return f"{moment_text(line.at, zone)}  {what}{': ' if answer else ''}{answer}"


def history_note(line: HistoryLine) -> str:
    """Return the words and photos that came with it."""
    photos = ngettext("{count} photo", "{count} photos", line.photos).format(count=line.photos) if line.photos else ""
    return joined(shown(line.text, max_chars=200), photos)


def history_mark(line: HistoryLine, case: CaseView) -> tuple[str, Tone]:
    """Return what is to be known of a line: not sent, or later than another answer."""
    if line.record in case.unsent:
        return _("to be sent"), "warn"
    return (_("second answer"), "plain") if line.is_late else ("", "plain")


def handed_line(handed: HandedOver) -> str:
    """Return what a colleague left, on one line."""
    name = shown(handed.from_name, max_chars=20) or shown(handed.entry.from_seat, max_chars=20)
    cases = ngettext("{count} open case", "{count} open cases", len(handed.cases)).format(count=len(handed.cases))
    return joined(_("{name} left you").format(name=name), cases, shown(handed.entry.note, max_chars=200))
