"""Where alerts go, as clients of the original are shown it: by the Alertmanager file where one is loaded, else by policies."""

from collections.abc import Sequence
from dataclasses import dataclass

from watchbill.alerts.model import Alert
from watchbill.bootstrap import Services
from watchbill.entrypoints.api.alertmanager.shapes import UNROUTED, receivers_of
from watchbill.receivers.rules.inhibiting import Inhibitor
from watchbill.receivers.rules.routing import key_of
from watchbill.receivers.service import Loaded

__all__ = ["GroupName", "Judged", "Placing"]

GroupName = tuple[tuple[tuple[str, str], ...], str]  # group labels, receiver


@dataclass(frozen=True, slots=True)
class Judged:
    """An alert, what keeps it quiet now (silences; fingerprints of greater troubles), and who is told of it."""

    alert: Alert
    silenced_by: tuple[str, ...]
    inhibited_by: tuple[str, ...]
    receivers: Sequence[str]
    groups: Sequence[GroupName]

    @property
    def is_suppressed(self) -> bool:
        """Whether nobody is told of it now."""
        return bool(self.silenced_by or self.inhibited_by)


class Placing:
    """The rules of one moment."""

    def __init__(self, s: Services, firing: Sequence[Alert]) -> None:
        self._silencer = s.silencer
        self._loaded: Loaded | None = s.app.receivers.loaded
        self._inhibitor: Inhibitor | None = (
            self._loaded.inhibitor(lambda: ((one.fingerprint, one.labels) for one in firing)) if self._loaded else None
        )

    def judge(self, alert: Alert) -> Judged:
        """The alert as it stands."""
        covering = self._silencer.covering(alert.labels, alert.service)
        if self._loaded is None or self._inhibitor is None:
            groups = [(target.group_labels, target.escalation_policy or UNROUTED) for target in alert.targets]
            return Judged(alert, covering, (), receivers_of(alert), groups)
        taking = [
            (tuple(sorted(key_of(node, alert.labels)[0].items())), node.receiver)
            for node in self._loaded.tree.taking(alert.labels)
        ]
        receivers = self._loaded.receivers_of(alert.labels)
        return Judged(alert, covering, self._inhibitor.inhibiting(alert.labels), receivers, taking)
