"""Runs the command line: `fieldapp`, `python -m fieldapp`.

Nothing is loaded before the pack is in use, for everything may come from it.
"""

import sys

from fieldapp.code_pack.reading import use_pack


def main() -> int:
    """Run a command; without one, the app."""
    use_pack()
    from fieldapp.cli import main as run

    return run()


if __name__ == "__main__":
    sys.exit(main())
