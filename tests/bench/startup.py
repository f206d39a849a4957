"""Start-up to the usable home screen, side by side with the smallest Textual app there can be.

Both run in the same pseudo-terminal, in turn, so that the machine's load falls on both alike. The tablet is enrolled,
holds the demo district's reference data and a signed-in inspector: the home screen is the usable one.
"""

import statistics
import sys

from fieldapp.demo.pty_app import PtyApp
from tests.bench.tablet import signed_in_tablet

ROUNDS = 15
"""Pairs of starts; the median of each side counts."""

LIMIT = 1.25
"""Largest ratio that is still fine."""

MINIMAL = """
from textual.app import App
from textual.widgets import Static
class Minimal(App):
    def compose(self):
        yield Static("READY-TO-USE")
Minimal().run()
"""


def main() -> int:
    with signed_in_tablet() as tablet:
        minimal: list[float] = []
        home: list[float] = []
        for turn in range(ROUNDS + 1):
            pair = (
                _start([sys.executable, "-c", MINIMAL], "READY-TO-USE", {}),
                _start(
                    [sys.executable, "-m", "fieldapp", "--config", str(tablet.config)], tablet.home_marker, tablet.env
                ),
            )
            if turn:
                minimal.append(pair[0])
                home.append(pair[1])
    ratio = statistics.median(home) / statistics.median(minimal)
    print(f"one widget  {_spread(minimal)}\nhome        {_spread(home)}\nratio       {ratio:.2f} (limit {LIMIT})")
    return 0 if ratio <= LIMIT else 1


def _start(command: list[str], marker: str, env: dict[str, str]) -> float:
    with PtyApp(command, env=env, rows=40, columns=120) as app:
        return app.wait_for(marker)


def _spread(seconds: list[float]) -> str:
    return f"{statistics.median(seconds) * 1000:6.0f} ms median, {min(seconds) * 1000:.0f} to {max(seconds) * 1000:.0f}"
