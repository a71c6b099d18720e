"""The Prometheus HTTP API as far as it is needed: ranges, instants, and how long the server keeps its samples."""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

import msgspec

from watchbill.adapters.measure.asking import Http, Reply
from watchbill.kernel.errors import Invalid, Unavailable

__all__ = ["PrometheusClient", "Series"]

_CLIENT_FAULTS = {400, 422}
_HTML = (b"<!doctype", b"<html")


@dataclass(frozen=True, slots=True)
class Series:
    """Labels, and (unix time in seconds, value); values may be NaN or infinite."""

    labels: Mapping[str, str]
    points: tuple[tuple[float, float], ...]


class _Row(msgspec.Struct):
    metric: dict[str, str] = {}
    values: list[tuple[float, str]] = []


class _Data(msgspec.Struct, rename="camel"):
    result_type: str = ""
    result: msgspec.Raw = msgspec.Raw(b"[]")


class _Answer(msgspec.Struct, rename="camel"):
    status: str
    data: msgspec.Raw = msgspec.Raw(b"{}")
    error: str = ""
    error_type: str = ""
    is_partial: bool = False


class PrometheusClient:
    """Raises Invalid where the server says that the query is wrong or too expensive, Unavailable where it cannot be asked."""

    def __init__(self, http: Http, url: str) -> None:
        self._http, self._url = http, url.rstrip("/")

    def range(self, query: str, start_s: int, end_s: int, step_s: int = 60) -> list[Series]:
        """A query at every step from start to end, both included; at most 11,000 points, as Prometheus allows."""
        # Thanos answers with what it has unless told otherwise; half an answer would be counted as the whole.
        return self._matrix(
            "/api/v1/query_range",
            {"query": query, "start": start_s, "end": end_s, "step": step_s, "partial_response": "false"},
        )

    def samples(self, selector: str, seconds: int, end_s: int) -> list[Series]:
        """The raw samples of a selector in the `seconds` before `end_s`."""
        return self._matrix(
            "/api/v1/query", {"query": f"{selector}[{seconds}s]", "time": end_s, "partial_response": "false"}
        )

    def label_values(self, label: str, selector: str) -> list[str]:
        """The values of a label among the series that a selector names."""
        answer = self._ask(f"/api/v1/label/{label}/values?{urlencode({'match[]': selector})}", None)
        return msgspec.json.decode(answer.data, type=list[str])

    def retention(self) -> str:
        """How long the server keeps samples, as it says itself (`15d`); "" where it does not tell."""
        try:
            answer = self._ask("/api/v1/status/runtimeinfo", None)
            found = msgspec.json.decode(answer.data, type=dict[str, object]).get("storageRetention", "")
        except (Invalid, Unavailable, msgspec.MsgspecError):
            return ""  # only Prometheus itself has this page, and nothing depends on it
        return str(found)

    def _matrix(self, path: str, fields: Mapping[str, object]) -> list[Series]:
        answer = self._ask(path, urlencode(fields).encode())
        if answer.is_partial:
            raise Unavailable("the server answered with a part of the data only (isPartial)")
        try:
            data = msgspec.json.decode(answer.data, type=_Data)
            if data.result_type != "matrix":
                raise Invalid("query", f"gives a {data.result_type or 'nothing'}, and a vector is needed")
            rows = msgspec.json.decode(data.result, type=list[_Row])
            return [Series(row.metric, tuple((at, float(value)) for at, value in row.values)) for row in rows]
        except (msgspec.MsgspecError, ValueError) as wrong:
            raise Unavailable(f"the answer cannot be read: {wrong}") from wrong

    def _ask(self, path: str, body: bytes | None) -> _Answer:
        headers = {"Content-Type": "application/x-www-form-urlencoded"} if body is not None else {}
        reply = self._http.send(self._url + path, body, headers)
        try:
            answer = msgspec.json.decode(reply.body, type=_Answer)
        except msgspec.MsgspecError as wrong:
            raise Unavailable(_strange(reply)) from wrong
        if answer.status == "success":
            return answer
        said = f"{answer.error_type}: {answer.error}".strip(": ") or f"status {answer.status!r}"
        if reply.status in _CLIENT_FAULTS or answer.error_type in {"bad_data", "execution"}:
            raise Invalid("query", said)
        raise Unavailable(f"the server says {said} (HTTP {reply.status})")


def _strange(reply: Reply) -> str:
    """What came back instead of the API's JSON."""
    if reply.kind == "text/html" or reply.body.lstrip()[:9].lower().startswith(_HTML):
        return f"the server answered with a web page (HTTP {reply.status}): is a login in front of it, or the address wrong?"
    if 300 <= reply.status < 400:  # noqa: PLR2004 - HTTP's redirects
        return f"the server sends elsewhere (HTTP {reply.status}): give its final address"
    return f"the answer is not the Prometheus API's JSON (HTTP {reply.status})"
