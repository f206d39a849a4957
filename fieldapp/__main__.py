"""Runs the command line: `python -m fieldapp`."""

import sys

from fieldapp.cli import main

if __name__ == "__main__":
    sys.exit(main())
