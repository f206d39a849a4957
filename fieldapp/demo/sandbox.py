"""The demo's world in one temporary folder: the case API as its own process, a pack of synthetic data, a tablet.

Nothing outside the folder is touched; everything listens on loopback only.
"""

import csv
import json
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from fieldapp.demo.bound import bound_command
from fieldapp.text import _
from sync.text import clean_line

START_TIMEOUT_S = 60.0
"""Longest the case API may take to listen; it takes about one second."""

SEED = 20260701
"""Seed of the demo's synthetic district: everybody sees the same plates."""

MAX_SAID_CHARS = 400
"""Most that is repeated of what a failed command said."""

SHIFT_PLACES = 24
"""Different doors in the reference shift."""


class DemoFailed(Exception):
    """The sandbox could not be set up; says which step and what it answered."""


@dataclass(frozen=True, slots=True)
class DemoPlace:
    """A building or entrance of the demo grid, the tag that hangs there, and where on earth that is."""

    id: str
    name: str
    medium: str
    value: str
    lat: float
    lon: float


@dataclass(frozen=True, slots=True)
class DemoPerson:
    """A synthetic seat holder of the demo grid."""

    id: str
    name: str
    pin: str
    badge: str


@dataclass(frozen=True, slots=True)
class DemoGrid:
    """The grid the demo tablet belongs to, with what its emulated readers need."""

    id: str
    places: tuple[DemoPlace, ...]
    people: tuple[DemoPerson, ...]


class CaseApi:
    """The case API of the sandbox, its own process on loopback.

    Attributes:
        database: the SQLite file, unless it stores in PostgreSQL.
        db: where it stores, as its setting says it.
    """

    def __init__(self, folder: Path, db: str = "") -> None:
        """Prepare.

        Args:
            db: address of a PostgreSQL database with nothing in it; empty: SQLite in the folder.
        """
        self.folder = folder
        self.pack = folder / "pack"
        self.database = folder / "central.sqlite"
        self.db = db or f"sqlite:///{self.database}"
        self._process: subprocess.Popen[bytes] | None = None
        self.port = 0

    def prepare(self) -> None:
        """Create the database and fill it with the synthetic district."""
        self.folder.mkdir(parents=True, exist_ok=True)
        self.run("init")
        if json.loads(self.attempt("verify", "--json").stdout)["streams"]:
            raise DemoFailed(_("The demo needs a database with nothing in it."))
        self.run("demo-data", "--seed", str(SEED), "--pack", str(self.pack))

    def start(self) -> None:
        """Start the server and wait until it has written its port; it ends with this process, however that ends.

        Raises:
            DemoFailed: it ended, or did not listen in time; says what it said last.
        """
        port_file = self.folder / "port"
        port_file.unlink(missing_ok=True)
        log = self.folder / "caseapi.log"
        command = self._command("serve", "--host", "127.0.0.1", "--port", "0", "--port-file", str(port_file))
        with log.open("ab") as out:
            self._process = subprocess.Popen(
                bound_command(command), stdin=subprocess.DEVNULL, stdout=out, stderr=out, start_new_session=True
            )
        deadline = time.monotonic() + START_TIMEOUT_S
        while not (port_file.exists() and port_file.read_text().strip()):
            if self._process.poll() is not None or time.monotonic() > deadline:
                raise DemoFailed(_("The case API did not start: {words}").format(words=_last_words(log)))
            time.sleep(0.02)
        self.port = int(port_file.read_text())

    @property
    def desk_url(self) -> str:
        """Return the address of the desk page."""
        return f"http://127.0.0.1:{self.port}/desk"

    def stop(self) -> None:
        """End the server; it commits what it holds first."""
        if self._process is not None and self._process.poll() is None:
            self._process.terminate()
            try:
                self._process.wait(10)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
        self._process = None

    def run(self, *words: str) -> str:
        """Run an administration command and return what it printed.

        Raises:
            DemoFailed: it did not exit with 0.
        """
        done = self.attempt(*words)
        if done.returncode != 0:
            said = clean_line(done.stderr.strip() or done.stdout.strip(), max_chars=MAX_SAID_CHARS)
            raise DemoFailed(f"caseapi {words[0]}: {said}")
        return done.stdout

    def attempt(self, *words: str) -> subprocess.CompletedProcess[str]:
        """Run an administration command, whatever it answers."""
        return subprocess.run(self._command(*words), capture_output=True, text=True, timeout=300, check=False)

    def _command(self, *words: str) -> list[str]:
        # Beside a database that is no file, everything else still lies in the sandbox.
        beside = {
            "--receipt-key": "receipt-key.json",
            "--seal-key": "seal-key.json",
            "--receipts-log": "receipts.log",
            "--media": "media",
        }
        flags = [word for flag, name in beside.items() for word in (flag, str(self.folder / f"central.{name}"))]
        return [sys.executable, "-m", "sync.caseapi", *words, "--db", self.db, *flags]


