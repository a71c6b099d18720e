"""What the owner of a silence is told before it ends."""

from watchbill.alerts.model import Severity, SilenceEnding
from watchbill.kernel.events import Event
from watchbill.oncall.service.intake import NewPage

__all__ = ["ending_words"]


def ending_words(event: Event) -> NewPage:
    """What the owner of a silence is told before it ends."""
    assert isinstance(event, SilenceEnding)
    hides = "no alert that fires now" if not event.hides else "1 alert that fires now" if event.hides == 1 else f"{event.hides} alerts that fire now"  # fmt: skip
    why = f" It was set because: {event.comment}." if event.comment else ""
    return NewPage(
        title=f"Your silence ends at {event.ends_at:%H:%M} UTC",
        sentence=f"Silence {' '.join(event.matchers)} ends at {event.ends_at:%Y-%m-%d %H:%M} UTC and hides {hides}.{why}",
        severity=Severity.P3,
    )
