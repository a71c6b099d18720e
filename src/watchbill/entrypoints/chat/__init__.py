"""Chat as an interface: what is heard becomes operations, by the person's own rights; what they answer becomes words."""

from watchbill.entrypoints.chat.hearing import Hearing
from watchbill.entrypoints.chat.listening import Listening

__all__ = ["Hearing", "Listening"]
