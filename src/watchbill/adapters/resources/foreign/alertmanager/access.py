"""`http_config`: how a receiver is called. Authentication is read; what watchbill does its own way is remarked."""

from watchbill.adapters.resources.foreign.alertmanager.section import Section
from watchbill.receivers.model import Auth

__all__ = ["auth_of"]

_OTHERWISE = {
    "oauth2": "OAuth 2 is not supported: requests go without a token",
    "tls_config": "tls_config is not read: certificates are checked against the system's authorities",
    "proxy_url": "proxies are not used",
    "proxy_from_environment": "proxies are not used",
    "proxy_connect_header": "proxies are not used",
    "http_headers": "http_headers are not sent",
}


def auth_of(section: Section | None) -> Auth | None:
    """The authentication that the section asks for; None where it asks for none."""
    if section is None:
        return None
    for name, remark in _OTHERWISE.items():
        if section.raw(name) is not None:
            section.notes.remark(section.at(name), remark)
    section.skip("no_proxy", "follow_redirects", "enable_http2")
    ways = [_basic(section), _authorization(section), _bearer(section)]
    section.end()
    found = [one for one in ways if one is not None]
    if len(found) > 1:
        section.notes.fault(
            section.node, "at most one of basic_auth, oauth2, bearer_token & bearer_token_file and authorization"
        )
    return found[0] if found else None


def _basic(section: Section) -> Auth | None:
    given = section.section("basic_auth", "basic_auth")
    if given is None:
        return None
    found = Auth("Basic", given.text("username"), given.text("password"), given.text("password_file"))
    if found.secret and found.secret_file:
        given.notes.fault(given.node, "at most one of basic_auth password & password_file must be configured")
    given.end()
    return found


def _authorization(section: Section) -> Auth | None:
    given = section.section("authorization", "authorization")
    if given is None:
        return None
    scheme = given.text("type", "Bearer").strip()
    if scheme.lower() == "basic":
        given.notes.fault(given.at("type"), "authorization type cannot be set to basic, use basic_auth instead")
    found = Auth(scheme, "", given.text("credentials"), given.text("credentials_file"))
    if found.secret and found.secret_file:
        given.notes.fault(given.node, "at most one of authorization credentials & credentials_file must be configured")
    given.end()
    return found


def _bearer(section: Section) -> Auth | None:
    token, file = section.text("bearer_token"), section.text("bearer_token_file")
    return Auth("Bearer", "", token, file) if token or file else None
