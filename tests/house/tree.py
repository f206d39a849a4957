"""The tree as the house tests see it: its files, their syntax, and how a finding is written."""

import ast
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("devices", "sync", "fieldapp")
"""What the distribution ships."""


@dataclass(frozen=True, slots=True)
class Source:
    """One Python file, parsed."""

    path: str
    text: str
    tree: ast.Module

    def at(self, node: ast.AST) -> str:
        """Return path and line of a node, as editors open it."""
        return f"{self.path}:{getattr(node, 'lineno', 1)}"


@cache
def tracked_files() -> tuple[str, ...]:
    """Return every file under version control that is on disk, sorted."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True)
    return tuple(sorted(name for name in listed.stdout.split("\0") if name and (ROOT / name).is_file()))


@cache
def sources(*prefixes: str) -> tuple[Source, ...]:
    """Return the tracked Python files under any of the prefixes, sorted by path."""
    return tuple(source(name) for name in tracked_files() if name.endswith(".py") and name.startswith(prefixes))


@cache
def source(name: str) -> Source:
    """Return one Python file; each is parsed once, however many tests look at it."""
    text = (ROOT / name).read_text(encoding="utf-8")
    return Source(name, text, ast.parse(text, filename=name))


def text_files() -> Iterator[tuple[str, str]]:
    """Yield path and text of every tracked file that is text."""
    for name in tracked_files():
        data = (ROOT / name).read_bytes()
        if b"\0" not in data[:8192]:
            yield name, data.decode("utf-8", "replace")


def listed(findings: list[str], what_to_do: str) -> str:
    """Return the message of a failing house test: what to do, then one finding a line."""
    return "\n  ".join([f"{what_to_do} ({len(findings)}):", *findings[:40]])
