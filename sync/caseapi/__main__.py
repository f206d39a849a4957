"""`python -m sync.caseapi` is the `caseapi` command."""

import sys

from sync.caseapi.cli import main

sys.exit(main(sys.argv[1:]))
