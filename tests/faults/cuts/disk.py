"""A disk that loses its power: what was synced is there, of the rest any sectors, of the names any beginning.

A file's bytes are on disk once it was synced. Of what was written since, each sector of 512 bytes shows some moment
of its own; a change of size may be there or not. A folder's names are on disk once the folder was synced; of what
was made, renamed and removed since, some beginning is there, as on a file system that keeps a journal of names.
Folders that were there at the start stay.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from os.path import dirname
from random import Random

from tests.faults.cuts.trace import Made, Mark, Opened, Operation, Renamed, Synced, Truncated, Unlinked, Written

SECTOR = 512


@dataclass(eq=False)
class Content:
    """One file's bytes: as synced, and what was done since."""

    synced: bytes = b""
    pending: list[Written | Truncated] = field(default_factory=list)
    size: int = 0

    def write(self, change: Written) -> None:
        place = self.size if change.place < 0 else change.place
        self.pending.append(Written(0, place, change.data))
        self.size = max(self.size, place + len(change.data))

    def truncate(self, size: int) -> None:
        self.pending.append(Truncated(0, size))
        self.size = size

    def sync(self) -> None:
        self.synced = self.whole()
        self.pending.clear()

    def whole(self) -> bytes:
        """Return the bytes as the process saw them."""
        data = bytearray(self.synced)
        for change in self.pending:
            _apply(data, change)
        return bytes(data)

    def after_cut(self, rng: Random, keeping: float) -> bytes:
        """Return the bytes that the disk may show: each unsynced sector at a moment of its own.

        Args:
            keeping: 0 loses all that is not synced, 1 keeps all, between them chance decides.
        """
        if not self.pending or keeping <= 0:
            return self.synced
        if keeping >= 1:
            return self.whole()
        return self._mixed(rng, keeping)

    def _mixed(self, rng: Random, keeping: float) -> bytes:
        touches: dict[int, int] = defaultdict(int)
        for change in self.pending:
            for sector in _sectors(change):
                touches[sector] += 1
        kept = {sector: _moment(count, rng, keeping) for sector, count in touches.items()}
        data = bytearray(self.synced)
        for change in self.pending:
            if isinstance(change, Truncated):
                if rng.random() < keeping:
                    _apply(data, change)
                continue
            for sector in _sectors(change):
                kept[sector] -= 1
                if kept[sector] >= 0:
                    _apply_sector(data, change, sector)
        if len(data) > len(self.synced) and rng.random() < 0.25:
            # The data may come before the size that shows it.
            del data[rng.randrange(len(self.synced), len(data)) :]
        return bytes(data)


class Disk:
    """Files by name, as the process sees them and as they would be after a cut at any moment."""

    def __init__(self, files: Mapping[str, bytes]) -> None:
        self._seen = {name: Content(data, size=len(data)) for name, data in files.items()}
        self._durable = dict(self._seen)
        self._handles: dict[int, tuple[str, Content]] = {}
        self._folders: set[str] = set()
        self._names: dict[str, list[tuple[str, str, Content | None]]] = defaultdict(list)
        self._new_folders: set[str] = set()

    def apply(self, operation: Operation) -> None:
        """Let an operation happen as a whole."""
        match operation:
            case Opened():
                self._open(operation)
            case Written(handle):
                self._handles[handle][1].write(operation)
            case Truncated(handle, size):
                self._handles[handle][1].truncate(size)
            case Synced(handle):
                self._sync(*self._handles[handle])
            case Unlinked(path):
                if self._seen.pop(path, None) is not None:
                    self._names[dirname(path)].append(("gone", path, None))
            case Renamed(path, target):
                self._rename(path, target)
            case Made(path):
                self._names[dirname(path)].append(("made", path, None))
                self._new_folders.add(path)
            case Mark():
                return

    def apply_torn(self, operation: Operation, rng: Random) -> None:
        """Let only the beginning of a write happen; anything else has not happened yet."""
        if isinstance(operation, Written) and len(operation.data) > 1:
            size = rng.randrange(1, len(operation.data))
            self.apply(Written(operation.handle, operation.place, operation.data[:size]))

    def take_back_torn(self, operation: Operation, size_before: int) -> None:
        """Undo `apply_torn`."""
        if isinstance(operation, Written) and len(operation.data) > 1:
            content = self._handles[operation.handle][1]
            content.pending.pop()
            content.size = size_before

    def size_of(self, operation: Operation) -> int:
        """Return the size of the file that an operation changes."""
        return self._handles[operation.handle][1].size if isinstance(operation, Written) else 0

    def after_cut(self, rng: Random, keeping: float) -> dict[str, bytes]:
        """Return every file that is there when the power comes back."""
        names = dict(self._durable)
        missing: set[str] = set(self._new_folders)
        for pending in self._names.values():
            count = len(pending)
            cut = 0 if keeping <= 0 else count if keeping >= 1 else rng.randint(0, count)
            for what, path, content in pending[:cut]:
                _rename(names, missing, (what, path, content))
        return {
            path: content.after_cut(rng, keeping)
            for path, content in names.items()
            if not any(path.startswith(f"{folder}/") for folder in missing)
        }

    def _open(self, opened: Opened) -> None:
        if opened.is_folder:
            self._handles[opened.handle] = (opened.path, Content())
            self._folders.add(opened.path)
            return
        content = self._seen.get(opened.path)
        if content is None:
            content = self._seen[opened.path] = Content()
            self._names[dirname(opened.path)].append(("there", opened.path, content))
        elif opened.is_emptied and content.size:
            content.truncate(0)
        self._handles[opened.handle] = (opened.path, content)

    def _sync(self, path: str, content: Content) -> None:
        if path not in self._folders:
            content.sync()
            return
        for change in self._names.pop(path, []):
            _rename(self._durable, self._new_folders, change)

    def _rename(self, path: str, target: str) -> None:
        content = self._seen.pop(path)
        self._seen[target] = content
        pending = self._names[dirname(target)]
        pending.append((f"from {path}", target, content))


def _rename(names: dict[str, Content], missing: set[str], change: tuple[str, str, Content | None]) -> None:
    what, path, content = change
    if what == "made":
        missing.discard(path)
        return
    if what == "gone":
        names.pop(path, None)
        return
    if what.startswith("from "):
        names.pop(what.removeprefix("from "), None)
    assert content is not None
    names[path] = content


def _moment(count: int, rng: Random, keeping: float) -> int:
    return rng.randint(0, count) if rng.random() < 0.5 else count if rng.random() < keeping else 0


def _sectors(change: Written | Truncated) -> Iterator[int]:
    if isinstance(change, Truncated) or not change.data:
        return iter(())
    return iter(range(change.place // SECTOR, (change.place + len(change.data) - 1) // SECTOR + 1))


def _apply(data: bytearray, change: Written | Truncated) -> None:
    if isinstance(change, Truncated):
        if change.size < len(data):
            del data[change.size :]
        else:
            data.extend(bytes(change.size - len(data)))
        return
    _put(data, change.place, change.data)


def _apply_sector(data: bytearray, change: Written, sector: int) -> None:
    begin = max(change.place, sector * SECTOR)
    end = min(change.place + len(change.data), (sector + 1) * SECTOR)
    _put(data, begin, change.data[begin - change.place : end - change.place])


def _put(data: bytearray, place: int, piece: bytes) -> None:
    if place > len(data):
        data.extend(bytes(place - len(data)))
    data[place : place + len(piece)] = piece
