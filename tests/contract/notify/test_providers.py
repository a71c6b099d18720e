"""Each provider gets the request that its documents ask for, and every answer becomes the right receipt."""

from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import pytest
from tests.contract.notify.conftest import Provider, Request, outgoing

from watchbill.adapters.notify.providers import CHANNELS, Callers, read_channels
from watchbill.kernel.errors import Invalid
from watchbill.oncall.model import Outcome
from watchbill.oncall.ports import Channel

SETTINGS: dict[str, dict[str, str]] = {
    "slack": {"token": "xoxb-1"},
    "mattermost": {"token": "mm-1"},
    "matrix": {"token": "mx-1"},
    "telegram": {"token": "tg-1"},
    "twilio": {"account": "AC1", "token": "tw-1", "number": "+331"},
    "ntfy": {"token": "nt-1"},
    "pushover": {"token": "po-1"},
    "pagerduty": {},
}
ADDRESSES = {"slack": "C1", "mattermost": "chan1", "matrix": "!room:wb.test", "telegram": "42", "sms": "+33612345678",
             "voice": "+33612345678", "ntfy": "topic1", "pushover": "user1", "pagerduty": "key1"}  # fmt: skip
PROVIDER_OF = {channel: name for name, made in CHANNELS.items() for channel in made.gives}
Make = Callable[[str], Channel]


@pytest.fixture
def make(provider: Provider, callers: Callers, tmp_path: Path) -> Make:
    """A channel as a channels file sets it up."""

    def made(channel: str) -> Channel:
        name = PROVIDER_OF[channel]
        settings = SETTINGS[name] | {"url": provider.url}
        file = tmp_path / f"{channel}.toml"
        file.write_text(f"[{name}]\n" + "".join(f'{key} = "{value}"\n' for key, value in settings.items()), "utf-8")
        file.chmod(0o600)
        return next(one for one in read_channels(file, callers) if one.name == channel)

    return made


def _form(request: Request) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(request.body.decode()).items()}


def test_slack(make: Make, provider: Provider) -> None:
    """chat.postMessage with the token; what an alert says is escaped, so that it cannot call a channel."""
    page = outgoing("slack", "C1", text="<!channel> & co")
    receipt = make("slack").send(page)
    [request] = provider.ledger

    assert receipt.outcome is Outcome.DELIVERED
    assert (request.method, request.path) == ("POST", "/chat.postMessage")
    assert request.headers["authorization"] == "Bearer xoxb-1"
    assert request.json["channel"] == "C1"
    assert "&lt;!channel&gt; &amp; co" in request.json["blocks"][0]["text"]["text"]
    assert request.json["blocks"][1]["elements"][0]["url"] == page.link


@pytest.mark.parametrize(
    ("body", "outcome"),
    [
        (b'{"ok": true, "ts": "1"}', Outcome.DELIVERED),
        (b'{"ok":false,"error":"channel_not_found"}', Outcome.PERMANENT),
        (b'{"ok":false,"error":"ratelimited"}', Outcome.TEMPORARY),
    ],
    ids=["ok", "no such channel", "limited"],
)
def test_slack_says_no_with_200(make: Make, provider: Provider, body: bytes, outcome: Outcome) -> None:
    """The body decides, not the status."""
    provider.answer(200, body)

    assert make("slack").send(outgoing("slack", "C1")).outcome is outcome


def test_mattermost(make: Make, provider: Provider) -> None:
    """A post of the bot."""
    make("mattermost").send(outgoing("mattermost", "chan1"))
    [request] = provider.ledger

    assert (request.path, request.headers["authorization"]) == ("/api/v4/posts", "Bearer mm-1")
    assert (request.json["channel_id"], "[Acknowledge](" in request.json["message"]) == ("chan1", True)


