"""PagerDuty as a channel: for houses that keep its phones while they move. Addresses: the routing key of a service."""

from watchbill.adapters.notify.http import HttpCaller
from watchbill.adapters.notify.providers.api import ApiChannel, Call, cut, endpoint, json_body
from watchbill.oncall.model import Outgoing

__all__ = ["PagerDutyChannel"]

_SEVERITY = {"P0": "critical", "P1": "error", "P2": "warning", "P3": "info"}


class PagerDutyChannel(ApiChannel):
    """A trigger of the Events API v2; the escalation is the dedup_key, so that its pages are one alert there."""

    name = "pagerduty"

    def __init__(self, caller: HttpCaller, *, url: str = "https://events.pagerduty.com") -> None:
        super().__init__(caller)
        self._to = endpoint(url, "/v2/enqueue")

    def call(self, outgoing: Outgoing) -> Call:
        """The event."""
        facts = outgoing.facts
        body = {
            "routing_key": outgoing.address,
            "event_action": "trigger",
            "dedup_key": outgoing.escalation,
            "client": "watchbill",
            "client_url": outgoing.link,
            "links": [{"href": outgoing.link, "text": "Acknowledge in watchbill"}],
            "payload": {
                "summary": cut(outgoing.message.subject, 1_024),
                "source": str(facts.get("service") or "watchbill"),
                "severity": _SEVERITY.get(str(facts.get("severity")), "error"),
                "custom_details": {"sentence": facts.get("sentence", ""), "delivery": outgoing.delivery},
            },
        }
        return Call(self._to, json_body(body), {"Content-Type": "application/json"})
