"""What watchbill asks by itself (probes), and what it waits for (heartbeats)."""

from watchbill.adapters.measure.checking.beats import Beats
from watchbill.adapters.measure.checking.probes import Outcome, run_check
from watchbill.adapters.measure.checking.rounds import Rounds

__all__ = ["Beats", "Outcome", "Rounds", "run_check"]
