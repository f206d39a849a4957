"""One more key in the line that finds buildings and categories, at 30,000 addresses, against scans of all of them.

The addresses are estates with the names of Pingfang's communities, numbered buildings with three doors each; then as
many of which no two have a word in common. Somebody types some of them, key by key: initials and number, characters
and number, 3-2, the street. Three sides answer each key: the finder, a scan that answers the same in the same order,
and the barest scan there is, `typed in text` over every text, which knows no order, no numbers and no doors. Beside
them the 928 buildings of the synthetic district and the shipped catalogue. What counts is processor time.
"""

import random
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import product

from fieldapp.services.finding import FOUND_SHOWN, BuildingFinder
from fieldapp.services.matter_picker import MatterPicker
from fieldapp.services.search_index import rank_of
from fieldapp.services.search_terms import terms_of
from sync.caseapi.district.catalogue import shipped_catalogue
from sync.caseapi.district.generate import generate
from sync.caseapi.district.initials import initials_of
from sync.caseapi.district.model import Building
from sync.reference import BuildingEntry, EntranceEntry, MatterEntry
from tests.bench.rounds import ROUNDS, Figures, in_turn, ratio_said, share_at

ADDRESSES = 30_000
DOORS = 3

TYPED_ADDRESSES = 4
"""Addresses that are typed, each in every way."""

SCANNED = 16
"""Of so many keys one is answered by the scans too, which take half a second for it."""

FRAME_MS = 16.0
"""Longest p95 of a key."""

SEED = 5


@dataclass(frozen=True, slots=True)
class Town:
    """Addresses, and what finds them."""

    name: str
    finder: BuildingFinder
    keys: tuple[str, ...]
    texts: tuple[str, ...]


def main() -> int:
    is_kept = True
    for town in (_estates(), _strangers(), _district()):
        sides = {"finder": _finder(town), "scan with the same answers": _scan(town), "barest scan": _bare(town)}
        some = town.keys[::SCANNED]
        figures = in_turn({name: _p95_of(answer, some) for name, answer in sides.items()}, ROUNDS)
        every = Figures(tuple(_p95_of(sides["finder"], town.keys)() for _ in range(ROUNDS)))
        is_kept &= _told(town, figures, every)
        wrong = [key for key in some if sides["finder"](key) != sides["scan with the same answers"](key)]
        print(f"keys answered otherwise than by the scan: {len(wrong)}", flush=True)
        is_kept &= not wrong
    return 0 if is_kept & _categories() else 1


def _told(town: Town, figures: Mapping[str, Figures], every: Figures) -> bool:
    finder = figures["finder"]
    print(
        f"-- {town.name}: {len(town.texts):,} addresses; ratios of every {SCANNED}th of {len(town.keys)} keys",
        flush=True,
    )
    for name in ("scan with the same answers", "barest scan"):
        ratio_said(f"p95 of a key over the {name}", finder.median / figures[name].median)
    print("; ".join(f"{name} {each.said('ms', 2)}" for name, each in figures.items()), flush=True)
    is_kept = ratio_said("p95 of all keys, ms of processor time", every.median, most=FRAME_MS)
    print(every.said("ms", 2), flush=True)
    return is_kept


def _categories() -> bool:
    rows = {
        f"{each.standard}:{each.kind}:{each.code}": MatterEntry(
            each.standard, each.kind, each.code, each.name, each.name_en, each.group_zh, each.group_en,
            " ".join(each.initials), common=each.is_common,
        )
        for each in shipped_catalogue()
    }  # fmt: skip
    picker = MatterPicker(rows)
    chosen = random.Random(SEED).sample(list(rows.values()), 20)
    typed = [text for row in chosen for text in (row.name, row.code, row.initials.split()[0], row.name_en.lower())]
    keys = _key_by_key(typed)
    p95 = Figures(tuple(_p95_of(picker.find, keys)() for _ in range(ROUNDS)))
    print(f"-- shipped catalogue: {len(rows)} categories, {len(keys)} keys")
    is_kept = ratio_said("p95 of a key, ms of processor time", p95.median, most=FRAME_MS)
    print(p95.said("ms", 2), flush=True)
    return is_kept


