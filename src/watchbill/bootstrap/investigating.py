"""Error lines of the logs that the promises of some services read, for the investigation of an incident."""

from collections.abc import Collection
from typing import TYPE_CHECKING

from watchbill.adapters.measure.error_lines import error_lines
from watchbill.adapters.measure.files import expand
from watchbill.incidents.rules.signatures import ErrorLine
from watchbill.kernel.errors import WatchbillError
from watchbill.slo.model import Logs

if TYPE_CHECKING:
    from watchbill.bootstrap.services import Services

__all__ = ["LogErrors", "errors_of"]

_MOST_FILES = 8
_PACKED = (".gz", ".zst", ".parquet")


class LogErrors:
    """What was read: the lines, from which files, and what could not be read."""

    def __init__(self) -> None:
        self.lines: list[ErrorLine] = []
        self.files: list[str] = []
        self.troubles: list[str] = []


def errors_of(s: "Services", services: Collection[str]) -> LogErrors:
    """The newest errors of the logs of these services, at most the ends of eight files; never raises for one bad file."""
    found = LogErrors()
    slis = [one for one in s.definitions.slos.slis() if one.service in services]
    patterns = dict.fromkeys(sli.source.path for sli in slis if isinstance(sli.source, Logs))
    for pattern in patterns:
        try:
            files = [path for path in expand(pattern) if not path.endswith(_PACKED)]
        except (OSError, WatchbillError) as wrong:
            found.troubles.append(f"{pattern}: {wrong}")
            continue
        for path in files[-_MOST_FILES:]:
            if len(found.files) < _MOST_FILES:
                _read(path, found)
    return found


def _read(path: str, found: LogErrors) -> None:
    try:
        found.lines += [ErrorLine(*line) for line in error_lines(path)]
        found.files.append(path)
    except OSError as wrong:
        found.troubles.append(f"{path}: {wrong.strerror}")
