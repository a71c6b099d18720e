"""Names of other resources: which fields hold them, and how bad it is when they lead nowhere."""

from collections.abc import Iterator
from dataclasses import dataclass

from watchbill.adapters.resources.attached import is_address
from watchbill.adapters.resources.checks.world import World
from watchbill.adapters.resources.explain import Finding
from watchbill.adapters.resources.fields import Spec
from watchbill.adapters.resources.parsed import Parsed
from watchbill.kernel.errors import near
from watchbill.oncall.model import Target, TargetKind

__all__ = ["check_references"]

Loc = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class _Reference:
    """A field (`a.b[].c`; `*` stands for every value of an open mapping) and what its text names."""

    path: str
    kinds: tuple[str, ...]
    severity: str = "error"


def _error(path: str, *kinds: str) -> _Reference:
    return _Reference(path, kinds)


def _warning(path: str, *kinds: str) -> _Reference:
    return _Reference(path, kinds, "warning")


# Owners and service dependencies may live elsewhere (foundations, smaller rules); everything else must be there.
_REFERENCES: dict[str, tuple[_Reference, ...]] = {
    "organisation": (_error("roles.*", "person"), _error("revenue_per_minute.services[]", "service")),
    "team": (_error("members[]", "person"), _error("lead", "person")),
    "service": (
        _warning("owner_team", "team"),
        _warning("oncall_rotation", "schedule"),
        _warning("dependencies.upstream[].name", "service"),
        _warning("dependencies.downstream[].name", "service"),
    ),
    "sli": (
        _error("service", "service"),
        _error("measurement.source.beacon", "service"),
        _error("measurement.source.probe", "probe"),
        _error("measurement.source.heartbeat.name", "heartbeat"),
    ),
    "slo": (
        _error("service", "service"),
        _error("sli", "sli"),
        _warning("owner", "team", "person"),
        _error("runbook", "runbook"),
        _error("composite.parts[].slo", "slo"),
    ),
    "error_budget_policy": (_error("service", "service"),),
    "integration": (_error("service", "service"),),
    "schedule": (
        _error("layers[].people[]", "person"),
        _error("overrides[].person", "person"),
        _error("secondary", "schedule"),
    ),
    "escalation_policy": (_error("steps[].notify[]", "target"), _error("fallback[]", "target")),
    "route": (_error("service", "service"), _error("escalation_policy", "escalation_policy")),
    "runbook": (
        _error("service", "service"),
        _warning("owner", "team", "person"),
        _error("escalation.contact", "contact"),
    ),
    "mitigation": (_error("services[]", "service"),),
    "maintenance_window": (_error("services[]", "service"),),
    "stakeholder_list": (_error("people[]", "person"), _error("services[]", "service")),
    "status_page": (_error("components[].service", "service"), _error("components[].slo", "slo")),
    "probe": (_error("service", "service"),),
    "heartbeat": (_error("service", "service"),),
    "experiment": (_error("service", "service"),),
    "toil_item": (_error("service", "service"), _warning("teams_affected[]", "team")),
    "capacity_model": (_error("service", "service"),),
    "auto_remediation": (_error("service", "service"),),
}
_TARGETS = {TargetKind.SCHEDULE: "schedule", TargetKind.PERSON: "person", TargetKind.TEAM: "team"}


def check_references(resource: Parsed, world: World) -> Iterator[Finding]:
    """A finding for every name that leads nowhere."""
    yield from _check(resource.kind.word, resource.spec, (), world)


def _check(kind: str, spec: Spec, above: Loc, world: World) -> Iterator[Finding]:
    for reference in _REFERENCES.get(kind, ()):
        for loc, name in _values(spec, reference.path.split("."), above):
            found = _look_up(loc, name, reference, world)
            if found is not None and not _is_external(spec, loc):
                yield found
    for index, below in enumerate(getattr(spec, "routes", ())):
        yield from _check(kind, below, (*above, "routes", index), world)


def _values(here: object, path: list[str], loc: Loc) -> Iterator[tuple[Loc, str]]:
    """Every text at the path, with its place."""
    if here is None:
        return
    if not path:
        if isinstance(here, str):
            yield loc, here
        return
    part, rest = path[0], path[1:]
    if part == "*":
        assert isinstance(here, dict)
        for key, value in here.items():
            yield from _values(value, rest, (*loc, key))
        return
    name = part.removesuffix("[]")
    value = getattr(here, name, None)
    if not part.endswith("[]"):
        yield from _values(value, rest, (*loc, name))
    elif value is not None:
        for index, item in enumerate(value):
            yield from _values(item, rest, (*loc, name, index))


def _look_up(loc: Loc, name: str, reference: _Reference, world: World) -> Finding | None:
    kinds: tuple[str, ...] = reference.kinds
    if kinds == ("runbook",) and is_address(name):
        return None
    if kinds in {("target",), ("contact",)}:
        kind, _, rest = name.partition(":")
        if kind not in _TARGETS or " " in name:
            return None  # a channel, or prose about whom to call
        target = Target.parse(name)
        kinds, name = (_TARGETS[target.kind],), rest
    if any(world.has(kind, name) for kind in kinds):
        return None
    return _nowhere(loc, name, kinds, reference.severity, world)


def _nowhere(loc: Loc, name: str, kinds: tuple[str, ...], severity: str, world: World) -> Finding:
    known = [one for kind in kinds for one in world.names(kind)] + (list(world.aliases) if "service" in kinds else [])
    close = near(name, known)
    what = " or ".join(kinds).replace("_", " ")
    if close:
        return Finding(loc, f"there is no {what} {name!r}", f"did you mean {close!r}?", severity)
    return Finding(loc, f"there is no {what} {name!r}", f"write the {what}, or correct the name", severity)


def _is_external(spec: Spec, loc: Loc) -> bool:
    """A dependency that says of itself that it is not ours."""
    if loc[:1] != ("dependencies",):
        return False
    dependency = getattr(getattr(spec, "dependencies", None), str(loc[1]))[loc[2]]
    return bool(dependency.external)