def _p95_of(answer: Callable[[str], object], keys: Sequence[str]) -> Callable[[], float]:
    """Return what answers every key and returns the p95, in milliseconds of processor time."""

    def timed() -> float:
        taken = []
        for key in keys:
            begun = time.process_time_ns()
            answer(key)
            taken.append((time.process_time_ns() - begun) / 1e6)
        return share_at(sorted(taken), 0.95)

    return timed


def _finder(town: Town) -> Callable[[str], list[str]]:
    return lambda key: [choice.id for choice in town.finder.find(key)]


def _scan(town: Town) -> Callable[[str], list[str]]:
    index = town.finder.index

    def answer(key: str) -> list[str]:
        terms = terms_of(key)
        ranked = ((rank_of(thing, terms), place) for place, thing in enumerate(index.findable)) if terms else ()
        best = sorted((rank, place) for rank, place in ranked if rank is not None)
        return [index.ids[place] for _, place in best[:FOUND_SHOWN]]

    return answer


def _bare(town: Town) -> Callable[[str], list[str]]:
    return lambda key: [text for text in town.texts if key in text]


def _estates() -> Town:
    names = sorted({building.name.split()[0] for building in generate().buildings})
    counts = range(1, ADDRESSES // len(names) + 2)
    numbered = [(name, number) for number, name in product(counts, names)][:ADDRESSES]
    buildings = {
        f"b{place}": BuildingEntry(
            f"{name} {number}号楼",
            "g",
            f"平房区{name[:2]}街{place % 90 + 1}号",
            " ".join(initials_of(f"{name}{number}号楼")),
        )
        for place, (name, number) in enumerate(numbered)
    }
    return _town(f"{len(names)} estates", buildings)


def _strangers() -> Town:
    drawn = random.Random(SEED)
    buildings = {
        f"b{place}": BuildingEntry(
            "".join(chr(drawn.randrange(0x4E00, 0x9FA0)) for _ in range(4)) + f"{place % 40 + 1}号",
            "g",
            initials="".join(drawn.choice("abcdefghjklmnpqrstwxyz") for _ in range(4)) + f"{place % 40 + 1}h",
        )
        for place in range(ADDRESSES)
    }
    return _town("no two names alike", buildings)


def _district() -> Town:
    return _town("the synthetic district", {each.id: _entry(each) for each in generate().buildings})


def _entry(building: Building) -> BuildingEntry:
    return BuildingEntry(building.name, building.grid_id, building.address, " ".join(building.initials))


def _town(name: str, buildings: dict[str, BuildingEntry]) -> Town:
    entrances = {
        f"{building} {door}": EntranceEntry(building, f"{door}单元")
        for building in buildings
        for door in range(1, DOORS + 1)
    }
    begun = time.process_time()
    finder = BuildingFinder(buildings, entrances)
    print(f"   {name}: prepared in {time.process_time() - begun:.2f} s, once", flush=True)
    chosen = random.Random(SEED).sample(list(buildings.values()), TYPED_ADDRESSES)
    texts = tuple(f"{each.name} {each.address} {each.initials}" for each in buildings.values())
    return Town(name, finder, _key_by_key([text for each in chosen for text in _ways(each)]), texts)


def _ways(building: BuildingEntry) -> tuple[str, ...]:
    """Return how somebody may type a building."""
    words = building.name.split()[0]
    number = "".join(char for char in building.name if char.isdigit())
    initials = building.initials.split()[0]
    return (
        initials,
        building.name,
        f"{words} {number}",
        f"{number}-2",
        f"{number}号2单元",
        building.address,
        words[1:3],
    )


def _key_by_key(typed: Sequence[str]) -> tuple[str, ...]:
    return tuple(text[:count] for text in typed for count in range(1, len(text) + 1))
