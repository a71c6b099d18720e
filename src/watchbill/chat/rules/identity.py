"""Who a chat user is, and what they may do: their own rights, and never more than a responder's."""

from collections.abc import Mapping

from watchbill.people.model import Account, Actor, Role

__all__ = ["actor_of", "person_of", "strip_mention"]


def person_of(user: str, named: Mapping[str, str], linked: str | None) -> str | None:
    """The person whom the operator's file names for the user, else the one of the link."""
    return named.get(user, linked)


def actor_of(person: str, account: Account | None, via: str) -> Actor | None:
    """The person as an actor; None without an account. Chat gives nobody more than a responder may do: whoever
    takes over a chat account must not be able to change who has access.
    """
    if account is None or account.disabled_at is not None:
        return None
    role = account.role if Role.RESPONDER.covers(account.role) else Role.RESPONDER
    return Actor(person, role, via)


def strip_mention(word: str) -> tuple[str, bool]:
    """The user or handle of `<@U12|ann>`, `@ann` or `@ann:example.org`, and whether it is certainly a user's id."""
    word = word.strip().rstrip(",.;")
    if word.startswith("<@") and word.endswith(">"):
        return word[2:-1].partition("|")[0], True
    if word.startswith("@") and ":" in word:
        return word, True
    return word.removeprefix("@"), False
