"""Makes claims out of what senders say: the parts that all protocols with names of their own for alerts share."""

import hashlib
from collections.abc import Mapping
from datetime import UTC, datetime

from watchbill.alerts.model import Observation

__all__ = ["UNTIL_RESOLVED", "firing", "key_of", "plain"]

# These senders say when it is over; until then their word holds. Far enough to be never, near enough to be added to.
UNTIL_RESOLVED = datetime(9000, 1, 1, tzinfo=UTC)
_KEY_LENGTH = 512
_TEXT_LENGTH = 16_000


def key_of(protocol: str, integration: str, name: str) -> str:
    """The identity of an alert: its sender's name for it is unique within the integration, and nowhere else."""
    if len(name) > _KEY_LENGTH:
        name = hashlib.sha256(name.encode()).hexdigest()
    return f"{protocol}\n{integration}\n{name}"


def firing(
    labels: Mapping[str, object],
    annotations: Mapping[str, object],
    *,
    key: str,
    received_at: datetime,
    source: str,
    url: str = "",
) -> Observation:
    """A claim that it fires from now until its sender says otherwise."""
    return Observation(
        labels=plain(labels),
        annotations=plain(annotations),
        starts_at=received_at,
        ends_at=UNTIL_RESOLVED,
        generator_url=url,
        received_at=received_at,
        source=source,
        key=key,
    )


def plain(values: Mapping[str, object]) -> dict[str, str]:
    """Texts of bounded length, without those that are empty; NUL, which no database text can hold, is shown as its picture."""
    texts = {str(name): _text(value) for name, value in values.items()}
    return {name: text for name, text in texts.items() if name and text}


def _text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value).replace("\0", "\u2400").strip()[:_TEXT_LENGTH]
