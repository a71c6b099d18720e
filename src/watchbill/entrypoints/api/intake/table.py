"""The table of doors: methods, path, what runs. A path without a row does not exist; a key opens all of them."""

from dataclasses import dataclass

__all__ = ["DOORS", "Door"]


@dataclass(frozen=True, slots=True)
class Door:
    """One door. `run` is `module:function`; a path with {key} takes the sender's key in its place.

    `role`: the least one of a token where the door does more than take something in; "" where an intake key is enough.
    """

    methods: tuple[str, ...]
    path: str
    run: str
    role: str = ""


_OPSGENIE = ("/v2/alerts", "/jsm/ops/integration/v2/alerts")

DOORS: tuple[Door, ...] = (
    Door(("POST",), "/hooks/alertmanager", "webhooks:alertmanager"),
    Door(("POST",), "/hooks/alertmanager/{key}", "webhooks:alertmanager"),
    Door(("POST",), "/hooks/grafana", "webhooks:grafana"),
    Door(("POST",), "/hooks/grafana/{key}", "webhooks:grafana"),
    Door(("POST",), "/hooks/generic", "webhooks:generic"),
    Door(("POST",), "/hooks/generic/{key}", "webhooks:generic"),
    Door(("POST",), "/hooks/cloudevents", "webhooks:cloudevents"),
    Door(("POST",), "/hooks/cloudevents/{key}", "webhooks:cloudevents"),
    Door(("POST",), "/api/v2/generic/incoming", "webhooks:goalert"),
    Door(("POST",), "/hooks/voice/{token}", "voice:answer"),
    Door(("POST",), "/hooks/mattermost/command", "mattermost:command"),
    Door(("POST",), "/hooks/mattermost/action", "mattermost:action"),
    Door(("POST",), "/v2/enqueue", "pagerduty:enqueue"),
    Door(("POST",), "/v2/change/enqueue", "pagerduty:change"),
    *(
        door
        for base in _OPSGENIE
        for door in (
            Door(("POST",), base, "opsgenie:create"),
            Door(("GET",), base, "opsgenie:index", role="viewer"),
            Door(("GET",), base + "/count", "opsgenie:count", role="viewer"),
            Door(("GET",), base + "/requests/{id}", "opsgenie:request_status"),
            Door(("GET",), base + "/{id}", "opsgenie:show", role="viewer"),
            Door(("DELETE",), base + "/{id}", "opsgenie:close"),
            Door(("POST", "PUT"), base + "/{id}/{action}", "opsgenie:act"),
        )
    ),
)
