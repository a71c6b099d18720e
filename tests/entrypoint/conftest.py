"""The REST application in this process, and clients of each role."""

from collections.abc import Callable, Iterator

import pytest
from starlette.testclient import TestClient

from watchbill.bootstrap import App
from watchbill.entrypoints.api import create_api
from watchbill.people.model import Actor, Role

OWNER = Actor(name="owner", role=Role.ADMIN, via="test")


@pytest.fixture
def client_of(app: App) -> Iterator[Callable[[Role | None], TestClient]]:
    """Makes a client with a token of the role; None: without any token."""
    api = create_api(app)
    opened: list[TestClient] = []

    def make(role: Role | None) -> TestClient:
        headers = {}
        if role is not None:
            with app.transaction() as s:
                _, secret = s.people.create_token(f"{role}-{len(opened)}", role, OWNER)
            headers["Authorization"] = f"Bearer {secret}"
        client = TestClient(api, headers=headers, raise_server_exceptions=False)
        opened.append(client)
        return client

    yield make
    for client in opened:
        client.close()


@pytest.fixture
def admin(client_of: Callable[[Role | None], TestClient]) -> TestClient:
    """A client that may do everything."""
    return client_of(Role.ADMIN)
