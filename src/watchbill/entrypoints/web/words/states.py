"""The tone of each state: which colour and shape say it. A state's word is always written beside them."""

from typing import Literal, TypeAlias

__all__ = ["TONES", "Tone", "tone_of"]

Tone: TypeAlias = Literal["", "ok", "warn", "crit", "dead", "lamp"]

# Shapes: ok a disc, warn a diamond, crit a square, dead a triangle, lamp a ring.
TONES: dict[str, Tone] = {
    # budget states (playbook phase 3) and data
    "healthy": "ok", "warning": "warn", "critical": "crit", "exhausted": "dead", "frozen": "crit",
    "ok": "ok", "partial": "warn", "stale": "warn", "no_data": "warn",
    # severities of incidents and alerts (phases 4, 5)
    "SEV1": "dead", "SEV2": "dead", "SEV3": "warn", "SEV4": "",
    "P0": "dead", "P1": "crit", "P2": "warn", "P3": "",
    # alerts
    "firing": "dead", "acknowledged": "warn", "resolved": "ok", "suppressed": "", "silenced": "",
    # escalations and deliveries
    "open": "dead", "snoozed": "warn", "delivered": "ok", "failed": "dead", "sending": "lamp", "waiting": "", "declined": "warn", "cancelled": "", "folded": "",
    # postmortems
    "draft": "warn", "in-review": "lamp", "final": "ok",
    # tiers
    "page": "dead", "ticket": "warn",
}  # fmt: skip


def tone_of(state: object) -> Tone:
    """The tone of a state by its word; unknown words have none."""
    return TONES.get(str(state or ""), "")
