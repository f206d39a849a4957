"""`fieldapp` without a command: the app."""

import argparse
import gc
import logging
import os
import sys
from typing import TYPE_CHECKING

from fieldapp.cli.failure import CommandFailed
from fieldapp.cli.opening import configuration, opened_tablet
from fieldapp.demo.control import SOCKET_VARIABLE

if TYPE_CHECKING:
    from fieldapp.demo.strip import StripActions

TERMINAL_SETTINGS = {
    "TEXTUAL_ANIMATIONS": "none",
    "TEXTUAL_SMOOTH_SCROLL": "0",
    "TEXTUAL_FPS": "120",
    # In this mode terminals lose or double the text of Chinese input methods.
    "TEXTUAL_DISABLE_KITTY_KEY": "1",
}
"""How Textual is to run; read by it when it is imported."""

SPLASH = "\x1b[2J\x1b[H\n  巡格 Xunge …"
"""Shown at once; the toolkit takes a moment to load."""

log = logging.getLogger(__name__)


def prepare(parser: argparse.ArgumentParser) -> None:
    """Take no further arguments."""


def run(args: argparse.Namespace) -> int:
    """Run the app until it is left; 0, or what it ended with."""
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise CommandFailed("fieldapp: the app needs a terminal; see fieldapp --help for what runs without one", 2)
    loaded = configuration(args)
    for name, value in TERMINAL_SETTINGS.items():
        os.environ.setdefault(name, value)
    sys.stdout.write(SPLASH)
    sys.stdout.flush()
    # Half a million objects are made while modules load, and none of them is garbage.
    gc.disable()
    with opened_tablet(loaded) as tablet:
        from fieldapp.app import LANGUAGE_SETTING, FieldApp
        from fieldapp.bootstrap import SerialReaders, services_over, wedge_filter
        from fieldapp.logs import log_to_file
        from fieldapp.styles.themes import LARGE
        from fieldapp.text import choose_language, use_language

        log_to_file(tablet.path)
        chosen = tablet.store.settings.get(LANGUAGE_SETTING) or loaded.config.language
        use_language(choose_language(chosen, os.environ))
        app = FieldApp(
            services_over(tablet, loaded.config),
            devices=SerialReaders(loaded.config.readers),
            wedge=wedge_filter(),
            demo=_demo_actions(),
            theme=loaded.config.theme + (LARGE if loaded.config.text_size == "large" else ""),
        )
        tablet.start()
        gc.freeze()
        gc.enable()
        log.info("app_started")
        app.run()
        log.info("app_ended")
        return app.return_code or 0


def _demo_actions() -> "StripActions | None":
    socket_path = os.environ.get(SOCKET_VARIABLE)
    if not socket_path:
        return None
    from fieldapp.demo.strip import StripActions

    return StripActions(socket_path)
