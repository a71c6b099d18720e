"""Puts the receivers of an Alertmanager file together."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from watchbill import __version__
from watchbill.adapters.notify.addresses import Fence
from watchbill.adapters.notify.http import HttpCaller
from watchbill.adapters.notify.receivers import ReceiverPost
from watchbill.adapters.resources.foreign.alertmanager import read_configuration
from watchbill.adapters.store.receivers import ReceiverRecords
from watchbill.alerts.model import Matcher
from watchbill.alerts.model.matching import Compiled
from watchbill.kernel.clock import Clock
from watchbill.kernel.errors import Invalid
from watchbill.receivers.service import Loaded, ReceiverService

if TYPE_CHECKING:
    from watchbill.bootstrap.services import Services

__all__ = ["ReceiverPost", "read_receivers", "receiver_post", "receiver_service"]


def read_receivers(path: Path, compile_matcher: Callable[[Matcher], Compiled]) -> Loaded:
    """The file, made ready; raises Faults and Invalid."""
    try:
        data = path.read_bytes()
    except OSError as wrong:
        raise Invalid("alertmanager_config", f"cannot read {path}: {wrong.strerror}") from wrong
    return Loaded.of(read_configuration(str(path), data), compile_matcher)


def receiver_post(clock: Clock) -> ReceiverPost:
    """Receivers may lie anywhere: the operator wrote the file."""
    caller = HttpCaller(Fence(("0.0.0.0/0", "::/0")), monotonic=clock.monotonic)
    return ReceiverPost(caller, monotonic=clock.monotonic, agent=f"Alertmanager/0.28.0 watchbill/{__version__}")


def receiver_service(s: "Services") -> ReceiverService:
    """Receivers over one transaction."""
    return ReceiverService(
        loaded=s.app.receivers,
        groups=ReceiverRecords(s.connection),
        alerts=s.alert_store,
        covering=s.silencer.covering,
        events=s.events,
        jobs=s.jobs,
        clock=s.clock,
        external_url=s.app.public_url,
    )
