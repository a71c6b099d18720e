"""Findings of the lint as SARIF 2.1.0, the form that code review tools take."""

from typing import Any

from watchbill import __version__

__all__ = ["sarif"]

_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"


def sarif(answer: dict[str, Any]) -> dict[str, Any]:  # Any: JSON
    """One run with all rules and one result for each finding."""
    known = [_rule(one) for one in answer["rules"]]
    used = {one["rule"] for one in answer["findings"]} - {one["id"] for one in known}
    known += [{"id": name, "shortDescription": {"text": "The file can be read"}} for name in sorted(used)]
    places = {rule["id"]: place for place, rule in enumerate(known)}
    driver = {"name": "watchbill alerts lint", "version": __version__, "rules": known}
    results = [_result(one, places[one["rule"]]) for one in answer["findings"]]
    return {"$schema": _SCHEMA, "version": "2.1.0", "runs": [{"tool": {"driver": driver}, "results": results}]}


def _rule(one: dict[str, Any]) -> dict[str, Any]:  # Any: JSON
    number = one["design_rule"]
    said = f"{one['summary']} (alert design rule {number})" if number else one["summary"]
    return {
        "id": one["id"],
        "name": one["name"],
        "shortDescription": {"text": said},
        "defaultConfiguration": {"level": one["level"]},
    }


def _result(one: dict[str, Any], place: int) -> dict[str, Any]:  # Any: JSON
    about = f"{one['alert']}: " if one["alert"] else ""
    fix = f". To do: {one['fix']}" if one["fix"] else ""
    where = {
        "artifactLocation": {"uri": one["file"].replace("\\", "/").replace(" ", "%20")},
        "region": {"startLine": one["line"], "startColumn": one["column"]},
    }
    return {
        "ruleId": one["rule"],
        "ruleIndex": place,
        "level": one["level"],
        "message": {"text": f"{about}{one['message']}{fix}"},
        "locations": [{"physicalLocation": where}],
    }