def test_matrix_repeats_are_one_message(make: Make, provider: Provider) -> None:
    """PUT with the delivery as the transaction: the homeserver shows a repeated one once."""
    channel = make("matrix")
    for _ in range(2):
        channel.send(outgoing("matrix", "!room:wb.test"))
    first, second = provider.ledger

    assert first.method == "PUT"
    assert first.path == second.path == "/_matrix/client/v3/rooms/%21room%3Awb.test/send/m.room.message/dlv_1"
    assert first.json["msgtype"] == "m.text"
    assert channel.refusal("#alias:wb.test") is not None


def test_telegram(make: Make, provider: Provider) -> None:
    """A message without markup."""
    make("telegram").send(outgoing("telegram", "42"))
    [request] = provider.ledger

    assert request.path == "/bottg-1/sendMessage"
    assert (request.json["chat_id"], "parse_mode" in request.json) == ("42", False)


def test_sms(make: Make, provider: Provider) -> None:
    """A message with the link in it, as a form with basic authentication."""
    provider.answer(201, b'{"sid": "SM1"}')
    receipt = make("sms").send(outgoing("sms", "+33612345678"))
    [request] = provider.ledger
    form = _form(request)

    assert receipt.outcome is Outcome.DELIVERED
    assert request.path == "/2010-04-01/Accounts/AC1/Messages.json"
    assert request.headers["authorization"] == "Basic QUMxOnR3LTE="
    assert (form["From"], form["To"], "https://wb.test/p/TOKEN" in form["Body"]) == ("+331", "+33612345678", True)


def test_a_call_can_be_answered(make: Make, provider: Provider) -> None:
    """What is said is escaped, and the keys go to the signed address."""
    make("voice").send(outgoing("voice", "+33612345678", text="5 < 6 & rising"))
    twiml = _form(provider.ledger[0])["Twiml"]

    assert provider.ledger[0].path == "/2010-04-01/Accounts/AC1/Calls.json"
    assert "5 &lt; 6 &amp; rising" in twiml
    assert 'action="https://wb.test/hooks/voice/TOKEN"' in twiml


@pytest.mark.parametrize("address", ["0612345678", "+33 6 12", "+", "ann", "+12345678901234567"])
def test_a_number_is_international(make: Make, address: str) -> None:
    """Anything else is refused when it is written down."""
    assert make("sms").refusal(address) is not None


@pytest.mark.parametrize(("urgent", "priority"), [(True, 5), (False, 3)])
def test_ntfy(make: Make, provider: Provider, urgent: bool, priority: int) -> None:  # noqa: FBT001 - a table of cases
    """Urgent pages go through "do not disturb"."""
    make("ntfy").send(outgoing("ntfy", "topic1", urgent=urgent))
    request = provider.ledger[0]

    assert (request.path, request.headers["authorization"]) == ("/", "Bearer nt-1")
    assert (request.json["topic"], request.json["priority"]) == ("topic1", priority)


def test_pushover(make: Make, provider: Provider) -> None:
    """Urgent pages repeat until somebody confirms."""
    make("pushover").send(outgoing("pushover", "user1"))
    form = _form(provider.ledger[0])

    assert provider.ledger[0].path == "/1/messages.json"
    assert (form["user"], form["priority"], form["retry"], form["expire"]) == ("user1", "2", "60", "1800")


def test_pagerduty(make: Make, provider: Provider) -> None:
    """A trigger whose key is the escalation."""
    provider.answer(202, b'{"status":"success"}')
    make("pagerduty").send(outgoing("pagerduty", "key1"))
    body = provider.ledger[0].json

    assert (body["routing_key"], body["event_action"], body["dedup_key"]) == ("key1", "trigger", "esc_1")
    assert (body["payload"]["severity"], body["payload"]["source"]) == ("critical", "checkout")


def test_teams_is_fenced(callers: Callers, provider: Provider, tmp_path: Path) -> None:
    """Its address is written by people: an internal one is refused, and never called."""
    file = tmp_path / "channels.toml"
    file.write_text("[teams]\n", "utf-8")
    file.chmod(0o600)
    [teams] = read_channels(file, callers)
    receipt = teams.send(outgoing("teams", provider.url))

    assert (receipt.outcome, provider.ledger) == (Outcome.PERMANENT, [])


