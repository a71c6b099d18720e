"""Which log formats there are, and which of them a file is written in."""

from collections import Counter
from collections.abc import Callable, Sequence

from watchbill.adapters.measure.formats.alb import Alb
from watchbill.adapters.measure.formats.combined import Combined
from watchbill.adapters.measure.formats.csv_lines import Csv, is_header
from watchbill.adapters.measure.formats.envoy import Envoy
from watchbill.adapters.measure.formats.fields import CADDY, ENVOY
from watchbill.adapters.measure.formats.haproxy import HaProxy
from watchbill.adapters.measure.formats.json_lines import JsonLines
from watchbill.adapters.measure.formats.moments import zone_named
from watchbill.adapters.measure.formats.parquet import Parquet
from watchbill.adapters.measure.formats.shape import Format
from watchbill.kernel.errors import Invalid, near

__all__ = ["AUTO", "FORMATS", "detect", "known_formats", "named", "which"]

AUTO = "auto"
# A new format is one file beside these and one row here; of two that fit equally well the first is taken.
FORMATS: tuple[Format, ...] = (
    Combined(), Alb(), Envoy(), HaProxy(), JsonLines(CADDY), JsonLines(ENVOY), JsonLines(), Csv(), Parquet(),
)  # fmt: skip
_ALSO_CALLED = {
    "nginx": "combined", "apache": "combined", "common": "combined", "jsonl": "json", "ndjson": "json",
    "aws-alb": "alb", "elb": "alb", "istio": "envoy", "envoy_json": "envoy-json", "tsv": "csv", "httplog": "haproxy",
}  # fmt: skip
_ZONED: dict[str, Callable[[str], Format]] = {
    "haproxy": HaProxy,
    "parquet": lambda zone: Parquet(zone=zone),
    "csv": lambda zone: Csv(zone=zone),
}


def known_formats() -> list[str]:
    """What `format` may say."""
    return [AUTO, *(one.name for one in FORMATS)]


def named(name: str, zone: str | None = None) -> Format:
    """The format of that name, its times without a zone read in `zone`; raises Invalid with the nearest name."""
    wanted = _ALSO_CALLED.get(name.lower(), name.lower())
    for one in FORMATS:
        if one.name == wanted:
            return in_zone(one, zone)
    known = [*known_formats(), *_ALSO_CALLED]
    close = near(name, known)
    raise Invalid(
        "format", f"{name!r} is not a log format", hint=f"did you mean {close!r}?" if close else ", ".join(known)
    )


def in_zone(one: Format, zone: str | None) -> Format:
    """The format with its times on the wall clock of the zone; formats whose times say their zone stay as they are."""
    if zone is None or one.name not in _ZONED:
        return one
    zone_named(zone)
    return _ZONED[one.name](zone)


def which(line: str) -> str | None:
    """The name of the first format that a single line looks like."""
    return next((one.name for one in FORMATS if one.recognises(line)), None)


def detect(lines: Sequence[str]) -> Format | None:
    """The format that most of these lines are written in; None if none of them is in any.

    CSV is told by its header alone: the first line.
    """
    if lines and is_header(lines[0]):
        return Csv()
    found = Counter(name for line in lines if (name := which(line)) is not None)
    if not found:
        return None
    most = max(found.values())
    return next(one for one in FORMATS if found[one.name] == most)
