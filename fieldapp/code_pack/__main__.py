"""Makes the pack: `python -m fieldapp.code_pack`."""

import sys

from fieldapp.code_pack.making import write_pack
from fieldapp.code_pack.reading import pack_path


def main() -> int:
    """Make the pack; 0, or 1 when it could not be written."""
    try:
        count = write_pack()
    except OSError as exc:
        print(f"code_pack: {pack_path()} could not be written: {exc.strerror}", file=sys.stderr)
        return 1
    print(f"code_pack: {count} modules in {pack_path()}", file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main())
