"""Commands that run something: values for placeholders, waiting for the end, and the exit status."""

from typing import Any

from watchbill.entrypoints.cli.runbook_shown import print_execution
from watchbill.entrypoints.cli.verbs import Cli
from watchbill.kernel.clock import SystemClock
from watchbill.kernel.errors import Invalid

__all__ = ["NOT_AS_EXPECTED", "read_values", "settled", "told"]

NOT_AS_EXPECTED = 3
_LOOK_S = 0.2
_OVER = frozenset({"done", "failed", "timed_out", "stopped", "unknown", "rejected", "proposed"})
Json = Any  # Any: answers of operations are JSON


def read_values(sets: list[str]) -> dict[str, str]:
    """`NAME=VALUE` as given with --set."""
    found = {}
    for one in sets:
        name, equals, value = one.partition("=")
        if not equals or not name.strip():
            raise Invalid("--set", f"{one!r} is not NAME=VALUE", hint="write --set service=checkout")
        found[name.strip()] = value
    return found


def settled(cli: Cli, execution: Json) -> Json:
    """The execution once it is over, or waits for another person. Ctrl-C leaves it running."""
    clock = SystemClock()
    asked = execution["id"]
    execution = cli.ask("execution.show", id=asked)
    while execution["status"] not in _OVER:
        clock.sleep(_LOOK_S)
        execution = cli.ask("execution.show", id=asked)
    return execution


def told(cli: Cli, asked: Json) -> int:
    """Show what came of it; 3 where it did not do what was expected."""
    execution = settled(cli, asked)
    cli.show(execution, print_execution)
    went_well = execution["status"] in {"done", "proposed"} and execution["matched"] is not False
    return 0 if went_well else NOT_AS_EXPECTED
