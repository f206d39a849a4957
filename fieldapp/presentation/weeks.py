"""A week in words: signs for the days of a building, and sentences beside the bars."""

from datetime import date

from fieldapp.presentation.buildings import LOOKS
from fieldapp.presentation.outside import shown
from fieldapp.presentation.records import joined
from fieldapp.presentation.times import clock_time, weekday
from fieldapp.services.week import DAYS, BuildingWeek, RoundWeek, SentDay, SentWeek
from fieldapp.text import _, ngettext


def day_labels(days: tuple[date, ...]) -> tuple[str, ...]:
    """Return the days of the week, the last one as today."""
    return (*(weekday(day) for day in days[:-1]), _("Today"))


def week_words(week: RoundWeek) -> str:
    """Return how many buildings were looked at today and in the whole week."""
    total, today = len(week.rows), week.per_day[-1]
    whole = sum(row.count > 0 for row in week.rows)
    return _("Looked at: today {today} of {total}, in seven days {whole}").format(today=today, whole=whole, total=total)


def building_week(row: BuildingWeek, days: tuple[date, ...]) -> str:
    """Return a sign for each day, as in ``=Mon -Tue``: looked at, or not."""
    signs = (LOOKS["normal" if seen else "unseen"].sign for seen in row.looked_at)
    return " ".join(f"{sign}{weekday(day)}" for sign, day in zip(signs, days, strict=True))


def building_week_title(row: BuildingWeek) -> str:
    """Return a building's name."""
    return shown(row.entry.name, max_chars=80)


def building_week_mark(row: BuildingWeek) -> str:
    """Return on how many of the days a building was looked at, as in ``5/7``."""
    return f"{row.count}/{DAYS}"


def sent_words(week: SentWeek) -> str:
    """Return how much was sent in the week."""
    total = sum(day.records for day in week.days)
    return ngettext("In seven days {count} record was sent", "In seven days {count} records were sent", total).format(
        count=total
    )


def waiting_sentence(week: SentWeek) -> str:
    """Return what waits, and since when."""
    records, photos = week.summary.unsettled, week.photos.waiting
    if not records and not photos:
        return _("Nothing waits")
    said = joined(
        ngettext("{count} record waits", "{count} records wait", records).format(count=records) if records else "",
        ngettext("{count} photo waits", "{count} photos wait", photos).format(count=photos) if photos else "",
    )
    if week.waiting_since is None:
        return said
    since = f"{week.waiting_since.month:02d}-{week.waiting_since.day:02d} {clock_time(week.waiting_since)}"
    return joined(said, _("the oldest since {since}").format(since=since))


def sent_day_title(day: SentDay) -> str:
    """Return a day's date and how much was sent on it."""
    count = ngettext("{count} record sent", "{count} records sent", day.records).format(count=day.records)
    if not day.records:
        count = _("Nothing was sent")
    return f"{day.day.month:02d}-{day.day.day:02d} {weekday(day.day)}  {count}"


def sent_day_note(day: SentDay) -> str:
    """Return how often the server proved to hold more on a day."""
    if not day.times:
        return ""
    return ngettext("proven in {count} exchange", "proven in {count} exchanges", day.times).format(count=day.times)
