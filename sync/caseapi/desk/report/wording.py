"""The day's report in words."""

from datetime import date

from sync.caseapi.desk.areas import COMMUNITY_DIGITS
from sync.caseapi.desk.text import N_, Texts
from sync.caseapi.desk.views.words import Now, state_chip
from sync.caseapi.service.exports.day_report import DayReport
from sync.caseapi.sheets.document import Document, Figure, Section, Table
from sync.text import clean_line

_HAPPENED: tuple[tuple[str, str, str], ...] = (
    ("self_resolve", N_("Solved on the spot"), N_("Reported and solved by the inspector at once.")),
    ("file", N_("Filed"), N_("Taken up under a condition of the standard.")),
    ("dispatch", N_("Dispatched"), N_("Given to an organisation.")),
    ("done", N_("Handled"), N_("Reported as done by the organisation.")),
    ("close", N_("Closed"), N_("Closed by a desk.")),
    ("void", N_("Voided"), N_("Found to be none, or one that was there already.")),
    ("rework", N_("Sent back for rework"), N_("Handled, and not well enough.")),
    ("decline", N_("Declined"), N_("Sent back by the organisation.")),
    ("reopen", N_("Reopened"), N_("Closed before, and opened again.")),
    ("late", N_("Said too late"), N_("What tablets said after it could have an effect; kept for the desk to look at.")),
)
"""What is counted of a day, what it is called, what it means."""

_WHY = {
    "danger": N_("danger"),
    "supervised": N_("supervised"),
    "reopened": N_("reopened"),
    "late": N_("late"),
}

_ASIDES = (
    ("supervision", N_("Supervised"), N_("Cases that a desk or a leader urged on.")),
    ("extension", N_("Extensions asked for"), N_("Asked for by handling organisations, before the case was due.")),
    ("appeal", N_("Appeals"), N_("Against having been late, after the close.")),
    ("satisfaction", N_("Answers of reporters"), N_("Noted as satisfied or not.")),
)


def document_of(report: DayReport, texts: Texts, now: Now) -> Document:
    """Return a day's report in a language."""
    at = now.local
    return Document(
        language=texts.html_lang,
        title=texts(N_("Report of the day")),
        area=clean_line(report.name),
        day=report.day,
        made=texts(N_("Made on {day} at {time}.")).format(day=at.date().isoformat(), time=f"{at:%H:%M}"),
        lead=texts(
            N_(
                "Buildings and cases are counted, never people. What happened is counted from midnight to midnight, by"
                " when the server heard of it; what is open or late is as of the moment in which this was made."
            )
        ),
        sections=(
            _rounds(report, texts),
            _happened(report, texts),
            _standing(report, texts),
            _supervision(report, texts),
            _notable(report, texts),
        ),
        meaning=texts(N_("What the numbers mean")),
    )


def day_of(asked: str, now: Now) -> date | None:
    """Return the day asked for, today for none, or None for what is no day or is still to come."""
    today = now.local.date()
    if not asked:
        return today
    try:
        day = date.fromisoformat(asked)
    except ValueError:
        return None
    return day if day.isoformat() == asked and date(2000, 1, 1) <= day <= today else None


def _rounds(report: DayReport, texts: Texts) -> Section:
    figures: list[Figure] = []
    for each in report.rounds:
        words = texts(N_("Buildings, round {number}")).format(number=each.number)
        means = texts(N_("Buildings with at least one check-in in this round, of all that are registered."))
        figures.append(Figure(f"{each.buildings} / {report.buildings}", words, means))
    for each in report.rounds:
        words = texts(N_("Entrances, round {number}")).format(number=each.number)
        means = texts(N_("Entrances with a check-in of their own in this round; a door counts once."))
        figures.append(Figure(f"{each.entrances} / {report.entrances}", words, means))
    # From a community down, buildings that nobody looked at are named; above, they are counted by area.
    if report.missed_in_all and len(report.area) < COMMUNITY_DIGITS:
        after = texts.plural(
            "{count} building was not looked at; by area below.",
            "{count} buildings were not looked at; by area below.",
            report.missed_in_all,
        )
        after = after.format(count=report.missed_in_all)
        return Section("rounds", texts(N_("Rounds")), figures=tuple(figures), after=after)
    missed = "、".join(map(clean_line, report.missed))
    more = report.missed_in_all - len(report.missed)
    if more:
        missed = texts(N_("{names} and {count} more")).format(names=missed, count=more)
    seen = texts(N_("Every building was looked at.")) if report.buildings else texts(N_("No building is registered."))
    after = texts(N_("Not looked at: {names}")).format(names=missed) if missed else seen
    return Section("rounds", texts(N_("Rounds")), figures=tuple(figures), after=after)


