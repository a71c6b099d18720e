"""What Mattermost's server sends over HTTP: slash commands and buttons, each with its proof."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from watchbill.adapters.notify.providers.chats import action_proof
from watchbill.bootstrap import App
from watchbill.bootstrap.chat import ChatParts
from watchbill.entrypoints.api.app import create_api

FORM = {"token": "cmd", "user_id": "u1", "channel_id": "ch1", "trigger_id": "t1", "command": "/wb", "text": "help"}


@pytest.fixture
def client(app: App, tmp_path: Path) -> Iterator[TestClient]:
    """A server whose channels file sets up Mattermost with a slash command."""
    file = tmp_path / "channels.toml"
    file.write_text('[mattermost]\nurl = "http://127.0.0.1:1"\ntoken = "mm"\ncommand_token = "cmd"\n', "utf-8")
    file.chmod(0o600)
    app.config = replace(app.config, channels=file)
    app.__dict__.pop("chat", None)
    with TestClient(create_api(app), base_url="http://127.0.0.1", raise_server_exceptions=False) as one:
        yield one


def test_a_slash_command_is_answered_to_its_author_alone(client: TestClient, app: App) -> None:
    """Help needs nobody's name; what acts needs one."""
    helped = client.post("/hooks/mattermost/command", data=FORM)
    refused = client.post("/hooks/mattermost/command", data={**FORM, "trigger_id": "t2", "text": "declare it burns"})

    assert isinstance(app.chat, ChatParts)
    assert (helped.status_code, helped.json()["response_type"]) == (200, "ephemeral")
    assert "/wb ack" in helped.json()["text"]
    assert (refused.status_code, "do not know who you are" in refused.json()["text"]) == (200, True)


@pytest.mark.parametrize(
    ("fields", "status"), [({"token": "wrong"}, 401), ({"token": ""}, 401), ({"user_id": ""}, 400)]
)
def test_a_command_without_its_proof_does_nothing(client: TestClient, fields: dict[str, str], status: int) -> None:
    """The token is Mattermost's; a form that lacks a field is none of its."""
    assert client.post("/hooks/mattermost/command", data={**FORM, **fields}).status_code == status


def test_a_button_needs_the_proof_that_only_mattermost_was_given(client: TestClient) -> None:
    """A reader of the message, who knows delivery and address, cannot press in somebody's name."""
    context = {"delivery": "dlv_1", "answer": "ack", "proof": action_proof("mm", "dlv_1", "ack")}
    body = {"user_id": "u1", "channel_id": "ch1", "post_id": "p1", "trigger_id": "t9", "context": context}
    good = client.post("/hooks/mattermost/action", json=body)
    other = client.post("/hooks/mattermost/action", json={**body, "context": {**context, "answer": "resolve"}})

    assert (good.status_code, "not known here" in good.json()["ephemeral_text"]) == (200, True)
    assert other.status_code == 401
    assert client.post("/hooks/mattermost/action", json={"user_id": "u1"}).status_code == 400
