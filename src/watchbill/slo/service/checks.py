"""Use cases on synthetic checks: how probes and heartbeats stand, and taking in what a job reports."""

from collections.abc import Sequence
from dataclasses import dataclass

from watchbill.kernel.errors import NotFound
from watchbill.slo.model import BeatStanding, Ping, ProbeStanding
from watchbill.slo.ports import BeatIntake, CheckDefinitions, ProbeStandings, SloDefinitions

__all__ = ["CheckService"]


@dataclass(frozen=True, kw_only=True)
class CheckService:
    """Probes and heartbeats of the resources."""

    definitions: CheckDefinitions
    slos: SloDefinitions
    beats: BeatIntake
    rounds: ProbeStandings

    def heartbeats(self) -> Sequence[BeatStanding]:
        """All heartbeats, by name."""
        return [self.beats.standing(rule) for rule in self.definitions.beats()]

    def probes(self) -> Sequence[ProbeStanding]:
        """All probes, by name."""
        return [self.rounds.standing(rule) for rule in self.definitions.probes()]

    def try_probe(self, name: str) -> ProbeStanding:
        """Run a probe now, without counting it. Raises NotFound."""
        rules = {rule.name: rule for rule in self.definitions.probes()}
        if name not in rules:
            raise NotFound("probe", name, known=rules)
        return self.rounds.try_out(rules[name])

    def ping(self, name: str, ping: Ping) -> tuple[BeatStanding, bool]:
        """Take in that a job ran, durably: how its heartbeat stands now, and whether the run was new. Raises NotFound."""
        rules = {rule.name: rule for rule in self.definitions.beats()}
        if name not in rules:
            raise NotFound("heartbeat", name, known=rules)
        fresh = self.beats.ping(rules[name], ping, self.slos.slis())
        return self.beats.standing(rules[name]), fresh
