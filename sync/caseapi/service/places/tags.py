"""Plates and badges issued, replaced and revoked. Only digests come here: the codes are known to who prints them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import msgspec

from sync.caseapi.errors import CommandRefused
from sync.caseapi.service.feeds import grid_scope
from sync.caseapi.service.places.bearers import NUMBER_DIGITS, Bearer, Given, Register, read_register
from sync.caseapi.storage.base import Storage
from sync.caseapi.storage.places import PlaceAct, PlaceChange
from sync.caseapi.storage.values import FeedChange
from sync.errors import DamagedPlate
from sync.reference import Role, TagEntry, TagStatus
from sync.tags import Tag, looks_like_plate, parse_plate_code, tag_digest

MOST_PLATES = 10_000
"""Plates of one run: who has more entrances prints them street by street."""

PLATE = "qr"
"""The medium of plates."""

_KINDS: dict[Role, str] = {"place": "plate", "inspector": "badge", "visitor": "card"}


@dataclass(frozen=True, slots=True)
class Changed:
    """What became of tags.

    Attributes:
        revoked: of those to be replaced, the ones that an inspector's record had put up: only a revocation is
            stronger than a record.
    """

    issued: int = 0
    replaced: int = 0
    revoked: int = 0


@dataclass(slots=True)
class TagOffice:
    """Issues, replaces and revokes tags, and keeps who did it when."""

    storage: Storage
    now_ms: Callable[[], int]

    async def places(self, *, grid: str = "", building: str = "", is_every: bool = False) -> list[Bearer]:
        """Return where plates are to be hung up: entrances, and buildings without any, in their order.

        Args:
            grid, building: only there; both empty for the whole district.
            is_every: also where a plate hangs already.

        Raises:
            CommandRefused: there is no such grid or building, or there are too many places.
        """
        register = await read_register(self.storage)
        found = [each for each in register.places() if grid in ("", each.grid) and building in ("", each.building)]
        if not found:
            raise CommandRefused(f"there is nothing to hang a plate at in {building or grid or 'this district'}")
        if not is_every:
            hung = {tag.target for _, tag in register.tags.values() if tag.medium == PLATE and tag.status == "active"}
            found = [each for each in found if each.target not in hung]
        if len(found) > MOST_PLATES:
            raise CommandRefused(f"{len(found)} plates are too many at once, {MOST_PLATES} are the most: use --grid")
        return found

    async def given(self, role: Role, *, grid: str = "") -> list[Given]:
        """Return the tags of places or of people, by bearer."""
        register = await read_register(self.storage)
        found = [register.given(digest) for digest, (_, tag) in register.tags.items() if tag.role == role]
        if grid:
            found = [each for each in found if each.bearer is not None and each.bearer.grid == grid]
        return sorted(found, key=lambda each: (_place_of(each), each.number))

    async def issue(
        self, tags: Sequence[tuple[str, str, str]], role: Role, *, by: str, is_replacing: bool = False
    ) -> Changed:
        """Let tags stand for places or people, all or none.

        Args:
            tags: medium, digest and the id of the place or person (of a person the seat's, too).
            is_replacing: the bearers' other tags of this medium are replaced from now on.

        Raises:
            CommandRefused: one is somebody else's, or there is no such bearer; nothing was changed.
        """
        register = await read_register(self.storage)
        entries: list[FeedChange] = []
        acts: list[PlaceAct] = []
        ended = {"replaced": 0, "revoked": 0}
        for medium, digest, named in tags:
            bearer = self._bearer(register, role, named)
            _check_free(register, digest, bearer)
            for other in register.counting.get(bearer.target, ()) if is_replacing else ():
                if other != digest and register.tags[other][1].medium == medium:
                    status = self._end(register, other, "replaced", by, entries, acts)
                    ended[status] += 1
            body = msgspec.json.encode(TagEntry(medium, role, bearer.target))
            entries.append(FeedChange(grid_scope(bearer.grid), "tag", digest, body))
            acts.append(PlaceAct(self.now_ms(), by, f"{_KINDS[role]}_issued", f"{digest} {bearer.target}"))
        await self.storage.places.write(PlaceChange(entries, acts=acts))
        return Changed(len(tags), ended["replaced"], ended["revoked"])

    async def revoke(self, named: str, role: Role, *, by: str) -> list[Given]:
        """Let tags not count any more; return them as they were.

        Args:
            named: what is printed on a plate, a card's number as read, a tag's number, or the id of a place or person.

        Raises:
            CommandRefused: nothing is called so, or more than one thing.
        """
        register = await read_register(self.storage)
        digests = _meant(register, named, role)
        entries: list[FeedChange] = []
        acts: list[PlaceAct] = []
        before = [register.given(digest) for digest in digests]
        for digest in digests:
            self._end(register, digest, "revoked", by, entries, acts)
        await self.storage.places.write(PlaceChange(entries, acts=acts))
        return before

    @staticmethod
    def _bearer(register: Register, role: Role, named: str) -> Bearer:
        if role == "inspector":
            return register.person(named)
        bearer = register.bearers.get(named)
        if bearer is None or bearer.role != role:
            raise CommandRefused(f"there is no building or entrance {named!r} here")
        return bearer

    def _end(
        self,
        register: Register,
        digest: str,
        status: TagStatus,
        by: str,
        entries: list[FeedChange],
        acts: list[PlaceAct],
    ) -> TagStatus:
        scope, tag = register.tags[digest]
        # What an inspector put up stands over what was published, unless that is a revocation.
        status = "revoked" if tag.records else status
        body = msgspec.json.encode(TagEntry(tag.medium, tag.role, tag.target, status))
        entries.append(FeedChange(scope, "tag", digest, body))
        acts.append(PlaceAct(self.now_ms(), by, f"{_KINDS[tag.role]}_{status}", f"{digest} {tag.target}"))
        return status


def _check_free(register: Register, digest: str, bearer: Bearer) -> None:
    if digest not in register.tags:
        return
    _, tag = register.tags[digest]
    if tag.status == "active" and tag.target != bearer.target:
        other = register.bearers.get(tag.target)
        whose = f"{other.name} {other.part}" if other is not None else tag.target or "a visitor"
        raise CommandRefused(f"this {_KINDS[tag.role]} is {whose}'s: revoke it there first")


def _meant(register: Register, named: str, role: Role) -> list[str]:
    """Return the digests of what somebody named."""
    active = {digest: tag for digest, (_, tag) in register.tags.items() if tag.role == role and tag.status == "active"}
    wanted = named.strip()
    if looks_like_plate(wanted):
        try:
            wanted = tag_digest(Tag(PLATE, parse_plate_code(wanted)))
        except DamagedPlate as exc:
            raise CommandRefused(f"{named}: {exc}") from exc
    plain = wanted.replace("-", "").lower()
    by_number = [digest for digest in active if len(plain) >= NUMBER_DIGITS and digest.startswith(plain)]
    by_card = [tag_digest(Tag(medium, wanted.upper())) for medium in ("em", "a", "epc")]
    bearers = {each.target for each in register.bearers.values() if wanted in (each.target, each.part)}
    by_bearer = [digest for digest, tag in active.items() if wanted and tag.target in bearers]
    found = [digest for digest in by_card if digest in active] or by_bearer or by_number
    if not found:
        raise CommandRefused(f"no {_KINDS[role]} that counts is called {named!r}")
    if found == by_number and len(found) > 1:
        raise CommandRefused(f"{len(found)} are called {named!r}: give more digits of its number")
    return found


def _place_of(given: Given) -> tuple[str, tuple[int, int], str]:
    bearer = given.bearer
    return ("", (0, 0), "") if bearer is None else (bearer.grid, bearer.order, bearer.part)
