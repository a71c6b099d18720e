"""Which files and servers on this machine a resource would have watchbill read."""

from collections.abc import Callable, Iterator

from watchbill.adapters.resources.explain import Finding
from watchbill.adapters.resources.kinds.sli import SliSpec, SourceSpec
from watchbill.adapters.resources.parsed import Parsed

__all__ = ["foreign_paths"]


def foreign_paths(resource: Parsed, may_read: Callable[[str], bool]) -> Iterator[Finding]:
    """A finding for a log file that only the owner of the machine may name."""
    spec = resource.spec
    source = spec.measurement.source if isinstance(spec, SliSpec) else None
    if isinstance(source, SourceSpec) and source.logs is not None and not may_read(source.logs.path):
        reason = f"{source.logs.path!r} lies outside of the folders that may be read over the network"
        hint = "apply it on the machine itself, or add the folder to WATCHBILL_LOG_ROOTS"
        yield Finding(("measurement", "source", "logs", "path"), reason, hint)
