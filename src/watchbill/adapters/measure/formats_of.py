"""Which format a log file is in: as it was told, or as its first lines look."""

from watchbill.adapters.measure.formats import AUTO, Format, detect, known_formats, named
from watchbill.adapters.measure.formats.csv_lines import Csv
from watchbill.adapters.measure.formats.parquet import MAGIC
from watchbill.adapters.measure.formats.registry import in_zone
from watchbill.adapters.measure.reading.streams import Peeked, open_stream
from watchbill.kernel.errors import Invalid

__all__ = ["SAMPLE", "format_of", "format_of_head"]

SAMPLE = 64 << 10  # bytes
_LINES = 50


def format_of(path: str, wanted: str = AUTO, zone: str | None = None) -> Format:
    """The named format, or the one that the log's first lines are written in; raises Invalid where none fits."""
    log_format = None if wanted == AUTO else named(wanted, zone)
    if log_format is not None and not isinstance(log_format, Csv):
        return log_format
    stream = open_stream(path)
    try:
        return format_of_head(Peeked(stream, SAMPLE).head, path, wanted, zone)
    finally:
        stream.close()


def format_of_head(head: bytes, path: str, wanted: str = AUTO, zone: str | None = None) -> Format:
    """The same from the first bytes of a log."""
    if wanted == AUTO and head.startswith(MAGIC):
        return named("parquet", zone)
    lines = head.decode("utf-8", "replace").splitlines()[:_LINES]
    found = detect(lines) if wanted == AUTO else named(wanted)
    if found is None:
        known = ", ".join(known_formats())
        reason = f"no line of {path} is in a known format" if lines else f"{path} is empty"
        raise Invalid("format", reason, hint=f"name it with --format or `format:`: {known}")
    found = in_zone(found, zone)
    return found.with_header(lines[0] if lines else "") if isinstance(found, Csv) else found
