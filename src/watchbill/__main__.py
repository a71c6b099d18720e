"""The command `watchbill`; importing this costs nothing, so that `--help` answers at once."""

import gc
import sys

__all__ = ["main"]

# What is imported stays: walking it again and again while more is imported took a tenth of a command's time. A server sets
# its own thresholds when everything is loaded.
_COLLECT_AFTER = 300_000


def main() -> None:
    """Run the command line and leave with its exit status."""
    gc.set_threshold(_COLLECT_AFTER, 20, 20)
    from watchbill.entrypoints.cli.main import run

    sys.exit(run(sys.argv[1:]))


if __name__ == "__main__":
    main()
