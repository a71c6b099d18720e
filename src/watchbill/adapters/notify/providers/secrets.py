"""How a provider's secret travels."""

import base64

__all__ = ["basic"]


def basic(user: str, password: str) -> str:
    """The value of an Authorization header."""
    return "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode("ascii")