def _happened(report: DayReport, texts: Texts) -> Section:
    received = Figure(
        str(report.received_in_all),
        texts(N_("Received")),
        texts(N_("Cases whose report the server held for the first time.")),
    )
    figures = [received]
    for action, words, means in _HAPPENED:
        if (count := report.happened.get(action, 0)) or action in ("file", "dispatch", "done", "close"):
            figures.append(Figure(str(count), texts(words), texts(means)))
    rows = tuple((_matter(name, report, texts), str(count)) for name, count in report.received)
    table = Table((texts(N_("Matter")), texts(N_("Received"))), rows, (4, 1)) if rows else None
    empty = texts(N_("No case was received on this day."))
    return Section("cases", texts(N_("Cases of the day")), figures=tuple(figures), table=table, empty=empty)


def _standing(report: DayReport, texts: Texts) -> Section:
    figures = (
        Figure(str(report.open), texts(N_("Open")), texts(N_("Cases that are neither closed nor void."))),
        Figure(
            str(report.late_steps),
            texts(N_("Late with the next step")),
            texts(N_("Open cases in which whoever is to act now has let the time for it pass.")),
        ),
        Figure(
            str(report.late),
            texts(N_("Late as a whole")),
            texts(N_("Open cases whose time for handling is over; suspensions and verifications stop the clock.")),
        ),
    )
    heads = (N_("Area"), N_("Buildings"), N_("Received"), N_("Closed"), N_("Open"), N_("Late"))
    rows = tuple(
        (
            clean_line(part.name),
            f"{part.looked_at} / {part.buildings}",
            *map(str, (part.received, part.closed, part.open, part.late)),
        )
        for part in report.parts
    )
    table = Table(tuple(map(texts, heads)), rows, (4, 2, 1, 1, 1, 1)) if rows else None
    return Section("standing", texts(N_("Open and late, by area")), figures=figures, table=table)


def _matter(name: str, report: DayReport, texts: Texts) -> str:
    """Return what a category is called, in English where the page is and the catalogue says it."""
    return clean_line(report.in_english.get(name, name) if texts.language == "en" else name)


def _supervision(report: DayReport, texts: Texts) -> Section:
    figures = tuple(
        Figure(str(report.asides.get(kind, 0)), texts(words), texts(means)) for kind, words, means in _ASIDES
    )
    return Section("supervision", texts(N_("Supervision")), figures=figures)


def _notable(report: DayReport, texts: Texts) -> Section:
    rows = tuple(
        (
            _matter(case.matter, report, texts),
            clean_line(case.where) or (texts(N_("Restricted")) if case.is_restricted else texts(N_("not stated"))),
            state_chip(case.state, texts).text,
            texts(N_(", ")).join(texts(_WHY[why]) for why in case.why),
            str(case.id),
        )
        for case in report.notable
    )
    heads = (N_("Matter"), N_("Place"), N_("State"), N_("Why"), N_("Case"))
    table = Table(tuple(map(texts, heads)), rows, (4, 4, 2, 3, 6)) if rows else None
    more = report.notable_in_all - len(report.notable)
    after = texts(N_("{count} more are not listed.")).format(count=more) if more else ""
    return Section(
        "notable",
        texts(N_("Cases to know of")),
        lead=texts(N_("Dangerous, supervised or reopened on this day, or late now; the gravest first.")),
        table=table,
        after=after,
        empty=texts(N_("There is none.")),
    )
