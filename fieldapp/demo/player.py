"""Plays a reference shift through the app's own screens: keys into a pseudo-terminal, tags into emulated readers.

34 records: shift start, 24 check-ins by scan and card, 4 problems with two photos each, 4 visits, shift end. On the way
the network is cut before a request and in the middle of an answer, and the app is killed once, in the middle of a
problem report that has a photo already. Nothing is called behind the app's back.
"""

import time
from collections.abc import Callable
from pathlib import Path

from fieldapp.demo.pty_app import PtyApp
from fieldapp.demo.stage import Narrate, Stage
from fieldapp.demo.terminal import app_command
from fieldapp.demo.watching import JournalFacts, journal_facts
from fieldapp.presentation.troubles import trouble_text
from fieldapp.text import _, ngettext

PATIENCE_S = 30.0
"""Longest to wait for a record or a proof to reach a disk."""

LOOK_EVERY_S = 0.02
"""Pause between two looks into the database."""

PROBLEM_AT = (4, 9, 14, 20)
"""After which check-ins a problem is reported."""

READERS = 3
"""What the demo's tablet reads with: scanner, badge reader and receiver."""

VISIT_AT = (3, 8, 13, 18)
"""After which check-ins somebody is visited."""

CUT_AT, RESTORE_AT, CUT_AGAIN_AT = 6, 12, 17
"""After which check-ins the network goes, comes back, and goes until the end of the shift; each time it is sent."""

ANSWER_BYTES = 100
"""How much of the answer still arrives when the network goes in the middle of it: less than its head."""

KILL_AT = 14
"""After which check-in the app is killed, with a problem report half filled in."""


class ShiftFailed(Exception):
    """The shift could not be played; says at which step, and what the database held."""


class ShiftPlayer:
    """The hands of an inspector."""

    def __init__(self, stage: Stage, narrate: Narrate, language: str) -> None:
        self._stage = stage
        self._narrate = narrate
        self._env = {"LANG": f"{language}.UTF-8", "COLUMNS": "100", "LINES": "30"}
        self._app: PtyApp
        self._expected = 0
        self.kills = 0
        self.cuts = 0

    def play(self) -> None:
        """Play the shift until everything is proven and the app is left.

        Raises:
            ShiftFailed: a step had no effect.
            fieldapp.demo.pty_app.NotPainted: a screen did not come up.
        """
        self._open_app()
        try:
            self._sign_in()
            self._do("61", _("starts the shift"))
            for number in range(1, 25):
                self._check_in(number)
            self._end_shift()
            self._until(lambda facts: facts.summary.unsettled == 0 and facts.summary.receipt is not None, "proof")
            self._until(lambda facts: facts.photos_waiting == 0, "photos")
            self._leave()
        finally:
            self._app.kill()

    def _open_app(self) -> None:
        self._app = PtyApp(app_command(self._stage), env=self._env)
        # What is shown to a reader before it is open would be lost, as it would be in a hand.
        self._app.wait_for(ngettext("{count} reader ok", "{count} readers ok", READERS).format(count=READERS))

    def _sign_in(self) -> None:
        person = self._stage.grid.people[0]
        self._narrate(_("{name} taps the badge and types the PIN").format(name=person.name))
        self._stage.badges.tap(person.badge)
        self._app.wait_for(_("Enter your PIN"))
        self._app.send(person.pin)
        self._app.wait_for(_("Start shift"))

    def _check_in(self, number: int) -> None:
        place = self._stage.take_place()
        how = _("card") if place.medium == "em" else _("plate")
        self._narrate(f"{number:2d}  {how}  {place.name}")
        self._stage.show_tag(place)
        self._saved(f"check-in {number}")
        if number in VISIT_AT:
            self._do("411", _("a visit"))
        if number in PROBLEM_AT:
            self._report_problem(is_killed_meanwhile=number == KILL_AT)
        self._disturb_network(number)

    def _report_problem(self, *, is_killed_meanwhile: bool) -> None:
        self._do("211", _("a problem: category, phrase, two photos, report"), adds=0)
        self._take_photo()
        if is_killed_meanwhile:
            self._narrate("    " + _("the app is killed (SIGKILL) with the report half filled in"))
            self._app.kill()
            self.kills += 1
            self._open_app()
            # The readers may be open before the report is: a key would then still be one of the first page.
            self._app.wait_for(_("How pressing"))
            self._narrate("    " + _("the report goes on in the same field"))
        self._take_photo()
        self._do("1", "")

    def _take_photo(self) -> None:
        """Take a picture with the emulated camera, and make a photo of it in the open report."""
        before = journal_facts(self._database).photos_in_drafts
        self._stage.camera.take()
        self._app.send("7")
        self._until(lambda facts: facts.photos_in_drafts > before, "a photo")

    def _disturb_network(self, number: int) -> None:
        if number == CUT_AT:
            self._narrate("    " + _("the network is cut; sending fails, and the shift goes on"))
            self._stage.cut_network()
            self._send_in_vain()
        elif number == RESTORE_AT:
            self._narrate("    " + _("the network is back; all is sent"))
            self._stage.restore_network()
            self._send_now()
            self._until(lambda facts: facts.summary.unsettled == 0, "sending")
            self._go_home()
        elif number == CUT_AGAIN_AT:
            self._narrate("    " + _("the network goes in the middle of the server's answer"))
            self._stage.cut_network_in_answer(ANSWER_BYTES)
            self._send_in_vain()

    def _send_in_vain(self) -> None:
        self._send_now()
        self._app.wait_for(trouble_text("E-OFFLINE").what)
        self._go_home()
        self.cuts += 1

    def _send_now(self) -> None:
        self._app.send("05")
        self._app.wait_for(_("Send now"))
        self._app.send("9")

    def _go_home(self) -> None:
        # A tag could overtake the key: keys are looked at together for a moment, as a scanner might be typing them.
        self._app.send("0")
        self._app.wait_for(_("Today's log"))

    def _end_shift(self) -> None:
        self._stage.restore_network()
        self._narrate("    " + _("the network is back"))
        self._do("0", "", adds=0)
        self._do("61", _("ends the shift and sends"))

    def _leave(self) -> None:
        self._app.send("\x11")
        if self._app.wait_ended() != 0:
            raise ShiftFailed(f"the app did not leave by itself; it ends in {self._app.tail()!r}")

    def _do(self, keys: str, what: str, *, adds: int = 1) -> None:
        if what:
            self._narrate(f"    {what}")
        self._app.send(keys)
        if adds:
            self._saved(what)

    def _saved(self, what: str) -> None:
        self._expected += 1
        self._until(lambda facts: facts.records >= self._expected, what)

    def _until(self, is_so: Callable[[JournalFacts], bool], what: str) -> JournalFacts:
        deadline = time.monotonic() + PATIENCE_S
        while not is_so(facts := journal_facts(self._database)):
            if time.monotonic() > deadline:
                held = f"{dict(facts.kinds)}, {facts.summary.unsettled} waiting"
                raise ShiftFailed(
                    f"{what}: no effect; the tablet holds {held}; the screen ends in {self._app.tail()!r}"
                )
            time.sleep(LOOK_EVERY_S)
        if facts.records > max(self._expected, 1):
            raise ShiftFailed(f"{what}: {facts.records} records where {self._expected} were made: {dict(facts.kinds)}")
        return facts

    @property
    def _database(self) -> Path:
        return self._stage.tablet_database
