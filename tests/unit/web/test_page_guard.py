"""Other sites cannot act in somebody's name: origin, fetch metadata, hidden tokens, headers, cookies."""

import pytest
from starlette.requests import Request
from starlette.responses import Response

from watchbill.entrypoints.web.cookies import KEEP_THEME, NEXT, SESSION, prefs_of, secret_of, set_cookies, wanted_of
from watchbill.entrypoints.web.guard import HEADERS, check_origin, check_token, token_for
from watchbill.kernel.errors import Forbidden


def request(**headers: str) -> Request:
    """A POST to watchbill.example with these headers."""
    raw = [(b"host", b"watchbill.example")]
    raw += [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    return Request({"type": "http", "method": "POST", "path": "/", "query_string": b"", "headers": raw})


@pytest.mark.parametrize(
    "headers",
    [
        {"sec_fetch_site": "same-origin", "origin": "https://watchbill.example"},
        {"origin": "https://watchbill.example"},
        {"sec_fetch_site": "same-origin"},
        {},
    ],
)
def test_our_own_pages_may_act(headers: dict[str, str]) -> None:
    """By origin or fetch metadata; a client that sends neither is no browser and has no cookie to abuse."""
    check_origin(request(**headers))


@pytest.mark.parametrize(
    "headers",
    [
        {"sec_fetch_site": "cross-site"},
        {"sec_fetch_site": "same-site"},
        {"sec_fetch_site": "none"},
        {"origin": "https://evil.example"},
        {"origin": "https://watchbill.example.evil.example"},
        {"origin": "null"},
        {"sec_fetch_site": "same-origin", "origin": "https://evil.example"},
    ],
)
def test_other_sites_may_not(headers: dict[str, str]) -> None:
    """Any sign of another site is enough."""
    with pytest.raises(Forbidden):
        check_origin(request(**headers))


def test_hidden_tokens_belong_to_one_login() -> None:
    """A token made for one session is worth nothing in another."""
    check_token("session one", token_for("session one"))

    with pytest.raises(Forbidden):
        check_token("session two", token_for("session one"))


@pytest.mark.parametrize("token", ["", ".", "abc", "abc.def", "." + "0" * 64])
def test_made_up_tokens_are_refused(token: str) -> None:
    """An empty one as well."""
    with pytest.raises(Forbidden):
        check_token("session", token)


def test_each_page_has_another_token() -> None:
    """So that compression beside attacker-chosen text leaks nothing."""
    assert token_for("session") != token_for("session")


def test_pages_allow_nothing_inline_and_no_frame() -> None:
    """The policy names only our own files."""
    policy = HEADERS["Content-Security-Policy"]

    assert "unsafe" not in policy
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert HEADERS["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize(("secure", "name"), [(True, "__Host-watchbill"), (False, "watchbill")])
def test_the_session_cookie_promises_what_it_can(secure: bool, name: str) -> None:  # noqa: FBT001 - a parameter of the test
    """__Host- and Secure over https, the plain name on loopback; never readable by scripts."""
    response = Response()
    set_cookies(response, {SESSION: "s3cret"}, secure=secure)
    cookie = response.headers["set-cookie"]

    assert cookie.startswith(f"{name}=s3cret; ")
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    assert ("Secure" in cookie) is secure
    assert "Domain" not in cookie


def test_a_plain_cookie_is_no_login_over_https() -> None:
    """Somebody who can write cookies for a neighbouring host cannot plant a session."""
    planted = request(cookie=f"{SESSION}=planted")

    assert secret_of(planted, secure=True) is None
    assert secret_of(planted, secure=False) == "planted"


@pytest.mark.parametrize(
    ("path", "kept"),
    [
        ("/incidents/12?x=1", "/incidents/12?x=1"),
        ("//evil.example", None),
        ("/\\evil.example", None),
        ("https://evil.example", None),
    ],
)
def test_after_login_only_our_own_pages_open(path: str, kept: str | None) -> None:
    """No open redirect."""
    assert wanted_of(request(cookie=f'{NEXT}="{path}"' if "?" in path else f"{NEXT}={path}")) == kept


def test_unknown_wishes_count_as_none() -> None:
    """A theme or zone that does not exist is ignored."""
    prefs = prefs_of(request(cookie=f"{KEEP_THEME}=neon; zone=Mars/Olympus"))

    assert (prefs.theme, prefs.zone, prefs.keys) == ("auto", None, True)
