"""The synthetic tags: a plate or a card at buildings and most entrances, a badge for every seat, and worn-out ones."""

from collections.abc import Iterator, Sequence

from sync.caseapi.district import naming
from sync.caseapi.district.model import Building, Person, Role, TagBinding, TagStatus, bind
from sync.caseapi.district.seeded import Seeded
from sync.tags import PLATE_TOKEN_BYTES, Tag, plate_code

CARD_EVERY = 8
"""One entrance in eight has an RFID card at the door instead of a plate, where frost would hide a code."""

WORN_EVERY = 150
"""One place in so many has an older tag that was replaced, one in as many again a revoked one."""

LOST_BADGES = 8
"""People who have a revoked badge beside their present one."""

VISITOR_CARDS = 20
"""Cards for volunteers and residents at activities; the last one is revoked."""

_CARD_BATCHES: dict[Role, int] = {"inspector": 0x01, "place": 0x02, "visitor": 0x03}
"""First byte of a card's number, as bought in batches: cards of different roles never collide."""


def tags(seeded: Seeded, buildings: Sequence[Building], people: Sequence[Person]) -> tuple[TagBinding, ...]:
    """Return every tag: places, then badges, then visitors; no value stands twice."""
    maker = _TagMaker(seeded)
    return (*_places(seeded, maker, buildings), *_badges(seeded, maker, people), *_visitors(maker))


class _TagMaker:
    """Makes tags and remembers the card numbers already given: four bytes can collide, a plate's ten cannot."""

    def __init__(self, seeded: Seeded) -> None:
        self._seeded = seeded
        self._cards: set[str] = set()

    def plate(self, *name: object) -> Tag:
        return Tag("qr", plate_code(self._seeded.bytes_of(PLATE_TOKEN_BYTES, "plate", *name)))

    def card(self, role: Role, *name: object) -> Tag:
        attempt = 0
        while True:
            number = self._seeded.bytes_of(4, "card", role, attempt, *name).hex().upper()
            value = f"{_CARD_BATCHES[role]:02X}{number}"
            if value not in self._cards:
                self._cards.add(value)
                return Tag("em", value)
            attempt += 1


def _places(seeded: Seeded, maker: _TagMaker, buildings: Sequence[Building]) -> Iterator[TagBinding]:
    # In each grid one entrance has no plate yet, so that putting one up can be tried.
    bare = {building.grid_id: building.entrances[-1].id for building in buildings if building.entrances}.values()
    for building in buildings:
        yield bind(maker.plate(building.id), "place", building.id)
        yield from _worn(seeded, maker, building.id)
        for entrance in building.entrances:
            if entrance.id in bare:
                continue
            has_card = seeded.below(CARD_EVERY, "has-card", entrance.id) == 0
            tag = maker.card("place", entrance.id) if has_card else maker.plate(entrance.id)
            yield bind(tag, "place", entrance.id)
            yield from _worn(seeded, maker, entrance.id)


def _worn(seeded: Seeded, maker: _TagMaker, place_id: str) -> Iterator[TagBinding]:
    statuses: dict[int, TagStatus] = {0: "replaced", 1: "revoked"}
    status = statuses.get(seeded.below(WORN_EVERY, "worn", place_id))
    if status:
        yield bind(maker.plate(place_id, status), "place", place_id, status=status)


def _badges(seeded: Seeded, maker: _TagMaker, people: Sequence[Person]) -> Iterator[TagBinding]:
    drawn = sorted(people, key=lambda person: seeded.bytes_of(8, "lost-badge", person.id))
    lost = {person.id for person in drawn[:LOST_BADGES]}
    for person in people:
        yield bind(maker.card("inspector", person.id), "inspector", person.id)
        if person.id in lost:
            yield bind(maker.card("inspector", person.id, "lost"), "inspector", person.id, status="revoked")


def _visitors(maker: _TagMaker) -> Iterator[TagBinding]:
    for number in range(1, VISITOR_CARDS + 1):
        status: TagStatus = "active" if number < VISITOR_CARDS else "revoked"
        yield bind(
            maker.card("visitor", number), "visitor", "", status=status, label=f"{naming.VISITOR_CARD} {number:02d}"
        )
