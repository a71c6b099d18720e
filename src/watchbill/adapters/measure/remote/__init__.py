"""Logs that lie elsewhere: over HTTP, and in object stores that speak S3. Only what an allow-list names is ever asked for."""

from watchbill.adapters.measure.remote.fetching import Fetcher, Found, at_hand
from watchbill.adapters.measure.remote.following import RemoteLogs
from watchbill.adapters.measure.remote.places import Allowed

__all__ = ["Allowed", "Fetcher", "Found", "RemoteLogs", "at_hand"]
