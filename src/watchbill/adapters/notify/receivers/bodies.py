"""The requests of each kind of integration."""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from watchbill.adapters.notify.providers.api import json_body
from watchbill.receivers.model import Integration, Telling

__all__ = ["Request", "Words", "opsgenie", "pagerduty", "slack", "webhook"]

_LONGEST = 1_024
_OPSGENIE_MESSAGE = 130


@dataclass(frozen=True, slots=True)
class Request:
    """A POST of JSON."""

    url: str
    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Words:
    """A telling with what turns templates into text, and what finds secrets."""

    telling: Telling
    render: Callable[[str], str]
    secret: Callable[[Integration, str], str]

    @property
    def integration(self) -> Integration:
        """Who is told."""
        return self.telling.integration

    @property
    def is_firing(self) -> bool:
        """Whether anything of it still fires."""
        return self.telling.notification.data["status"] == "firing"

    @property
    def alias(self) -> str:
        """What providers know the group by."""
        return hashlib.sha256(self.telling.notification.key.encode("utf-8", "surrogatepass")).hexdigest()

    def said(self, name: str) -> str:
        """The setting, rendered."""
        return self.render(self.integration.text(name))

    def keyed(self, name: str) -> str:
        """The secret setting, from the file or from a file that it names."""
        return self.secret(self.integration, name)


def webhook(words: Words) -> Request:
    """Version 4 of the webhook."""
    return Request(words.keyed("url"), json_body(words.telling.notification.data))


def slack(words: Words) -> Request:
    """One message with one attachment."""
    settings = words.integration.settings
    attachment: dict[str, object] = {
        "title": _cut(words.said("title"), _LONGEST),
        "title_link": words.said("title_link"),
        "pretext": words.said("pretext"),
        "text": words.said("text"),
        "fallback": words.said("fallback"),
        "callback_id": words.said("callback_id"),
        "image_url": words.said("image_url"),
        "thumb_url": words.said("thumb_url"),
        "footer": words.said("footer"),
        "color": words.said("color"),
        "mrkdwn_in": settings["mrkdwn_in"],
    }
    fields = settings["fields"]
    assert isinstance(fields, list)
    if fields:
        attachment["fields"] = [
            {"title": words.render(one["title"]), "value": words.render(one["value"]), "short": one["short"]}
            for one in fields
        ]
    body = {
        "channel": words.said("channel"),
        "username": words.said("username"),
        "icon_emoji": words.said("icon_emoji"),
        "icon_url": words.said("icon_url"),
        "link_names": settings["link_names"],
        "attachments": [_given(attachment, keep=("title", "fallback", "text", "callback_id", "footer"))],
    }
    return Request(words.keyed("api_url"), json_body(_given(body, keep=("attachments",))))


def pagerduty(words: Words) -> Request:
    """An event of the Events API v2; the group is its deduplication key."""
    details = {name: words.render(text) for name, text in words.integration.details.items()}
    client = words.said("client")
    payload: dict[str, object] = {
        "summary": _cut(words.said("description"), _LONGEST),
        "source": words.said("source") or client,
        "severity": words.said("severity") or "error",
        "class": words.said("class"),
        "component": words.said("component"),
        "group": words.said("group"),
        "custom_details": details,
    }
    body: dict[str, object] = {
        "routing_key": words.render(words.keyed("routing_key")),
        "dedup_key": words.alias,
        "event_action": "trigger" if words.is_firing else "resolve",
        "payload": _given(payload, keep=("summary", "source", "severity")),
        "client": client,
        "client_url": words.said("client_url"),
    }
    return Request(words.integration.text("url"), json_body(_given(body)))


def opsgenie(words: Words) -> Request:
    """Open the alert, or close it by its alias."""
    base = words.integration.text("api_url").rstrip("/")
    headers = {"Authorization": f"GenieKey {words.keyed('api_key')}"}
    if not words.is_firing:
        url = f"{base}/v2/alerts/{words.alias}/close?identifierType=alias"
        return Request(url, json_body({"source": words.said("source")}), headers)
    common = words.telling.notification.data["commonLabels"]
    responders = words.integration.settings["responders"]
    assert isinstance(common, Mapping)
    assert isinstance(responders, list)
    body: dict[str, object] = {
        "alias": words.alias,
        "message": _cut(words.said("message"), _OPSGENIE_MESSAGE),
        "description": words.said("description"),
        "details": {**common, **{name: words.render(text) for name, text in words.integration.details.items()}},
        "source": words.said("source"),
        "responders": [{name: words.render(text) for name, text in one.items()} for one in responders],
        "tags": _split(words.said("tags")),
        "note": words.said("note"),
        "priority": words.said("priority"),
        "entity": words.said("entity"),
        "actions": _split(words.said("actions")),
    }
    return Request(f"{base}/v2/alerts", json_body(_given(body, keep=("message", "details", "source"))), headers)


def _given(content: Mapping[str, object], *, keep: tuple[str, ...] = ()) -> dict[str, object]:
    """Without what is empty."""
    return {name: value for name, value in content.items() if value or name in keep}


def _split(text: str) -> list[str]:
    return [part.strip() for part in text.split(",") if part.strip()]


def _cut(text: str, most: int) -> str:
    """As the original cuts: an ellipsis at the end."""
    return text if len(text) <= most else text[: most - 1] + "…"
