"""The same random scripts played to a real Alertmanager and to watchbill: statuses and bodies agree, but for what is listed.

What may differ, and why (`ALLOWED` takes it away on both sides before they are compared):
- `mutedBy`, `routeLabels` and a silence's `annotations`: fields of newer Alertmanagers that 0.25 does not have yet.
- `updatedAt`, and times that the servers chose themselves: two servers do not look at the clock at one moment (1 s).
- ids of silences: each server draws its own; they are compared by the order in which they were made,
  and the list of those that cover an alert, which is sorted by id, as a set.
- the order of alerts within a group: the original keeps none.
- the words of a JSON parser after "because": they are those of Go's.
- DELETE of an unknown silence: 500 in 0.25, 404 in newer ones.
- an unchanged clock's worth of order among silences that end at the same moment.
Scripts do not contain what watchbill judges differently on purpose: label names beyond ASCII (newer Alertmanagers take them),
and a "resolved" that speaks of another episode than the one that fires (see alerts/rules/merging.py).
"""

import json
import re
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote

import pytest
from tests.slow.scripts import Change, Hush, Pause, Say, Step, script
from tests.slow.servers import Alertmanager, Answer, Watchbill, ask, running

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("differential")]

SPECS = """
person: {name: ana, email: ana@shop.test, contacts: [{channel: web}]}
---
escalation_policy: {name: shop, steps: [{notify: [person:ana], wait: 5m}]}
---
escalation_policy: {name: disks, steps: [{notify: [person:ana], wait: 5m}]}
---
route: {name: disks, match: ['alertname="Disk"'], escalation_policy: disks, group_by: [region], continue: true}
---
route: {name: eu, match: ['region=~"e.*"'], escalation_policy: shop, group_by: ['...']}
"""
NEAR = timedelta(milliseconds=400)
TOLERANCE = timedelta(seconds=1)
TIMES = {"startsAt", "endsAt"}
Json = Any  # whatever an answer holds


@pytest.fixture(scope="module")
def servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Alertmanager, Watchbill]]:
    """Watchbill with two routes, and an Alertmanager that runs on the configuration which watchbill shows for them."""
    ours = Watchbill(tmp_path_factory.mktemp("ours"), specs=SPECS)
    with running(ours):
        theirs = Alertmanager(tmp_path_factory.mktemp("theirs"))
        theirs.configuration = ask(f"{ours.url}/api/v2/status").json["config"]["original"]
        with running(theirs):
            yield theirs, ours


@pytest.mark.parametrize("seed", ["one", "two", "three", "four"])
def test_a_random_script(servers: tuple[Alertmanager, Watchbill], seed: str) -> None:
    """After each step both answer the same: to the step itself, and to whoever asks for alerts, groups and silences."""
    for attempt in range(3):
        player = _Player(*servers, run=f"{seed} {attempt}")
        try:
            for number, step in enumerate(script(f"{seed} {attempt}", 30)):
                player.play(step)
                player.compare(f"seed {seed} {attempt}, step {number}: {step}")
        except _TooSlowError:
            continue  # a busy machine: the two were asked at moments that differ
        return
    pytest.fail("the machine was too slow three times to ask both servers within a second")


class _TooSlowError(Exception):
    """Between the first and the second server something came due, or a second went by: their answers may differ."""