@pytest.mark.parametrize("channel", [name for name in PROVIDER_OF if name in ADDRESSES])
@pytest.mark.parametrize(
    ("status", "headers", "outcome", "pause"),
    [
        (500, {}, Outcome.TEMPORARY, None),
        (429, {"Retry_After": "30"}, Outcome.TEMPORARY, 30),
        (404, {}, Outcome.PERMANENT, None),
        (302, {"Location": "http://127.0.0.1/"}, Outcome.PERMANENT, None),
    ],
    ids=["500", "429", "404", "redirect"],
)
def test_what_a_provider_answers(
    make: Make, provider: Provider, channel: str, status: int, headers: dict[str, str], outcome: Outcome, pause: Any
) -> None:
    """Passing faults are tried again, when the provider says; others take the next channel; redirects are not followed."""
    provider.answer(status, b"no", **headers)
    receipt = make(channel).send(outgoing(channel, ADDRESSES[channel]))

    assert (receipt.outcome, receipt.retry_after_s, len(provider.ledger)) == (outcome, pause, 1)


@pytest.mark.parametrize("channel", [name for name in PROVIDER_OF if name in ADDRESSES])
def test_a_provider_that_is_gone(make: Make, provider: Provider, channel: str) -> None:
    """Nobody listens: worth trying again, and no secret in what is kept of it."""
    made = make(channel)
    provider.url = "http://127.0.0.1:1"
    gone = make(channel)
    receipt = gone.send(outgoing(channel, ADDRESSES[channel]))

    assert made.name == gone.name
    assert receipt.outcome is Outcome.TEMPORARY
    assert not any(secret in receipt.answer for secret in SETTINGS[PROVIDER_OF[channel]].values())


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("[slak]\ntoken='x'", "did you mean 'slack'"),
        ("[slack]\n", "lacks token"),
        ("[slack]\ntokn='x'", "did you mean 'token'"),
        ("[slack]\ntoken=1", "something else than texts"),
        ("[matrix]\nurl='nowhere'\ntoken='x'", "is not a web address"),
        ("slack = ", "is not TOML"),
        ("slack = 'x'", "something else than texts"),
    ],
    ids=["provider", "missing", "key", "type", "url", "toml", "no table"],
)
def test_a_wrong_file_says_what_is_wrong(callers: Callers, tmp_path: Path, text: str, says: str) -> None:
    """Where, what, and the nearest name."""
    file = tmp_path / "channels.toml"
    file.write_text(text, "utf-8")
    file.chmod(0o600)

    with pytest.raises(Invalid) as wrong:
        read_channels(file, callers)

    assert says in f"{wrong.value} {wrong.value.hint}"


def test_a_file_that_others_can_read_is_refused(callers: Callers, tmp_path: Path) -> None:
    """It holds secrets."""
    file = tmp_path / "channels.toml"
    file.write_text("[teams]\n", "utf-8")
    file.chmod(0o644)

    with pytest.raises(Invalid, match="read by others"):
        read_channels(file, callers)


def test_apprise_hands_over(callers: Callers, provider: Provider, tmp_path: Path) -> None:
    """The real Apprise posts to the service that the address names; an address that it cannot read is refused."""
    file = tmp_path / "channels.toml"
    file.write_text("[apprise]\n", "utf-8")
    file.chmod(0o600)
    [apprise] = read_channels(file, callers)
    address = provider.url.replace("http://", "json://")
    receipt = apprise.send(outgoing("apprise", address))
    provider.answer(500)
    refused = apprise.send(outgoing("apprise", address))

    assert (receipt.outcome, refused.outcome) == (Outcome.DELIVERED, Outcome.TEMPORARY)
    assert "Acknowledge: https://wb.test/p/TOKEN" in provider.ledger[0].json["message"]
    assert apprise.refusal("nonsense") is not None
