"""Settings from the parsed command line."""

import argparse

from sync.caseapi.config import ServerConfig, load_config

_FLAGS = ("db", "host", "port", "origin", "name", "zone", "district", "pin_cost")


def settings_of(arguments: argparse.Namespace) -> ServerConfig:
    """Return the settings of `--config` with the command line's flags on top.

    Raises:
        ConfigInvalid: names file, key and what would be right.
    """
    return load_config(arguments.config, {flag: getattr(arguments, flag, None) for flag in _FLAGS})
