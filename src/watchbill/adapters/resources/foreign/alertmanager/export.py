"""An Alertmanager file as watchbill's own routes and escalation policies, for whoever moves on; what does not carry over is said."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from watchbill.adapters.resources.emit import file_text
from watchbill.kernel.units import duration_text
from watchbill.receivers.model import Configuration, Integration, Kind, RouteNode

__all__ = ["Converted", "converted"]

_SECOND = timedelta(seconds=1)
Spec = dict[str, object]


@dataclass(frozen=True, slots=True)
class Converted:
    """The resources as YAML, the channels that they need, and a sentence for each thing that has no equivalent."""

    text: str
    channels: tuple[str, ...]
    remarks: tuple[str, ...]


def converted(configuration: Configuration) -> Converted:
    """The same tree with the same matchers; each receiver becomes a policy that tells all of its places at once."""
    work = _Work(configuration)
    policies = [("escalation_policy", spec) for spec in work.policies()]
    route = work.route(configuration.route, None)
    route["name"] = "alertmanager"
    work.what_is_left()
    return Converted(
        file_text([*policies, ("route", route)]),
        tuple(sorted(work.channels)),
        tuple(dict.fromkeys([*configuration.remarks, *work.remarks])),
    )


@dataclass(slots=True)
class _Work:
    configuration: Configuration
    channels: set[str] = field(default_factory=set)
    remarks: list[str] = field(default_factory=list)
    names: dict[str, str] = field(default_factory=dict)

    def policies(self) -> Iterator[Spec]:
        """One for each receiver that tells anybody."""
        for receiver, ways in self.configuration.receivers.items():
            notify = [target for way in ways for target in self._targets(way)]
            if not notify:
                self.remarks.append(
                    f"receiver {receiver!r} tells nobody: its routes get severity P3, which is only listed for review"
                )
                continue
            self.names[receiver] = self._name(receiver)
            yield {"name": self.names[receiver], "steps": [{"notify": notify, "wait": "30m"}]}

    def route(self, node: RouteNode, above: RouteNode | None) -> Spec:
        """The node with what differs from the one above."""
        found: Spec = {"name": f"am-{node.id.replace('/', '-')}"}
        if node.match:
            found["match"] = [str(one) for one in node.match]
        if above is None or node.receiver != above.receiver:
            if node.receiver in self.names:
                found["escalation_policy"] = self.names[node.receiver]
            else:
                found["severity"] = "P3"
        if above is None or node.group_by != above.group_by:
            found["group_by"] = list(node.group_by)
        for name in ("group_wait", "group_interval", "repeat_interval"):
            span: timedelta = getattr(node, name)
            if above is None or span != getattr(above, name):
                found[name] = self._span(name, span)
        if node.continues:
            found["continue"] = True
        if node.mute or node.active:
            self.remarks.append(
                f"the hours of the route {node.key} are not carried over: write maintenance windows or quiet hours"
            )
        if node.routes:
            found["routes"] = [self.route(one, node) for one in node.routes]
        return {name: value for name, value in found.items() if value != []}

    def what_is_left(self) -> None:
        """What no resource stands for."""
        for rule in self.configuration.inhibitions:
            sides = " and ".join("{" + ",".join(str(one) for one in side) + "}" for side in (rule.source, rule.target))
            self.remarks.append(f"the inhibition between {sides} is not carried over: dependencies of services do that")
        if self.channels - {"webhook", "email"}:
            self.remarks.append(
                "the channels file (WATCHBILL_CHANNELS) has to hold their secrets; docs/how-to/channels.md"
            )

    def _targets(self, way: Integration) -> list[str]:
        row = _ADDRESSES[way.kind]
        found = row(way)
        if not found:
            self.remarks.append(
                f"{way.kind} of receiver {way.receiver!r} has no equivalent, or no address that can be read"
            )
            return []
        channel = str(way.kind)
        self.channels.add(channel)
        if way.kind is Kind.WEBHOOK:
            self.remarks.append(
                f"webhook of receiver {way.receiver!r}: watchbill's own webhook has another body, and authentication by signature"
            )
        return [f"channel:{channel}={address}" for address in found]

    def _span(self, name: str, span: timedelta) -> str:
        whole = timedelta(seconds=-(-span // _SECOND))
        if whole != span:
            self.remarks.append(f"{name} of {span / _SECOND:g} s is rounded up to whole seconds")
        return duration_text(whole)

    def _name(self, receiver: str) -> str:
        plain = re.sub(r"[^a-z0-9]+", "-", receiver.lower()).strip("-")[:50] or "receiver"
        name, number = plain, 1
        while name in self.names.values():
            number += 1
            name = f"{plain}-{number}"
        return name


def _plain(text: str) -> list[str]:
    """A text without templates."""
    return [] if not text or "{{" in text else [text]


_ADDRESSES: Mapping[Kind, Callable[[Integration], list[str]]] = {
    Kind.WEBHOOK: lambda way: _plain(way.text("url")),
    Kind.EMAIL: lambda way: [one.strip() for text in _plain(way.text("to")) for one in text.split(",") if one.strip()],
    Kind.SLACK: lambda way: _plain(way.text("channel")),
    Kind.PAGERDUTY: lambda way: _plain(way.text("routing_key")),
    Kind.OPSGENIE: lambda _way: [],
}
