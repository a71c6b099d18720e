"""Routes: matchers that can be read, patterns that RE2 knows, routes that can be reached."""

from collections.abc import Iterator

import re2

from watchbill.adapters.resources.checks.world import World
from watchbill.adapters.resources.explain import Finding
from watchbill.adapters.resources.kinds.route import RouteSpec
from watchbill.adapters.resources.parsed import Parsed
from watchbill.alerts.rules.matchers import parse_matcher
from watchbill.kernel.errors import Invalid

__all__ = ["check_route"]

Loc = tuple[str | int, ...]


def check_route(resource: Parsed, _world: World) -> Iterator[Finding]:
    """The whole tree below a root."""
    spec = resource.spec
    assert isinstance(spec, RouteSpec)
    yield from _check(spec, ())


def _check(spec: RouteSpec, loc: Loc) -> Iterator[Finding]:
    for index, text in enumerate(spec.match):
        yield from _check_matcher(text, (*loc, "match", index))
    swallowed_by = None
    for index, below in enumerate(spec.routes):
        here = (*loc, "routes", index)
        if swallowed_by is not None:
            reason = f"is never asked: route {swallowed_by} before it matches everything"
            yield Finding(here, reason, "move it up, or write continue: true above", "warning")
        elif not below.match and not below.go_on:
            swallowed_by = index + 1
        yield from _check(below, here)


def _check_matcher(text: str, loc: Loc) -> Iterator[Finding]:
    try:
        matcher = parse_matcher(text)
    except Invalid as wrong:
        yield Finding(loc, wrong.reason, wrong.hint)
        return
    if matcher.op.is_regex:
        try:
            re2.compile(matcher.value, _quiet())
        except re2.error as wrong:
            why = wrong.args[0].decode() if isinstance(wrong.args[0], bytes) else str(wrong)
            yield Finding(
                loc, f"{matcher.value!r} is no pattern: {why}", "patterns are RE2: no look-around, no back-references"
            )


def _quiet() -> re2.Options:
    options = re2.Options()
    options.log_errors = False  # RE2 writes to standard error by itself otherwise
    return options
