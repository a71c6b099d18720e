"""GET /status and /receivers: what amtool asks before everything else, and the routing tree in Alertmanager's own words."""

import io
import platform
from collections.abc import Iterable, Sequence
from datetime import timedelta

from ruamel.yaml import YAML
from starlette.concurrency import run_in_threadpool

from watchbill import __version__
from watchbill.alerts.model import Route, matches
from watchbill.alerts.rules.grouping import GROUP_BY
from watchbill.alerts.rules.merging import RESOLVE_TIMEOUT
from watchbill.bootstrap import App, Services
from watchbill.entrypoints.api.alertmanager.answers import Answer
from watchbill.entrypoints.api.alertmanager.reading import compiled_filter
from watchbill.entrypoints.api.alertmanager.request import Request
from watchbill.entrypoints.api.alertmanager.shapes import UNROUTED, moment
from watchbill.kernel.units import duration_text

__all__ = ["SPOKEN", "config_yaml", "get_receivers", "get_status", "receivers"]

# The Alertmanager whose API this is, for clients that choose by version what they ask.
SPOKEN = "0.28.0"


async def get_status(request: Request) -> Answer:
    """One node without a cluster; its configuration is the Alertmanager file, else made from the routes."""
    request.demand_acceptance()
    original = await run_in_threadpool(_original, request.app)
    return Answer(
        200,
        {
            "cluster": {"status": "disabled", "peers": []},
            "config": {"original": original},
            "uptime": moment(request.app.alert_parts.opened_at),
            "versionInfo": {
                "version": SPOKEN,
                "revision": f"watchbill-{__version__}",
                "branch": "watchbill",
                "buildUser": "watchbill",
                "buildDate": "",
                "goVersion": f"python{platform.python_version()}",
            },
        },
    )


async def get_receivers(request: Request) -> Answer:
    """The receivers of the Alertmanager file, else the escalation policies; they have no labels that a matcher could ask for."""
    request.demand_acceptance()
    if not matches(compiled_filter(request, "receiver_matchers"), {}):
        return Answer(200, [])
    return Answer(200, [{"name": name} for name in await run_in_threadpool(_receivers, request.app)])


def _original(app: App) -> str:
    if app.receivers.loaded is not None:
        return app.receivers.loaded.configuration.shown
    with app.reading() as s:
        return config_yaml(s.router.routes, receivers(s))


def _receivers(app: App) -> list[str]:
    if app.receivers.loaded is not None:
        return list(app.receivers.loaded.configuration.receivers)
    with app.reading() as s:
        return receivers(s)


def receivers(s: Services) -> list[str]:
    """Every policy, the ones that routes name and the one for what nobody takes."""
    named = {node.escalation_policy for node in _all(s.router.routes) if node.escalation_policy}
    return [UNROUTED, *sorted({*s.definitions.policy_names.names(), *named} - {UNROUTED})]


def config_yaml(routes: Sequence[Route], names: Sequence[str]) -> str:
    """The routing tree as an Alertmanager configuration that `amtool check-config` takes."""
    config = {
        "global": {"resolve_timeout": duration_text(RESOLVE_TIMEOUT)},
        "route": {
            "receiver": UNROUTED,
            "group_by": list(GROUP_BY),
            "continue": False,
            "routes": [_route(route) for route in routes],
        },
        "receivers": [{"name": name} for name in names],
        "templates": [],
    }
    written = io.StringIO()
    yaml = YAML(typ="safe")
    yaml.default_flow_style = False
    yaml.sort_base_mapping_type_on_output = False  # type: ignore[assignment]  # ruamel types it as None
    yaml.width = 10_000
    yaml.dump(config, written)
    return written.getvalue()


def _route(route: Route) -> dict[str, object]:
    """What a route leaves out is inherited there as it is here."""
    found: dict[str, object] = {}
    if route.escalation_policy:
        found["receiver"] = route.escalation_policy
    if route.group_by:
        found["group_by"] = list(route.group_by)
    if route.match:
        found["matchers"] = [str(matcher) for matcher in route.match]
    found["continue"] = route.continues
    for name in ("group_wait", "group_interval", "repeat_interval"):
        span: timedelta | None = getattr(route, name)
        if span is not None:
            found[name] = duration_text(span)
    if route.routes:
        found["routes"] = [_route(below) for below in route.routes]
    return found


def _all(routes: Iterable[Route]) -> Iterable[Route]:
    for route in routes:
        yield route
        yield from _all(route.routes)
