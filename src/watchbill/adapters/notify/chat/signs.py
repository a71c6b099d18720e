"""Reactions that mean something, as each provider names them."""

from collections.abc import Mapping

from watchbill.chat.model import Sign

__all__ = ["BY_NAME", "CHECK", "EYES", "sign_of_key"]

EYES, CHECK = "\N{EYES}", "\N{WHITE HEAVY CHECK MARK}"
# Slack and Mattermost say names, Matrix the characters.
BY_NAME: Mapping[str, Sign] = {
    "eyes": Sign.TAKE,
    "white_check_mark": Sign.DONE,
    "heavy_check_mark": Sign.DONE,
    "pushpin": Sign.MARK,
    "round_pushpin": Sign.MARK,
}
_BY_KEY: Mapping[str, Sign] = {
    EYES: Sign.TAKE,
    CHECK: Sign.DONE,
    "\N{HEAVY CHECK MARK}": Sign.DONE,
    "\N{PUSHPIN}": Sign.MARK,
    "\N{ROUND PUSHPIN}": Sign.MARK,
}


def sign_of_key(key: str) -> Sign | None:
    """By its character, however it is to be drawn."""
    return _BY_KEY.get(key.replace("\ufe0f", ""))
