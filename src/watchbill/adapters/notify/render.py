"""Words from Liquid templates, within limits: loops, output and names are bounded, undefined names are faults."""

from collections.abc import Mapping
from functools import cache, lru_cache
from importlib.resources import files
from typing import TYPE_CHECKING

from watchbill.kernel.errors import Invalid
from watchbill.oncall.model import Message

if TYPE_CHECKING:
    from liquid import BoundTemplate, Environment

__all__ = ["LIMITS", "LiquidRenderer", "render"]

# Nobody reads more than this on a phone; a template that wants more is a mistake or an attack.
LIMITS = {"loop_iteration_limit": 2_000, "output_stream_limit": 64 << 10, "local_namespace_limit": 64 << 10}
_NESTING, _DEPTH = 20, 10
_PARTS = ("subject", "text", "html", "short")


class LiquidRenderer:
    """What oncall.ports.Renderer asks for, over the templates that ship with the package."""

    def message(self, template: str, facts: Mapping[str, object]) -> Message:
        """The four parts of a message; raises Invalid where the template is unknown, wrong or exceeds its limits."""
        subject, text, html, short = (render(_source(template, part), facts, html=part == "html") for part in _PARTS)
        return Message(" ".join(subject.split()), text.strip() + "\n", html.strip() + "\n", " ".join(short.split()))


def render(source: str, facts: Mapping[str, object], *, html: bool = False) -> str:
    """The text that a template makes of the facts; values are escaped in HTML. Raises Invalid with the template's fault."""
    from liquid.exceptions import LiquidError  # liquid is slow to import, and most commands write no message

    try:
        return _parsed(source, html).render(**facts)
    except LiquidError as wrong:
        raise Invalid("template", str(wrong).splitlines()[0]) from wrong
    except (RecursionError, ValueError, TypeError, ArithmeticError, MemoryError) as wrong:
        raise Invalid("template", f"cannot be rendered: {type(wrong).__name__}") from wrong


@lru_cache(maxsize=128)
def _parsed(source: str, html: bool) -> "BoundTemplate":  # noqa: FBT001 - as below
    """The template, parsed once: parsing costs several times what rendering does, and stands between an alert and its page."""
    return _environment(html).from_string(source)


@cache
def _environment(html: bool) -> "Environment":  # noqa: FBT001 - the one thing that differs, and the key of the cache
    """Liquid with our limits."""
    from liquid import Environment, StrictUndefined

    class Bounded(Environment):
        loop_iteration_limit = LIMITS["loop_iteration_limit"]
        output_stream_limit = LIMITS["output_stream_limit"]
        local_namespace_limit = LIMITS["local_namespace_limit"]
        block_nesting_limit = _NESTING
        context_depth_limit = _DEPTH

    return Bounded(autoescape=html, undefined=StrictUndefined)


@cache
def _source(template: str, part: str) -> str:
    found = files("watchbill.adapters.notify") / "templates" / f"{template}.{part}.liquid"
    try:
        return found.read_text("utf-8")
    except FileNotFoundError:
        raise Invalid("template", f"there is no template {template}.{part}") from None
