"""The integrations of a receiver: each kind's fields, defaults and the templates among them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from watchbill.adapters.resources.foreign.alertmanager.access import auth_of
from watchbill.adapters.resources.foreign.alertmanager.section import Section
from watchbill.receivers.model import Auth, Integration, Kind
from watchbill.receivers.rules.templates import DEFAULTS, Library, TemplateError

__all__ = ["KINDS", "UNSUPPORTED", "Globals", "integration_of"]

UNSUPPORTED = (
    "discord", "incidentio", "jira", "mattermost", "msteams", "msteamsv2", "pushover", "rocketchat", "sns", "telegram",
    "victorops", "webex", "wechat",
)  # fmt: skip
_LIBRARY = Library(DEFAULTS)
Settings = dict[str, object]


@dataclass(frozen=True, slots=True)
class Globals:
    """What the `global` section gives to receivers that do not say it themselves."""

    texts: Mapping[str, str]
    require_tls: bool
    auth: Auth | None


def integration_of(section: Section, kind: Kind, receiver: str, position: int, given: Globals) -> Integration | None:
    """One integration; None where it is asked for in a way that is not supported, which is remarked."""
    row = KINDS[kind]
    send_resolved = section.flag("send_resolved", default=row.send_resolved)
    access = section.section("http_config", "http_config") if kind is not Kind.EMAIL else None
    auth = auth_of(access) if access is not None else given.auth
    settings: Settings = {name: section.text(name) for name in row.plain}
    for name, default in row.templates.items():
        settings[name] = _template(section, name, default)
    max_alerts = section.number("max_alerts") if kind is Kind.WEBHOOK else 0
    details = _details(section, row.details) if row.details else {}
    supported = row.read(section, settings, given)
    section.skip(*row.ignored)
    for name, remark in row.otherwise.items():
        if section.raw(name) is not None:
            section.notes.remark(section.at(name), f"{kind} of receiver {receiver!r}: {remark}")
    section.end()
    found = Integration(receiver, kind, position, send_resolved, settings, details, auth, max_alerts)
    return found if supported else None


def _template(section: Section, name: str, default: str) -> str:
    """The field's template; the default one where it asks for more than is understood here."""
    text = section.text(name, default)
    return checked(section, name, text, default)


def checked(section: Section, name: str, text: str, default: str) -> str:
    """The template, or the default with a remark."""
    try:
        _LIBRARY.check(text)
    except TemplateError as wrong:
        instead = "the default text stands instead" if default else "it is left out"
        section.notes.remark(section.at(name), f"{name}: {wrong}; {instead}")
        return default
    return text


def _details(section: Section, defaults: Mapping[str, str]) -> dict[str, str]:
    found = dict(defaults)
    for name, (text, _) in section.pairs("details").items():
        found[name] = checked(section, "details", text, defaults.get(name, ""))
    return {name: text for name, text in found.items() if text}


def _need(section: Section, ok: object, reason: str) -> bool:
    if not ok:
        section.notes.fault(section.node, reason)
    return True


def _webhook(section: Section, settings: Settings, _given: Globals) -> bool:
    return _need(section, settings["url"] or settings["url_file"], "missing URL in webhook config")


def _slack(section: Section, settings: Settings, given: Globals) -> bool:
    if not settings["api_url"] and not settings["api_url_file"]:
        settings["api_url"] = given.texts["slack_api_url"]
        settings["api_url_file"] = given.texts["slack_api_url_file"]
    settings["short_fields"] = section.flag("short_fields", default=False)
    settings["link_names"] = section.flag("link_names", default=False)
    fields = []
    for one in section.sections("fields", "slack field"):
        title, value = _template(one, "title", ""), _template(one, "value", "")
        fields.append(
            {"title": title, "value": value, "short": one.flag("short", default=bool(settings["short_fields"]))}
        )
        one.end()
    settings["fields"] = fields
    settings["mrkdwn_in"] = [text for text, _ in section.words("mrkdwn_in")] or ["fallback", "pretext", "text"]
    return _need(section, settings["api_url"] or settings["api_url_file"], "no global Slack API URL set")


def _pagerduty(section: Section, settings: Settings, given: Globals) -> bool:
    settings["url"] = settings["url"] or given.texts["pagerduty_url"]
    old = section.text("service_key") or section.text("service_key_file")
    if old and not (settings["routing_key"] or settings["routing_key_file"]):
        section.notes.remark(
            section.node, "service_key (Events API v1) is not supported: nothing is sent; use routing_key"
        )
        return False
    found = settings["routing_key"] or settings["routing_key_file"]
    return _need(section, found, "missing service or routing key in PagerDuty config")


