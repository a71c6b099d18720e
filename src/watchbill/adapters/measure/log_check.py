"""`logs check`: reads logs line by line, however they are packed, and asks of each whether it keeps to the standard."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import msgspec
import re2

from watchbill.adapters.measure.files import expand, is_packed
from watchbill.adapters.measure.formats import MAX_LINE
from watchbill.adapters.measure.reading.blocks import Block, Cutter, ahead
from watchbill.adapters.measure.reading.scratch import Scratch
from watchbill.adapters.measure.reading.streams import STDIN, open_stream
from watchbill.kernel.errors import Invalid
from watchbill.signals.rules.exposed import ANY, exposed_in, masked
from watchbill.signals.service import Findings, LogCheck, Spot, Violation

__all__ = ["check_logs"]

Progress = Callable[[str, int, float | None], None]  # file, lines so far in all, share of the file where it is known
_BLOCK = 8 << 20
_SAMPLE = 160
_RED = re2.Options()
_RED.max_mem = 64 << 20
_ANY = re2.compile(ANY.encode(), _RED)


def check_logs(
    paths: Sequence[str], progress: Progress | None = None, names: Mapping[str, str] | None = None
) -> dict[str, Any]:  # Any: JSON
    """Check the files together, some known by other names. Lines that cannot be read are findings; raises Invalid for a file that cannot be."""
    files = [path for one in paths for path in expand(one)]
    if not files:
        raise Invalid("FILE", f"no file matches {', '.join(paths)}")
    reading = _Reading(progress, names or {})
    try:
        for path in files:
            reading.read(path)
    finally:
        reading.close()
    return _report(reading)


class _Reading:
    def __init__(self, progress: Progress | None, names: Mapping[str, str]) -> None:
        self.check = LogCheck()
        self.files: list[dict[str, object]] = []
        self.damages: list[str] = []
        self.texts: dict[Spot, str] = {}  # of the lines that samples point at
        self._progress, self._names = progress, names
        self._decode = msgspec.json.Decoder(dict).decode
        self._scratches = Scratch(_BLOCK), Scratch(_BLOCK)
        self._lines = 0

    def close(self) -> None:
        for scratch in self._scratches:
            scratch.close()

    def read(self, path: str) -> None:
        stream, known_as = open_stream(path), self._names.get(path, path)
        number = 0
        try:
            size = None if path == STDIN or is_packed(path) else Path(path).stat().st_size
            for block in ahead(Cutter(stream).fill, self._scratches):
                number = self._block(block, known_as, number)
                if self._progress is not None:
                    self._progress(known_as, self._lines + number, block.end / size if size else None)
            self.damages += [f"{known_as}: {stream.damage}"] if stream.damage else []
        finally:
            stream.close()
        self._lines += number
        self.files.append({"path": known_as, "lines": number})

    def _block(self, block: Block, path: str, number: int) -> int:
        """Check the block's lines; the number of the last."""
        lines = block.data.tobytes().split(b"\n")
        lines[-1:] = [block.rest] if block.rest else []  # what follows the last newline is nothing, or the file's rest
        for line in lines:
            number += 1
            if line and not line.isspace():
                self._line(line, Spot(path, number))
        for beginning in block.long_lines:
            number += 1
            self._unreadable("too_long", beginning, Spot(path, number))
        return number

    def _line(self, line: bytes, spot: Spot) -> None:
        if len(line) > MAX_LINE:
            self._unreadable("too_long", line[:_SAMPLE], spot)
            return
        try:
            found = self._decode(line)
        except (msgspec.DecodeError, RecursionError):
            self._unreadable("not_json" if _is_text(line) else "not_utf8", line, spot)
        except UnicodeDecodeError:
            self._unreadable("not_utf8", line, spot)
        else:
            if self.check.line(found, spot):
                self._keep(line, spot)
        if _ANY.search(line):
            self.check.expose(exposed_in(line.decode("utf-8", "replace")), spot)

    def _unreadable(self, rule: str, line: bytes, spot: Spot) -> None:
        if self.check.unreadable(rule, spot):
            self._keep(line, spot)

    def _keep(self, line: bytes, spot: Spot) -> None:
        self.texts[spot] = masked(line.decode("utf-8", "replace"))[:_SAMPLE]


def _is_text(line: bytes) -> bool:
    try:
        line.decode()
    except UnicodeDecodeError:
        return False
    return True


def _report(reading: _Reading) -> dict[str, Any]:  # Any: JSON
    found: Findings = reading.check.findings()
    return {
        "ok": found.is_clean and not reading.damages,
        "lines": found.lines,
        "broken": found.broken,
        "conforming_pct": 100 * (found.lines - found.broken) / found.lines if found.lines else None,
        "violations": [_violation(one, reading.texts) for one in found.violations],
        "exposed": [
            {"what": what, "count": count, "samples": [{**spot._asdict(), "text": text} for spot, text in samples]}
            for what, (count, samples) in found.exposed.items()
        ],
        "services": [
            {
                "service": one.name,
                "lines": one.lines,
                "conforming_pct": 100 * (one.lines - one.broken) / one.lines,
                "coverage_pct": one.coverage_pct,
                "fields": {name: 100 * one.places[name] / one.lines for name in sorted(one.places)},
            }
            for one in found.services
        ],
        "files": reading.files,
        "damages": reading.damages,
    }


def _violation(one: Violation, texts: dict[Spot, str]) -> dict[str, object]:
    return {
        "rule": one.wrong.rule,
        "field": one.wrong.field or None,
        "weight": one.wrong.weight.value,
        "count": one.count,
        "fix": one.wrong.fix,
        "samples": [{**spot._asdict(), "text": texts[spot]} for spot in one.spots],
    }
