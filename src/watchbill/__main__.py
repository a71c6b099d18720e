"""The command `watchbill`; importing this costs nothing, so that `--help` answers at once."""

import sys

__all__ = ["main"]


def main() -> None:
    """Run the command line and leave with its exit status."""
    from watchbill.entrypoints.cli.main import run

    sys.exit(run(sys.argv[1:]))


if __name__ == "__main__":
    main()
