"""Which log formats there are, and which of them a file is written in."""

from collections.abc import Sequence

from watchbill.adapters.measure.formats.combined import Combined
from watchbill.adapters.measure.formats.json_lines import JsonLines
from watchbill.adapters.measure.formats.shape import Format
from watchbill.kernel.errors import Invalid, near

__all__ = ["AUTO", "FORMATS", "detect", "named"]

AUTO = "auto"
# A new format is one file beside these and one row here; the order decides where two fit equally well.
FORMATS: tuple[Format, ...] = (Combined(), JsonLines())
_ALSO_CALLED = {"nginx": "combined", "apache": "combined", "common": "combined", "jsonl": "json", "ndjson": "json"}


def named(name: str) -> Format:
    """The format of that name; raises Invalid with the nearest one."""
    wanted = _ALSO_CALLED.get(name.lower(), name.lower())
    for one in FORMATS:
        if one.name == wanted:
            return one
    known = [AUTO, *(one.name for one in FORMATS), *_ALSO_CALLED]
    close = near(name, known)
    raise Invalid(
        "format", f"{name!r} is not a log format", hint=f"did you mean {close!r}?" if close else ", ".join(known)
    )


def detect(lines: Sequence[str]) -> Format | None:
    """The format that most of these lines are written in; None if none of them is in any."""
    best = max(FORMATS, key=lambda one: sum(one.recognises(line) for line in lines))
    return best if any(best.recognises(line) for line in lines) else None
