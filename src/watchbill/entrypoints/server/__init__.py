"""The server process: web, API, health and metrics in front, background loops behind."""

from watchbill.entrypoints.server.server import Server

__all__ = ["Server"]
