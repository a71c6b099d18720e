"""The timeline as a file: Markdown for people, CSV for sheets, JSON for programs. Both times stand in each; nothing is left out."""

import csv
import io
import json
from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum

from watchbill.incidents.model import Incident, TimelineEntry
from watchbill.kernel.instants import to_text

__all__ = ["TimelineFormat", "timeline_file"]

_COLUMNS = (
    "sequence",
    "at",
    "recorded_at",
    "source",
    "kind",
    "author",
    "text",
    "supersedes",
    "superseded_by",
    "withdrawn",
    "cause",
)
_FORMULA = ("=", "+", "-", "@", "\t", "\r")  # what a sheet would take for a formula


class TimelineFormat(StrEnum):
    """How the file is written."""

    JSON = "json"
    MARKDOWN = "md"
    CSV = "csv"


def timeline_file(
    incident: Incident, entries: Sequence[TimelineEntry], corrections: Mapping[int, int], form: TimelineFormat
) -> str:
    """The whole file, ending in a line break. `corrections`: which entry each superseded one was corrected by."""
    if form is TimelineFormat.MARKDOWN:
        return "\n".join(_markdown(incident, entries, corrections)) + "\n"
    rows = [_row(entry, corrections) for entry in entries]
    if form is TimelineFormat.JSON:
        head = {"incident": incident.name, "title": incident.title, "severity": incident.severity, "timeline": rows}
        return json.dumps(head, ensure_ascii=False, indent=2) + "\n"
    sheet = io.StringIO()
    writer = csv.DictWriter(sheet, _COLUMNS, lineterminator="\r\n")  # RFC 4180
    writer.writeheader()
    writer.writerows({name: _cell(value) for name, value in row.items()} for row in rows)
    return sheet.getvalue()


def _row(entry: TimelineEntry, corrections: Mapping[int, int]) -> dict[str, object]:
    return {
        "sequence": entry.sequence,
        "at": to_text(entry.at),
        "recorded_at": to_text(entry.recorded_at),
        "source": entry.source,
        "kind": entry.kind,
        "author": entry.author,
        "text": entry.text,
        "supersedes": entry.supersedes,
        "superseded_by": corrections.get(entry.sequence),
        "withdrawn": entry.withdrawn,
        "cause": entry.cause,
    }


def _cell(value: object) -> object:
    """Text of people stays text in a sheet: what would be a formula gets an apostrophe before it."""
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA) else value


def _markdown(incident: Incident, entries: Iterable[TimelineEntry], corrections: Mapping[int, int]) -> Iterable[str]:
    drill = " (drill)" if incident.drill else ""
    yield f"# {incident.name}: {_inline(incident.title)}{drill}"
    yield ""
    yield f"{incident.severity}, {incident.status}. Times are UTC."
    day = None
    for entry in entries:
        if entry.at.date() != day:
            day = entry.at.date()
            yield from ("", f"## {day:%Y-%m-%d}", "")
        yield _line(entry, corrections.get(entry.sequence))


def _line(entry: TimelineEntry, corrected_by: int | None) -> str:
    kind = f" {entry.kind.replace('_', ' ')}:" if entry.kind is not None and entry.kind != "note" else ""
    late = f", written {entry.recorded_at:%Y-%m-%d %H:%M:%S}" if entry.is_late else ""
    text = _inline(entry.text)
    gone = corrected_by is not None or entry.withdrawn
    said = f"~~{text}~~" if gone and text else text
    after = f" (corrected by {corrected_by})" if corrected_by is not None else ""
    after += f" (corrects {entry.supersedes})" if entry.supersedes is not None else ""
    return f"{entry.sequence}. **{entry.at:%H:%M:%S}**{kind} {said} (_{_inline(entry.author)}{late}_){after}"


def _inline(text: str) -> str:
    """One line that starts no markup of its own."""
    flat = " / ".join(part for part in text.splitlines() if part.strip())
    return "".join(f"\\{one}" if one in "\\`*_[]<>#~|" else one for one in flat)
