"""The background loops: they do what is due, one numbered cycle at a time."""

from watchbill.entrypoints.worker.worker import Worker

__all__ = ["Worker"]
