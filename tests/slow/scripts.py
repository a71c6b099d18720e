"""Random scripts of what senders and people do to an Alertmanager, the same for the same seed."""

import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

__all__ = ["UNSET", "Change", "Hush", "Pause", "Say", "Step", "script", "stamp"]

UNSET = "0001-01-01T00:00:00Z"
# Offsets in seconds from the moment of sending; None: the field is left out. No end is so near that two servers, asked one
# after the other, could be on different sides of it without the player noticing.
ENDS = (None, None, UNSET, 3.0, 60.0, 240.0, 600.0)
SPANS = ((0.0, 60.0), (-60.0, 300.0), (3.0, 60.0), (0.0, 3.0), (600.0, 900.0))
NAMES = ("Cpu", "Disk", "Net")
REGIONS = ("eu", "us", "")
GOOD = {"labels": {"alertname": "Extra"}}
BAD: tuple[Mapping[str, object], ...] = (
    {"labels": {}},
    {"labels": {"a": ""}},
    {"labels": {"": "x"}},
    {"labels": {"a": "1"}, "startsAt": "2026-01-02T00:00:00Z", "endsAt": "2026-01-01T00:00:00Z"},
    {"labels": {"a": "1"}, "generatorURL": "no address"},
    {},
    {"labels": {"a": 1}},
    {"labels": {"a": "1"}, "endsAt": "soon"},
    {"labels": {"a": "1"}, "annotations": {"": "x"}},
)
MATCHERS: tuple[Mapping[str, object], ...] = (
    {"name": "alertname", "value": "Cpu", "isRegex": False},
    {"name": "alertname", "value": "Cpu|Disk", "isRegex": True},
    {"name": "alertname", "value": "Net", "isRegex": False, "isEqual": False},
    {"name": "region", "value": "e.", "isRegex": True, "isEqual": True},
    {"name": "region", "value": "", "isRegex": False},
    {"name": "region", "value": ".+", "isRegex": True, "isEqual": False},
)
BAD_SILENCES: tuple[Mapping[str, object], ...] = (
    {"matchers": []},
    {"matchers": [{"name": "a", "value": "", "isRegex": False}]},
    {"matchers": [{"name": "a", "value": ".*", "isRegex": True}]},
    {"matchers": [{"name": "a"}]},
    {"comment": None},
    {"createdBy": None},
    {"endsAt": "2026-01-01T00:00:00Z"},
    {"id": "00000000-0000-4000-8000-000000000000"},
)


@dataclass(frozen=True)
class Say:
    """POST these alerts."""

    alerts: tuple[Mapping[str, object], ...]
    boundaries: tuple[datetime, ...] = ()  # moments at which the answers change


@dataclass(frozen=True)
class Hush:
    """POST this silence; `of` is the place of the earlier one that it changes (None: a new one)."""

    silence: Mapping[str, object]
    of: int | None = None
    boundaries: tuple[datetime, ...] = ()


@dataclass(frozen=True)
class Change:
    """DELETE the silence that was made as the n-th."""

    of: int


@dataclass(frozen=True)
class Pause:
    """Let time pass."""

    seconds: float


Step = Say | Hush | Change | Pause


def stamp(at: datetime) -> str:
    """Milliseconds and `Z`."""
    return at.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def script(seed: str, steps: int) -> Iterator[Step]:
    """So many steps. Alerts and silences carry the label or matcher run=SEED, so that scripts do not see each other."""
    dice = random.Random(seed)
    senders = _Senders(seed, dice)
    for _ in range(steps):
        match dice.choices(
            ("say", "end", "bad", "hush", "again", "drop", "bad silence", "pause"), (40, 12, 6, 10, 8, 8, 4, 4)
        )[0]:
            case "say":
                yield senders.say(dice.randint(1, 3))
            case "end":
                yield senders.end()
            case "bad":
                yield Say((dice.choice(BAD), {"labels": {**GOOD["labels"], "run": seed}}))
            case "hush":
                yield _silence(seed, dice)
            case "again":
                yield _silence(seed, dice, of=dice.randrange(8))
            case "drop":
                yield Change(dice.randrange(8))
            case "bad silence":
                good = _silence(seed, dice)
                yield Hush({**good.silence, **dice.choice(BAD_SILENCES)})
            case "pause":
                yield Pause(dice.choice((0.3, 1.5)))


class _Senders:
    """Senders as they behave: an alert keeps its start while it fires, and is resolved by an end that has come."""

    def __init__(self, run: str, dice: random.Random) -> None:
        self._run = run
        self._dice = dice
        self._since: dict[tuple[str, str], datetime | None] = {}

    def say(self, count: int) -> Say:
        """Fire, or repeat."""
        made, boundaries, now = [], [], datetime.now(UTC)
        for _ in range(count):
            key = (self._dice.choice(NAMES), self._dice.choice(REGIONS))
            if key not in self._since:
                self._since[key] = (
                    None if self._dice.random() < 0.3 else now - timedelta(seconds=self._dice.choice((0, 5, 50)))
                )
            starts_at, ends = self._since[key], self._dice.choice(ENDS)
            alert: dict[str, object] = {
                "labels": self._labels(key),
                "annotations": {"n": str(self._dice.randint(1, 3))},
            }
            if starts_at is not None:
                alert["startsAt"] = stamp(starts_at)
            if isinstance(ends, float):
                boundaries.append(now + timedelta(seconds=ends))
                alert["endsAt"] = stamp(boundaries[-1])
            elif ends is not None:
                alert["endsAt"] = ends
            if self._dice.random() < 0.3:
                alert["generatorURL"] = "http://prometheus.test/graph"
            made.append(alert)
        return Say(tuple(made), tuple(boundaries))

    def end(self) -> Say:
        """Resolve one that fires, as Prometheus does: its start, and the end just now."""
        named = [key for key, since in self._since.items() if since is not None]
        if not named:
            return self.say(1)
        key = self._dice.choice(named)
        starts_at, now = self._since.pop(key), datetime.now(UTC)
        assert starts_at is not None
        over = {"labels": self._labels(key), "startsAt": stamp(starts_at), "endsAt": stamp(now)}
        return Say((over,), (now,))

    def _labels(self, key: tuple[str, str]) -> dict[str, str]:
        name, region = key
        return {"alertname": name, "region": region, "run": self._run, "service": "shop"}


def _silence(run: str, dice: random.Random, of: int | None = None) -> Hush:
    now = datetime.now(UTC)
    begins, ends = (now + timedelta(seconds=offset) for offset in dice.choice(SPANS))
    matchers = dice.sample(MATCHERS, dice.randint(1, 2))
    silence = {
        "matchers": [{"name": "run", "value": run, "isRegex": False}, *matchers],
        "startsAt": stamp(begins),
        "endsAt": stamp(ends),
        "createdBy": dice.choice(("ana", "")),
        "comment": dice.choice(("deploy", "")),
    }
    return Hush(silence, of, (begins, ends))
