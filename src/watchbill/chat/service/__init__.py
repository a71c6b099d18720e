"""Use cases of chat."""

from watchbill.chat.service.chat import ChatService
from watchbill.chat.service.desk import JOB, Desk
from watchbill.chat.service.rooms import TOLD

__all__ = ["JOB", "TOLD", "ChatService", "Desk"]