def _opsgenie(section: Section, settings: Settings, given: Globals) -> bool:
    settings["api_url"] = settings["api_url"] or given.texts["opsgenie_api_url"]
    if not settings["api_key"] and not settings["api_key_file"]:
        settings["api_key"] = given.texts["opsgenie_api_key"]
        settings["api_key_file"] = given.texts["opsgenie_api_key_file"]
    responders = []
    for one in section.sections("responders", "responder"):
        names = ("id", "name", "username", "type")
        responders.append({name: text for name in names if (text := _template(one, name, ""))})
        one.end()
    settings["responders"] = responders
    return _need(section, settings["api_key"] or settings["api_key_file"], "no global OpsGenie API Key set")


def _email(section: Section, settings: Settings, given: Globals) -> bool:
    for name in ("from", "smarthost", "hello", "auth_username", "auth_password", "auth_password_file"):
        settings[name] = settings[name] or given.texts[f"smtp_{name}"]
    settings["require_tls"] = section.flag("require_tls", default=given.require_tls)
    settings["headers"] = {
        name: checked(section, "headers", text, "") for name, (text, _) in section.pairs("headers").items()
    }
    _need(section, settings["to"], "missing to address in email config")
    _need(section, settings["smarthost"], "no global SMTP smarthost set")
    return _need(section, settings["from"], "no global SMTP from set")


@dataclass(frozen=True, slots=True)
class _Row:
    """A kind: fields taken as they are, templates with their defaults, fields without effect, and what is done otherwise."""

    send_resolved: bool
    plain: tuple[str, ...]
    read: Callable[[Section, Settings, Globals], bool]
    templates: Mapping[str, str]
    details: Mapping[str, str]
    otherwise: Mapping[str, str]
    ignored: tuple[str, ...] = ()


def _included(*pairs: tuple[str, str]) -> dict[str, str]:
    return {name: f'{{{{ template "{template}" . }}}}' if template else "" for name, template in pairs}


KINDS: Mapping[Kind, _Row] = {
    Kind.WEBHOOK: _Row(
        True,  # noqa: FBT003 - a row of a table
        ("url", "url_file"),
        _webhook,
        {},
        {},
        {
            "timeout": "timeout is not read: an attempt has 10 s",
            "payload": "payload is not read: the standard body is sent",
        },
    ),
    Kind.EMAIL: _Row(
        False,  # noqa: FBT003 - a row of a table
        ("from", "smarthost", "hello", "auth_username", "auth_password", "auth_password_file"),
        _email,
        {**_included(("text", "email.default.text")), "to": ""},
        {},
        {
            "html": "html is not read: mail is sent as text",
            "tls_config": "tls_config is not read: certificates are checked against the system's authorities",
            "auth_secret": "CRAM-MD5 is not supported",
        },
        ("auth_identity", "threading", "force_implicit_tls"),
    ),
    Kind.SLACK: _Row(
        False,  # noqa: FBT003 - a row of a table
        ("api_url", "api_url_file"),
        _slack,
        {
            **_included(
                ("title", "slack.default.title"),
                ("title_link", "slack.default.titlelink"),
                ("username", "slack.default.username"),
                ("fallback", "slack.default.fallback"),
                ("text", "slack.default.text"),
                ("pretext", ""),
                ("footer", ""),
                ("callback_id", ""),
                ("icon_emoji", ""),
                ("icon_url", ""),
                ("image_url", ""),
                ("thumb_url", ""),
                ("channel", ""),
            ),
            "color": '{{ if eq .Status "firing" }}danger{{ else }}good{{ end }}',
        },
        {},
        {
            "actions": "actions (buttons) are not sent",
            "app_token": "app_token is not read",
            "timeout": "timeout is not read: an attempt has 10 s",
        },
    ),
    Kind.PAGERDUTY: _Row(
        True,  # noqa: FBT003 - a row of a table
        ("routing_key", "routing_key_file", "url"),
        _pagerduty,
        {
            **_included(
                ("description", "pagerduty.default.description"),
                ("client", "pagerduty.default.client"),
                ("client_url", "pagerduty.default.clientURL"),
                ("class", ""),
                ("component", ""),
                ("group", ""),
                ("source", ""),
            ),
            "severity": "error",
        },
        {
            "firing": '{{ template "pagerduty.default.instances" .Alerts.Firing }}',
            "resolved": '{{ template "pagerduty.default.instances" .Alerts.Resolved }}',
            "num_firing": "{{ .Alerts.Firing | len }}",
            "num_resolved": "{{ .Alerts.Resolved | len }}",
        },
        {"images": "images are not sent", "links": "links are not sent"},
        ("timeout",),
    ),
    Kind.OPSGENIE: _Row(
        True,  # noqa: FBT003 - a row of a table
        ("api_key", "api_key_file", "api_url"),
        _opsgenie,
        _included(
            ("message", "opsgenie.default.message"),
            ("description", "opsgenie.default.description"),
            ("source", "opsgenie.default.source"),
            ("entity", ""),
            ("actions", ""),
            ("note", ""),
            ("priority", ""),
            ("tags", ""),
        ),
        {"": ""},
        {"update_alerts": "messages of alerts that are open there are not updated"},
    ),
}
