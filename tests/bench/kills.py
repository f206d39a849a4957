"""Typing that is cut off at random moments: by SIGKILL as by a dead battery, by SIGTERM, by SIGHUP.

The whole program runs in a terminal of its own. Somebody types into the problem form's description, and the program is
ended in the middle of it. Then what is on disk must be the beginning of what was typed, without a gap; the next start
must open in the same field with it; and keys typed before that start has painted anything must follow it. After SIGKILL
at most `LIMIT_MS` of typing may be gone, after the other signals nothing that the program had read. ROUNDS=100 and
SEED=7 choose how often and which moments.
"""

import os
import random
import signal
import statistics
import sys
import time
from collections.abc import Sequence
from typing import NamedTuple

from fieldapp.bootstrap import open_tablet, services_over
from fieldapp.config import TabletConfig
from fieldapp.demo.pty_app import PtyApp
from fieldapp.services.forms import OpenForm
from fieldapp.text import _
from tests.bench.tablet import BenchTablet, sign_in, signed_in_tablet

ROUNDS = 30
"""Times that the program is ended."""

LIMIT_MS = 300.0
"""Longest that lost typing may be old at a kill: what may be in memory, and the way from the terminal to the disk."""

FIELD = OpenForm("problem", "own_description")
MOST_CHARS = 400
"""Length of the text at which a new one is begun."""

AHEAD = "abc"
"""Typed before anything is painted."""

SETTLE_S = 0.5
"""Pause after the first paint, in which what was typed ahead is done."""

SIGNALS = (signal.SIGKILL, signal.SIGTERM, signal.SIGKILL, signal.SIGHUP)
GIVES_THE_TERMINAL_BACK = b"\x1b[?1049l"


class Round(NamedTuple):
    """What one end of the program cost.

    Attributes:
        lost_ms: how old the oldest lost key was, 0 when none was lost.
        wrong: what was not as promised, empty when all was.
    """

    number: signal.Signals
    lost_ms: float
    wrong: str = ""


def main() -> int:
    seed = int(os.environ.get("SEED") or random.SystemRandom().randrange(1_000_000))
    rounds = int(os.environ.get("ROUNDS", ROUNDS))
    print(f"seed {seed}")
    with signed_in_tablet() as tablet:
        tablet.stage.cut_network()
        played = play(tablet, rounds, random.Random(seed))
    for number in sorted(set(SIGNALS)):
        lost = [one.lost_ms for one in played if one.number is number]
        if lost:
            print(
                f"{number.name}: {len(lost)} times; lost {statistics.median(lost):.0f} ms, at most {max(lost):.0f} ms"
            )
    wrong = [f"{place}: {one.number.name}: {one.wrong}" for place, one in enumerate(played) if one.wrong]
    for line in wrong:
        print(f"WRONG in round {line}")
    worst = max(one.lost_ms for one in played)
    print(f"limit {LIMIT_MS:.0f} ms, rounds that went wrong: {len(wrong)}")
    return 1 if wrong or worst > LIMIT_MS else 0


def play(tablet: BenchTablet, rounds: int, luck: random.Random) -> list[Round]:
    """End the program so many times; each start goes on where the last one was ended."""
    _stand_in_the_field(tablet)
    kept = ""
    played: list[Round] = []
    for place in range(rounds):
        number = SIGNALS[place % len(SIGNALS)]
        sign_in(tablet.stage, tablet.database)
        typed, ages_ms, output = _typed_until(tablet, number, luck, kept)
        kept, field = _on_disk(tablet)
        lost = len(typed) - len(kept)
        lost_ms = ages_ms[len(kept)] if lost > 0 else 0.0
        played.append(Round(number, lost_ms, _wrong(number, typed, kept, field, output)))
        if len(kept) > MOST_CHARS:
            kept = ""
            _stand_in_the_field(tablet)
        print(f"   round {place + 1}: {number.name} {lost} keys, {lost_ms:.0f} ms", file=sys.stderr, flush=True)
    return played


def _wrong(number: signal.Signals, typed: str, kept: str, field: OpenForm | None, output: bytes) -> str:
    if not typed.startswith(kept):
        return f"typed ...{typed[-40:]!r}, on disk ...{kept[-40:]!r}"
    if field != FIELD:
        return f"opens in {field}"
    if number is not signal.SIGKILL and GIVES_THE_TERMINAL_BACK not in output:
        return "the terminal was not given back"
    return ""


def _stand_in_the_field(tablet: BenchTablet) -> None:
    with open_tablet(tablet.database) as opened:
        services = services_over(opened, TabletConfig())
        matter = next(iter(opened.store.reference.matters()))
        building = next(iter(opened.store.reference.buildings()))
        services.forms.put(FIELD.form, {"matter": matter, "building": building, "description": ""})
        services.forms.opened(FIELD.form, FIELD.field)


def _typed_until(
    tablet: BenchTablet, number: signal.Signals, luck: random.Random, kept: str
) -> tuple[str, Sequence[float], bytes]:
    """Type until the program is ended; return the whole text, each character's age at the end, and the output."""
    typed = kept + AHEAD
    command = [sys.executable, "-m", "fieldapp", "--config", str(tablet.config)]
    with PtyApp(command, env=tablet.env, rows=40, columns=120) as app:
        app.send(AHEAD)
        # The terminal itself echoes what is typed ahead, so the form's title comes first.
        app.wait_for(_("Description"))
        time.sleep(SETTLE_S)
        at_s = [app.started_s] * len(typed)
        until_s = time.monotonic() + luck.uniform(0.05, 1.5)
        while time.monotonic() < until_s:
            letter = luck.choice("defghijklmnopqrstuvwxyz")
            app.send(letter)
            typed += letter
            at_s.append(time.monotonic())
            time.sleep(luck.uniform(0.03, 0.15))
        ended_s = time.monotonic()
        os.kill(app.pid, number)
        app.wait_ended()
        return typed, [(ended_s - each) * 1000 for each in at_s], app.output


def _on_disk(tablet: BenchTablet) -> tuple[str, OpenForm | None]:
    with open_tablet(tablet.database) as opened:
        forms = services_over(opened, TabletConfig()).forms
        return forms.values(FIELD.form).get("description", ""), forms.last_open()


if __name__ == "__main__":
    sys.exit(main())
