"""Backstage catalog-info: components and resources become services, groups teams, users persons."""

from collections.abc import Callable
from typing import Any

from watchbill.adapters.resources.explain import Finding
from watchbill.adapters.resources.foreign.documents import Foreign, Reader

__all__ = ["CONVERTERS"]

# Backstage leaves types open; these are the well-known ones.
_TYPES = {"service": "api", "website": "frontend", "pipeline": "pipeline", "database": "storage", "storage": "storage"}


def _component(reader: Reader, result: Foreign) -> None:
    kind = reader.text("spec", "type")
    if kind not in _TYPES:
        result.findings.append(
            Finding(("spec", "type"), f"{kind!r} is no type of service here; none is set", ", ".join(_TYPES), "warning")
        )
    data: dict[str, Any] = {  # Any: JSON
        "name": reader.text("metadata", "name"),
        "description": reader.text("metadata", "description"),
        "owner_team": _name(reader.text("spec", "owner")),
        "type": _TYPES.get(kind or ""),
    }
    if reader.peek("spec", "lifecycle") in ("experimental", "production"):
        data["tier"] = "experimental" if reader.text("spec", "lifecycle") == "experimental" else None
    upstream = _references(reader, result, "dependsOn")
    downstream = _references(reader, result, "dependencyOf")
    if upstream or downstream:
        data["dependencies"] = {"upstream": upstream, "downstream": downstream}
    reader.get("metadata", "title")
    reader.get("metadata", "namespace")
    result.resources.append(("service", {key: value for key, value in data.items() if value is not None}))


def _group(reader: Reader, result: Foreign) -> None:
    found = reader.get("spec", "members")
    members = [_name(str(one)) for one in found] if isinstance(found, list) else []
    result.resources.append(("team", {"name": reader.text("metadata", "name"), "members": members}))


def _user(reader: Reader, result: Foreign) -> None:
    data = {
        "name": reader.text("metadata", "name"),
        "full_name": reader.text("spec", "profile", "displayName"),
        "email": reader.text("spec", "profile", "email"),
    }
    result.resources.append(("person", {key: value for key, value in data.items() if value is not None}))


def _references(reader: Reader, result: Foreign, field: str) -> list[str]:
    """`component:default/payments` and `resource:db` by their names; other kinds of entities are no services."""
    found = reader.get("spec", field)
    names = []
    for index, one in enumerate(found if isinstance(found, list) else []):
        kind = str(one).partition(":")[0].lower() if ":" in str(one) else "component"
        if kind in {"component", "resource"}:
            names.append(_name(str(one)) or "")
        else:
            result.findings.append(
                Finding(("spec", field, index), f"{one} is no service and is left out", "", "warning")
            )
    return names


def _name(reference: str | None) -> str | None:
    """The last part of `[kind:][namespace/]name`."""
    return reference.rpartition(":")[2].rpartition("/")[2] if reference else None


CONVERTERS: dict[str, Callable[[Reader, Foreign], None]] = {
    "Component": _component,
    "Resource": _component,
    "Group": _group,
    "User": _user,
}