class _Player:
    """Plays to both servers; keeps which silences they made, and when their answers are about to change."""

    def __init__(self, theirs: Alertmanager, ours: Watchbill, run: str) -> None:
        self._bases = (f"{theirs.url}/api/v2", f"{ours.url}/api/v2")
        self._run = run
        self._made: tuple[list[str], list[str]] = ([], [])
        self._boundaries: list[datetime] = []

    def play(self, step: Step) -> None:
        """Do it to both, and compare what they say at once."""
        began = self._keep_clear()
        match step:
            case Say(alerts, boundaries):
                self._boundaries += boundaries
                answers = [ask(f"{base}/alerts", "POST", list(alerts)) for base in self._bases]
                _same(f"{step}", *map(_said, answers))
            case Hush(silence, of, boundaries):
                self._boundaries += boundaries
                self._hush(dict(silence), of)
            case Change(of):
                if of < len(self._made[0]):
                    _same(
                        f"{step}", *[_said(ask(f"{base}/silence/{made[of]}", "DELETE")) for base, made in self._sides()]
                    )
            case Pause(seconds):
                time.sleep(seconds)
                return
        if self._is_late(began):
            raise _TooSlowError

    def compare(self, when: str) -> None:
        """Ask both for everything; a difference counts only where nothing came due meanwhile."""
        for _ in range(5):
            began = self._keep_clear()
            try:
                self._compare(when)
            except pytest.fail.Exception:
                if not self._is_late(began):
                    raise
            else:
                return
        raise _TooSlowError

    def _compare(self, when: str) -> None:
        mine = f"filter=run%3D{quote(self._run)}"
        for path in (
            f"/alerts?{mine}",
            f"/alerts?{mine}&active=false",
            f"/alerts/groups?{mine}",
            f"/alerts/groups?{mine}&receiver=dis.*",
        ):
            _same(f"{when}\nGET {path}", *[self._plain(ask(base + path).json, made) for base, made in self._sides()])
        silences = [self._plain(self._own(ask(f"{base}/silences").json), made) for base, made in self._sides()]
        _same(f"{when}\nGET /silences", *[sorted(found, key=json.dumps) for found in silences])
        _same(
            f"{when}\nstates of silences in order", *[[one["status"]["state"] for one in found] for found in silences]
        )

    def _hush(self, silence: dict[str, object], of: int | None) -> None:
        answers: list[Answer] = []
        kept: list[object] = []
        for base, made in self._sides():
            changed = {**silence, "id": made[of]} if of is not None and of < len(made) else silence
            answers.append(ask(f"{base}/silences", "POST", changed))
        for answer, made in zip(answers, self._made, strict=True):
            if answer.status == 200:
                identifier = answer.json["silenceID"]
                if identifier not in made:
                    made.append(identifier)
                kept.append(made.index(identifier))
        _same(f"{silence}", *[_said(answer) if answer.status != 200 else answer.status for answer in answers])
        _same(f"{silence}: which silence it became", *(kept or ["none", "none"]))

    def _sides(self) -> list[tuple[str, list[str]]]:
        return list(zip(self._bases, self._made, strict=True))

    def _is_late(self, began: datetime) -> bool:
        """Whether the answers may have changed since then."""
        now = datetime.now(UTC)
        return now - began > TOLERANCE or any(began <= boundary <= now for boundary in self._boundaries)

    def _keep_clear(self) -> datetime:
        """Both are asked one after the other: not while the answer changes. The moment at which it does not."""
        while any(abs(boundary - datetime.now(UTC)) < NEAR for boundary in self._boundaries):
            time.sleep(0.05)
        return datetime.now(UTC)

    def _own(self, silences: list[Json]) -> list[Json]:
        return [one for one in silences if {"run", self._run} <= {str(v) for m in one["matchers"] for v in m.values()}]

    def _plain(self, found: Json, made: list[str]) -> Json:
        """The answer without what may differ."""
        if isinstance(found, list):
            items = [self._plain(one, made) for one in found]
            if items and isinstance(items[0], dict) and "fingerprint" in items[0]:
                return sorted(items, key=lambda one: one["fingerprint"])
            return sorted(items) if items and isinstance(items[0], str) else items
        if isinstance(found, dict):
            return {name: self._plain(value, made) for name, value in found.items() if not _allowed(name, found)}
        return f"silence {made.index(found)}" if found in made else found


def _allowed(name: str, within: dict[str, Json]) -> bool:
    """The fields that may differ, see above."""
    if name in {"mutedBy", "routeLabels", "updatedAt"}:
        return True
    return name == "annotations" and "matchers" in within


def _said(answer: Answer) -> tuple[int, str]:
    """Status and body, without the parser's own words."""
    return answer.status, re.sub(r"because .*", "because", answer.body)


def _same(what: str, theirs: Json, ours: Json) -> None:
    """Fail unless they are equal, times to the second; say where they differ."""
    found = list(_differences(theirs, ours, "$"))
    if found:
        pytest.fail("\n".join([what, *found]))


def _differences(theirs: Json, ours: Json, where: str) -> Iterator[str]:
    if isinstance(theirs, dict) and isinstance(ours, dict) and theirs.keys() == ours.keys():
        for name in theirs:
            yield from _differences(theirs[name], ours[name], f"{where}.{name}")
    elif isinstance(theirs, list | tuple) and isinstance(ours, list | tuple) and len(theirs) == len(ours):
        for place, (one, other) in enumerate(zip(theirs, ours, strict=True)):
            yield from _differences(one, other, f"{where}[{place}]")
    elif where.rpartition(".")[2] in TIMES and isinstance(theirs, str) and isinstance(ours, str):
        if abs(datetime.fromisoformat(theirs) - datetime.fromisoformat(ours)) > TOLERANCE:
            yield f"{where}: Alertmanager {theirs}, watchbill {ours}"
    elif theirs != ours:
        yield f"{where}: Alertmanager {json.dumps(theirs, default=str)}, watchbill {json.dumps(ours, default=str)}"
