"""SLIs: is anything measured at all, can the conditions be evaluated, which lines are only prose?"""

from collections.abc import Iterator

from watchbill.adapters.resources.checks.world import World
from watchbill.adapters.resources.explain import Finding
from watchbill.adapters.resources.kinds.sli import MeasurementSpec, SliSpec, SourceSpec
from watchbill.adapters.resources.parsed import Parsed
from watchbill.adapters.resources.snapshot import promises
from watchbill.kernel.errors import Invalid

__all__ = ["check_sli"]

_PROSE = "it is prose and does nothing by itself"


def check_sli(resource: Parsed, world: World) -> Iterator[Finding]:
    """Source, conditions, exclusions."""
    spec = resource.spec
    assert isinstance(spec, SliSpec)
    yield from _check_source(spec.measurement)
    yield from _check_measured(spec)
    yield from _check_conditions(spec.measurement, world)
    for index, text in enumerate(spec.exclusions):
        prose = world.predicates.exclusion(text)
        if prose is not None:
            reason = f"excludes nothing: {_PROSE}" + (f" ({prose})" if prose else "")
            yield Finding(("exclusions", index), reason, "write a predicate: path = '/healthz'", "warning")


def _check_source(measured: MeasurementSpec) -> Iterator[Finding]:
    source = measured.source
    loc = ("measurement", "source")
    if not isinstance(source, SourceSpec):
        said = f"{_PROSE}: nothing is measured" if source else "nothing is measured: the SLI has no source"
        yield Finding(loc, said, "write source: {logs: {path: /var/log/nginx/access.log}}", "warning")
        return
    given = [name for name in type(source).model_fields if getattr(source, name) is not None]
    if len(given) != 1:
        yield Finding(
            loc, f"needs exactly one source, has {len(given)}", f"one of {', '.join(type(source).model_fields)}"
        )
    if source.logs is not None and measured.good is None:
        hint = "write good: status < 500"
        yield Finding(("measurement", "good"), "is required: which events of the log are good?", hint)
    if source.beacon is not None and measured.good is None:
        hint = "write good: value <= 2500, with total: metric = 'LCP'"
        yield Finding(("measurement", "good"), "is required: which page views are good?", hint)


def _check_measured(spec: SliSpec) -> Iterator[Finding]:
    """A source whose parts do not go together."""
    source = spec.measurement.source
    if not isinstance(source, SourceSpec):
        return
    try:
        promises.sli(spec, {})
    except Invalid as wrong:
        given = next(name for name in type(source).model_fields if getattr(source, name) is not None)
        yield Finding(("measurement", "source", given), wrong.reason, wrong.hint)


def _check_conditions(measured: MeasurementSpec, world: World) -> Iterator[Finding]:
    for field, prose in (("good", "good_events"), ("total", "total_events")):
        text = getattr(measured, field)
        if text is not None:
            try:
                doubts = list(world.predicates.condition(text))
            except Invalid as wrong:
                yield Finding(("measurement", field), wrong.reason, wrong.hint)
                continue
            for doubt in doubts:
                yield Finding(("measurement", field), doubt, "", "warning")
        elif getattr(measured, prose) is not None and not _counts_itself(measured):
            hint = f"write the machine form beside it, as {field}:"
            yield Finding(("measurement", prose), _PROSE, hint, "warning")


def _counts_itself(measured: MeasurementSpec) -> bool:
    """Whether the source says by itself what is good (queries, probes, pushed counts)."""
    return isinstance(measured.source, SourceSpec) and measured.source.logs is None and measured.source.beacon is None
