"""Every command and every setting stands in the documents, and no document names one that is gone."""

import argparse
import re
from collections.abc import Iterator

import msgspec
import pytest

from fieldapp.cli import build_parser as build_tablet_parser
from fieldapp.config import TabletConfig
from sync.caseapi.cli import build_parser as build_server_parser
from sync.caseapi.config import ServerConfig
from tests.house.tree import ROOT

DOCUMENTS = ("README.md", "deploy/central/README.md", "deploy/tablet/README.md")
TEXT = "\n".join((ROOT / name).read_text(encoding="utf-8") for name in DOCUMENTS)

PARSERS = {"fieldapp": build_tablet_parser(), "caseapi": build_server_parser()}


def commands_of(parser: argparse.ArgumentParser, name: str) -> Iterator[str]:
    """Yield the full name of every command that can be run."""
    choices = {
        sub_name: sub
        for action in parser._actions  # argparse offers no other way to see the commands
        if isinstance(action, argparse._SubParsersAction)
        for sub_name, sub in action.choices.items()
    }
    if not choices:
        yield name
    for sub_name, sub in choices.items():
        yield from commands_of(sub, f"{name} {sub_name}")


COMMANDS = [command for name, parser in PARSERS.items() for command in commands_of(parser, name)]


def settings_of(config: type[msgspec.Struct], prefix: str = "") -> Iterator[str]:
    """Yield the name of every setting as it is written in the file, tables with dots."""
    for field in msgspec.structs.fields(config):
        if isinstance(field.type, type) and issubclass(field.type, msgspec.Struct):
            yield from settings_of(field.type, f"{prefix}{field.encode_name}.")
        else:
            yield prefix + field.encode_name


SETTINGS = [(config.__name__, name) for config in (TabletConfig, ServerConfig) for name in settings_of(config)]


def test_both_programs_have_commands() -> None:
    assert {command.split()[0] for command in COMMANDS} == set(PARSERS)
    assert len(COMMANDS) > len(PARSERS)


@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_is_documented(command: str) -> None:
    assert re.search(rf"`[^`\n]*\b{command}\b", TEXT) or re.search(rf"^\s*(\S*/)?{command}\b", TEXT, re.MULTILINE), (
        f"say in one of {', '.join(DOCUMENTS)} what `{command}` does"
    )


@pytest.mark.parametrize(("config", "name"), SETTINGS)
def test_a_setting_is_documented(config: str, name: str) -> None:
    assert f"`{name}`" in TEXT, f"say in one of {', '.join(DOCUMENTS)} what `{name}` of {config} does"


def test_no_document_names_a_command_that_is_gone() -> None:
    first_words = {tuple(command.split()[:2]) for command in COMMANDS}
    named = set(re.findall(r"`(?:\S*/)?(fieldapp|caseapi) ([a-z][a-z-]+)\b", TEXT))
    gone = sorted(" ".join(command) for command in named - first_words)
    assert not gone, f"the documents name commands that do not exist: {gone}"
