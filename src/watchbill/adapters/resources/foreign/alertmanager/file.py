"""A whole Alertmanager configuration file: every fault with its place, in the original's words where it has some."""

import hashlib
from datetime import timedelta

from watchbill.adapters.resources.foreign.alertmanager.access import auth_of
from watchbill.adapters.resources.foreign.alertmanager.intervals import intervals_of
from watchbill.adapters.resources.foreign.alertmanager.masked import masked
from watchbill.adapters.resources.foreign.alertmanager.routes import inhibition_of, root_of
from watchbill.adapters.resources.foreign.alertmanager.section import Notes, Section
from watchbill.adapters.resources.foreign.alertmanager.tree import tree_of
from watchbill.adapters.resources.foreign.alertmanager.ways import UNSUPPORTED, Globals, integration_of
from watchbill.adapters.resources.reading.decode import decoded
from watchbill.kernel.errors import Fault, Faults
from watchbill.receivers.model import Configuration, Integration, Kind, TimeInterval

__all__ = ["read_configuration"]

RESOLVE_TIMEOUT = timedelta(minutes=5)
_TEXTS = {
    "smtp_from": "", "smtp_hello": "localhost", "smtp_smarthost": "", "smtp_auth_username": "", "smtp_auth_password": "",
    "smtp_auth_password_file": "", "slack_api_url": "", "slack_api_url_file": "", "opsgenie_api_key": "",
    "opsgenie_api_key_file": "", "opsgenie_api_url": "https://api.opsgenie.com/",
    "pagerduty_url": "https://events.pagerduty.com/v2/enqueue",
}  # fmt: skip
# Of kinds that are not supported, or without effect here.
_NOT_READ = (
    "smtp_auth_identity", "smtp_auth_secret", "smtp_auth_secret_file", "smtp_tls_config", "smtp_force_implicit_tls",
    "slack_app_token", "slack_app_token_file", "slack_app_url", "wechat_api_url", "wechat_api_secret",
    "wechat_api_secret_file", "wechat_api_corp_id", "victorops_api_key", "victorops_api_key_file", "victorops_api_url",
    "telegram_api_url", "telegram_bot_token", "telegram_bot_token_file", "webex_api_url", "rocketchat_api_url",
    "rocketchat_token", "rocketchat_token_file", "rocketchat_token_id", "rocketchat_token_id_file", "jira_api_url",
    "mattermost_webhook_url", "mattermost_webhook_url_file",
)  # fmt: skip


def read_configuration(path: str, data: bytes) -> Configuration:
    """The configuration; raises Faults with every fault that was found."""
    text = decoded(path, data)
    if isinstance(text, Fault):
        raise Faults([text])
    root = tree_of(path, text)
    notes = Notes(path)
    whole = Section(root, notes, "configuration")
    given, resolve_timeout = _globals(whole)
    receivers = _receivers(whole, given)
    intervals = _intervals(whole)
    inhibitions = tuple(inhibition_of(one) for one in whole.sections("inhibit_rules", "inhibit rule"))
    route = whole.section("route", "route")
    if whole.words("templates"):
        notes.remark(whole.at("templates"), "template files are not read: only the original's own templates are known")
    whole.skip("tracing")
    whole.end()
    if route is None:
        raise Faults([*notes.faults, Fault(path, root.line, root.column, "", "no route provided in config")])
    tree = root_of(route, set(receivers), set(intervals))
    if notes.faults:
        raise Faults(sorted(notes.faults, key=lambda fault: (fault.line, fault.column)))
    return Configuration(
        version=hashlib.sha256(text.encode()).hexdigest()[:16],
        route=tree,
        receivers=receivers,
        inhibitions=inhibitions,
        intervals=intervals,
        resolve_timeout=resolve_timeout,
        shown=masked(root),
        remarks=tuple(notes.remarks),
    )


def _globals(whole: Section) -> tuple[Globals, timedelta]:
    section = whole.section("global", "global")
    if section is None:
        return Globals(_TEXTS, require_tls=True, auth=None), RESOLVE_TIMEOUT
    access = section.section("http_config", "http_config")
    found = Globals(
        {name: section.text(name, default) for name, default in _TEXTS.items()},
        require_tls=section.flag("smtp_require_tls", default=True),
        auth=auth_of(access),
    )
    timeout = section.span("resolve_timeout", RESOLVE_TIMEOUT)
    section.skip(*_NOT_READ)
    section.end()
    return found, timeout


def _receivers(whole: Section, given: Globals) -> dict[str, tuple[Integration, ...]]:
    found: dict[str, tuple[Integration, ...]] = {}
    for section in whole.sections("receivers", "receiver"):
        name = section.text("name")
        if not name:
            section.notes.fault(section.node, "missing name in receiver")
        if name in found:
            section.notes.fault(section.at("name"), f"notification config name {name!r} is not unique")
        for kind in UNSUPPORTED:
            if section.raw(f"{kind}_configs") is not None:
                remark = f"receiver {name!r}: {kind}_configs are not supported, nothing is sent there"
                section.notes.remark(section.at(f"{kind}_configs"), remark)
        ways = [
            integration_of(one, kind, name, position, given)
            for kind in Kind
            for position, one in enumerate(section.sections(f"{kind}_configs", f"{kind} config"))
        ]
        section.skip("labels")
        section.end()
        found[name] = tuple(way for way in ways if way is not None)
    return found


def _intervals(whole: Section) -> dict[str, tuple[TimeInterval, ...]]:
    found: dict[str, tuple[TimeInterval, ...]] = {}
    for field in ("mute_time_intervals", "time_intervals"):
        for section in whole.sections(field, "time interval"):
            name, every = intervals_of(section)
            if name in found:
                section.notes.fault(section.at("name"), f"time interval {name!r} is not unique")
            found[name] = every
    return found
