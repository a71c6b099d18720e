"""Set-ups of other pagers as resources, without a database."""

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from watchbill.adapters.resources.emit import file_text
from watchbill.adapters.resources.files import SourceFile
from watchbill.adapters.resources.moving import goalert, grafana, opsgenie, pagerduty
from watchbill.adapters.resources.moving.moved import Loss
from watchbill.adapters.resources.validation import validate
from watchbill.bootstrap.resources import PREDICATES
from watchbill.kernel.errors import Fault, Invalid

__all__ = ["SOURCES", "move_in"]

SOURCES = {
    "grafana-oncall": grafana.read,
    "pagerduty": pagerduty.read,
    "opsgenie": opsgenie.read,
    "goalert": goalert.read,
}


def move_in(
    source: str, texts: Sequence[tuple[str, str]], now: datetime
) -> tuple[str, Sequence[Loss], Sequence[Fault]]:
    """YAML for the JSON files (path, text) of a source, what was lost, and what `validate` says of the result."""
    if source not in SOURCES:
        raise Invalid("--from", f"{source!r} is not known", hint=f"write {', '.join(SOURCES)}")
    documents: list[Any] = []  # Any: JSON
    for path, text in texts:
        try:
            found = json.loads(text)
        except ValueError as wrong:
            raise Invalid("FILE", f"{path} is not JSON: {wrong}") from wrong
        documents += found if isinstance(found, list) else [found]
    moved = SOURCES[source](documents, now)
    made = file_text(moved.resources)
    return made, moved.losses, validate([SourceFile(f"{source}.yaml", made)], PREDICATES).faults
