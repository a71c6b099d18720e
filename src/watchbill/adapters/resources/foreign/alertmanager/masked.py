"""The file as `/api/v2/status` and `amtool config show` have it: the same settings, without comments and secrets."""

import json
import re
from urllib.parse import urlsplit

from watchbill.adapters.resources.reading.nodes import Items, Mapping, Node, Plain, Scalar

__all__ = ["masked"]

_HIDDEN = "<secret>"
_SECRETS = frozenset({
    "slack_api_url", "smtp_auth_password", "smtp_auth_secret", "opsgenie_api_key", "victorops_api_key", "wechat_api_secret",
    "rocketchat_token", "rocketchat_token_id", "auth_password", "auth_secret", "service_key", "routing_key", "api_key",
    "api_secret", "password", "credentials", "bearer_token", "client_secret", "token", "token_id", "bot_token", "user_key",
    "secret_key", "webhook_url",
})  # fmt: skip
_PLAIN_KEY = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]*")


def masked(root: Mapping) -> str:
    """YAML."""
    return "\n".join(_lines(root, "")) + "\n"


def _lines(node: Mapping, indent: str, section: str = "") -> list[str]:
    found = []
    for name, child in node.children.items():
        key = name if _PLAIN_KEY.fullmatch(name) else json.dumps(name, ensure_ascii=False)
        if isinstance(child, Scalar):
            found.append(f"{indent}{key}: {_scalar(child, name, section)}")
        else:
            found += _below(child, f"{indent}{key}:", indent, name)
    return found


def _below(node: Node, head: str, indent: str, name: str) -> list[str]:
    if isinstance(node, Mapping):
        return [head, *_lines(node, f"{indent}  ", name)] if node.children else [f"{head} {{}}"]
    assert isinstance(node, Items)
    if not node.children:
        return [f"{head} []"]
    found = [head]
    for child in node.children:
        if isinstance(child, Scalar):
            found.append(f"{indent}- {_scalar(child, '', name)}")
        elif isinstance(child, Mapping) and child.children:
            first, *rest = _lines(child, f"{indent}  ", name)
            found += [f"{indent}- {first.lstrip()}", *rest]
        elif isinstance(child, Mapping):
            found.append(f"{indent}- {{}}")
        else:
            found += [f"{indent}-", *_below(child, f"{indent}  -", f"{indent}  ", name)[1:]]
    return found


def _scalar(node: Scalar, name: str, section: str) -> str:
    if name in _SECRETS or (name == "api_url" and section == "slack_configs"):
        return _HIDDEN if node.value else '""'
    value = str(node.value)
    if name == "url" and section == "webhook_configs":
        parts = urlsplit(value)
        hidden = "/hidden" if parts.path.strip("/") or parts.query else parts.path
        host = parts.netloc.rpartition("@")[2]
        return json.dumps(f"{parts.scheme}://{host}{hidden}")
    return value if isinstance(node.value, Plain) else json.dumps(value, ensure_ascii=False)
