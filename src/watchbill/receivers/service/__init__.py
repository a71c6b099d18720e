"""Use cases of receivers."""

from watchbill.receivers.service.loaded import Loaded
from watchbill.receivers.service.receivers import NOTIFY, ReceiverService

__all__ = ["NOTIFY", "Loaded", "ReceiverService"]
