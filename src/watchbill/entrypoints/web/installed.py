"""What makes watchbill an app on a phone: the manifest, the service worker, and the page that is shown without a network.

Neither knows anybody or anything that changes: they are the same for all, and need no login. The worker caches this page
and nothing else, so that what is shown offline is never an old state of an alert.
"""

import hashlib
import json
from functools import cache
from importlib.resources import files

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import BaseRoute, Route

from watchbill.entrypoints.web.assets import asset_url
from watchbill.entrypoints.web.guard import HEADERS
from watchbill.entrypoints.web.render import environment

__all__ = ["app_routes"]

OFFLINE = "/offline"
_PARTS = ("watchbill.css", "inter-core.woff2", "icon.svg", "offline.js")
_ASK_AGAIN = {"Cache-Control": "no-cache"}


def app_routes() -> list[BaseRoute]:
    """The three routes."""
    return [
        Route("/manifest.webmanifest", _manifest, methods=["GET"]),
        Route("/sw.js", _worker, methods=["GET"]),
        Route(OFFLINE, _offline, methods=["GET"]),
    ]


def _manifest(request: Request) -> Response:  # noqa: ARG001 - the shape of every route
    icons = [
        {"src": asset_url("icon.svg"), "sizes": "any", "type": "image/svg+xml"},
        {"src": asset_url("icon-192.png"), "sizes": "192x192", "type": "image/png"},
        {"src": asset_url("icon-512.png"), "sizes": "512x512", "type": "image/png"},
        {"src": asset_url("icon-mask.png"), "sizes": "512x512", "type": "image/png", "purpose": "maskable"},
    ]
    manifest = {
        "id": "/", "name": "watchbill", "short_name": "watchbill", "description": "Who has the watch, and what is wrong.",
        "start_url": "/", "scope": "/", "display": "standalone", "lang": "en",
        "background_color": "#0c1016", "theme_color": "#16202e", "icons": icons,
        "shortcuts": [{"name": "Declare an incident", "url": "/incidents/new"}, {"name": "Who is on call", "url": "/oncall"}],
    }  # fmt: skip
    return Response(json.dumps(manifest), media_type="application/manifest+json", headers=_ASK_AGAIN)


def _worker(request: Request) -> Response:  # noqa: ARG001 - the shape of every route
    return Response(_worker_text(), media_type="text/javascript", headers={**HEADERS, **_ASK_AGAIN})


def _offline(request: Request) -> Response:  # noqa: ARG001 - the shape of every route
    return HTMLResponse(_offline_text(), headers={**HEADERS, **_ASK_AGAIN})


@cache
def _worker_text() -> str:
    """The worker with the addresses of what it caches; another version of them is another cache."""
    parts = [OFFLINE, *(asset_url(name) for name in _PARTS)]
    digest = hashlib.sha256((" ".join(parts) + _offline_text()).encode()).hexdigest()[:10]
    source = (files("watchbill.entrypoints.web") / "static" / "worker.js").read_text("utf-8")
    return source.replace('"SHELL"', json.dumps(f"watchbill-{digest}")).replace('"PARTS"', json.dumps(parts))


@cache
def _offline_text() -> str:
    return environment().get_template("offline.html").render(theme="auto")
