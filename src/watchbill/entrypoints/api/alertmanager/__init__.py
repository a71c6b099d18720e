"""Alertmanager's API v2, so that Prometheus, vmalert, Grafana, Loki and amtool need only another address.

Statuses and shapes are the original's (0.25, and where they differ its newest source); what is ours is that 200 means: on disk.
"""

from starlette.routing import BaseRoute, Mount, Route

from watchbill.bootstrap import App
from watchbill.entrypoints.api.alertmanager.dispatch import HEALTH, Dispatcher, health
from watchbill.entrypoints.api.alertmanager.reloading import RELOAD, Reloading
from watchbill.entrypoints.api.alertmanager.table import BASE, ROUTES, DropIn

__all__ = ["ROUTES", "DropIn", "alertmanager_routes"]


def alertmanager_routes(app: App) -> list[BaseRoute]:
    """To be put before all other routes: intake is the hot path."""
    below = Dispatcher(app)
    # The base itself: a mount would redirect it.
    return [
        Mount(BASE, app=below),
        Route(BASE, below),
        Route(RELOAD.path, Reloading(app).__call__, methods=["POST"]),
        *(Route(path, health, methods=["GET", "HEAD"]) for path in HEALTH),
    ]
