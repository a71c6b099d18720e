"""Ways to stop the damage (playbook ph. 5, step 4: mitigate): wired to commands and webhooks, or steps of runbooks."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from watchbill.execution.model import Execution

__all__ = ["Mitigation", "MitigationKind", "Offer"]


class MitigationKind(StrEnum):
    """What it does, the fastest first."""

    ROLLBACK = "rollback"
    FLAG_OFF = "flag_off"
    SHIFT_TRAFFIC = "shift_traffic"  # or fail over
    SCALE_UP = "scale_up"  # or break the circuit
    DATA_FIX = "data_fix"

    @property
    def rank(self) -> int:
        """0 is the fastest."""
        return list(MitigationKind).index(self)


@dataclass(frozen=True, slots=True)
class Mitigation:
    """One way, as a resource defines it; no services: it fits every one."""

    name: str
    title: str
    kind: MitigationKind
    services: tuple[str, ...] = ()
    when: str = ""
    command: str | None = None
    webhook: str | None = None
    values: Mapping[str, str] = field(default_factory=dict)
    expected: str = ""
    if_unexpected: str = ""
    approval: bool = False


@dataclass(frozen=True, slots=True)
class Offer:
    """A way as it is offered for one incident. `evidence`: what speaks for it; `obstacle`: why it cannot be taken now."""

    mitigation: Mitigation
    evidence: str = ""
    obstacle: str = ""
    needs: tuple[str, ...] = ()  # placeholders that somebody has to fill first
    needs_approval: bool = False
    rehearses: bool = False
    words: str = ""  # the command as it would be run
    latest: Execution | None = None
