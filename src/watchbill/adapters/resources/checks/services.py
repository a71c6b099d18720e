"""Services: nobody depends on themselves, no name means two services, cycles are shown."""

from collections.abc import Iterator

from watchbill.adapters.resources.checks.world import World
from watchbill.adapters.resources.explain import Finding
from watchbill.adapters.resources.kinds.service import ServiceSpec
from watchbill.adapters.resources.parsed import Parsed

__all__ = ["check_service"]

_SHOWN = 8  # services of a cycle that a sentence can bear


def check_service(resource: Parsed, world: World) -> Iterator[Finding]:
    """Self-dependencies, clashing aliases, cycles."""
    spec = resource.spec
    assert isinstance(spec, ServiceSpec)
    own = {spec.name, *spec.aliases}
    for side in ("upstream", "downstream"):
        for index, dependency in enumerate(getattr(spec.dependencies, side)):
            if dependency.name in own:
                yield Finding(("dependencies", side, index), f"{spec.name} depends on itself", "remove it")
    for index, alias in enumerate(spec.aliases):
        other = alias if alias in world.names("service") else world.aliases.get(alias, spec.name)
        if alias == spec.name:
            yield Finding(("aliases", index), "is the name of the service itself", "remove it")
        elif other != spec.name:
            yield Finding(("aliases", index), f"{alias!r} already means the service {other!r}", "one name, one service")
    cycle = world.cycles.get(spec.name)
    if cycle is not None:
        shown = cycle if len(cycle) <= _SHOWN else [*cycle[: _SHOWN - 1], f"... ({len(cycle) - _SHOWN + 1} more)"]
        path = " -> ".join([*shown, cycle[0]])
        yield Finding(("dependencies",), f"a cycle: {path}", "a failure of one takes all of them down", "warning")
