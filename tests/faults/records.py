"""Records of every kind that an inspector makes, good ones and some that the case API will keep apart."""

from collections.abc import Sequence
from typing import Any, Protocol

import msgspec

from sync.clock import Stamp, format_time
from sync.ids import RANDOM_BYTES, uuid7_at
from sync.records import Envelope, MediaRef
from tests.sync.caseapi.harness import BUILDING, ENTRANCE

PEOPLE = ("01900000-0000-7000-8000-0000000000aa", "01900000-0000-7000-8000-0000000000bb")
"""Those who use a tablet; only who made a record may amend or withdraw it."""

NEW_KIND = "simulated_news"
"""A kind of record that the case API does not know before it is brought up to date."""

NEWS_SHARE = 0.04
"""Part of the records that are of it."""

PLATES = 4
"""Different plates that are put up; one of them is somebody's card."""


_KINDS = (
    *("check_in", "check_in", "visit", "case_report", "void", "amend", "plate", "plate"),
    *("case_report", "case_note", "handoff"),
)
"""What an inspector makes without being asked."""


class Clock(Protocol):
    """What a record takes from its tablet."""

    random: Any

    def now_ms(self) -> int:
        """Return the wall clock."""
        ...

    def stamp(self) -> Stamp:
        """Return what is known of time."""
        ...


class RecordMaker:
    """Makes one record after another."""

    def __init__(self, clock: Clock, grid: str) -> None:
        self._clock = clock
        self._grid = grid
        self._own: list[Envelope] = []

    def next(self) -> Envelope:
        """Return a new record."""
        random = self._clock.random
        if random.random() < NEWS_SHARE:
            return self._envelope(NEW_KIND, _BODIES["visit"])
        kind = random.choice(_KINDS)
        if kind == "plate":
            return self._plate()
        if kind in ("case_note", "handoff"):
            return self._envelope(kind, self._of_a_case(kind))
        if kind == "void":
            return self._envelope("void", {"target": self._target(), "reason": "undo"})
        amends = self._target() if kind == "amend" else None
        kind = "visit" if amends else kind
        return self._envelope(kind, _BODIES[kind], amends=amends)

    def with_photos(self, photos: Sequence[MediaRef]) -> Envelope:
        """Return a new report that names photos."""
        named = {"media": [msgspec.to_builtins(photo) for photo in photos]}
        return self._envelope("case_report", _BODIES["case_report"] | named)

    def answer(self, task: str, task_type: str) -> Envelope:
        """Return a new answer to a task of the desk."""
        answer = self._clock.random.choice(("yes", "no", "cannot_tell"))
        return self._envelope("task_result", {"task": task, "type": task_type, "answer": answer})

    def made(self, record: Envelope) -> None:
        """Remember a record that was saved, so that a later one may amend or withdraw it."""
        self._own.append(record)

    def _plate(self) -> Envelope:
        """Return a record of one of a few plates, so that they move, are replaced and contradict one another."""
        random = self._clock.random
        tag, other = (_tag(number) for number in random.sample(range(PLATES), 2))
        place = {"building": str(BUILDING), "method": "qr"} | random.choice(({}, {"entrance": str(ENTRANCE)}))
        amends = self._target() if random.random() < 0.1 else None
        if random.random() < 0.3:
            return self._envelope("tag_replace", {"old": tag, "new": other, "reason": "lost"} | place, amends=amends)
        return self._envelope("tag_bind", {"tag": tag} | place, amends=amends)

    def _of_a_case(self, kind: str) -> dict[str, Any]:
        """Return the body of a note or a hand-over about a case that the tablet reported, now and then about none."""
        reports = [str(record.id) for record in self._own if record.kind == "case_report"] or [self._id()]
        case = self._clock.random.choice(reports)
        if kind == "case_note":
            return {"case": case, "text": "已清走一半"}
        return {"seat": self._clock.random.choice((f"{self._grid}-2", f"{self._grid}-9")), "cases": [case]}

    def _target(self) -> str:
        if self._own and self._clock.random.random() < 0.6:
            return str(self._clock.random.choice(self._own).id)
        return self._id()

    def _id(self) -> str:
        return str(uuid7_at(self._clock.now_ms(), self._clock.random.randbytes(RANDOM_BYTES)))

    def _envelope(self, kind: str, body: dict[str, Any], *, amends: str | None = None) -> Envelope:
        return Envelope(
            id=self._id(),
            kind=kind,
            v=1,
            at=format_time(self._clock.now_ms(), 480),
            clock=self._clock.stamp(),
            actor=self._clock.random.choice(PEOPLE),
            seat=f"{self._grid}-1",
            grid=self._grid,
            body=msgspec.Raw(msgspec.json.encode(body)),
            amends=amends,
        )


def _tag(number: int) -> dict[str, str]:
    return {"medium": "qr", "digest": f"{number}" * 64}


_BODIES: dict[str, dict[str, Any]] = {
    "check_in": {"building": str(BUILDING), "method": "list"},
    "visit": {"building": str(BUILDING), "purpose": "care", "outcome": "met"},
    "case_report": {
        "standard": "national",
        "matter_kind": "matter",
        "matter_code": "02001",
        "building": str(BUILDING),
        "description": "楼道堆物",
    },
}
