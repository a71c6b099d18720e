"""Files of other tools as resources of ours: YAML to look at and apply, every loss, and what still has to be said."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from watchbill.adapters.resources import emit
from watchbill.adapters.resources.checks import PredicateCheck
from watchbill.adapters.resources.files import SourceFile
from watchbill.adapters.resources.foreign import Given, is_foreign
from watchbill.adapters.resources.loading import parse_foreign
from watchbill.adapters.resources.parsed import Parsed
from watchbill.adapters.resources.reading.compose import compose
from watchbill.adapters.resources.reading.nodes import Mapping
from watchbill.adapters.resources.validation import validate
from watchbill.kernel.errors import Fault, Faults, Invalid

__all__ = ["Imported", "import_files"]

_ORDER = ("service", "sli", "slo")


@dataclass(frozen=True, slots=True)
class Imported:
    """The resources as YAML text and how many; `losses` of the files, and `to_do`: what applying the text would refuse."""

    text: str
    resources: int
    losses: tuple[Fault, ...]
    to_do: tuple[Fault, ...]


def import_files(
    files: Sequence[SourceFile],
    predicates: PredicateCheck,
    *,
    prometheus: str | None = None,
    runbook: str | None = None,
    service: str | None = None,
) -> Imported:
    """Raises Faults where a file cannot be read, Invalid where it holds nothing of another tool."""
    _check_foreign(files)
    found: dict[tuple[str, str], Parsed] = {}
    losses: list[Fault] = []
    given = Given(prometheus, service)
    for file in files:
        parsed = parse_foreign(file.path, file.text, given)
        losses += parsed.faults
        for one in parsed.resources:
            found.setdefault(one.key, one)
    if any(fault.severity == "error" for fault in losses):
        raise Faults(losses)
    specs = [(kind, _with_runbook(kind, dict(one.written), runbook)) for (kind, _), one in found.items()]
    specs += [("service", {"name": name}) for name in _missing_services(found.values())]
    specs.sort(key=lambda one: _ORDER.index(one[0]) if one[0] in _ORDER else len(_ORDER))
    text = emit.file_text(specs)
    checked = validate([SourceFile("imported.yaml", text)], predicates)
    return Imported(text, len(specs), tuple(losses), tuple(checked.faults))


def _check_foreign(files: Iterable[SourceFile]) -> None:
    for file in files:
        composed = compose(file.path, file.text)
        if composed.faults:
            raise Faults(composed.faults)
        if not any(isinstance(one, Mapping) and is_foreign(one) for one in composed.documents):
            raise Invalid(
                "file",
                f"{file.path} holds nothing of OpenSLO, Sloth, Pyrra or Prometheus rules",
                hint="resources of watchbill are applied as they are: watchbill apply FILE",
            )


def _with_runbook(kind: str, spec: dict[str, Any], runbook: str | None) -> dict[str, Any]:  # Any: JSON
    return {**spec, "runbook": runbook} if kind == "slo" and runbook and not spec.get("runbook") else spec


def _missing_services(resources: Iterable[Parsed]) -> list[str]:
    """Services that promises name and no document describes."""
    known = {one.name for one in resources if one.kind.word == "service"}
    named = (one.written.get("service") for one in resources if one.kind.word in {"slo", "sli"})
    return list(dict.fromkeys(str(name) for name in named if name and name not in known))
