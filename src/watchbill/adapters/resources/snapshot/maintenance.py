"""Maintenance windows from their specs."""

from zoneinfo import ZoneInfo

from watchbill.adapters.resources.fields.texts import local_time
from watchbill.adapters.resources.kinds.maintenance_window import MaintenanceWindowSpec
from watchbill.alerts.model import MaintenanceWindow
from watchbill.alerts.rules.matchers import parse_matcher
from watchbill.kernel.units import duration

__all__ = ["maintenance_window"]


def maintenance_window(spec: MaintenanceWindowSpec, timezone: str) -> MaintenanceWindow:
    """A window; `timezone` is the house's, for one that names none."""
    return MaintenanceWindow(
        name=spec.name,
        services=frozenset(spec.services),
        starts=local_time(spec.starts),
        timezone=ZoneInfo(spec.timezone or timezone),
        duration=duration(spec.duration, field="duration"),
        rule=spec.recurrence or "",
        match=tuple(parse_matcher(text) for text in spec.match),
        what=spec.what or "",
        rollback_plan=spec.rollback_plan or "",
    )
