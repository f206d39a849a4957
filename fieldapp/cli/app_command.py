"""`fieldapp` without a command: the app."""

import gc
import logging
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from fieldapp.cli.app_start import AppStart
from fieldapp.cli.failure import CommandFailed
from fieldapp.cli.opening import configuration, opened_tablet
from fieldapp.config import LoadedConfig, TabletConfig
from fieldapp.demo import SOCKET_VARIABLE
from fieldapp.left_out import let_in_again
from fieldapp.text import LANGUAGE_SETTING, _, choose_language, use_language

if TYPE_CHECKING:
    from fieldapp.cli.tablet_app import TabletApp
    from fieldapp.demo.strip import StripActions
    from fieldapp.serial_readers import SerialReaders
    from fieldapp.services import Services
    from fieldapp.sounds import Sounds
    from fieldapp.switched import SwitchedProgram

TERMINAL_SETTINGS = {
    "TEXTUAL_ANIMATIONS": "none",
    "TEXTUAL_SMOOTH_SCROLL": "0",
    "TEXTUAL_FPS": "240",
    # In this mode terminals lose or double the text of Chinese input methods.
    "TEXTUAL_DISABLE_KITTY_KEY": "1",
}
"""How Textual is to run; read by it when it is imported."""

SPLASH = "\x1b[2J\x1b[H\n  巡格 Xunge …"
"""Shown at once; the toolkit takes a moment to load."""

log = logging.getLogger(__name__)


def run(start: AppStart) -> int:
    """Run the app until it is left; 0, or what it ended with."""
    if not (sys.stdin and sys.stdin.isatty() and sys.stdout and sys.stdout.isatty()):
        use_language(choose_language(None, os.environ))
        raise CommandFailed(_("The app needs a terminal; fieldapp --help says what runs without one"), 2)
    loaded = configuration(start)
    for name, value in TERMINAL_SETTINGS.items():
        os.environ.setdefault(name, value)
    sys.stdout.write(f"{SPLASH}\n")
    sys.stdout.flush()
    # Half a million objects are made while modules load, and none of them is garbage.
    gc.disable()
    with opened_tablet(loaded, is_apart=True) as tablet:
        from fieldapp.bootstrap import services_over
        from fieldapp.serial_readers import SerialReaders

        readers = SerialReaders(loaded.config.readers, folder=tablet.path.parent, settings=tablet.store.settings)
        services = services_over(tablet, loaded.config, readers)
        app = _app_over(services, loaded, readers, tablet.path.parent, _after_first_paint(tablet.start))
        log.info("app_started")
        app.run()
        log.info("app_ended status=%s", app.return_code)
        if app.crash is not None:
            raise app.crash
        return app.return_code or 0


def _after_first_paint(start_sync: Callable[[], None]) -> Callable[[], None]:
    def begin() -> None:
        let_in_again()
        gc.freeze()
        gc.enable()
        start_sync()

    return begin


def _app_over(
    services: "Services", loaded: LoadedConfig, readers: "SerialReaders", folder: Path, begin: Callable[[], None]
) -> "TabletApp":
    from fieldapp.bootstrap import code_camera, wedge_filter
    from fieldapp.cli.tablet_app import TabletApp
    from fieldapp.styles.themes import LARGE
    from fieldapp.tidying import Tidying

    for problem in loaded.problems:
        log.warning("setting_wrong reason=%s key=%.64r", problem.reason, problem.key)
    config = loaded.config
    chosen = services.settings.get(LANGUAGE_SETTING) or config.language
    use_language(choose_language(chosen, os.environ))
    return TabletApp(
        services,
        devices=readers,
        wedge=wedge_filter(),
        demo=_demo_actions(services),
        camera=code_camera(config),
        sounds=_sounds(config, folder),
        **_switched_by(config),
        theme=config.theme + (LARGE if config.text_size == "large" else ""),
        problems=loaded.problems,
        begin=begin,
        tidy=Tidying(),
    )


def _sounds(config: TabletConfig, folder: Path) -> "Sounds | None":
    if not config.sound_command:
        return None
    from fieldapp.sounds import Sounds

    return Sounds(config.sound_command, folder / "sounds")


def _switched_by(config: TabletConfig) -> "dict[str, SwitchedProgram | None]":
    if not (config.keyboard_command or config.letters_command):
        return {}
    from fieldapp.switched import larger_letters, on_screen_keyboard

    return {
        "keyboard": on_screen_keyboard(config.keyboard_command),
        "letters": larger_letters(config.letters_command),
    }


def _demo_actions(services: "Services") -> "StripActions | None":
    socket_path = os.environ.get(SOCKET_VARIABLE)
    if not socket_path:
        return None
    from fieldapp.demo.strip import StripActions

    return StripActions(socket_path, lambda: services.session.state().signed_in is not None)
