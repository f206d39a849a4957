"""Settings from the parsed command line."""

import argparse

from sync.caseapi.config import ServerConfig, load_config

_FLAGS = ServerConfig.__struct_fields__
"""Every setting can be a flag; a command has those it uses."""


def settings_of(arguments: argparse.Namespace) -> ServerConfig:
    """Return the settings of `--config` with the command line's flags on top.

    Raises:
        ConfigInvalid: names file, key and what would be right.
    """
    return load_config(arguments.config, {flag: getattr(arguments, flag, None) for flag in _FLAGS})
