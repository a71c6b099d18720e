"""The table of operations decides who may do what; this is the table, asked row by row and role by role."""

from collections.abc import Callable

import pytest
from starlette.testclient import TestClient

from watchbill.operations.table import OPERATIONS, Operation
from watchbill.people.model import Role

Clients = Callable[[Role | None], TestClient]


def _ask(client: TestClient, row: Operation) -> int:
    path = "/".join("nobody-knows-this" if part.startswith("{") else part for part in row.path.split("/"))
    body: dict[str, str] | None = None if row.method in {"GET", "DELETE"} else {}
    return client.request(row.method, path, json=body).status_code


@pytest.mark.parametrize("row", OPERATIONS, ids=lambda row: row.name)
def test_each_role_gets_what_its_row_says(row: Operation, client_of: Clients) -> None:
    """A role below the row's is answered 403, none at all 401, and one that suffices neither."""
    if row.role == "anyone":
        assert _ask(client_of(None), row) not in {401, 403}
        return

    assert _ask(client_of(None), row) == 401
    for role in Role:
        status = _ask(client_of(role), row)
        assert (status == 403) is (not role.covers(Role(row.role))), f"{role}: {status}"
        assert status < 500


def test_operation_names_and_routes_are_unique() -> None:
    """No two rows share a name or a route."""
    names = [row.name for row in OPERATIONS]
    routes = [(row.method, row.path) for row in OPERATIONS]

    assert len(names) == len(set(names))
    assert len(routes) == len(set(routes))


def test_an_unknown_route_is_refused_in_the_same_words(admin: TestClient) -> None:
    """A path outside the table answers 404 as problem+json and says where the list is."""
    answer = admin.get("/api/v1/nothing-here")

    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"
    assert "openapi.json" in answer.json()["hint"]


def test_a_wrong_method_names_the_right_ones(admin: TestClient) -> None:
    """405 carries Allow."""
    answer = admin.patch("/api/v1/services")

    assert answer.status_code == 405
    assert "GET" in answer.headers["allow"]
