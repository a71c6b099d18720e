"""Status pages from their specs."""

from watchbill.adapters.resources.kinds.status_page import StatusPageSpec
from watchbill.incidents.model.status import Component, PageAudience, StatusPage

__all__ = ["status_page"]


def status_page(spec: StatusPageSpec, organisation: str) -> StatusPage:
    """A page; without a title it is called after the house."""
    return StatusPage(
        name=spec.name,
        title=spec.title or f"{organisation or spec.name.capitalize()} status",
        components=tuple(
            Component(one.service, one.title or one.service.replace("-", " ").capitalize(), one.group or "", one.slo)
            for one in spec.components
        ),
        audience=PageAudience(spec.audience),
        reports=spec.reports,
        edition=spec.edition,
        contact=spec.contact or "",
    )
