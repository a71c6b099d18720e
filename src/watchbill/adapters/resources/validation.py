"""A run over files: every resource, every fault, with and without what is stored already. Needs no database."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from watchbill.adapters.resources.checks import PredicateCheck, World, check
from watchbill.adapters.resources.files import SourceFile
from watchbill.adapters.resources.loading import parse_file
from watchbill.adapters.resources.parsed import Parsed, in_order
from watchbill.kernel.errors import Fault

__all__ = ["Report", "among", "checked", "parse_files", "validate"]


@dataclass(frozen=True, slots=True)
class Report:
    """The resources of a run in the order of the files, and every fault."""

    resources: tuple[Parsed, ...]
    faults: tuple[Fault, ...]

    @property
    def ok(self) -> bool:
        """No errors; warnings are no errors."""
        return not any(fault.severity == "error" for fault in self.faults)


def validate(files: Sequence[SourceFile], predicates: PredicateCheck, *, unread: Iterable[Fault] = ()) -> Report:
    """Read and check files as the whole truth; `unread` are faults of reading them."""
    report = parse_files(files)
    return among(Report(report.resources, (*unread, *report.faults)), predicates, ())


def among(report: Report, predicates: PredicateCheck, stored: Iterable[Parsed]) -> Report:
    """The report with all that shows only among other resources: those of the run, and the stored ones besides them."""
    given = {one.key for one in report.resources}
    world = World([*(one for one in stored if one.key not in given), *report.resources], predicates)
    return Report(report.resources, tuple(in_order([*report.faults, *checked(report.resources, world)])))


def parse_files(files: Iterable[SourceFile]) -> Report:
    """Read only: what each file shows by itself, and names that are given twice."""
    resources: dict[tuple[str, str], Parsed] = {}
    faults: list[Fault] = []
    for file in files:
        parsed = parse_file(file.path, file.text)
        faults += parsed.faults
        for one in parsed.resources:
            first = resources.setdefault(one.key, one)
            if first is not one:
                faults.append(_twice(one, first))
    return Report(tuple(resources.values()), tuple(faults))


def checked(resources: Iterable[Parsed], world: World) -> list[Fault]:
    """What the resources' surroundings show about them."""
    return [one.fault(found) for one in resources for found in check(one, world)]


def _twice(second: Parsed, first: Parsed) -> Fault:
    what = f"{first.kind.word.replace('_', ' ')} {first.name!r} is already written in {first.path}:{first.line}"
    hint = "remove one" if first.kind.naming.startswith(first.kind.id_field) else "remove one of them"
    if first.kind.id_field in {"name", "id"} and first.kind.naming != "name":
        hint = f"remove one, or give it a name of its own: {first.kind.id_field}: ..."
    return Fault(second.path, second.node.line, second.node.column, second.kind.word, what, hint)
