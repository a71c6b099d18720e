"""The table of drop-in routes: method, path, least role. A path without a row does not exist."""

from dataclasses import dataclass
from typing import Literal

__all__ = ["BASE", "ROUTES", "DropIn"]

BASE = "/api/v2"


@dataclass(frozen=True, slots=True)
class DropIn:
    """One route. `role`: the least one of a token, where the server listens beyond loopback (on loopback none is asked for,
    as with the original). `keys`: an intake key, which can do nothing else, is enough. `run` is `module:function`.
    """

    method: Literal["GET", "POST", "DELETE"]
    path: str
    role: Literal["viewer", "responder"]
    run: str
    keys: bool = False


ROUTES: tuple[DropIn, ...] = (
    DropIn("POST", "/alerts", "responder", "posting:post_alerts", keys=True),
    DropIn("GET", "/alerts", "viewer", "reading:get_alerts"),
    DropIn("GET", "/alerts/groups", "viewer", "reading:get_groups"),
    DropIn("GET", "/status", "viewer", "status:get_status"),
    DropIn("GET", "/receivers", "viewer", "status:get_receivers"),
    DropIn("POST", "/silences", "responder", "silencing:post_silence"),
    DropIn("GET", "/silences", "viewer", "silencing:get_silences"),
    DropIn("GET", "/silence/{id}", "viewer", "silencing:get_silence"),
    DropIn("DELETE", "/silence/{id}", "responder", "silencing:delete_silence"),
)
