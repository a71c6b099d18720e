"""Puts the receivers of an Alertmanager file together."""

from collections.abc import Callable
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from watchbill import __version__
from watchbill.adapters.notify.addresses import Fence
from watchbill.adapters.notify.http import HttpCaller
from watchbill.adapters.notify.receivers import ReceiverPost
from watchbill.adapters.resources.foreign.alertmanager import Converted, converted, read_configuration
from watchbill.adapters.store.receivers import ReceiverRecords
from watchbill.alerts.model import Matcher
from watchbill.alerts.model.matching import Compiled
from watchbill.kernel.errors import Invalid
from watchbill.receivers.model import Configuration
from watchbill.receivers.service import Loaded, ReceiverService

if TYPE_CHECKING:
    from watchbill.bootstrap.app import App
    from watchbill.bootstrap.services import Services

__all__ = ["ReceiverParts", "ReceiverService", "convert_alertmanager", "receiver_service"]


class ReceiverParts:
    """One for each process. Without a file nothing is loaded, and nothing here does anything."""

    def __init__(self, app: "App") -> None:
        self._app = app
        self.loaded: Loaded | None = None
        self.reload: Callable[[], object] = (
            self.load
        )  # what POST /-/reload does; the server reloads its resources as well

    @cached_property
    def post(self) -> ReceiverPost:
        """How receivers are told. They may lie anywhere: the operator wrote the file."""
        monotonic = self._app.clock.monotonic
        caller = HttpCaller(Fence(("0.0.0.0/0", "::/0")), monotonic=monotonic)
        return ReceiverPost(caller, monotonic=monotonic, agent=f"Alertmanager/0.28.0 watchbill/{__version__}")

    def load(self) -> tuple[str, ...]:
        """Read the file, where one is set, and let its groups be made; its remarks.

        Raises Faults, or Invalid for a file or a pattern that cannot be read; what was loaded before then stays whole.
        """
        if self._app.config.alertmanager_config is None:
            return ()
        parts = self._app.alert_parts
        before, loaded = self.loaded, _read(self._app.config.alertmanager_config, parts.matchers.compile)
        self.loaded = loaded
        try:
            with self._app.transaction() as s:
                s.receivers.adopt()
        except BaseException:
            self.loaded = before
            raise
        parts.fold.resolve_timeout = loaded.configuration.resolve_timeout
        return loaded.configuration.remarks


def _read(path: Path, compile_matcher: Callable[[Matcher], Compiled]) -> Loaded:
    return Loaded.of(_configuration(path, "alertmanager_config"), compile_matcher)


def _configuration(path: Path, named_by: str) -> Configuration:
    try:
        data = path.read_bytes()
    except OSError as wrong:
        raise Invalid(named_by, f"cannot read {path}: {wrong.strerror}") from wrong
    return read_configuration(str(path), data)


def convert_alertmanager(path: Path) -> Converted:
    """The file as watchbill's own routes and policies; raises Faults and Invalid. Needs no database."""
    return converted(_configuration(path, "--from-alertmanager"))


def receiver_service(s: "Services") -> ReceiverService:
    """Receivers over one transaction."""
    return ReceiverService(
        loaded=s.app.receivers.loaded,
        groups=ReceiverRecords(s.connection),
        alerts=s.alert_store,
        covering=s.silencer.covering,
        events=s.events,
        jobs=s.jobs,
        clock=s.clock,
        external_url=s.app.public_url,
    )
