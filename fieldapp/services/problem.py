"""Reporting a problem: a category, a place, a sentence; solved on the spot or handed on."""

from collections.abc import Mapping

from fieldapp.services.facts import recent_facts
from fieldapp.services.forms import YES, Forms, Incomplete, SaveResult
from fieldapp.services.matter_picker import Matter, MatterPicker
from fieldapp.services.ports import Journal, Reference
from fieldapp.services.recorder import Recorder
from fieldapp.services.saving import FormToSave, save_form
from fieldapp.services.voice_field import media_in
from fieldapp.text import N_
from sync.records import CaseReport
from sync.text import clean_line, clean_text

FORM = "problem"
"""Name of the form in the drafts."""

FREE_TEXT = ("place", "description", "action")
"""Fields that are looked through for numbers of people."""

PHRASES = (
    N_("Seen on the patrol"),
    N_("Residents reported it"),
    N_("Reported before, still there"),
    N_("The way is blocked"),
    N_("People could get hurt"),
    N_("Property company told"),
)
"""Sentences for one key; messages to be looked up when shown."""

DONE_PHRASES = (
    N_("Cleared away"),
    N_("Repaired"),
    N_("Closed or switched off"),
    N_("Talked it over, settled"),
    N_("Secured until repair"),
)
"""What was done on the spot, for one key; messages likewise."""

_RECENT_LOOKED_AT = 100
"""Problem reports looked at for the recent categories."""

_DANGER, _USUAL = "3", "2"


class Problems:
    """The problem form over its draft."""

    def __init__(self, journal: Journal, recorder: Recorder, reference: Reference, forms: Forms) -> None:
        self._journal = journal
        self._recorder = recorder
        self._reference = reference
        self._forms = forms

    def picker(self) -> MatterPicker:
        """Return the category picker; build it in a worker, then ask it on every key."""
        facts = reversed(recent_facts(self._journal, ("case_report",), _RECENT_LOOKED_AT))
        recent = [_key_of(fact.body) for fact in facts if isinstance(fact.body, CaseReport)]
        return MatterPicker(self._reference.matters(), recent)

    def matter(self, key: str) -> Matter | None:
        """Return a category by key."""
        entry = self._reference.matters().get(key)
        return None if entry is None else Matter(key, entry)

    def choose(self, matter: Matter) -> dict[str, str]:
        """Put a category into the form with what follows from it, and return the fields that were set."""
        fields = {
            "matter": matter.key,
            "severity": _DANGER if matter.entry.danger else _USUAL,
            "restricted": YES if matter.entry.restricted else "",
        }
        self._forms.put(FORM, fields)
        return fields

    def save(self, values: Mapping[str, str] | None = None, *, anyway: bool = False) -> SaveResult:
        """Save the form's record.

        Args:
            values: the last state of the fields; the draft's when None.
            anyway: save although a text looks as if it held somebody's number.
        """
        form = FormToSave(FORM, FREE_TEXT, self._body)
        return save_form(form, self._forms, self._recorder, values, anyway=anyway)

    def _body(self, fields: Mapping[str, str]) -> CaseReport | Incomplete:
        matter = self.matter(fields.get("matter", ""))
        if matter is None:
            return Incomplete("matter")
        place = clean_line(fields.get("place", ""), max_chars=256)
        building = fields.get("building") or None
        description = clean_text(fields.get("description", ""), max_chars=2000).strip()
        action = clean_text(fields.get("action", ""), max_chars=500).strip()
        is_resolved = fields.get("self_resolved") == YES
        if building is None and not place:
            return Incomplete("building")
        media = media_in(fields)
        if not description and not media:
            return Incomplete("description")
        if is_resolved and not action:
            return Incomplete("action")
        severity = fields.get("severity") or (_DANGER if matter.entry.danger else _USUAL)
        return CaseReport(
            standard=matter.entry.standard,
            matter_kind=matter.entry.kind,
            matter_code=matter.entry.code,
            building=building,
            entrance=(fields.get("entrance") or None) if building else None,
            place=place,
            description=description,
            severity=int(severity) if severity in {"1", "2", "3"} else 2,
            self_resolved=is_resolved,
            action=action if is_resolved else "",
            restricted=matter.entry.restricted or fields.get("restricted") == YES,
            media=media,
            check_in=fields.get("check_in") or None,
        )


def _key_of(body: CaseReport) -> str:
    return f"{body.standard}:{body.matter_kind}:{body.matter_code}"
