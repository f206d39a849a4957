"""Values that follow from a seed and a name alone, never from the order of the calls."""

from hashlib import shake_256

from sync.ids import RANDOM_BYTES, uuid7_at

EPOCH_UNIX_MS = 1_782_864_000_000
"""The time part of the first synthetic id: 2026-07-01T00:00:00Z; the others follow millisecond by millisecond."""


class Seeded:
    """A source of values for one seed: the same name gives the same value, on every machine and Python."""

    def __init__(self, seed: int) -> None:
        self._seed = seed

    def bytes_of(self, size: int, *name: object) -> bytes:
        """Return so many bytes for a name."""
        text = "\x1f".join(map(str, ("xunge-district-1", self._seed, *name)))
        return shake_256(text.encode()).digest(size)

    def below(self, limit: int, *name: object) -> int:
        """Return a whole number from 0 to `limit` - 1; its bias is below 2 to the -60."""
        return int.from_bytes(self.bytes_of(12, *name), "big") % limit

    def weighted(self, weights: dict[int, int], *name: object) -> int:
        """Return one of the keys, each as often as its weight says."""
        place = self.below(sum(weights.values()), *name)
        for value, weight in weights.items():
            if place < weight:
                return value
            place -= weight
        raise AssertionError("the place is below the sum of the weights")

    def id_of(self, ordinal: int, *name: object) -> str:
        """Return an id of the shape of UUIDv7.

        Time and random part come from the ordinal and the seed: such ids pass every check of a real one, lie
        together on disk in the order they were made in, and differ from seed to seed.
        """
        return str(uuid7_at(EPOCH_UNIX_MS + ordinal, self.bytes_of(RANDOM_BYTES, "id", *name)))
