"""Logs that a command looks at as they lie there; those elsewhere are fetched first, as far as the settings allow."""

import contextlib
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from watchbill.adapters.measure.asking import Credentials, Http
from watchbill.adapters.measure.attempt import Attempt, Progress
from watchbill.adapters.measure.attempt import try_log as try_files
from watchbill.adapters.measure.files import is_remote
from watchbill.adapters.measure.log_check import check_logs as check_files
from watchbill.adapters.measure.remote import Allowed, Fetcher, at_hand
from watchbill.config import Config
from watchbill.kernel.clock import SystemClock

__all__ = ["Attempt", "check_logs", "try_log"]


def try_log(attempt: Attempt, progress: Progress | None = None) -> dict[str, Any]:  # Any: JSON
    """What the logs say about a promise that is not made yet."""
    with _files(attempt.paths) as (paths, names):
        return try_files(replace(attempt, paths=paths, names=names), progress)


def check_logs(paths: Sequence[str], progress: Progress | None = None) -> dict[str, Any]:  # Any: JSON
    """Whether the logs keep to the structured log standard."""
    with _files(paths) as (files, names):
        return check_files(files, progress, names)


@contextlib.contextmanager
def _files(paths: Sequence[str]) -> Iterator[tuple[Sequence[str], dict[str, str]]]:
    if not any(map(is_remote, paths)):
        yield paths, {}
        return
    config, clock = Config.load(), SystemClock()
    credentials = Credentials(config.source_tokens)
    http = Http(clock.monotonic, timeout_s=config.pull_timeout.total_seconds(), credentials=credentials)
    with at_hand(Fetcher(http, clock, Allowed(config.log_addresses), credentials), paths) as found:
        yield found
