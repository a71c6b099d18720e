"""Escalation policies: who is called, how long to wait, who is called then, and who is left when nobody answers."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from watchbill.kernel.errors import Invalid, near
from watchbill.kernel.units import duration, duration_text

__all__ = ["EscalationPolicy", "PolicyStep", "Target", "TargetKind"]


class TargetKind(StrEnum):
    """What a step may name."""

    SCHEDULE = "schedule"  # whoever stands watch when the step comes due
    PERSON = "person"
    TEAM = "team"  # each of its members
    CHANNEL = "channel"  # a place rather than a person: channel:webhook=https://...


@dataclass(frozen=True, slots=True)
class Target:
    """One entry of `notify`, written `kind:name`."""

    kind: TargetKind
    name: str

    @classmethod
    def parse(cls, text: str, *, field: str = "notify") -> "Target":
        """`schedule:payments-primary`; an unknown kind or an empty name raises Invalid(field)."""
        kind, colon, name = text.partition(":")
        if not colon or kind not in set(TargetKind):
            close = near(kind, [str(one) for one in TargetKind])
            hint = (
                f"did you mean {close}:{name or 'NAME'}?"
                if close
                else "write schedule:, person:, team: or channel:NAME"
            )
            raise Invalid(field, f"{text!r} does not say whom to notify", hint=hint)
        if not name.strip():
            raise Invalid(field, f"{text!r} names nobody", hint=f"write {kind}:NAME")
        return cls(TargetKind(kind), name.strip())

    def __str__(self) -> str:
        return f"{self.kind}:{self.name}"


@dataclass(frozen=True, slots=True)
class PolicyStep:
    """Notify all of these at once, then wait that long for somebody to acknowledge."""

    notify: tuple[Target, ...]
    wait: timedelta = timedelta(minutes=5)

    def __post_init__(self) -> None:
        if not self.notify:
            raise Invalid("notify", "a step notifies nobody", hint="write notify: [schedule:NAME]")
        if not timedelta(seconds=1) <= self.wait <= timedelta(days=7):
            raise Invalid("wait", "a step waits between 1s and 7d", hint="write wait: 5m")


@dataclass(frozen=True, slots=True)
class EscalationPolicy:
    """Steps in order, walked once and then `repeat` times more; after the last wait the fallback is paged."""

    name: str
    steps: tuple[PolicyStep, ...]
    repeat: int = 0
    fallback: tuple[Target, ...] = ()

    def __post_init__(self) -> None:
        if not self.steps:
            raise Invalid("steps", f"policy {self.name!r} has no step", hint="write steps: [{notify: [...], wait: 5m}]")
        if not 0 <= self.repeat <= 100:  # noqa: PLR2004 - beyond a hundred rounds a policy is a mistake
            raise Invalid("repeat", "a policy repeats between 0 and 100 times")

    def as_json(self) -> dict[str, object]:
        """The snapshot that a running escalation keeps, in the words of the resource."""
        return {
            "name": self.name,
            "steps": [
                {"notify": [str(target) for target in step.notify], "wait": duration_text(step.wait)}
                for step in self.steps
            ],
            "repeat": self.repeat,
            "fallback": [str(target) for target in self.fallback],
        }

    @classmethod
    def from_json(cls, saved: Mapping[str, object]) -> "EscalationPolicy":
        """The policy that `as_json` wrote."""
        steps, fallback = saved["steps"], saved["fallback"]
        assert isinstance(steps, list)
        assert isinstance(fallback, list)
        return cls(
            name=str(saved["name"]),
            steps=tuple(
                PolicyStep(tuple(Target.parse(text) for text in step["notify"]), duration(step["wait"]))
                for step in steps
            ),
            repeat=int(str(saved["repeat"])),
            fallback=tuple(Target.parse(text) for text in fallback),
        )
