"""Peers from the package index, in an environment of their own."""

import subprocess
import sys
from pathlib import Path


def python_with(folder: Path, *packages: str) -> Path:
    """Make an environment in a folder, install packages into it, and return its interpreter."""
    subprocess.run([sys.executable, "-m", "venv", folder / "venv"], check=True)
    python = folder / "venv" / "bin" / "python"
    subprocess.run([python, "-m", "pip", "install", "--quiet", *packages], check=True)
    return python
