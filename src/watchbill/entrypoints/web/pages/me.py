"""What a person sets for this browser: theme, zone, keys."""

from zoneinfo import available_timezones

from watchbill.bootstrap import Services
from watchbill.entrypoints.web.cookies import KEEP_KEYS, KEEP_THEME, KEEP_ZONE
from watchbill.entrypoints.web.visit import THEMES, Go, Shown, Visit, zone_of
from watchbill.kernel.errors import Invalid, near

__all__ = ["keep", "page"]


def page(s: Services, visit: Visit) -> Shown:  # noqa: ARG001 - the shape of every page
    """The settings, with what each means."""
    return Shown(
        "me.html",
        {"themes": THEMES, "zones": sorted(zone for zone in available_timezones() if "/" in zone or zone == "UTC")},
    )


def keep(s: Services, visit: Visit) -> Go:  # noqa: ARG001 - the shape of every page
    """Keep the settings in this browser."""
    theme, zone = visit.form.get("theme", "auto"), visit.maybe("zone")
    if theme not in THEMES:
        raise Invalid("theme", f"{theme!r} is not a theme", hint=f"one of {', '.join(THEMES)}")
    if zone is not None and zone_of(zone) is None:
        close = near(zone, available_timezones())
        raise Invalid(
            "zone", f"{zone!r} is not a time zone", hint=f"did you mean {close!r}?" if close else "write Europe/Paris"
        )
    return Go(
        "/me",
        said="saved",
        cookies={KEEP_THEME: theme, KEEP_ZONE: zone, KEEP_KEYS: None if visit.form.get("keys") else "off"},
    )
