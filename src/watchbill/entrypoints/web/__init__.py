"""The web pages: server-rendered, live by server-sent events, usable without scripts where it matters."""

from watchbill.entrypoints.web.app import create_web

__all__ = ["create_web"]
