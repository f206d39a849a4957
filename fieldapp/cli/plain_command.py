"""`fieldapp --plain`: the app line by line."""

import logging
import os
import sys

from fieldapp.cli.app_start import AppStart
from fieldapp.cli.ending import silence_stdout
from fieldapp.cli.failure import CommandFailed
from fieldapp.cli.opening import configuration, opened_tablet
from fieldapp.text import LANGUAGE_SETTING, _, choose_language, use_language

log = logging.getLogger(__name__)


def run(start: AppStart) -> int:
    """Run the plain mode until it is left; 0, or what it ended with."""
    loaded = configuration(start)
    if sys.stdin is None or sys.stdout is None:
        raise CommandFailed(_("The plain mode needs standard input and output"), 2)
    with opened_tablet(loaded, is_apart=True) as tablet:
        from fieldapp.bootstrap import services_over
        from fieldapp.plain.console import ConsoleGone
        from fieldapp.plain.run import run as converse
        from fieldapp.serial_readers import SerialReaders

        readers = SerialReaders(loaded.config.readers)
        services = services_over(tablet, loaded.config, readers)
        chosen = services.settings.get(LANGUAGE_SETTING) or loaded.config.language
        use_language(choose_language(chosen, os.environ))
        log.info("plain_started")
        try:
            status = converse(services, readers, begin=tablet.start)
        except ConsoleGone:
            silence_stdout()
            status = 1
        log.info("plain_ended status=%s", status)
        return status
