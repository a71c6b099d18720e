"""How people refer to action items."""

import re

__all__ = ["action_number"]

_NUMBER = re.compile(r"(?:AI[-_ ]?)?(\d{1,9})", re.IGNORECASE)


def action_number(text: str) -> int | None:
    """7 for `7`, `AI-7`, `ai7` and `AI-007`; None for anything else."""
    match = _NUMBER.fullmatch(text.strip())
    return int(match.group(1)) if match else None
