"""Errors as JSON, as the command line prints them with --json."""

from dataclasses import asdict

from watchbill.kernel.errors import Faults, Invalid, WatchbillError

__all__ = ["as_problem"]


def as_problem(error: WatchbillError) -> dict[str, object]:
    """Code, message and hint; the field of an Invalid; all faults of a run."""
    problem: dict[str, object] = {"code": error.code, "message": error.message, "hint": error.hint}
    if isinstance(error, Invalid) and error.field:
        problem["field"] = error.field
    if isinstance(error, Faults):
        problem["faults"] = [asdict(fault) for fault in error.faults]
    return problem