def _last_words(log: Path) -> str:
    lines = [line for line in log.read_text(encoding="utf-8", errors="replace").splitlines() if line.strip()]
    return clean_line(lines[-1], max_chars=MAX_SAID_CHARS) if lines else "-"


def busiest_grid(pack: Path) -> DemoGrid:
    """Return the grid of the pack that shows most: a whole shift of different doors, then most cards at doors."""
    buildings = _rows(pack / "buildings.csv")
    entrances = _rows(pack / "entrances.csv")
    tags = [row for row in _rows(pack / "tags.csv") if row["status"] == "active"]
    tag_of = {row["target_id"]: row for row in tags if row["role"] == "place"}
    badge_of = {row["target_id"]: row["value"] for row in tags if row["role"] == "inspector"}
    places: dict[str, list[DemoPlace]] = {}
    grid_of = {row["id"]: row["grid_id"] for row in buildings}
    names = {row["id"]: row["name"] for row in buildings}
    point_of = {row["id"]: (float(row["lat"]), float(row["lon"])) for row in [*buildings, *entrances]}
    # Entrances first: a round counts doors, and whoever tries the demo should see the round go on.
    doors = [
        (row["id"], grid_of[row["building_id"]], f"{names[row['building_id']]} {row['name']}") for row in entrances
    ]
    doors += [(row["id"], row["grid_id"], row["name"]) for row in buildings]
    for place, grid, name in doors:
        tag = tag_of.get(place)
        if tag is not None:
            places.setdefault(grid, []).append(DemoPlace(place, name, tag["medium"], tag["value"], *point_of[place]))
    grid = max(places, key=lambda key: (min(len(places[key]), SHIFT_PLACES), _cards(places[key]), key))
    people = tuple(
        DemoPerson(row["person_id"], row["name"], row["pin"], badge_of.get(row["person_id"], ""))
        for row in _rows(pack / "people.csv")
        if row["grid_id"] == grid
    )
    return DemoGrid(grid, tuple(places[grid]), people)


def _cards(places: Sequence[DemoPlace]) -> int:
    return sum(place.medium == "em" for place in places)


def offer_for(api: CaseApi, grid: str) -> str:
    """Return a fresh enrolment offer for a tablet of the grid."""
    answer = json.loads(api.run("enrol", "--grid", grid, "--json"))
    return str(answer["offer"])


def write_tablet_config(
    path: Path,
    database: Path,
    readers: Sequence[tuple[str, str, str]],
    pictures: Path | None = None,
    camera: Sequence[str] = (),
) -> None:
    """Write the demo tablet's configuration.

    Args:
        readers: port, model and role of each.
        pictures: folder in which the camera's pictures appear.
        camera: the command of a camera that codes are read with.
    """
    lines = [f"database = {json.dumps(str(database))}"]
    if camera:
        lines += [f"camera_command = {json.dumps(list(camera))}", "camera_width = 640", "camera_height = 480"]
    lines += [f"photo_folder = {json.dumps(str(pictures))}", ""] if pictures is not None else [""]
    for port, model, role in readers:
        lines += ["[[reader]]", f"port = {json.dumps(port)}", f'model = "{model}"', f'role = "{role}"', ""]
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join(lines))


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
